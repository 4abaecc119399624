"""A lease is renewed by who is at work, and by nobody else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlmodel import select

from tests.clock import Clock
from tests.storage.samples import (
    LEASE,
    arrival,
    claim_one,
    file_alert,
    intake,
    next_at,
    page,
    take_in,
)
from tests.storage.test_outbox import DONE, SENT
from wirebell.core.alerts import Handling, How, Waiting
from wirebell.core.decisions import Outcome
from wirebell.core.errors import LeaseLost
from wirebell.storage import Store
from wirebell.storage.tables import FeedRow

ALMOST = LEASE * 0.9


def test_what_a_living_process_works_on_stays_its_own(store: Store, clock: Clock) -> None:
    take_in(store, clock, arrival("a"))
    (entry,) = store.claim_entries(1, LEASE)
    (feed,) = store.claim_feeds(["other"], LEASE)
    for _ in range(3):
        clock.advance(ALMOST)
        store.keep(LEASE)
        assert store.claim_feeds(["other"], LEASE) == ()
        assert store.claim_entries(1, LEASE) == ()
    intake(store, feed, page(), (), next_at(clock.now))
    store.settle(entry, Outcome.FAILED, "told at last")


def test_told_to_stop_it_frees_all_and_what_it_still_answers_is_not_written(
    store: Store, clock: Clock
) -> None:
    take_in(store, clock, arrival("a"))
    (entry,) = store.claim_entries(1, LEASE)
    (feed,) = store.claim_feeds(["other"], LEASE)
    store.keep(None)
    assert [claim.feed_id for claim in store.claim_feeds(["other"], LEASE)] == ["other"]
    assert len(store.claim_entries(1, LEASE)) == 1
    with pytest.raises(LeaseLost):
        store.settle(entry, Outcome.FAILED, "too late")
    with pytest.raises(LeaseLost):
        intake(store, feed, page(), (), next_at(clock.now))


def claim_and_die(url: str, number: int) -> int:
    store = Store(url, Clock())
    claimed = store.claim_feeds([f"feed {number}"], LEASE)
    store.close()
    return len(claimed)


def test_what_the_dead_held_is_renewed_by_nobody(
    store: Store, clock: Clock, database_url: str, four_processes: Callable[..., list[Any]]
) -> None:
    assert four_processes(claim_and_die, database_url) == [1, 1, 1, 1]
    (mine,) = store.claim_feeds(["mine"], LEASE)
    clock.advance(ALMOST)
    store.keep(LEASE)
    clock.advance(ALMOST)
    names = ["mine", *(f"feed {number}" for number in range(4))]
    assert {claim.feed_id for claim in store.claim_feeds(names, LEASE)} == {*names} - {"mine"}
    intake(store, mine, page(), (), next_at(clock.now))


@pytest.mark.postgres
def test_a_row_that_is_being_finished_is_not_waited_for(
    store: Store, open_store: Callable[[], Store], clock: Clock, engine_name: str
) -> None:
    if engine_name == "sqlite":
        pytest.skip("one writer at a time: nothing can be locked by another")
    store.claim_feeds(["busy", "idle"], LEASE)
    clock.advance(ALMOST)
    with open_store()._database.writing() as session:
        session.exec(select(FeedRow).where(FeedRow.id == "busy").with_for_update()).one()
        store.keep(LEASE)
    clock.advance(ALMOST)
    assert [claim.feed_id for claim in store.claim_feeds(["busy", "idle"], LEASE)] == ["busy"]


@pytest.mark.parametrize("engine_name", [pytest.param("postgres", marks=pytest.mark.postgres)])
def test_what_was_taken_while_another_worker_claims_it_anew_is_not_sent_again(
    open_store: Callable[[], Store], clock: Clock
) -> None:
    slow, other = open_store(), open_store()
    file_alert(slow, clock, "al-1", "ada")
    first = claim_one(slow)
    slow.begin_attempt(first)
    clock.advance(LEASE)

    def meanwhile(_: Waiting) -> Handling:
        slow.finish_attempt(first, SENT, DONE)
        return Handling(How.SINGLE)

    (again,) = other.claim_deliveries(meanwhile, 1, LEASE)
    with pytest.raises(LeaseLost):
        other.begin_attempt(again)
    assert other.books().deliveries == {"sent": 1}
