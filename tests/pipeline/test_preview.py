from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from tests.clock import Clock
from tests.pipeline.desk import house_over, rss, write_desk
from tests.servers.web import Answer, WebServer
from wirebell.pipeline.ledger import settled_records
from wirebell.pipeline.preview import preview
from wirebell.pipeline.steps import watch_feeds
from wirebell.pipeline.wiring import House

HOUR = timedelta(hours=1)
CURBS = "Rare earth curbs widen"


def feed_of(published: datetime, *titles: str) -> bytes:
    """A feed whose items have the titles as ids and were all published then."""
    feed = rss(*((title, title, f"https://outlet.example/{len(title)}") for title in titles))
    return feed.replace(b"Thu, 05 Jun 2025 11:00:00 GMT", format_datetime(published).encode())


@pytest.fixture
async def web() -> AsyncIterator[WebServer]:
    async with WebServer() as server:
        yield server


@pytest.fixture
async def house(tmp_path: Path, web: WebServer, clock: Clock) -> AsyncIterator[House]:
    feeds = {name: web.url(f"/{name}") for name in ("harbour", "other", "third")}
    write_desk(tmp_path / "rules", feeds)
    web.put("/harbour", Answer(feed_of(clock.now - HOUR, CURBS, "Ferries")))
    web.put("/other", Answer(feed_of(clock.now - 25 * HOUR, "Rare earths, an old story")))
    async with house_over(tmp_path, clock) as opened:
        yield opened


async def test_a_first_poll_says_what_it_would_have_rung_for_within_a_day(
    house: House, clock: Clock
) -> None:
    start = clock.now
    await watch_feeds(house.desk.feeds, house)
    clock.advance(timedelta(minutes=1))
    words, rings = preview(settled_records(house.store, start, clock.now), house.desk, clock.now)
    assert words == (
        "3 entries from 2 of 3 feeds; in the last 24 h your rules would have rung 1 time:"
    )
    (ring,) = rings
    assert (ring.headline, ring.severity, ring.source) == (CURBS, "urgent", "Harbour")
    assert [finding.surface for finding in ring.rules[0].findings] == ["Rare earth"]
    assert house.store.recent_alerts(1) == ()


async def test_a_story_in_two_feeds_is_counted_once_and_what_nobody_dated_not_at_all(
    house: House, web: WebServer, clock: Clock
) -> None:
    web.put("/other", Answer(feed_of(clock.now - HOUR, CURBS)))
    undated = feed_of(clock.now, "Rare earth at no time").replace(b"pubDate", b"when")
    web.put("/third", Answer(undated))
    start = clock.now
    await watch_feeds(house.desk.feeds, house)
    clock.advance(timedelta(minutes=1))
    _, rings = preview(settled_records(house.store, start, clock.now), house.desk, clock.now)
    assert [ring.headline for ring in rings] == [CURBS]


async def test_what_was_told_before_and_what_came_later_is_no_preview(
    house: House, web: WebServer, clock: Clock
) -> None:
    await watch_feeds(house.desk.feeds, house)
    clock.advance(HOUR)
    web.put("/harbour", Answer(feed_of(clock.now, "Trams")))
    await watch_feeds(house.desk.feeds, house, due_only=False)
    later = clock.now + HOUR
    records = tuple(settled_records(house.store, clock.now, later))
    assert [record.outcome for record in records] == ["unmatched"]
    assert preview(records, house.desk, later) == ("", ())
