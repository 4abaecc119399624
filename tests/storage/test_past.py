"""What the handling is shown of the past of an address, whoever claims."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from tests.clock import NOON, Clock
from tests.storage.samples import LEASE, claim_one, file_alert, say
from wirebell.core.alerts import (
    DeliveryState,
    Handling,
    How,
    Past,
    Receipt,
    ReceiptState,
    Step,
    Waiting,
)
from wirebell.core.matches import Severity
from wirebell.storage import Store

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
DEAD = Receipt(ReceiptState.PERMANENT, "smtp 550"), Step(DeliveryState.DEAD)


def capped(waiting: Waiting) -> Handling:
    """Six singles; the rest together, when the first of them may leave."""
    if len(waiting.singles) < 6:
        return Handling(How.SINGLE)
    return Handling(How.CAPPED, waiting.overflow or NOON + 9 * MINUTE)


def look(seen: list[Waiting]) -> Callable[[Waiting], Handling]:
    def handle(waiting: Waiting) -> Handling:
        seen.append(waiting)
        return Handling(How.QUIET, NOON + 9 * HOUR)

    return handle


def test_two_workers_together_keep_to_the_cap(
    open_store: Callable[[], Store], clock: Clock
) -> None:
    one, two = open_store(), open_store()
    for n in range(10):
        file_alert(one, clock, f"al-{n}", "ada", "ben")
    claimed = (*one.claim_deliveries(capped, 5, LEASE), *two.claim_deliveries(capped, 99, LEASE))
    assert sorted(each.recipient for each in claimed) == ["ada"] * 6 + ["ben"] * 6
    held = [owing.told for owing in one.undelivered() if owing.told.how == "capped"]
    assert {told.due for told in held} == {NOON + 9 * MINUTE}
    assert len(held) == 8


def test_what_was_told_of_a_story_is_shown_to_the_same_address_alone(
    store: Store, clock: Clock
) -> None:
    file_alert(store, clock, "al-1", "ada", story="st-1")
    claim_one(store)
    clock.advance(MINUTE)
    file_alert(store, clock, "al-2", "ada", "ben", story="st-1")
    file_alert(store, clock, "al-3", "ada")
    seen: list[Waiting] = []
    store.claim_deliveries(look(seen), 9, LEASE)
    shown = {(each.delivery.alert_id, each.delivery.recipient): each for each in seen}
    told = Past(NOON, Severity.URGENT, frozenset({"rare-earth"}))
    assert shown["al-2", "ada"].told == (told,)
    assert shown["al-2", "ada"].singles == shown["al-3", "ada"].singles == (NOON,)
    assert (shown["al-2", "ben"].told, shown["al-2", "ben"].singles) == ((), ())
    assert shown["al-3", "ada"].told == ()


def test_what_was_given_up_was_not_told(store: Store, clock: Clock) -> None:
    file_alert(store, clock, "al-1", "ada", story="st-1")
    dispatch = claim_one(store)
    store.begin_attempt(dispatch)
    store.finish_attempt(dispatch, *DEAD)
    file_alert(store, clock, "al-2", "ada", story="st-1")
    seen: list[Waiting] = []
    store.claim_deliveries(look(seen), 9, LEASE)
    assert (seen[0].told, seen[0].singles) == ((), ())


def test_a_story_waits_since_its_first_alert_and_what_is_due_for_long_is_counted(
    store: Store, clock: Clock
) -> None:
    file_alert(store, clock, "al-1", "ada", story="st-1")
    store.claim_deliveries(say(How.GROUPED, NOON + MINUTE), 9, LEASE)
    clock.advance(20 * MINUTE)
    file_alert(store, clock, "al-2", "ada", story="st-1")
    seen: list[Waiting] = []
    store.claim_deliveries(look(seen), 9, LEASE)
    assert [(each.story_since, each.late) for each in seen] == [(NOON, 1)] * 2
