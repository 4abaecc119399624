"""The pulse: what waits, how fast it was told, what rang how often."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from sqlalchemy import func, or_
from sqlmodel import Session, col, select

from wirebell.core.alerts import DeliveryState, How
from wirebell.core.books import Pulse
from wirebell.core.decisions import Verdict
from wirebell.storage.tables import AttemptRow, DeliveryRow, EntryRow, RulingRow

_AT_ONCE = (How.SINGLE.value, How.GROUPED.value, How.LATE.value)  # no reader asked to wait


def pulse(session: Session, now: datetime, since: datetime) -> Pulse:
    """How it stands at `now`, and how it went since an instant."""
    inbox = select(func.count(), func.min(EntryRow.first_seen))
    waiting, waiting_since = session.exec(inbox.where(col(EntryRow.outcome).is_(None))).one()
    due = or_(col(DeliveryRow.not_before).is_(None), col(DeliveryRow.not_before) <= now)
    outbox = select(func.count(), func.min(DeliveryRow.due_at)).where(
        DeliveryRow.state == DeliveryState.PENDING.value, due
    )
    owed, owed_since = session.exec(outbox).one()
    told = (
        select(EntryRow.first_seen, AttemptRow.finished_at)
        .join(DeliveryRow, col(DeliveryRow.alert_id) == EntryRow.alert_id)
        .join(AttemptRow, col(AttemptRow.message_key) == DeliveryRow.message_key)
        .where(
            AttemptRow.state == DeliveryState.SENT.value,
            col(AttemptRow.finished_at) >= since,
            col(DeliveryRow.held_as).in_(_AT_ONCE),
        )
    )
    lags = ((end - start).total_seconds() for start, end in session.exec(told) if end)
    rang = (
        select(RulingRow.rule, EntryRow.settled_at)
        .join(EntryRow, col(EntryRow.id) == RulingRow.entry_id)
        .where(RulingRow.verdict == Verdict.RING.value, col(EntryRow.settled_at) >= since)
    )
    days = Counter((rule, f"{at:%F}") for rule, at in session.exec(rang) if at)
    return Pulse(waiting, waiting_since, owed, owed_since, tuple(sorted(lags)), days)
