"""The outbox: deliveries claimed, handled, bundled into messages, tried, and done with.

Every function here wants a serialised session: two workers that claim at once would tear a
digest in two.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import or_, tuple_
from sqlmodel import Session, col, select

from wirebell.core.alerts import (
    Delivery,
    DeliveryState,
    Dispatch,
    Handling,
    How,
    Receipt,
    Step,
    Waiting,
)
from wirebell.core.matches import Severity
from wirebell.core.text import one_line
from wirebell.storage.leases import held, is_free, lease
from wirebell.storage.tables import AlertRow, AttemptRow, DeliveryRow

Handle = Callable[[Waiting], Handling]
Owed = tuple[DeliveryRow, AlertRow]


def claim(
    session: Session, handle: Handle, limit: int, now: datetime, term: timedelta
) -> tuple[Dispatch, ...]:
    """Lease at most `limit` messages that are due, oldest first; hold what `handle` holds."""
    while due := _due(session, limit, now):
        if messages := _messages(due, handle, now):
            return tuple(_dispatch(message, now + term) for message in messages[:limit])
    return ()


def begin_attempt(session: Session, dispatch: Dispatch, now: datetime) -> None:
    """Put an attempt on record, unless the lease is lost or over."""
    for row in _held(session, dispatch, col(DeliveryRow.lease_until) > now):
        row.attempts += 1
    session.add(AttemptRow(message_key=dispatch.message_key, token=dispatch.token, started_at=now))


def finish_attempt(
    session: Session, dispatch: Dispatch, receipt: Receipt, step: Step, now: datetime
) -> None:
    """Write what came of an attempt that was begun, and give the lease back.

    A lease that ran out meanwhile still counts if nobody else took it: the receipt is true.
    """
    for row in _held(session, dispatch):
        row.state, row.not_before = step.state.value, step.not_before
        row.free()
    begun = select(AttemptRow).where(
        AttemptRow.message_key == dispatch.message_key, AttemptRow.token == dispatch.token
    )
    attempt = session.exec(begun).one()
    attempt.finished_at, attempt.state, attempt.code = now, receipt.state.value, receipt.code
    attempt.detail, attempt.provider_id = one_line(receipt.detail, 300), receipt.provider_id


def _held(session: Session, dispatch: Dispatch, *which: object) -> Sequence[DeliveryRow]:
    mine = DeliveryRow.message_key == dispatch.message_key
    subject = f"message {dispatch.message_key[:12]} to {dispatch.recipient}"
    count = len(dispatch.alerts)
    return held(session, DeliveryRow, dispatch.token, subject, mine, *which, count=count)


def _due(session: Session, limit: int, now: datetime) -> Sequence[Owed]:
    """All that is due to those whom the `limit` oldest due deliveries go to."""
    due = (
        col(DeliveryRow.state) == DeliveryState.PENDING.value,
        or_(col(DeliveryRow.not_before).is_(None), col(DeliveryRow.not_before) <= now),
        is_free(DeliveryRow, now),
    )
    to = (col(DeliveryRow.recipient), col(DeliveryRow.channel), col(DeliveryRow.address))
    oldest = session.exec(select(*to).where(*due).order_by(col(DeliveryRow.id)).limit(limit))
    theirs = (
        select(DeliveryRow, AlertRow)
        .join(AlertRow, col(AlertRow.id) == DeliveryRow.alert_id)
        .where(*due, tuple_(*to).in_(set(oldest)))
        .order_by(col(DeliveryRow.id))
    )
    return session.exec(theirs).all()


def _messages(due: Iterable[Owed], handle: Handle, now: datetime) -> list[list[Owed]]:
    """Ask how each delivery is told and put together what leaves as one message: all that is
    told together to one address, however many deliveries that makes.

    A digest that was tried once is not asked about again: a retry is the same message.
    """
    messages: dict[str, list[Owed]] = defaultdict(list)
    digests: dict[tuple[str, ...], str] = defaultdict(lambda: uuid4().hex)
    for row, alert in due:
        if not row.attempts or row.message_key == row.key:
            handling = handle(_waiting(row, alert))
            if handling.not_before is not None and handling.not_before > now:
                row.held_as = handling.how.value
                row.not_before = row.due_at = handling.not_before
                continue
            if handling.how is How.SINGLE or row.attempts:
                row.message_key = row.key
            else:
                row.held_as = handling.how.value
                row.message_key = digests[row.recipient, row.channel, row.address]
        if not row.attempts:
            row.due_at = now  # an outage of ours takes no patience from the channel
        messages[row.message_key].append((row, alert))
    return list(messages.values())


def _waiting(row: DeliveryRow, alert: AlertRow) -> Waiting:
    return Waiting(
        delivery=Delivery(
            row.key, row.alert_id, row.recipient, row.channel, row.address, Severity(row.severity)
        ),
        alert=alert.alert,
        filed_at=alert.created_at,
        attempts=row.attempts,
        held_as=How(row.held_as) if row.held_as else None,
        due=row.due_at,
    )


def _dispatch(message: Sequence[Owed], until: datetime) -> Dispatch:
    """A message leased. A digest is told as its members were held, if all alike."""
    rows = [row for row, _ in message]
    first = rows[0]
    ways = {How(row.held_as) for row in rows if row.held_as}
    how = ways.pop() if len(ways) == 1 else How.DIGEST
    return Dispatch(
        message_key=first.message_key,
        token=lease(rows, until),
        recipient=first.recipient,
        channel=first.channel,
        address=first.address,
        how=How.SINGLE if first.message_key == first.key else how,
        alerts=tuple(alert.alert for _, alert in message),
        due=min(row.due_at for row in rows),
        attempts=max(row.attempts for row in rows),
    )
