from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.alerts.samples import ALERT, SEEN, recipient, waiting
from wirebell.alerts.handling import handle, last_digest
from wirebell.core.alerts import AlertKind, Handling, How
from wirebell.core.matches import Severity
from wirebell.desk.values import Recipient

MINUTE = timedelta(minutes=1)
NIGHT = (time(22), time(6, 30))
ZONES = ("Europe/Berlin", "America/New_York")


def local(zone: str, text: str, fold: int = 0) -> datetime:
    """The instant a clock in `zone` shows `text`."""
    at = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold)
    return at.astimezone(UTC)


def sleeper(zone: str = "Europe/Berlin", **changes: Any) -> Recipient:
    return recipient(zone=zone, quiet=NIGHT, **changes)


def urgent(recipient_: Recipient | None, now: datetime) -> Handling:
    return handle(waiting(Severity.URGENT, now - MINUTE), recipient_, now)


def routine(recipient_: Recipient | None, now: datetime) -> Handling:
    return handle(waiting(Severity.ROUTINE), recipient_, now)


def test_flash_goes_at_once_whatever_the_hour() -> None:
    away = sleeper(away_until=date(2026, 1, 1))
    handling = handle(waiting(Severity.FLASH), away, local("Europe/Berlin", "2025-06-05T03:00"))
    assert handling == Handling(How.SINGLE)


@pytest.mark.parametrize("zone", ZONES)
def test_urgent_goes_at_once_by_day_and_after_the_quiet_hours_by_night(zone: str) -> None:
    ana = sleeper(zone)
    assert urgent(ana, local(zone, "2025-06-05T21:59")) == Handling(How.SINGLE)
    for night in ("2025-06-05T22:00", "2025-06-05T23:30", "2025-06-06T06:29"):
        held = urgent(ana, local(zone, night))
        assert (held.how, held.not_before) == (How.QUIET, local(zone, "2025-06-06T06:30"))
    assert urgent(ana, local(zone, "2025-06-06T06:30")) == Handling(How.SINGLE)


def test_quiet_hours_within_one_day_hold_too() -> None:
    siesta = recipient(zone="UTC", quiet=(time(13), time(15)))
    held = urgent(siesta, datetime(2025, 6, 5, 14, tzinfo=UTC))
    assert held.not_before == datetime(2025, 6, 5, 15, tzinfo=UTC)


def test_the_absent_hear_on_the_day_they_are_back_after_their_quiet_hours() -> None:
    now = local("Europe/Berlin", "2025-06-05T12:00")
    back = urgent(sleeper(away_until=date(2025, 6, 10)), now)
    assert (back.how, back.not_before) == (How.QUIET, local("Europe/Berlin", "2025-06-10T06:30"))
    awake = urgent(recipient(zone="Europe/Berlin", away_until=date(2025, 6, 10)), now)
    assert awake.not_before == local("Europe/Berlin", "2025-06-10T00:00")
    assert urgent(recipient(away_until=date(2025, 6, 5)), now) == Handling(How.SINGLE)
    slip = recipient(zone="Asia/Tokyo", away_until=date(1, 1, 1))  # in UTC there is no such day
    assert urgent(slip, now) == Handling(How.SINGLE)


@pytest.mark.parametrize("last_day", [date(9999, 12, 31), date(9999, 12, 30)])
@pytest.mark.parametrize("zone", [*ZONES, "Asia/Tokyo"])
def test_somebody_away_for_ever_is_asked_about_again_in_a_year(zone: str, last_day: date) -> None:
    gone, now = sleeper(zone, away_until=last_day), datetime(2025, 6, 5, 12, tzinfo=UTC)
    for held in (urgent(gone, now), routine(gone, now)):
        assert held.not_before is not None
        assert timedelta(360) < held.not_before - now < timedelta(370)
    assert last_digest(gone, now) is None


def test_routine_waits_for_the_next_digest_in_the_readers_zone() -> None:
    ana = recipient(zone="America/New_York")
    for now, at in (
        ("2025-06-05T07:59", "2025-06-05T08:00"),
        ("2025-06-05T08:00", "2025-06-05T13:00"),
        ("2025-06-05T18:01", "2025-06-06T08:00"),
    ):
        handling = routine(ana, local("America/New_York", now))
        assert (handling.how, handling.not_before) == (How.DIGEST, local("America/New_York", at))


def test_a_digest_never_falls_into_quiet_hours_or_absence() -> None:
    early = sleeper(digest_at=(time(5), time(9)))
    at = routine(early, local("Europe/Berlin", "2025-06-05T20:00")).not_before
    assert at == local("Europe/Berlin", "2025-06-06T09:00")
    nights = sleeper(digest_at=(time(23), time(5)))
    at = routine(nights, local("Europe/Berlin", "2025-06-05T12:00")).not_before
    assert at == local("Europe/Berlin", "2025-06-06T06:30")
    away = recipient(zone="Europe/Berlin", away_until=date(2025, 6, 10))
    at = routine(away, local("Europe/Berlin", "2025-06-05T12:00")).not_before
    assert at == local("Europe/Berlin", "2025-06-10T08:00")
    siesta = replace(away, quiet=(time(13), time(15)), digest_at=(time(14),))
    at = routine(siesta, local("Europe/Berlin", "2025-06-05T12:00")).not_before
    assert at == local("Europe/Berlin", "2025-06-10T15:00")


