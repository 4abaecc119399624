"""The outbox: deliveries claimed, handled, bundled into messages, tried, and done with.

Every function here wants a serialised session: two workers that claim at once would tear a
digest in two.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import Update, or_, tuple_, update
from sqlmodel import Session, col, select

from wirebell.core.alerts import (
    AlertKind,
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
from wirebell.storage.leases import FREE, is_free, new_token, update_held
from wirebell.storage.payloads import ALERT
from wirebell.storage.tables import AlertRow, AttemptRow, DeliveryRow

Handle = Callable[[Waiting], Handling]


def claim(
    session: Session, handle: Handle, limit: int, now: datetime, lease: timedelta
) -> tuple[Dispatch, ...]:
    """Lease at most `limit` messages that are due, oldest first; hold what `handle` holds.

    Empty only when nothing is due. What is told together at the same time to the same address
    leaves as one message, however many deliveries that makes.
    """
    while rows := _due(session, limit, now):
        alerts = _alerts(session, rows)
        if bundles := _bundles(rows, alerts, handle, now):
            return tuple(_lease(bundle, alerts, now + lease) for bundle in bundles[:limit])
    return ()


def begin_attempt(session: Session, dispatch: Dispatch, now: datetime) -> None:
    """Put an attempt on record, before the network hears of it.

    Raises:
        LeaseLost: the lease ran out or another worker has it; nothing may be sent.
    """
    held = _members(dispatch).where(col(DeliveryRow.lease_until) > now)
    begun = held.values(attempts=DeliveryRow.attempts + 1)
    update_held(session, begun, _subject(dispatch), len(dispatch.alerts))
    session.add(AttemptRow(message_key=dispatch.message_key, token=dispatch.token, started_at=now))


def finish_attempt(
    session: Session, dispatch: Dispatch, receipt: Receipt, step: Step, now: datetime
) -> None:
    """Write what came of an attempt, and give the lease back.

    A lease that ran out meanwhile still counts if nobody else took it: the receipt is true.

    Raises:
        LeaseLost: another worker has it, or no attempt was begun; nothing is written.
    """
    detail = one_line(receipt.detail, 300)
    attempt = (
        update(AttemptRow)
        .where(col(AttemptRow.message_key) == dispatch.message_key)
        .where(col(AttemptRow.token) == dispatch.token)
        .values(finished_at=now, state=receipt.state.value, code=receipt.code, detail=detail)
        .values(provider_id=receipt.provider_id)
    )
    deliveries = (
        _members(dispatch)
        .values(state=step.state.value, not_before=step.not_before, **FREE)
        .values(last_code=receipt.code, last_detail=detail)
        .values(sent_at=now if step.state is DeliveryState.SENT else None)
    )
    update_held(session, attempt, _subject(dispatch))
    update_held(session, deliveries, _subject(dispatch), len(dispatch.alerts))


def _members(dispatch: Dispatch) -> Update:
    """An update of the deliveries a dispatch was made of, as long as it holds them."""
    return update(DeliveryRow).where(
        col(DeliveryRow.message_key) == dispatch.message_key,
        col(DeliveryRow.lease_token) == dispatch.token,
    )


def _subject(dispatch: Dispatch) -> str:
    return f"message {dispatch.message_key[:12]} to {dispatch.recipient}"


def _due(session: Session, limit: int, now: datetime) -> Sequence[DeliveryRow]:
    """All that is due to those whom the `limit` oldest due deliveries go to."""
    due = (
        col(DeliveryRow.state) == DeliveryState.PENDING.value,
        or_(col(DeliveryRow.not_before).is_(None), col(DeliveryRow.not_before) <= now),
        is_free(DeliveryRow, now),
    )
    to = (col(DeliveryRow.recipient), col(DeliveryRow.channel), col(DeliveryRow.address))
    oldest = session.exec(select(*to).where(*due).order_by(col(DeliveryRow.id)).limit(limit))
    theirs = select(DeliveryRow).where(*due, tuple_(*to).in_(set(oldest)))
    return session.exec(theirs.order_by(col(DeliveryRow.id))).all()


def _alerts(session: Session, rows: Sequence[DeliveryRow]) -> Mapping[str, AlertRow]:
    ids = {row.alert_id for row in rows}
    found = session.exec(select(AlertRow).where(col(AlertRow.id).in_(ids)))
    return {row.id: row for row in found}


def _bundles(
    rows: Sequence[DeliveryRow], alerts: Mapping[str, AlertRow], handle: Handle, now: datetime
) -> list[list[DeliveryRow]]:
    """Ask how each delivery is told and put together what leaves as one message.

    A digest that was tried once is not asked about again: a retry is the same message.
    """
    bundles: dict[tuple[str | None, ...], list[DeliveryRow]] = {}
    for row in rows:
        if row.attempts and row.message_key != row.key:
            bundles.setdefault((row.message_key,), []).append(row)
            continue
        handling = handle(_waiting(row, alerts[row.alert_id]))
        if handling.not_before is not None and handling.not_before > now:
            row.held_as = handling.how.value
            row.not_before = row.due_at = handling.not_before
        elif handling.how is How.SINGLE or row.attempts:
            row.message_key = row.key
            bundles[row.key,] = [row]
        else:
            row.held_as = handling.how.value
            bundles.setdefault((row.recipient, row.channel, row.address), []).append(row)
    for to, members in bundles.items():
        if len(to) > 1:
            _name_digest(members)
    return list(bundles.values())


def _name_digest(members: Sequence[DeliveryRow]) -> None:
    keys = "\n".join(sorted(row.key for row in members))
    message_key = sha256(keys.encode("utf-8")).hexdigest()
    for row in members:
        row.message_key = message_key


def _waiting(row: DeliveryRow, alert: AlertRow) -> Waiting:
    delivery = Delivery(
        key=row.key,
        alert_id=row.alert_id,
        recipient=row.recipient,
        channel=row.channel,
        address=row.address,
        severity=Severity(row.severity),
    )
    return Waiting(
        delivery=delivery,
        kind=AlertKind(alert.kind),
        filed_at=row.filed_at,
        attempts=row.attempts,
        held_as=How(row.held_as) if row.held_as else None,
        due=row.due_at if row.held_as else None,
    )


def _lease(
    members: Sequence[DeliveryRow], alerts: Mapping[str, AlertRow], until: datetime
) -> Dispatch:
    token = new_token()
    for row in members:
        row.lease_token, row.lease_until = token, until
    first = members[0]
    return Dispatch(
        message_key=first.message_key or first.key,
        token=token,
        recipient=first.recipient,
        channel=first.channel,
        address=first.address,
        how=_how(members),
        alerts=tuple(ALERT.from_text(alerts[row.alert_id].payload) for row in members),
        due=min(row.due_at for row in members),
        attempts=max(row.attempts for row in members),
    )


def _how(members: Sequence[DeliveryRow]) -> How:
    """How a message is told: as its members were held if all alike, else as a digest."""
    if members[0].message_key == members[0].key:
        return How.SINGLE
    ways = {How(row.held_as) for row in members if row.held_as}
    return ways.pop() if len(ways) == 1 else How.DIGEST
