from __future__ import annotations

from datetime import timedelta

from tests.clock import NOON, Clock
from tests.storage.samples import SECOND, arrival, claim_one, file_alert, take_in
from wirebell.core.alerts import DeliveryState, Receipt, ReceiptState, Step
from wirebell.storage import Store

DAY = timedelta(days=1)


def test_the_pulse_says_what_waits_how_fast_it_was_told_and_what_rang(
    store: Store, clock: Clock
) -> None:
    file_alert(store, clock, "al-1", "ada")
    clock.advance(40 * SECOND)
    dispatch = claim_one(store)
    store.begin_attempt(dispatch)
    clock.advance(2 * SECOND)
    store.finish_attempt(dispatch, Receipt(ReceiptState.SENT), Step(DeliveryState.SENT))
    file_alert(store, clock, "al-2", "ben")
    take_in(store, clock, arrival("waits"))
    pulse = store.pulse(NOON - DAY)
    assert (pulse.waiting, pulse.waiting_since) == (1, clock.now)
    assert (pulse.owed, pulse.owed_since) == (1, clock.now)
    assert (pulse.latencies, pulse.latency(0.5), pulse.latency(0.95)) == ((42.0,), 42.0, 42.0)
    assert pulse.rules == ["rare-earth"]
    assert pulse.days_of("rare-earth") == {"2025-06-05": 2}
    assert store.pulse(NOON + DAY).latency(0.5) is None
