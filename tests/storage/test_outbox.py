from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy.exc import NoResultFound

from tests.clock import NOON, Clock
from tests.storage.samples import LEASE, SECOND, alert, claim_one, delivery, file_alert, say
from wirebell.core.alerts import (
    DeliveryState,
    Dispatch,
    Handling,
    How,
    Receipt,
    ReceiptState,
    Step,
    Waiting,
)
from wirebell.core.errors import LeaseLost
from wirebell.storage import Store

HOUR = timedelta(hours=1)
SENT = Receipt(ReceiptState.SENT, "smtp 250", provider_id="queued as 17")
BUSY = Receipt(ReceiptState.RETRY, "smtp 451", "greylisted")
DONE = Step(DeliveryState.SENT)


def later(clock: Clock) -> Step:
    return Step(DeliveryState.PENDING, clock.now + HOUR)


def claim(
    store: Store, how: How = How.SINGLE, not_before: datetime | None = None
) -> list[Dispatch]:
    return list(store.claim_deliveries(say(how, not_before), 10, LEASE))


def never_asked(_: Waiting) -> Handling:
    raise AssertionError("a message that was tried is not handled anew")


def try_once(store: Store, dispatch: Dispatch, receipt: Receipt, step: Step) -> None:
    store.begin_attempt(dispatch)
    store.finish_attempt(dispatch, receipt, step)


def test_the_handling_sees_what_waits(store: Store, clock: Clock) -> None:
    file_alert(store, clock, "al-1", "ada")
    seen: list[Waiting] = []

    def look(waiting: Waiting) -> Handling:
        seen.append(waiting)
        return Handling(How.QUIET, NOON + HOUR)

    store.claim_deliveries(look, 10, LEASE)
    clock.advance(HOUR)
    store.claim_deliveries(look, 10, LEASE)
    told = alert("al-1", "story of al-1")
    first = Waiting(delivery("al-1", "ada"), told, filed_at=NOON, due=NOON, story_since=NOON)
    again = replace(first, held_as=How.QUIET, due=NOON + HOUR)
    assert seen == [first, again]


def test_a_single_delivery_leaves_as_its_own_message(store: Store, clock: Clock) -> None:
    file_alert(store, clock, "al-1", "ada", "ben")
    ada, ben = claim(store)
    assert (ada.message_key, ada.recipient, ada.address) == ("al-1 ada", "ada", "ada@desk.example")
    assert (ada.how, ada.alerts, ada.due, ada.attempts) == (
        How.SINGLE,
        (alert("al-1", "story of al-1"),),
        NOON,
        0,
    )
    assert ben.token != ada.token


def test_a_leased_delivery_is_nobody_elses_until_the_lease_runs_out(
    store: Store, clock: Clock
) -> None:
    file_alert(store, clock, "al-1", "ada")
    first = claim_one(store)
    assert claim(store) == []
    clock.advance(LEASE)
    second = claim_one(store)
    assert second.token != first.token
    with pytest.raises(LeaseLost, match="message"):
        store.begin_attempt(first)
    store.begin_attempt(second)


def test_no_attempt_begins_after_the_lease_even_if_nobody_took_over(
    store: Store, clock: Clock
) -> None:
    file_alert(store, clock, "al-1", "ada")
    dispatch = claim_one(store)
    clock.advance(LEASE)
    with pytest.raises(LeaseLost):
        store.begin_attempt(dispatch)
    assert store.books().attempts == 0


def test_at_most_so_many_messages_are_leased_oldest_first(store: Store, clock: Clock) -> None:
    for n in range(3):
        file_alert(store, clock, f"al-{n}", "ada")
    claimed = store.claim_deliveries(say(How.SINGLE), 2, LEASE)
    assert [dispatch.message_key for dispatch in claimed] == ["al-0 ada", "al-1 ada"]
    assert claim_one(store).message_key == "al-2 ada"


def test_what_is_held_is_looked_at_again_when_its_time_has_come(store: Store, clock: Clock) -> None:
    file_alert(store, clock, "al-1", "ada")
    assert claim(store, How.QUIET, NOON + HOUR) == []
    clock.advance(HOUR - SECOND)
    assert claim(store) == []
    clock.advance(SECOND)
    assert claim_one(store).message_key == "al-1 ada"


def test_a_message_is_due_since_its_first_try_however_late_that_was(
    store: Store, clock: Clock
) -> None:
    file_alert(store, clock, "al-0", "ada")
    assert claim(store, How.QUIET, NOON + HOUR) == []
    clock.advance(HOUR)
    file_alert(store, clock, "al-1", "ada")
    clock.advance(24 * HOUR)
    claim_one(store, How.QUIET)
    clock.advance(LEASE)
    dispatch, first = claim_one(store, How.QUIET), clock.now
    assert (dispatch.due, len(dispatch.alerts)) == (first, 2)
    try_once(store, dispatch, BUSY, later(clock))
    clock.advance(HOUR)
    assert claim_one(store).due == first


