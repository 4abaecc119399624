"""One article that has rung, whose page may be asked again."""

from __future__ import annotations

from datetime import timedelta

from tests.clock import Clock
from tests.pipeline.desk import page, rss
from tests.servers.web import Answer, WebServer
from wirebell.pipeline.steps import deliver_due, watch_feeds
from wirebell.pipeline.wiring import House

TITLE = "Presidents speak"
STORY = (
    "Exports of 40 tons of rare-earth minerals were raised during the call of the presidents.",
    "Both sides agreed to send negotiators to Geneva in June, officials said on Thursday.",
    "Markets in Asia had closed by the time the first readout was published in the capital.",
)
CHANGED = (STORY[0].replace("40", "90"), *STORY[1:])


def publish(web: WebServer) -> None:
    """A feed with something old in it, and the page that is to come."""
    web.put("/feed", Answer(rss(("old", "Ferries run late", web.url("/old")))))
    web.put("/call", Answer(page(TITLE, *STORY)))


async def ring_once(house: House, clock: Clock, web: WebServer) -> None:
    """Poll the backlog and, an hour later, the article; tell it."""
    await watch_feeds(house.desk.feeds, house)
    clock.advance(timedelta(hours=1))
    web.put("/feed", Answer(rss(("n", TITLE, web.url("/call")))))
    await watch_feeds(house.desk.feeds, house)
    assert deliver_due(house).sent == 1
