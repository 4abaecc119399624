from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from tests.clock import Clock
from tests.pipeline.desk import house_over, mails_in, page, rss, write_desk
from tests.pipeline.rung import CHANGED, STORY, TITLE, publish, ring_once
from tests.servers.web import Answer, WebServer
from wirebell.core.books import Tally
from wirebell.core.decisions import Filing
from wirebell.core.errors import StorageBusy
from wirebell.fetchers.rhythm import REREAD_AFTER, next_reading
from wirebell.pipeline.readers import Readers
from wirebell.pipeline.rereading import GONE_AGAIN, reread_due
from wirebell.pipeline.steps import deliver_due, file_inbox, watch_feeds
from wirebell.pipeline.wiring import House
from wirebell.storage import Store

FIRST = REREAD_AFTER[0]


@pytest.fixture
async def web() -> AsyncIterator[WebServer]:
    async with WebServer() as server:
        publish(server)
        yield server


@pytest.fixture
async def house(tmp_path: Path, clock: Clock, web: WebServer) -> AsyncIterator[House]:
    """A house in which one article has rung, just now."""
    write_desk(tmp_path / "rules", {"harbour": web.url("/feed")})
    async with house_over(tmp_path, clock) as house:
        await ring_once(house, clock, web)
        web.requests.clear()
        yield house
        assert house.store.books().whole


class Broken:
    """Readers with a mistake in them."""

    async def read(self, *_: object, **__: object) -> None:
        raise ZeroDivisionError("our own mistake")


async def read_again(house: House, clock: Clock, after: timedelta) -> Tally:
    clock.advance(after)
    return await reread_due(house)


async def test_an_article_that_rang_is_read_again_four_times_and_then_no_more(
    house: House, clock: Clock, web: WebServer
) -> None:
    asked = []
    for _ in range(30 * 4):
        await read_again(house, clock, timedelta(minutes=15))
        asked.append(len(web.requests))
        web.requests.clear()
    assert [15 * (n + 1) for n, count in enumerate(asked) if count] == [15, 60, 360, 1440]


async def test_a_page_that_did_not_change_is_asked_conditionally_and_files_nothing(
    house: House, clock: Clock, web: WebServer
) -> None:
    web.put("/call", Answer(page(TITLE, *STORY), headers={"ETag": '"7"'}))
    before = house.store.books()
    await read_again(house, clock, FIRST)
    await read_again(house, clock, timedelta(hours=1))
    assert web.requests[-1].headers["if-none-match"] == '"7"'
    assert house.store.books() == before


async def test_a_changed_fact_in_a_matched_sentence_is_told_as_an_update(
    house: House, clock: Clock, web: WebServer, tmp_path: Path
) -> None:
    web.put("/call", Answer(page(TITLE, *CHANGED)))
    tally = await read_again(house, clock, FIRST)
    assert (tally.alerts, dict(tally.outcomes)) == (1, {"rung": 1})
    clock.advance(timedelta(hours=1))
    assert deliver_due(house).sent == 1
    update = next(mail for mail in mails_in(tmp_path / "outbox") if "UPDATE" in mail)
    assert "90 tons" in update
    assert "40 tons" in update


async def test_an_update_begins_the_schedule_again(
    house: House, clock: Clock, web: WebServer
) -> None:
    web.put("/call", Answer(page(TITLE, *CHANGED)))
    await read_again(house, clock, FIRST)
    web.requests.clear()
    await read_again(house, clock, FIRST)
    assert len(web.requests) == 1


async def test_a_sentence_no_rule_asked_for_is_filed_and_not_told(
    house: House, clock: Clock, web: WebServer
) -> None:
    web.put(
        "/call",
        Answer(
            page(
                TITLE,
                *STORY,
                "The weather in Geneva was fair, and the ferries on the lake ran on time all day.",
            )
        ),
    )
    tally = await read_again(house, clock, FIRST)
    assert (tally.alerts, dict(tally.outcomes)) == (0, {"unchanged": 1})


