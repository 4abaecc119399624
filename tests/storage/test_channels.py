"""Breaker, pauses, pace and fallback: how a channel does, for every worker."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.clock import NOON, Clock
from tests.storage.samples import LEASE, SECOND, claim_one, file_alert, say
from wirebell.core.alerts import (
    ChannelState,
    DeliveryState,
    Dispatch,
    How,
    Receipt,
    ReceiptState,
    Step,
)
from wirebell.storage import Store

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
BUSY = Receipt(ReceiptState.RETRY, "connection", "refused")
LOST = Receipt(ReceiptState.AMBIGUOUS, "connection", "no answer")
LOCKED = Receipt(ReceiptState.CONFIG, "smtp 535", "no such login")
GONE = Receipt(ReceiptState.PERMANENT, "smtp 550", "no such user")
SENT = Receipt(ReceiptState.SENT, "smtp 250")


def claim(store: Store, limit: int = 10, **pace: float) -> list[Dispatch]:
    return list(store.claim_deliveries(say(How.SINGLE), limit, LEASE, pace))


def answer(
    store: Store, clock: Clock, receipt: Receipt, dispatch: Dispatch, step: Step | None = None
) -> Step:
    store.begin_attempt(dispatch)
    again = Step(DeliveryState.PENDING, clock.now + MINUTE)
    done = Step(DeliveryState.SENT) if receipt is SENT else again
    return store.finish_attempt(dispatch, receipt, step or done)


def state(store: Store) -> ChannelState:
    (found,) = store.channel_states()
    return found


def test_a_channel_somebody_must_mend_is_left_alone_and_looked_at_every_five_minutes(
    store: Store, clock: Clock
) -> None:
    for n in range(3):
        file_alert(store, clock, f"al-{n}", "ada")
    first, second = claim(store, 2)
    answer(store, clock, LOCKED, first)
    broken = ChannelState("mail", NOON, NOON + 5 * MINUTE, 1, "smtp 535 no such login")
    assert state(store) == broken
    assert not store.begin_attempt(second), "it was claimed before"
    clock.advance(5 * MINUTE - SECOND)
    assert claim(store) == []
    assert store.books().attempts == 1
    clock.advance(SECOND)
    (probe,) = claim(store)
    assert probe.attempts == 0
    assert claim(store) == []
    answer(store, clock, LOCKED, probe)
    clock.advance(5 * MINUTE)
    (probe,) = claim(store)
    answer(store, clock, SENT, probe)
    assert state(store).broken_since is None
    assert len(claim(store)) == 2


@pytest.mark.parametrize("receipt", [BUSY, LOST])
def test_five_messages_in_a_row_that_fail_break_a_channel(
    store: Store, clock: Clock, receipt: Receipt
) -> None:
    for n in range(6):
        file_alert(store, clock, f"al-{n}", "ada")
    *most, fifth, sixth = claim(store)
    store.begin_attempt(sixth)
    for dispatch in most:
        answer(store, clock, receipt, dispatch)
    assert state(store).broken_since is None
    answer(store, clock, receipt, fifth)
    assert state(store).broken_since == NOON
    store.finish_attempt(sixth, GONE, Step(DeliveryState.DEAD))
    assert state(store).broken_since is None, "a refusal is an answer"


def test_one_message_that_fails_again_and_again_breaks_nothing(store: Store, clock: Clock) -> None:
    file_alert(store, clock, "al-1", "ada")
    for _ in range(8):
        answer(store, clock, BUSY, claim_one(store))
        clock.advance(MINUTE)
    assert (state(store).failures, state(store).broken_since) == (1, None)


def test_what_a_broken_channel_did_not_take_does_not_die_and_has_its_patience_again(
    store: Store, clock: Clock
) -> None:
    for n in range(5):
        file_alert(store, clock, f"al-{n}", "ada")
    for dispatch in claim(store):
        answer(store, clock, BUSY, dispatch)
    clock.advance(30 * HOUR)
    (probe,) = claim(store)
    step = answer(store, clock, BUSY, probe, Step(DeliveryState.DEAD))
    assert step == Step(DeliveryState.PENDING, clock.now + 5 * MINUTE)
    clock.advance(5 * MINUTE)
    (probe,) = claim(store)
    answer(store, clock, SENT, probe)
    clock.advance(SECOND)
    again = claim(store)
    assert len(again) == 4
    assert {dispatch.due for dispatch in again} == {clock.now - SECOND}


def test_retry_after_holds_the_whole_channel_for_at_most_an_hour(
    store: Store, clock: Clock
) -> None:
    file_alert(store, clock, "al-0", "ada", "ben")
    (ada,) = claim(store, 1)
    asked = Receipt(ReceiptState.RETRY, "http 429", retry_after=timedelta(seconds=30))
    answer(store, clock, asked, ada)
    clock.advance(29 * SECOND)
    assert claim(store) == []
    clock.advance(SECOND)
    (ben,) = claim(store)
    assert ben.recipient == "ben"
    answer(store, clock, Receipt(ReceiptState.RETRY, "http 429", retry_after=9 * HOUR), ben)
    clock.advance(HOUR)
    assert claim(store) != []


def test_a_clock_put_back_stops_no_channel(store: Store, clock: Clock) -> None:
    file_alert(store, clock, "al-0", "ada", "ben", "cid", "dan", "eve")
    assert len(claim(store, 1, mail=0.1)) == 1
    clock.advance(-3 * HOUR)
    file_alert(store, clock, "al-1", "ada", "ben", "cid", "dan")
    assert [dispatch.pause for dispatch in claim(store, 2, mail=0.1)] == [timedelta()] * 2


def test_all_workers_together_keep_a_channels_pace(
    open_store: Callable[[], Store], clock: Clock
) -> None:
    one, two = open_store(), open_store()
    file_alert(one, clock, "al-0", *(f"r{n}" for n in range(20)))
    pauses = [dispatch.pause for dispatch in claim(one, 4, mail=1) + claim(two, 20, mail=1)]
    assert pauses == [max(n - 2, 0) * SECOND for n in range(8)]
    assert claim(one, mail=1) == []
    clock.advance(2 * SECOND)
    assert [dispatch.pause for dispatch in claim(two, mail=1)] == [4 * SECOND, 5 * SECOND]


def test_one_channels_pace_holds_no_other(store: Store, clock: Clock) -> None:
    file_alert(store, clock, "al-0", *(f"r{n}" for n in range(20)))
    while claim(store, mail=1):
        pass
    store.divert("mail", "slack", {"r19": "#room"})
    (other, *_) = claim(store, mail=1)
    assert other.channel == "slack"


def test_a_fallback_tells_what_is_due_once_and_says_in_whose_stead(
    store: Store, clock: Clock
) -> None:
    file_alert(store, clock, "al-0", "ada", "ben")
    file_alert(store, clock, "al-1", "ada")
    held = store.claim_deliveries(say(How.QUIET, NOON + HOUR), 1, LEASE)
    assert held == ()
    file_alert(store, clock, "al-2", "ada")
    answer(store, clock, LOCKED, claim_one(store))
    clock.advance(10 * MINUTE)
    assert store.divert("mail", "slack", {"ada": "#ada"}) == 1
    assert store.divert("mail", "slack", {"ada": "#ada"}) == 0
    dispatch = next(each for each in claim(store) if each.channel == "slack")
    assert (dispatch.address, dispatch.instead_of) == ("#ada", "mail")
    assert (dispatch.message_key, dispatch.attempts) == ("al-2 ada", 1)
    answer(store, clock, SENT, dispatch)
    assert store.books().deliveries == {"sent": 1, "pending": 3}
    assert store.books().whole
