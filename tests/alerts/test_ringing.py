"""Group wait, cool-down, cap, catch-up and silences: what holds an alert that rings."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.alerts.samples import ALERT, RULE, SEEN, UPDATE, recipient, waiting
from wirebell.alerts.handling import Limits, handle
from wirebell.alerts.silences import hushed
from wirebell.core.alerts import AlertKind, Finding, Handling, How, Hushed, Past, Silence
from wirebell.core.matches import Severity

NOW = SEEN + timedelta(minutes=5)
MINUTE = timedelta(minutes=1)
ANA = recipient()
AWAY = recipient(quiet=(time(0), time(23, 59)), away_until=date(2026, 1, 1))
TOLD = Past(NOW - 10 * MINUTE, Severity.URGENT, frozenset({RULE.id}))
FULL = (NOW - 2 * MINUTE,) * 6


def told(severity: Severity = Severity.URGENT, now: datetime = NOW, **changes: Any) -> Handling:
    return handle(waiting(severity, **changes), ANA, now)


def silence(about: Hushed, value: str, hours: int = 1) -> Silence:
    until = NOW + timedelta(hours=hours)
    return Silence(1, about, value, until, "ana", "known by now", NOW)


def test_a_story_waits_half_a_minute_for_what_else_tells_of_it_and_flash_does_not() -> None:
    first, over = told(now=SEEN + timedelta(seconds=29)), SEEN + timedelta(seconds=30)
    assert (first.how, first.not_before) == (How.GROUPED, over)
    assert told(Severity.FLASH, now=SEEN).how is How.SINGLE
    assert told(now=over, held_as=How.GROUPED, due=over).how is How.SINGLE


def test_the_wait_counts_from_the_first_alert_of_the_story_that_waits() -> None:
    late = told(now=SEEN + MINUTE, filed_at=SEEN + MINUTE, story_since=SEEN)
    assert late.how is How.SINGLE


def test_an_update_waits_until_half_an_hour_after_its_story_was_told() -> None:
    held = told(alert=UPDATE, told=(TOLD,))
    assert (held.how, held.not_before) == (How.COOLED, TOLD.at + 30 * MINUTE)
    at = TOLD.at + 30 * MINUTE
    assert told(now=at, alert=UPDATE, told=(TOLD,), held_as=How.COOLED, due=at).how is How.SINGLE


@pytest.mark.parametrize(
    "changes",
    [
        {"alert": replace(UPDATE, rules=(RULE, replace(RULE, id="new-rule")))},
        {"alert": replace(UPDATE, kind=AlertKind.CORRECTION)},
        {"told": (replace(TOLD, severity=Severity.ROUTINE),)},
        {"severity": Severity.FLASH},
    ],
    ids=["another rule", "correction", "louder", "flash"],
)
def test_what_passes_the_cool_down_passes_cap_and_quiet_hours_as_well(
    changes: dict[str, Any],
) -> None:
    asked = {"alert": UPDATE, "told": (TOLD,), "singles": FULL, **changes}
    asleep = recipient(quiet=AWAY.quiet)
    severity = asked.pop("severity", Severity.URGENT)
    for reader in (ANA, asleep):
        handling = handle(waiting(severity, **asked), reader, NOW)
        assert (handling.how, handling.not_before) == (How.SINGLE, None)
    away = handle(waiting(severity, **asked), AWAY, NOW)
    assert away.how is (How.SINGLE if severity is Severity.FLASH else How.QUIET)


def test_a_mere_update_and_a_story_nobody_was_told_of_wake_no_sleeper() -> None:
    asleep = recipient(quiet=AWAY.quiet)
    more = replace(ALERT, rules=(RULE, replace(RULE, id="new-rule")))
    for alert, known in ((UPDATE, (TOLD,)), (ALERT, ()), (more, ())):
        held = handle(waiting(Severity.URGENT, alert=alert, told=known), asleep, NOW)
        assert held.how is How.QUIET


def test_routine_goes_by_digest_though_another_rule_finds_the_story_told() -> None:
    more = replace(UPDATE, rules=(RULE, replace(RULE, id="new-rule")))
    known = replace(TOLD, severity=Severity.ROUTINE)
    assert told(Severity.ROUTINE, alert=more, told=(known,)).how is How.DIGEST


def test_the_seventh_single_in_ten_minutes_leaves_with_the_others_over_the_cap() -> None:
    assert told(singles=FULL[1:]).how is How.SINGLE
    held = told(singles=FULL)
    assert held.how is How.CAPPED
    assert held.not_before is not None
    assert held.not_before < NOW + 10 * MINUTE
    assert told(singles=FULL, overflow=NOW + MINUTE).not_before == NOW + MINUTE
    assert told(now=NOW + 9 * MINUTE, singles=FULL).how is How.SINGLE
    released = told(singles=FULL, held_as=How.CAPPED, due=NOW)
    assert (released.how, released.not_before) == (How.CAPPED, None)


def test_the_thirty_first_single_in_an_hour_is_over_the_cap_too() -> None:
    spread = tuple(NOW - n * 2 * MINUTE for n in range(30))
    assert told(singles=spread).how is How.CAPPED
    assert told(singles=spread[1:]).how is How.SINGLE
    assert (
        handle(
            waiting(Severity.URGENT, singles=spread), ANA, NOW, Limits(singles_in_an_hour=99)
        ).how
        is How.SINGLE
    )


def test_after_an_outage_many_alerts_leave_as_one_marked_late_and_few_do_not() -> None:
    later = SEEN + timedelta(hours=2)
    for severity in (Severity.URGENT, Severity.ROUTINE):
        assert told(severity, now=later, late=6) == Handling(
            How.LATE, None, "6 alerts waited for an outage to end"
        )
    assert told(now=later, late=5).how is How.SINGLE
    assert told(now=later, late=40, filed_at=later - MINUTE).how is How.SINGLE
    assert told(Severity.FLASH, now=later, late=40).how is How.SINGLE
    asleep = handle(waiting(Severity.URGENT, late=40), AWAY, later)
    assert asleep.how is How.QUIET


@pytest.mark.parametrize(
    ("about", "value"),
    [
        (Hushed.RULE, "rare-earths"),
        (Hushed.STORY, "story-1"),
        (Hushed.STORY, "al-aaaaaaaaaa"),
        (Hushed.PERSON, "ada-lindqvist"),
        (Hushed.FEED, "northern"),
        (Hushed.FEED, "Northern Wire"),
    ],
)
def test_a_silence_holds_even_flash_and_says_on_whose_word(about: Hushed, value: str) -> None:
    alert, quiet = replace(ALERT, feed="northern"), silence(about, value)
    held = told(Severity.FLASH, alert=alert, silences=(quiet,))
    assert (held.how, held.not_before) == (How.SILENCED, quiet.until)
    assert held.reason == f"ana silenced {about} {value}: known by now"


def test_a_rule_or_a_person_nobody_silenced_still_rings() -> None:
    two = replace(ALERT, rules=(RULE, replace(RULE, id="tariffs", findings=())))
    rule, person = silence(Hushed.RULE, RULE.id), silence(Hushed.PERSON, "ada-lindqvist")
    assert hushed(two, [rule]) is None
    assert hushed(two, [person]) is None
    both = (*RULE.findings, Finding("Ben Ode", "Ode", 1, "ben-ode"))
    assert hushed(replace(ALERT, rules=(replace(RULE, findings=both),)), [person]) is None
    assert hushed(two, [rule, silence(Hushed.RULE, "tariffs")]) is not None


def test_what_was_silenced_leaves_as_a_digest_and_flash_with_it() -> None:
    for severity in Severity:
        assert told(severity, held_as=How.SILENCED, due=NOW).how is How.SILENCED
    asleep = handle(waiting(Severity.FLASH, held_as=How.SILENCED, due=NOW), AWAY, NOW)
    assert asleep.how is How.QUIET


def test_a_retry_waits_for_the_reader_and_for_nothing_else() -> None:
    again: dict[str, Any] = {
        "attempts": 2,
        "singles": FULL,
        "told": (TOLD,),
        "alert": UPDATE,
        "late": 9,
    }
    assert told(**again).how is How.SINGLE
    assert handle(waiting(Severity.URGENT, **again), AWAY, NOW).how is How.QUIET


@given(
    st.sampled_from(AlertKind),
    st.lists(st.integers(0, 3600), max_size=40),
    st.booleans(),
    st.integers(0, 50),
    st.sampled_from([None, *How]),
    st.integers(-7200, 7200),
)
def test_flash_never_waits_but_for_a_silence_and_nothing_waits_without_an_end(
    kind: AlertKind, singles: list[int], known: bool, late: int, held: How | None, due: int
) -> None:
    changes: dict[str, Any] = {
        "alert": replace(ALERT, kind=kind),
        "singles": tuple(NOW - timedelta(seconds=n) for n in singles),
        "told": (TOLD,) if known else (),
        "late": late,
        "held_as": held,
        "due": NOW + timedelta(seconds=due),
    }
    flash = handle(waiting(Severity.FLASH, **changes), AWAY, NOW)
    assert flash.not_before is None or held is How.SILENCED
    for severity in Severity:
        handling = told(severity, **changes)
        assert handling.not_before is None or handling.not_before <= NOW + timedelta(days=2)
