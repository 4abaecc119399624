"""Feeds that answer well and are not: end to end, over a real server and a real store."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import cast

import pytest

from tests.clock import NOON, Clock
from tests.pipeline.desk import house_over, rss, write_desk
from tests.pipeline.test_truth import HOUR, feed_of, house, polls, told, web
from tests.servers.web import Answer, WebServer
from wirebell.core.books import FeedLine
from wirebell.core.decisions import Catch
from wirebell.core.errors import LeaseLost
from wirebell.core.feeds import FailureKind, Page
from wirebell.pipeline.steps import watch_feeds
from wirebell.pipeline.wiring import House
from wirebell.storage import Store

__all__ = ["house", "web"]  # fixtures

DAY = timedelta(days=1)


def dated(*dates: datetime, words: str = "Ferries") -> bytes:
    """A feed of one entry for each date, which is its guid too."""
    body = rss(
        *((f"{d:%d%H%M}", f"{words} {d:%d%H%M}", f"https://o.example/{d:%d%H%M}") for d in dates)
    )
    for date in dates:
        body = body.replace(
            b"Thu, 05 Jun 2025 11:00:00 GMT", f"{date:%a, %d %b %Y %T} GMT".encode(), 1
        )
    return body


async def test_entries_that_outran_us_are_told_as_missed_and_so_are_those_behind_a_placeholder(
    house: House, clock: Clock, web: WebServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "wirebell.operators")
    await polls(house, clock, 0)
    web.put("/feed", Answer(dated(*(NOON + HOUR * n / 12 for n in range(9)))))
    assert (await polls(house, clock, 1)).reason.startswith("overflow: 9 of 9")
    web.put("/feed", Answer(dated(clock.now, words="This feed has moved")))
    assert (await polls(house, clock, 1, 1, 1)).reason.startswith("placeholder")
    web.put("/feed", Answer(dated(*(clock.now - HOUR * n / 12 for n in range(9)))))
    assert (await polls(house, clock, 1)).reason.startswith("overflow: 9 of 9")
    assert (await polls(house, clock, 1, 1, 1)).health == "ok"
    assert told(house) == []
    assert caplog.text.count("may have been missed") == 1  # the first was not over yet


async def test_a_feed_that_stops_is_told_as_frozen_though_it_answers(
    house: House, clock: Clock, web: WebServer
) -> None:
    web.put("/feed", Answer(dated(*(NOON - HOUR * n for n in range(24 * 12)))))
    await polls(house, clock, 0)
    state = await polls(house, clock, 3, 3)
    assert (state.state, state.health, state.reason[:6]) == ("ok", "stale", "frozen")
    assert told(house) == ["feed harbour is stale"]


async def test_a_feed_that_renames_all_it_has_rings_nobody(
    house: House, clock: Clock, web: WebServer
) -> None:
    for version in ("", "new-"):
        items = [(f"{version}{n}", f"Rare earth {n}", f"https://o.example/{n}") for n in range(9)]
        web.put("/feed", Answer(rss(*items)))
        await polls(house, clock, 1)
    books = house.store.books()
    assert (books.outcomes["backlog"], books.outcomes["rekeyed"], books.alerts) == (9, 9, 0)


async def test_one_guid_for_all_loses_no_entry_and_none_at_all_neither(
    house: House, clock: Clock, web: WebServer
) -> None:
    for guid in ("same", ""):
        items = [(guid, f"Ferries {n}{guid}", f"https://o.example/{n}{guid}") for n in range(9)]
        web.put("/feed", Answer(rss(*items)))
        await polls(house, clock, 1)
    assert house.store.books().entries == 18


async def test_a_date_to_come_is_kept_beside_the_time_we_saw_it(
    house: House, clock: Clock, web: WebServer
) -> None:
    await polls(house, clock, 0)
    web.put("/feed", Answer(dated(NOON + 9 * DAY, words="Rare earth")))
    await polls(house, clock, 1)
    (alert,) = house.store.recent_alerts(9)
    (record,) = house.store.records_of(alert.id)
    assert (record.entry.published, record.first_seen) == (NOON + 9 * DAY, clock.now)


async def test_what_comes_back_after_200_days_is_nothing_new(
    house: House, clock: Clock, web: WebServer
) -> None:
    await polls(house, clock, 0)
    web.put("/feed", Answer(feed_of("b")))
    await polls(house, clock, 1, 24 * 200)
    house.store.prune(clock.now - 90 * DAY)
    web.put("/feed", Answer(feed_of("a", "b")))
    await polls(house, clock, 1)
    assert house.store.books().entries == 2


class Choking:
    """A store that breaks on all that one feed brings."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __getattr__(self, name: str) -> object:
        return getattr(self._store, name)

    def intake(self, catches: list[Catch]) -> list[FeedLine | LeaseLost]:
        if any(c.claim.feed_id == "canal" and isinstance(c.result, Page) for c in catches):
            raise OverflowError("date value out of range")
        return self._store.intake(catches)


async def test_what_cannot_be_taken_in_of_one_feed_is_its_failure_and_costs_no_other(
    tmp_path: Path, clock: Clock, web: WebServer
) -> None:
    web.put("/canal", Answer(rss(("c", "Locks open late", web.url("/c")))))
    write_desk(tmp_path / "rules", {"harbour": web.url("/feed"), "canal": web.url("/canal")})
    async with house_over(tmp_path, clock) as house:
        choking = replace(house, store=cast(Store, Choking(house.store)))
        tally = await watch_feeds(house.desk.feeds, choking)
        canal, harbour = house.store.feed_states()
        books = house.store.books()
    assert (tally.polled, tally.failed, tally.fresh) == (2, 1, 1)
    assert [(line.feed_id, line.newly_failing) for line in tally.feeds if line.detail] == [
        ("canal", True)
    ]
    assert (canal.state, harbour.state) == (FailureKind.BROKEN, "ok")
    assert "OverflowError in our own code" in canal.detail
    assert (books.entries, books.waiting) == (1, 0)
