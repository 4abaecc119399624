from __future__ import annotations

import asyncio
import signal
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import cast

import pytest

from tests.clock import Clock
from tests.journeys.doomed import Doomed, Fate
from tests.journeys.morning import WORKERS, read_here
from tests.pipeline.desk import house_over, mails_in, page, rss, write_desk
from tests.servers.web import Answer, WebServer
from wirebell.fetchers.rhythm import REREAD_AFTER
from wirebell.pipeline.rereading import reread_due
from wirebell.pipeline.steps import deliver_due, file_inbox, watch_feeds
from wirebell.storage import Store

pytestmark = pytest.mark.kill

LATER = timedelta(minutes=10)  # every lease of the killed worker has run out by then
TITLE = "Presidents speak"
STORY = (
    "Exports of 40 tons of rare-earth minerals were raised during the call of the presidents.",
    "Both sides agreed to send negotiators to Geneva in June, officials said on Thursday.",
    "Markets in Asia had closed by the time the first readout was published in the capital.",
)
FATES = (
    Fate("after", "claim_rereads", 1),
    Fate("before", "admit", 1),
    Fate("after", "admit", 1),
    Fate("during", "file", 1),
    Fate("after", "file", 1),
    Fate("before", "finish_reread", 1),
)
"""Both sides of every step by which a changed page becomes an update."""


def read_and_die(home: Path, now: datetime, fate: Fate) -> None:
    """The child's main function."""

    async def read() -> None:
        async with house_over(home, Clock(now)) as opened:
            doomed = cast(Store, Doomed(opened.store, fate))
            await reread_due(replace(read_here(opened), store=doomed))

    asyncio.run(read())


@pytest.mark.parametrize("fate", FATES, ids=str)
async def test_a_worker_killed_while_it_reads_again_loses_no_update_and_tells_none_twice(
    fate: Fate, tmp_path: Path
) -> None:
    clock = Clock()
    async with WebServer() as web:
        web.put("/feed", Answer(rss(("old", "Ferries run late", web.url("/old")))))
        web.put("/call", Answer(page(TITLE, *STORY)))
        write_desk(tmp_path / "rules", {"harbour": web.url("/feed")})
        async with house_over(tmp_path, clock) as opened:
            house = read_here(opened)
            await watch_feeds(house.desk.feeds, house)
            clock.advance(timedelta(hours=1))
            web.put("/feed", Answer(rss(("n", TITLE, web.url("/call")))))
            await watch_feeds(house.desk.feeds, house)
            assert deliver_due(house).sent == 1
            web.put("/call", Answer(page(TITLE, STORY[0].replace("40", "90"), *STORY[1:])))
            clock.advance(REREAD_AFTER[0])
            worker = WORKERS.Process(target=read_and_die, args=(tmp_path, clock.now, fate))
            worker.start()
            await asyncio.to_thread(worker.join, 60)
            assert worker.exitcode == -signal.SIGKILL
            for _ in range(2):
                clock.advance(LATER)
                await file_inbox(house)
                await reread_due(house)
                await asyncio.to_thread(deliver_due, house)
            clock.advance(timedelta(hours=1))
            await asyncio.to_thread(deliver_due, house)
            books = house.store.books()
            assert (books.problems, books.waiting, books.alerts) == ((), 0, 2)
            assert dict(books.deliveries) == {"sent": 2}
            told = [mail for mail in mails_in(tmp_path / "outbox") if "90 tons" in mail]
            assert len(told) == 1
            web.requests.clear()
            clock.advance(timedelta(hours=1))
            await reread_due(house)
            assert len(web.requests) == 1  # it is still on the list
