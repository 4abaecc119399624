from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal, cast

import pytest

from tests.clock import Clock
from tests.journeys.doomed import Doomed, Fate
from tests.journeys.morning import WORKERS, read_here
from tests.pipeline.desk import house_over, mails_in, page, write_desk
from tests.pipeline.rung import CHANGED, TITLE, publish, ring_once
from tests.servers.web import Answer, WebServer
from wirebell.fetchers.rhythm import REREAD_AFTER
from wirebell.pipeline.rereading import GONE_AGAIN, reread_due
from wirebell.pipeline.steps import deliver_due, file_inbox
from wirebell.pipeline.wiring import House
from wirebell.storage import Store

pytestmark = pytest.mark.kill

LATER = timedelta(minutes=10)  # every lease of the killed worker has run out by then
FATES = (
    Fate("after", "claim_rereads", 1),
    Fate("before", "admit", 1),
    Fate("after", "admit", 1),
    Fate("during", "file", 1),
    Fate("after", "file", 1),
    Fate("before", "finish_reread", 1),
)
"""Both sides of every step by which a page that changed, or is gone, becomes an alert."""


def read_and_die(home: Path, database: str, now: datetime, fate: Fate) -> None:
    """The child's main function."""

    async def read() -> None:
        async with house_over(home, Clock(now), database=database) as opened:
            doomed = cast(Store, Doomed(opened.store, fate))
            await reread_due(replace(read_here(opened), store=doomed))

    asyncio.run(read())


@pytest.fixture
async def web() -> AsyncIterator[WebServer]:
    async with WebServer() as server:
        publish(server)
        yield server


@pytest.fixture
async def house(
    tmp_path: Path, database_url: str, clock: Clock, web: WebServer
) -> AsyncIterator[House]:
    """A house in which one article has rung, whose page is due to be read again."""
    write_desk(tmp_path / "rules", {"harbour": web.url("/feed")})
    async with house_over(tmp_path, clock, database=database_url) as opened:
        house = read_here(opened)
        await ring_once(house, clock, web)
        clock.advance(REREAD_AFTER[0])
        yield house


async def kill_and_take_over(
    fate: Fate, home: Path, database: str, house: House, clock: Clock
) -> None:
    """A worker dies while it reads again; the next ones do what they do, until all is quiet."""
    worker = WORKERS.Process(target=read_and_die, args=(home, database, clock.now, fate))
    worker.start()
    await asyncio.to_thread(worker.join, 60)
    assert worker.exitcode == -signal.SIGKILL
    for wait in (LATER, LATER, timedelta(hours=1)):
        clock.advance(wait)
        await file_inbox(house)
        await reread_due(house)
        await asyncio.to_thread(deliver_due, house)


def assert_told_once(house: House, home: Path, words: str) -> None:
    books = house.store.books()
    assert (books.problems, books.waiting, books.alerts) == ((), 0, 2)
    assert dict(books.deliveries) == {"sent": 2}
    assert sum(words in mail for mail in mails_in(home / "outbox")) == 1


@pytest.mark.parametrize("fate", FATES, ids=str)
async def test_a_worker_killed_while_it_reads_again_loses_no_update_and_tells_none_twice(
    fate: Fate, tmp_path: Path, database_url: str, house: House, clock: Clock, web: WebServer
) -> None:
    web.put("/call", Answer(page(TITLE, *CHANGED)))
    await kill_and_take_over(fate, tmp_path, database_url, house, clock)
    assert_told_once(house, tmp_path, "90 tons")
    web.requests.clear()
    clock.advance(timedelta(hours=6))
    await reread_due(house)
    assert len(web.requests) == 1  # it is still on the list


@pytest.mark.parametrize("fate", FATES, ids=str)
async def test_a_worker_killed_while_it_files_a_withdrawal_loses_none_and_tells_none_twice(
    fate: Fate, tmp_path: Path, database_url: str, house: House, clock: Clock, web: WebServer
) -> None:
    web.put("/call", Answer(b"gone", status=410))
    await reread_due(house)  # for the first time: nobody is told yet
    clock.advance(GONE_AGAIN)
    await kill_and_take_over(fate, tmp_path, database_url, house, clock)
    assert_told_once(house, tmp_path, "Withdrawn")


@pytest.mark.parametrize("moment", ["before", "after"])
async def test_a_worker_killed_while_it_notes_that_a_page_is_gone_loses_no_withdrawal(
    moment: Literal["before", "after"],
    tmp_path: Path,
    database_url: str,
    house: House,
    clock: Clock,
    web: WebServer,
) -> None:
    web.put("/call", Answer(b"gone", status=410))
    fate = Fate(moment, "finish_reread", 1)
    await kill_and_take_over(fate, tmp_path, database_url, house, clock)
    assert_told_once(house, tmp_path, "Withdrawn")