@pytest.mark.parametrize("status", [404, 410])
async def test_a_page_that_is_gone_twice_is_told_as_withdrawn(
    house: House, clock: Clock, web: WebServer, tmp_path: Path, status: int
) -> None:
    web.put("/call", Answer(b"", status=status))
    assert (await read_again(house, clock, FIRST)).alerts == 0
    assert (await read_again(house, clock, GONE_AGAIN)).alerts == 1
    assert deliver_due(house).sent == 1
    mails = "\n\n".join(mails_in(tmp_path / "outbox"))
    assert "CORRECTION" in mails
    assert "Withdrawn" in mails
    for _ in range(3):
        assert (await read_again(house, clock, timedelta(hours=2))).alerts == 0


async def test_a_page_that_comes_back_is_not_withdrawn(
    house: House, clock: Clock, web: WebServer
) -> None:
    web.put("/call", Answer(b"", status=404))
    await read_again(house, clock, FIRST)
    web.put("/call", Answer(page(TITLE, *STORY)))
    assert await read_again(house, clock, GONE_AGAIN) == Tally()
    web.put("/call", Answer(b"", status=404))
    assert await read_again(house, clock, timedelta(hours=1)) == Tally()


async def test_a_server_in_trouble_is_no_change(house: House, clock: Clock, web: WebServer) -> None:
    web.put("/call", Answer(b"busy", status=503))
    assert await read_again(house, clock, FIRST) == Tally()
    assert next_reading(clock.now - FIRST, clock.now) is not None


async def test_a_feed_read_by_its_own_words_is_not_read_again(
    tmp_path: Path, clock: Clock, web: WebServer
) -> None:
    folder = write_desk(tmp_path / "rules", {"harbour": web.url("/feed")})
    feeds = folder / "feeds.yaml"
    feeds.write_text(feeds.read_text().replace("name:", "read: feed, name:"))
    async with house_over(tmp_path, clock) as house:
        await watch_feeds(house.desk.feeds, house)
        clock.advance(timedelta(hours=1))
        web.put("/feed", Answer(rss(("n", "Rare earths run short", web.url("/call")))))
        assert (await watch_feeds(house.desk.feeds, house)).alerts == 1
        web.requests.clear()
        clock.advance(FIRST)
        assert await reread_due(house) == Tally()
        assert not web.requests
        assert house.store.claim_rereads(10, FIRST) == ()


async def test_a_page_that_breaks_us_keeps_no_other_from_being_read_and_is_read_later(
    house: House, clock: Clock, web: WebServer, caplog: pytest.LogCaptureFixture
) -> None:
    web.put("/call", Answer(page(TITLE, *CHANGED)))
    broken = replace(house, readers=cast(Readers, Broken()))
    clock.advance(FIRST)
    assert await reread_due(broken) == Tally()
    assert "ZeroDivisionError: our own mistake" in caplog.text
    assert await reread_due(broken) == Tally(), "it is not asked again at once"
    assert (await read_again(house, clock, timedelta(hours=1))).alerts == 1


class BusyOnce:
    """A store whose database is locked for too long when something is filed first."""

    def __init__(self, store: Store) -> None:
        self._store, self._busy = store, True

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def file(self, *args: Any) -> Filing:
        if self._busy:
            self._busy = False
            raise StorageBusy("the database", "is locked", "Wait")
        return self._store.file(*args)


async def test_a_withdrawal_that_a_busy_database_did_not_take_is_told_later(
    house: House, clock: Clock, web: WebServer
) -> None:
    web.put("/call", Answer(b"", status=404))
    await read_again(house, clock, FIRST)
    busy = replace(house, store=cast(Store, BusyOnce(house.store)))
    assert (await read_again(busy, clock, GONE_AGAIN)).alerts == 0
    await file_inbox(house)
    assert (await read_again(house, clock, GONE_AGAIN)).alerts == 1
