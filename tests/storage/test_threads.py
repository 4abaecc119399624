from __future__ import annotations

from dataclasses import replace

from tests.clock import NOON, Clock
from tests.storage.samples import LEASE, SECOND, alert, candidate, claim_one, delivery, inbox_entry
from wirebell.core.alerts import (
    AlertKind,
    DeliveryState,
    Dispatch,
    Receipt,
    ReceiptState,
    Step,
)
from wirebell.core.decisions import Decision, Filing, Outcome, Relation, Verdict
from wirebell.storage import Store

SENT = Receipt(ReceiptState.SENT, "http 200", provider_id="1749136200.000100")
BUSY = Receipt(ReceiptState.RETRY, "http 503")


def file_one(store: Store, clock: Clock, id_: str, *to: str, root: str = "") -> None:
    """An alert on file; with a root it is an update of that one."""
    told = replace(alert(id_), root=root or id_, kind=AlertKind.UPDATE if root else AlertKind.NEW)
    owed = tuple(delivery(id_, name) for name in to)
    ring = Decision(Verdict.RING, Outcome.RUNG, "new", Relation.NEW, "st-1")
    known = candidate(inbox_entry(store, clock, f"entry of {id_}"))
    store.file(known, lambda _: Filing(ring, told, owed))


def send(store: Store, receipt: Receipt = SENT) -> Dispatch:
    dispatch = claim_one(store)
    store.begin_attempt(dispatch)
    done = DeliveryState.SENT if receipt is SENT else DeliveryState.PENDING
    store.finish_attempt(dispatch, receipt, Step(done))
    return dispatch


def test_an_update_knows_when_and_where_its_story_was_told(store: Store, clock: Clock) -> None:
    file_one(store, clock, "al-1", "ada")
    first = send(store)
    assert (first.first_told, first.thread) == (None, "")
    clock.advance(LEASE)
    file_one(store, clock, "al-2", "ada", root="al-1")
    update = send(store)
    assert (update.first_told, update.thread) == (NOON, SENT.provider_id)


def test_an_address_that_was_not_told_of_the_story_has_no_thread(
    store: Store, clock: Clock
) -> None:
    file_one(store, clock, "al-1", "ada")
    send(store)
    file_one(store, clock, "al-2", "ben", root="al-1")
    update = send(store)
    assert (update.first_told, update.thread) == (None, "")


def test_a_try_that_failed_is_no_thread_and_the_one_that_worked_is(
    store: Store, clock: Clock
) -> None:
    file_one(store, clock, "al-1", "ada")
    send(store, BUSY)
    clock.advance(SECOND)
    send(store)
    file_one(store, clock, "al-2", "ada", root="al-1")
    update = send(store)
    assert (update.first_told, update.thread) == (NOON + SECOND, SENT.provider_id)