def test_somebody_without_digest_times_or_quiet_hours_waits_for_nothing() -> None:
    now = datetime(2025, 6, 5, 12, tzinfo=UTC)
    assert routine(recipient(digest_at=()), now).not_before is None


def test_what_was_held_until_now_is_released_as_it_was_held() -> None:
    now = local("Europe/Berlin", "2025-06-06T06:30")
    for how in (How.DIGEST, How.QUIET):
        released = handle(waiting(Severity.ROUTINE, held_as=how, due=now), sleeper(), now)
        assert (released.how, released.not_before) == (how, None)


def test_what_is_released_late_does_not_fall_into_quiet_hours() -> None:
    due, night, morning = (
        local("Europe/Berlin", f"2025-06-{clock}") for clock in ("05T18:00", "05T23:00", "06T06:30")
    )
    for severity, how in ((Severity.URGENT, How.QUIET), (Severity.ROUTINE, How.DIGEST)):
        held = handle(waiting(severity, held_as=how, due=due), sleeper(), night)
        assert held.how is how
        assert held.not_before is not None
        assert held.not_before >= morning


def test_what_is_looked_at_too_early_goes_on_waiting() -> None:
    now = local("Europe/Berlin", "2025-06-06T03:00")
    due = local("Europe/Berlin", "2025-06-06T06:30")
    held = handle(waiting(Severity.URGENT, held_as=How.QUIET, due=due), sleeper(), now)
    assert (held.how, held.not_before) == (How.QUIET, due)


def test_a_single_that_is_tried_again_is_no_digest() -> None:
    now = local("Europe/Berlin", "2025-06-06T12:00")
    again = waiting(Severity.URGENT, attempts=2, held_as=How.SINGLE, due=now)
    assert handle(again, sleeper(), now) == Handling(How.SINGLE)


def test_a_correction_rings_at_least_urgently() -> None:
    correction = waiting(
        Severity.ROUTINE, SEEN - timedelta(hours=9), alert=replace(ALERT, kind=AlertKind.CORRECTION)
    )
    day, night = (local("Europe/Berlin", f"2025-06-05T{hour}:00") for hour in (12, 23))
    assert handle(correction, sleeper(), day).how is How.SINGLE
    assert handle(correction, sleeper(), night).how is How.QUIET


def test_somebody_who_left_the_desk_is_told_at_once() -> None:
    assert routine(None, datetime(2025, 6, 5, 3, tzinfo=UTC)) == Handling(How.SINGLE)


@pytest.mark.parametrize(
    ("zone", "evening", "end"),
    [
        ("Europe/Berlin", "2025-03-29T22:30", "2025-03-30T06:30"),
        ("Europe/Berlin", "2025-10-25T22:30", "2025-10-26T06:30"),
        ("America/New_York", "2025-03-08T22:30", "2025-03-09T06:30"),
        ("America/New_York", "2025-11-01T22:30", "2025-11-02T06:30"),
    ],
)
def test_quiet_hours_end_by_the_clock_on_the_wall_when_it_changes(
    zone: str, evening: str, end: str
) -> None:
    held = urgent(sleeper(zone), local(zone, evening))
    assert held.not_before == local(zone, end)


@pytest.mark.parametrize(
    ("zone", "night"), [("Europe/Berlin", "2025-10-26"), ("America/New_York", "2025-11-02")]
)
def test_an_hour_that_comes_twice_ends_quiet_hours_and_fires_a_digest_once(
    zone: str, night: str
) -> None:
    hour = "02" if zone == "Europe/Berlin" else "01"
    owl = recipient(
        zone=zone, quiet=(time(22), time(int(hour), 30)), digest_at=(time(int(hour), 30),)
    )
    first = local(zone, f"{night}T{hour}:30")
    assert urgent(owl, first - timedelta(minutes=1)).not_before == first
    again = local(zone, f"{night}T{hour}:10", fold=1)
    assert again > first
    assert urgent(owl, again) == Handling(How.SINGLE)
    digest = routine(owl, first - timedelta(minutes=1)).not_before
    assert digest == first
    assert (routine(owl, again).not_before or again) - first > timedelta(hours=20)


@pytest.mark.parametrize(
    ("zone", "night"), [("Europe/Berlin", "2025-03-30"), ("America/New_York", "2025-03-09")]
)
def test_an_hour_that_never_comes_still_brings_its_digest(zone: str, night: str) -> None:
    owl = recipient(zone=zone, digest_at=(time(2, 30),))
    at = routine(owl, local(zone, f"{night}T01:00")).not_before
    assert at == local(zone, f"{night}T03:30")


@given(
    st.timedeltas(timedelta(), timedelta(days=400)).map(datetime(2025, 1, 1, tzinfo=UTC).__add__),
    st.sampled_from([*ZONES, "Asia/Kolkata", "Australia/Lord_Howe", "UTC"]),
    st.tuples(st.times(), st.times()),
    st.sampled_from([Severity.URGENT, Severity.ROUTINE]),
)
def test_everything_is_told_in_the_end_and_never_in_quiet_hours(
    now: datetime, zone: str, quiet: tuple[time, time], severity: Severity
) -> None:
    reader = recipient(zone=zone, quiet=quiet)
    handling = handle(waiting(severity, now), reader, now)
    at = handling.not_before or now
    if handling.how is How.GROUPED:  # its minute may end in quiet hours, and is held again
        at = urgent(reader, at).not_before or at
    assert now <= at < now + timedelta(hours=50)
    assert urgent(reader, at) == Handling(How.SINGLE)
