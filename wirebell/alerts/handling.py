"""How a delivery is told: now, with others of its story, in a digest, or when a hold ends."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from wirebell.alerts.silences import hushed
from wirebell.core.alerts import NOTICE, OUTAGE, AlertKind, Handling, How, Waiting
from wirebell.core.matches import Severity
from wirebell.desk.values import Recipient

_CATCH_UP = 5  # of more deliveries that an outage kept the reader gets one message
_NOW = Handling(How.SINGLE)
_DAY, _WINDOW = timedelta(days=1), timedelta(minutes=10)
_OVERFLOW = timedelta(minutes=9)  # a sweep later it has left, within ten minutes
_ALONE = (None, How.SINGLE, How.GROUPED, How.COOLED)


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one address is told singly: see the settings of the same names."""

    group_wait: timedelta = timedelta(seconds=30)
    update_gap: timedelta = timedelta(minutes=30)
    singles_in_10_min: int = 6
    singles_in_an_hour: int = 30


def handle(
    waiting: Waiting, recipient: Recipient | None, now: datetime, limits: Limits = Limits()
) -> Handling:
    """How to tell a delivery at `now`, and when if not at once. Holds, never drops.

    A silence holds everything. Else flash goes at once, and so does what is owed to somebody
    who is no longer on the desk. Absence holds the rest, and quiet hours what does not correct,
    outdo or add a rule to what the reader was told; what they, a digest's time, a cap or a
    silence held is released together, and so is what an outage kept. Routine goes in the
    reader's next digest; a correction rings like what it corrects, urgent at least. What rings
    waits for the rest of its story, for the story's next turn and for the cap.
    """
    if silence := hushed(waiting.alert, waiting.silences):
        words = f"{silence.author} silenced {silence.about} {silence.value}: {silence.why}"
        return Handling(How.SILENCED, silence.until, words)
    severity, held_as, due = waiting.delivery.severity, waiting.held_as, waiting.due
    ended = due <= now and held_as not in _ALONE
    if recipient is None or (severity is Severity.FLASH and held_as is not How.SILENCED):
        return _NOW
    reachable = _reachable(recipient, now)
    routine = severity is Severity.ROUTINE and waiting.alert.kind is not AlertKind.CORRECTION
    if reachable == now:
        if waiting.late > _CATCH_UP and now - due >= OUTAGE and not waiting.attempts:
            return Handling(How.LATE, None, f"{waiting.late} alerts waited for an outage to end")
        if ended and held_as:
            return Handling(held_as, None, f"held until {due:%H:%M} UTC")
    if routine and waiting.alert.id.startswith(NOTICE) and reachable == now:
        return Handling(How.DIGEST, None, "a digest in which nothing rang")
    if routine:
        at = next_digest(recipient, now)
        return Handling(How.DIGEST, at if at > now else None, f"the digest of {recipient.name}")
    if reachable > now and (_back(recipient, now) > now or not _pressing(waiting)):
        return Handling(How.QUIET, reachable, f"quiet hours or absence of {recipient.name}")
    return _NOW if waiting.attempts else _ringing(waiting, now, limits)


def _ringing(waiting: Waiting, now: datetime, limits: Limits) -> Handling:
    """How to tell what rings, its reader within reach: group wait, cool-down, cap."""
    alert, told = waiting.alert, waiting.told
    if alert.id.startswith(NOTICE):
        return _NOW
    grouped = (waiting.story_since or waiting.filed_at) + limits.group_wait
    if waiting.filed_at <= now < grouped:  # else the clock was put back, and none was to wait
        return Handling(How.GROUPED, grouped, "whatever else tells of this story leaves with it")
    if alert.kind is AlertKind.CORRECTION or _pressing(waiting):
        return Handling(How.SINGLE, None, "a correction, a louder alert or another rule is told")
    turn = max((past.at for past in told), default=now) + limits.update_gap
    if told and turn > now and alert.kind is AlertKind.UPDATE:
        return Handling(How.COOLED, turn, "its story was told a short while ago")
    hour, of_late = len(waiting.singles), sum(at > now - _WINDOW for at in waiting.singles)
    if of_late >= limits.singles_in_10_min or hour >= limits.singles_in_an_hour:
        words = f"{of_late} alerts in 10 minutes, {hour} in an hour"
        return Handling(How.CAPPED, waiting.overflow or now + _OVERFLOW, words)
    return _NOW


def _pressing(waiting: Waiting) -> bool:
    """Whether the reader was told of the story, and now it is corrected, louder, or more rules'."""
    alert, told = waiting.alert, waiting.told
    known = frozenset[str]().union(*(past.rules for past in told))
    louder = all(past.severity.rank < waiting.delivery.severity.rank for past in told)
    other = not known.issuperset(rule.id for rule in alert.rules)
    return bool(told) and (alert.kind is AlertKind.CORRECTION or louder or other)


def _back(recipient: Recipient, now: datetime) -> datetime:
    """`now`, or the instant at which absence ends; of one without end ask again in a year."""
    if recipient.away_until is None or recipient.away_until < now.date():
        return now
    until = min(recipient.away_until, now.date() + 365 * _DAY)
    return max(now, _instant(until, time(), ZoneInfo(recipient.zone)))


def _reachable(recipient: Recipient, now: datetime) -> datetime:
    """`now`, or the instant at which absence and quiet hours end."""
    at = _back(recipient, now)
    for start, end in _quiet_spans(recipient, at):
        if start <= at < end:
            at = end
    return at


def next_digest(recipient: Recipient, now: datetime) -> datetime:
    """The first digest time after `now` at which the reader is reachable.

    Somebody whose digest times all lie in his quiet hours gets it when those end next, and
    somebody with neither digest times nor quiet hours as soon as he is reachable.
    """
    zone, reachable = ZoneInfo(recipient.zone), _reachable(recipient, now)
    today = reachable.astimezone(zone).date()
    for day in (today, today + _DAY):
        for clock in sorted(recipient.digest_at):
            at = _instant(day, clock, zone)
            if at > now and at >= reachable and _reachable(recipient, at) == at:
                return at
    spans = _quiet_spans(recipient, reachable)
    return next((end for _, end in spans if end > now and end >= reachable), reachable)


def last_digest(recipient: Recipient, now: datetime) -> datetime | None:
    """The digest time of a reader, within his reach, that was last in the hour until now."""
    zone = ZoneInfo(recipient.zone)
    today = now.astimezone(zone).date()
    times = [_instant(day, at, zone) for day in (today - _DAY, today) for at in recipient.digest_at]
    near = [at for at in times if timedelta() <= now - at < timedelta(hours=1)]
    return max((at for at in near if _reachable(recipient, at) == at), default=None)


def _quiet_spans(recipient: Recipient, around: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The quiet hours of yesterday, today and tomorrow as spans of real time, in order.

    Spans, not a look at the clock on the wall: when the clock goes back, 02:30 comes twice,
    and quiet hours that ended at the first must not begin again before the second.
    """
    if recipient.quiet is None or recipient.quiet[0] == recipient.quiet[1]:
        return
    start, end = recipient.quiet
    zone = ZoneInfo(recipient.zone)
    today = around.astimezone(zone).date()
    for day in (today - _DAY, today, today + _DAY):
        last = day if start < end else day + _DAY
        yield _instant(day, start, zone), _instant(last, end, zone)


def _instant(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """The instant a clock on the wall shows `clock`: the first one when it does so twice.

    A time the clock skips counts by the offset before the change: 02:30 is then 03:30.
    """
    return datetime.combine(day, clock, zone).astimezone(UTC)