def test_what_is_held_only_until_now_leaves_now(store: Store, clock: Clock) -> None:
    file_alert(store, clock, "al-1", "ada")
    (dispatch,) = claim(store, How.SINGLE, NOON)
    assert dispatch.message_key == "al-1 ada"


def test_a_claim_looks_behind_what_it_holds(store: Store, clock: Clock) -> None:
    file_alert(store, clock, "al-1", "ada", "ben", "cid")

    def only_cid(waiting: Waiting) -> Handling:
        mine = waiting.delivery.recipient == "cid"
        return Handling(How.SINGLE) if mine else Handling(How.QUIET, NOON + HOUR)

    (dispatch,) = store.claim_deliveries(only_cid, 1, LEASE)
    assert dispatch.recipient == "cid"
    assert store.claim_deliveries(never_asked, 1, LEASE) == ()


def test_a_digest_takes_all_for_one_address_however_small_the_limit(
    store: Store, clock: Clock
) -> None:
    for n in range(5):
        file_alert(store, clock, f"al-{n}", "ada", "ben")
        clock.advance(SECOND)
    (ada,) = store.claim_deliveries(say(How.DIGEST), 1, LEASE)
    assert (ada.recipient, ada.how, ada.due) == ("ada", How.DIGEST, clock.now)
    assert [each.id for each in ada.alerts] == [f"al-{n}" for n in range(5)]
    assert ada.message_key != "al-0 ada"
    (ben,) = store.claim_deliveries(say(How.DIGEST), 1, LEASE)
    assert ben.recipient == "ben"
    assert ben.message_key != ada.message_key


def test_a_digest_and_a_single_for_one_address_leave_apart(store: Store, clock: Clock) -> None:
    for n in range(3):
        file_alert(store, clock, f"al-{n}", "ada")

    def by_alert(waiting: Waiting) -> Handling:
        single = waiting.delivery.alert_id == "al-1"
        return Handling(How.SINGLE if single else How.DIGEST)

    digest, single = store.claim_deliveries(by_alert, 10, LEASE)
    assert [len(digest.alerts), len(single.alerts)] == [2, 1]
    assert (digest.how, single.how) == (How.DIGEST, How.SINGLE)


@pytest.mark.parametrize("how", [How.QUIET, How.CAPPED])
def test_what_was_held_is_released_together(store: Store, clock: Clock, how: How) -> None:
    for n in range(2):
        file_alert(store, clock, f"al-{n}", "ada")
    assert claim(store, how, NOON + HOUR) == []
    clock.advance(HOUR)
    (dispatch,) = claim(store, how)
    assert (dispatch.how, len(dispatch.alerts)) == (how, 2)


def test_a_digest_that_is_tried_again_is_the_same_message(store: Store, clock: Clock) -> None:
    for n in range(2):
        file_alert(store, clock, f"al-{n}", "ada")
    first = claim_one(store, How.DIGEST)
    try_once(store, first, BUSY, later(clock))
    file_alert(store, clock, "al-new", "ada")
    (newcomer,) = claim(store, How.DIGEST)
    assert [each.id for each in newcomer.alerts] == ["al-new"]
    clock.advance(HOUR - SECOND)
    (again_newcomer,) = claim(store, How.DIGEST)
    assert again_newcomer.attempts == 0
    clock.advance(SECOND)
    (again,) = store.claim_deliveries(never_asked, 1, LEASE)
    assert (again.message_key, again.alerts, again.how) == (
        first.message_key,
        first.alerts,
        How.DIGEST,
    )
    assert again.attempts == 1


def test_a_digest_nobody_began_to_send_takes_newcomers_along(store: Store, clock: Clock) -> None:
    file_alert(store, clock, "al-0", "ada")
    claim_one(store, How.DIGEST)
    file_alert(store, clock, "al-1", "ada")
    clock.advance(LEASE)
    assert len(claim_one(store, How.DIGEST).alerts) == 2


@pytest.mark.parametrize("how", [How.SINGLE, How.DIGEST])
def test_an_attempt_nobody_saw_the_end_of_is_made_again_as_the_same_message(
    store: Store, clock: Clock, how: How
) -> None:
    file_alert(store, clock, "al-1", "ada")
    dead = claim_one(store, how)
    store.begin_attempt(dead)
    assert store.books().attempts == 1
    clock.advance(LEASE)
    again = claim_one(store, how)
    assert (again.message_key, again.attempts) == (dead.message_key, 1)
    with pytest.raises(LeaseLost):
        store.finish_attempt(dead, SENT, DONE)
    assert store.books().deliveries == {"pending": 1}
    try_once(store, again, SENT, DONE)
    books = store.books()
    assert (books.deliveries, books.attempts) == ({"sent": 1}, 2)
    assert books.whole


