from __future__ import annotations

import pytest

from tests.clock import Clock
from tests.storage.samples import LEASE, arrival, inbox_entry, take_in
from wirebell.core.decisions import Outcome
from wirebell.core.errors import LeaseLost
from wirebell.storage import Store


def test_the_oldest_entries_come_first_and_no_more_than_asked_for(
    store: Store, clock: Clock
) -> None:
    take_in(store, clock, *(arrival(name) for name in "abc"))
    assert [e.entry.id for e in store.claim_entries(2, LEASE)] == ["a", "b"]
    assert [e.entry.id for e in store.claim_entries(2, LEASE)] == ["c"]
    assert store.claim_entries(2, LEASE) == ()


def test_an_entry_whose_worker_died_is_tried_again(store: Store, clock: Clock) -> None:
    first = inbox_entry(store, clock, "a")
    clock.advance(LEASE)
    (second,) = store.claim_entries(1, LEASE)
    assert (first.tries, second.tries) == (1, 2)
    assert second.id == first.id
    assert second.token != first.token


def test_a_settled_entry_waits_no_more(store: Store, clock: Clock) -> None:
    entry = inbox_entry(store, clock, "a")
    store.settle(entry, Outcome.FAILED, "broke its reader three times")
    clock.advance(LEASE)
    assert store.claim_entries(1, LEASE) == ()
    books = store.books()
    assert (books.entries, books.waiting, books.outcomes) == (1, 0, {"failed": 1})
    assert store.outcomes_since(clock.now - LEASE) == (
        ("a first", "failed", "broke its reader three times"),
    )


def test_only_who_holds_an_entry_may_settle_it_and_only_once(store: Store, clock: Clock) -> None:
    stale = inbox_entry(store, clock, "a")
    clock.advance(LEASE)
    (fresh,) = store.claim_entries(1, LEASE)
    with pytest.raises(LeaseLost, match="entry"):
        store.settle(stale, Outcome.FAILED, "too late")
    assert store.books().waiting == 1
    store.settle(fresh, Outcome.FAILED, "in time")
    with pytest.raises(LeaseLost):
        store.settle(fresh, Outcome.KNOWN, "twice")
    assert store.books().outcomes == {"failed": 1}
