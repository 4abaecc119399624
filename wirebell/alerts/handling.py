"""How a delivery is told: now, in the next digest, or after the reader's quiet hours."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from wirebell.core.alerts import AlertKind, Handling, How, Waiting
from wirebell.core.matches import Severity
from wirebell.desk.values import Recipient

_NOW = Handling(How.SINGLE)
_DAY = timedelta(days=1)


def handle(waiting: Waiting, recipient: Recipient | None, now: datetime) -> Handling:
    """How to tell a delivery at `now`, and when if not at once.

    Flash goes at once, whatever the hour. Urgent goes at once unless the reader is in quiet
    hours or away: then when that ends. Routine goes in his next digest. A correction rings
    like what it corrects, urgent at least. What was held until now is released, all of it
    together, if the reader can be reached: an outage may have lasted into his quiet hours. Who
    is no longer on the desk is told at once, from what was filed.
    """
    severity = waiting.delivery.severity
    held_as, due = waiting.held_as, waiting.due
    if severity is Severity.FLASH or recipient is None:
        return _NOW
    reachable = _reachable(recipient, now)
    over = reachable == now and due <= now
    if over and held_as and held_as is not How.SINGLE:
        return Handling(held_as, None, "held until now")
    if severity is Severity.ROUTINE and waiting.alert.kind is not AlertKind.CORRECTION:
        at = _next_digest(recipient, now, reachable)
        return Handling(How.DIGEST, at if at > now else None, f"the digest of {recipient.name}")
    if reachable == now:
        return _NOW
    return Handling(How.QUIET, reachable, f"quiet hours or absence of {recipient.name}")


def _reachable(recipient: Recipient, now: datetime) -> datetime:
    """`now`, or the instant at which absence and quiet hours end."""
    at = now
    if recipient.away_until is not None:  # back on that day
        at = max(at, _instant(recipient.away_until, time(), ZoneInfo(recipient.zone)))
    for start, end in _quiet_spans(recipient, at):
        if start <= at < end:
            at = end
    return at


def _next_digest(recipient: Recipient, now: datetime, reachable: datetime) -> datetime:
    """The first digest time after `now` at which the reader is reachable.

    Somebody whose digest times all lie in his quiet hours gets it when those end next, and
    somebody with neither digest times nor quiet hours as soon as he is reachable.
    """
    zone = ZoneInfo(recipient.zone)
    today = reachable.astimezone(zone).date()
    for day in (today, today + _DAY):
        for clock in sorted(recipient.digest_at):
            at = _instant(day, clock, zone)
            if at > now and at >= reachable and _reachable(recipient, at) == at:
                return at
    spans = _quiet_spans(recipient, reachable)
    return next((end for _, end in spans if end > now and end >= reachable), reachable)


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