def test_a_single_that_was_tried_is_no_part_of_a_digest_later(store: Store, clock: Clock) -> None:
    for n in range(2):
        file_alert(store, clock, f"al-{n}", "ada")
    first, second = claim(store)
    for dispatch in (first, second):
        try_once(store, dispatch, BUSY, later(clock))
    clock.advance(HOUR)
    again = claim(store, How.DIGEST)
    assert [each.message_key for each in again] == [first.message_key, second.message_key]
    assert [each.how for each in again] == [How.SINGLE, How.SINGLE]


def test_a_retry_may_be_held_by_quiet_hours(store: Store, clock: Clock) -> None:
    file_alert(store, clock, "al-1", "ada")
    try_once(store, claim_one(store), BUSY, later(clock))
    clock.advance(HOUR)
    assert claim(store, How.QUIET, clock.now + HOUR) == []
    clock.advance(HOUR)
    again = claim_one(store, How.QUIET)
    assert (again.message_key, again.how) == ("al-1 ada", How.SINGLE)


def test_a_sent_delivery_waits_no_more(store: Store, clock: Clock) -> None:
    file_alert(store, clock, "al-1", "ada")
    try_once(store, claim_one(store), SENT, DONE)
    clock.advance(HOUR)
    assert claim(store) == []
    books = store.books()
    assert (books.deliveries, books.attempts) == ({"sent": 1}, 1)
    assert books.whole


def test_a_dead_delivery_is_dead(store: Store, clock: Clock) -> None:
    file_alert(store, clock, "al-1", "ada")
    refused = Receipt(ReceiptState.PERMANENT, "smtp 550")
    try_once(store, claim_one(store), refused, Step(DeliveryState.DEAD))
    clock.advance(HOUR)
    assert claim(store) == []
    books = store.books()
    assert books.deliveries == {"dead": 1}
    assert books.whole


def test_a_delivery_to_be_tried_again_waits_until_then(store: Store, clock: Clock) -> None:
    file_alert(store, clock, "al-1", "ada")
    try_once(store, claim_one(store), BUSY, later(clock))
    assert claim(store) == []
    clock.advance(HOUR)
    assert claim_one(store).attempts == 1


def test_a_receipt_counts_after_the_lease_if_nobody_took_over(store: Store, clock: Clock) -> None:
    file_alert(store, clock, "al-1", "ada")
    dispatch = claim_one(store)
    store.begin_attempt(dispatch)
    clock.advance(LEASE)
    store.finish_attempt(dispatch, SENT, DONE)
    assert store.books().deliveries == {"sent": 1}


def test_an_attempt_ends_once_and_not_before_it_began(store: Store, clock: Clock) -> None:
    file_alert(store, clock, "al-1", "ada")
    dispatch = claim_one(store)
    with pytest.raises(NoResultFound):
        store.finish_attempt(dispatch, SENT, DONE)
    try_once(store, dispatch, BUSY, later(clock))
    with pytest.raises(LeaseLost):
        store.finish_attempt(dispatch, SENT, DONE)
    assert store.books().deliveries == {"pending": 1}


def test_an_attempt_is_on_record_for_everybody_before_it_is_made(
    open_store: Callable[[], Store], clock: Clock
) -> None:
    worker, onlooker = open_store(), open_store()
    file_alert(worker, clock, "al-1", "ada")
    worker.begin_attempt(claim_one(worker))
    assert onlooker.books().attempts == 1


@pytest.mark.parametrize("engine_name", [pytest.param("postgres", marks=pytest.mark.postgres)])
def test_what_was_taken_is_put_on_record_while_another_worker_claims(
    open_store: Callable[[], Store], clock: Clock
) -> None:
    worker, other = open_store(), open_store()
    for name in ("al-1", "al-2"):
        file_alert(worker, clock, name, "ada")
    first, second = claim(worker)
    worker.begin_attempt(first)

    def meanwhile(_: Waiting) -> Handling:
        worker.finish_attempt(first, SENT, DONE)
        assert worker.begin_attempt(second)
        return Handling(How.QUIET, NOON + HOUR)

    file_alert(worker, clock, "al-3", "ada")
    assert other.claim_deliveries(meanwhile, 1, LEASE) == ()
    assert worker.books().deliveries == {"sent": 1, "pending": 2}
