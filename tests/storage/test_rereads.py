from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.clock import Clock
from tests.storage.samples import LEASE, candidate, drop, inbox_entry, ring
from wirebell.core.decisions import Filing, History, Reread
from wirebell.core.errors import LeaseLost
from wirebell.core.feeds import Validators
from wirebell.storage import Store

QUARTER = timedelta(minutes=15)


def rung(store: Store, clock: Clock, key: str = "a") -> None:
    """Files an article that rings and is to be read again in a quarter of an hour."""

    def plan(history: History) -> Filing:
        return replace(ring(f"al-{key}")(history), reread_at=clock.now + QUARTER)

    store.file(candidate(inbox_entry(store, clock, key), text=f"text {key}"), plan)


def claim(store: Store, clock: Clock) -> Reread:
    clock.advance(QUARTER)
    (due,) = store.claim_rereads(10, LEASE)
    return due


def test_what_rang_is_due_when_its_filing_says_so(store: Store, clock: Clock) -> None:
    rung(store, clock)
    filed_at = clock.now
    assert store.claim_rereads(10, LEASE) == ()
    due = claim(store, clock)
    assert (due.key, due.known.article.text, due.since, due.gone) == ("a", "text a", filed_at, 0)
    assert due.validators == Validators()


def test_one_worker_has_it_until_the_lease_ends(store: Store, clock: Clock) -> None:
    rung(store, clock)
    first = claim(store, clock)
    assert store.claim_rereads(10, LEASE) == ()
    clock.advance(LEASE)
    (second,) = store.claim_rereads(10, LEASE)
    with pytest.raises(LeaseLost):
        store.finish_reread(first, Validators(), None)
    with pytest.raises(LeaseLost):
        store.admit(first, "changed", LEASE)
    store.finish_reread(second, Validators(), None)


def test_the_next_reading_knows_what_the_last_one_learned(store: Store, clock: Clock) -> None:
    rung(store, clock)
    learned = Validators('"1"', "Thu, 05 Jun 2025 12:00:00 GMT", "0" * 64)
    store.finish_reread(claim(store, clock), learned, clock.now + QUARTER, gone=1)
    due = claim(store, clock)
    assert (due.validators, due.gone) == (learned, 1)


def test_after_the_last_reading_it_is_off_the_list(store: Store, clock: Clock) -> None:
    rung(store, clock)
    store.finish_reread(claim(store, clock), Validators(), None)
    clock.advance(timedelta(days=9))
    assert store.claim_rereads(10, LEASE) == ()


def test_a_changed_page_is_a_new_entry_that_waits_under_lease(store: Store, clock: Clock) -> None:
    rung(store, clock)
    inbox = store.admit(claim(store, clock), "changed", LEASE)
    assert (inbox.entry.id, inbox.first_seen, inbox.backlog) == ("a", clock.now, False)
    assert store.claim_entries(10, LEASE) == ()
    assert (store.books().entries, store.books().waiting) == (2, 1)
    clock.advance(LEASE)
    assert [waiting.id for waiting in store.claim_entries(10, LEASE)] == [inbox.id]


def test_ringing_again_begins_again_and_takes_the_lease_away(store: Store, clock: Clock) -> None:
    rung(store, clock)
    due = claim(store, clock)
    inbox = store.admit(due, "changed", LEASE)

    def plan(history: History) -> Filing:
        return replace(ring("al-2")(history), reread_at=clock.now + QUARTER)

    store.file(candidate(inbox, text="changed"), plan)
    with pytest.raises(LeaseLost):
        store.finish_reread(due, Validators(), None)
    assert claim(store, clock).known.article.text == "changed"


def unread(store: Store, clock: Clock, key: str, text: str) -> None:
    """Files an article nobody is told of, whose page is to be asked for in a quarter of an hour."""

    def plan(history: History) -> Filing:
        return replace(drop()(history), reread_at=clock.now + QUARTER)

    read = candidate(inbox_entry(store, clock, key), text=text)
    store.file(replace(read, url_key="one"), plan)


def test_what_lacks_its_page_is_due_though_it_did_not_ring(store: Store, clock: Clock) -> None:
    unread(store, clock, "a", "teaser")
    assert not claim(store, clock).rang


def test_another_feed_that_could_not_read_the_page_does_not_stop_the_re_reading_of_what_rang(
    store: Store, clock: Clock
) -> None:
    def plan(history: History) -> Filing:
        return replace(ring("al-a")(history), reread_at=clock.now + QUARTER)

    read = candidate(inbox_entry(store, clock, "a"), text="whole")
    store.file(replace(read, url_key="one"), plan)
    unread(store, clock, "b", "teaser")
    due = claim(store, clock)
    assert (due.rang, due.key) == (True, "a")
