from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from sqlalchemy.exc import StatementError

from tests.clock import Clock
from tests.storage.samples import LEASE, arrival, next_at, page
from wirebell.core.books import FeedLine
from wirebell.core.decisions import Catch
from wirebell.core.errors import LeaseLost
from wirebell.pipeline.tray import Tray
from wirebell.storage import Store


class CountingStore(Store):
    """Tells how many polls each transaction took in."""

    sizes: tuple[int, ...] = ()

    def intake(self, catches: list[Catch]) -> list[FeedLine | LeaseLost]:  # type: ignore[override]
        self.sizes += (len(catches),)
        return super().intake(catches)


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> CountingStore:
    store = CountingStore(f"sqlite:///{tmp_path / 'tray.db'}", clock)
    store.upgrade()
    return store


def catches(store: Store, clock: Clock, feeds: int) -> list[Catch]:
    claims = store.claim_feeds([f"f{n:03}" for n in range(feeds)], LEASE)
    return [Catch(claim, page(), [arrival("a")], next_at(clock.now + LEASE)) for claim in claims]


async def test_polls_that_end_meanwhile_share_a_transaction(
    store: CountingStore, clock: Clock
) -> None:
    tray = Tray(store)
    lines = await asyncio.gather(*map(tray.take_in, catches(store, clock, 100)))
    assert [line.fresh for line in lines] == [1] * 100
    assert len({line.feed_id for line in lines}) == 100
    assert len(store.sizes) < 5
    (late,) = store.claim_feeds(["late"], LEASE)
    assert (await tray.take_in(Catch(late, page(), (), next_at(clock.now)))).state == "ok"


async def test_one_that_breaks_the_transaction_breaks_alone(
    store: CountingStore, clock: Clock
) -> None:
    tray, caught = Tray(store), catches(store, clock, 5)
    object.__setattr__(caught[2].arrivals[0].entry, "title", "\ud800")
    clock.advance(LEASE)
    store.claim_feeds(["f004"], LEASE)  # somebody else's by now
    *told, lost = await asyncio.gather(*map(tray.take_in, caught), return_exceptions=True)
    assert isinstance(lost, LeaseLost)
    assert isinstance(told.pop(2), StatementError)
    assert [line.fresh for line in told if isinstance(line, FeedLine)] == [1, 1, 1]
    assert store.books().entries == 3


@pytest.mark.parametrize(("coming", "sizes"), [(1, (2,)), (0, (1, 1))])
async def test_while_others_are_under_way_they_are_waited_for_and_else_nobody_is(
    store: CountingStore, clock: Clock, coming: int, sizes: tuple[int, ...]
) -> None:
    tray, (one, other) = Tray(store, coming), catches(store, clock, 2)
    first = asyncio.create_task(tray.take_in(one))
    for _ in range(3):  # until what waits would be taken in
        await asyncio.sleep(0)
    await asyncio.gather(first, tray.take_in(other))
    assert store.sizes == sizes
