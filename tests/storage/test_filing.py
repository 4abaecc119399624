from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import select

from tests.clock import Clock
from tests.storage.samples import (
    LEASE,
    RARE_EARTH,
    alert,
    candidate,
    claim_one,
    drop,
    inbox_entry,
    ring,
)
from wirebell.core.decisions import Filing, History, Outcome
from wirebell.core.errors import LeaseLost
from wirebell.storage import Store
from wirebell.storage.engine import Database
from wirebell.storage.tables import EntryRow, RulingRow


def test_a_ringing_entry_gets_its_alert_its_deliveries_and_its_outcome(
    store: Store, clock: Clock, database_url: str
) -> None:
    known = candidate(inbox_entry(store, clock, "a"))
    filing = store.file(known, ring(to=("ada", "ben")))
    assert filing == ring(to=("ada", "ben"))(History())
    assert store.recent_alerts(2) == (alert("al-1"),)
    books = store.books()
    assert (books.outcomes, books.alerts, books.deliveries) == ({"rung": 1}, 1, {"pending": 2})
    assert books.whole
    database = Database(database_url)
    with database.reading() as session:
        ruling = session.exec(select(RulingRow)).one()
        entry = session.get_one(EntryRow, ruling.entry_id)
    database.close()
    assert (ruling.rule, ruling.verdict, ruling.reason) == ("rare-earth", "ring", "new story")
    assert ruling.evidence == RARE_EARTH.evidence
    assert (entry.desk_hash, entry.relation, entry.evidence) == ("desk-1", "new", ["a fact"])


def test_a_dropped_entry_has_its_reason_and_no_alert(store: Store, clock: Clock) -> None:
    known = candidate(inbox_entry(store, clock, "a"))
    filing = store.file(known, drop())
    assert filing.alert is None
    assert store.outcomes_since(clock.now) == (("a first", "unmatched", "no rule fired"),)
    assert store.recent_alerts(5) == ()
    assert store.claim_entries(1, LEASE) == ()


def test_a_plan_that_breaks_leaves_nothing_and_the_entry_waits(store: Store, clock: Clock) -> None:
    known = candidate(inbox_entry(store, clock, "a"))

    def broken(history: History) -> Filing:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        store.file(known, broken)
    books = store.books()
    assert (books.waiting, books.alerts) == (1, 0)
    store.file(known, ring())
    assert store.books().whole


def test_only_who_holds_an_entry_may_file_it_and_only_once(store: Store, clock: Clock) -> None:
    stale = candidate(inbox_entry(store, clock, "a"))
    clock.advance(LEASE)
    (inbox,) = store.claim_entries(1, LEASE)
    with pytest.raises(LeaseLost, match="entry"):
        store.file(stale, ring())
    assert store.books().alerts == 0
    fresh = replace(stale, inbox=inbox)
    store.file(fresh, ring())
    with pytest.raises(LeaseLost):
        store.file(fresh, ring("al-2"))
    assert store.books().alerts == 1


def test_an_alert_on_file_is_not_told_again(store: Store, clock: Clock) -> None:
    store.file(candidate(inbox_entry(store, clock, "a")), ring(to=("ada",)))
    filing = store.file(candidate(inbox_entry(store, clock, "b")), ring(to=("ada", "ben")))
    assert filing.alert is None
    assert filing.deliveries == ()
    assert filing.decision.outcome is Outcome.RUNG
    books = store.books()
    assert (books.alerts, books.deliveries, books.outcomes) == (1, {"pending": 1}, {"rung": 2})
    assert books.whole


def test_an_alert_to_nobody_is_filed_all_the_same(store: Store, clock: Clock) -> None:
    store.file(candidate(inbox_entry(store, clock, "a")), ring(to=()))
    assert store.books().whole
    assert store.recent_alerts(5) == (alert("al-1"),)


def test_the_newest_alerts_come_first(store: Store, clock: Clock) -> None:
    for n in range(3):
        store.file(candidate(inbox_entry(store, clock, f"{n}")), ring(f"al-{n}"))
        clock.advance(timedelta(minutes=1))
    assert [each.id for each in store.recent_alerts(2)] == ["al-2", "al-1"]


def test_outcomes_are_listed_newest_first_and_only_since_then(store: Store, clock: Clock) -> None:
    for name in ("long ago", "before", "after"):
        store.file(candidate(inbox_entry(store, clock, name)), drop())
        clock.advance(timedelta(minutes=1))
    listed = store.outcomes_since(clock.now - timedelta(minutes=2))
    assert [title for title, _, _ in listed] == ["after first", "before first"]


def test_a_delivery_waits_as_it_was_filed(store: Store, clock: Clock) -> None:
    store.file(candidate(inbox_entry(store, clock, "a")), ring(to=("ada",)))
    dispatch = claim_one(store)
    assert (dispatch.recipient, dispatch.channel) == ("ada", "mail")
    assert dispatch.address == "ada@desk.example"
    assert dispatch.alerts == (alert("al-1"),)
