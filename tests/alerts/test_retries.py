from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from tests.alerts.samples import ALERT, SEEN, dispatch
from wirebell.alerts.retries import next_step
from wirebell.core.alerts import DeliveryState, How, Receipt, ReceiptState, Step
from wirebell.core.matches import Severity

ROUTINE = replace(ALERT, severity=Severity.ROUTINE)
RETRY = Receipt(ReceiptState.RETRY)


def hours(count: float) -> timedelta:
    return timedelta(hours=count)


def test_sent_is_sent_and_refused_is_dead() -> None:
    assert next_step(Receipt(ReceiptState.SENT), dispatch(), SEEN) == Step(DeliveryState.SENT)
    refused = next_step(Receipt(ReceiptState.PERMANENT), dispatch(), SEEN)
    assert refused == Step(DeliveryState.DEAD)


@given(st.integers(0, 10_000), st.text(max_size=20))
def test_waits_double_to_a_quarter_of_an_hour_and_depend_on_nothing_but_message_and_try(
    attempts: int, key: str
) -> None:
    tried = dispatch(attempts=attempts, message_key=key)
    step = next_step(RETRY, tried, SEEN)
    assert step == next_step(RETRY, tried, SEEN)
    assert step.not_before is not None
    full = min(15 * 2**attempts, 900)
    assert 0.8 * full <= (step.not_before - SEEN).total_seconds() <= full


def test_the_jitter_spreads_messages_that_failed_together() -> None:
    waits = {next_step(RETRY, dispatch(message_key=f"k{n}"), SEEN).not_before for n in range(40)}
    assert len(waits) > 20


def test_a_servers_retry_after_wins_up_to_an_hour() -> None:
    for asked, given_ in ((30, 30), (7, 7), (2000, 2000), (90_000, 3600), (0, 1)):
        patient = replace(RETRY, retry_after=timedelta(seconds=asked))
        step = next_step(patient, dispatch(attempts=3), SEEN)
        assert step.not_before == SEEN + timedelta(seconds=given_)


def test_retries_end_by_age() -> None:
    for alert, limit in ((ALERT, 24), (ROUTINE, 12)):
        tried = dispatch(alert, attempts=9)
        for state in (ReceiptState.RETRY, ReceiptState.AMBIGUOUS):
            before = next_step(Receipt(state), tried, SEEN + hours(limit - 0.1))
            after = next_step(Receipt(state), tried, SEEN + hours(limit))
            assert (before.state, after.state) == (DeliveryState.PENDING, DeliveryState.DEAD)


def test_the_loudest_alert_of_a_message_sets_its_patience() -> None:
    both = dispatch(ROUTINE, ALERT)
    assert next_step(RETRY, both, SEEN + hours(20)).state is DeliveryState.PENDING


def test_the_age_of_what_was_held_counts_from_when_it_was_let_go() -> None:
    held = dispatch(ROUTINE, how=How.DIGEST, due=SEEN + hours(80))
    assert next_step(RETRY, held, SEEN + hours(91)).state is DeliveryState.PENDING
    assert next_step(RETRY, held, SEEN + hours(92)).state is DeliveryState.DEAD


def test_a_broken_channel_is_looked_at_again_for_a_week() -> None:
    config = Receipt(ReceiptState.CONFIG)
    now = SEEN + timedelta(days=6, hours=23)
    step = next_step(config, dispatch(ROUTINE, attempts=900), now)
    assert step == Step(DeliveryState.PENDING, now + timedelta(minutes=5))
    assert next_step(config, dispatch(), SEEN + timedelta(days=7)).state is DeliveryState.DEAD


def test_what_may_have_been_taken_is_sent_again() -> None:
    step = next_step(Receipt(ReceiptState.AMBIGUOUS), dispatch(), SEEN)
    assert step.state is DeliveryState.PENDING
