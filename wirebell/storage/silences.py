"""Silences, and what becomes of the deliveries they hold."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlmodel import Session, col, select, update

from wirebell.core.alerts import DeliveryState, How, Silence
from wirebell.core.errors import NotFound
from wirebell.storage.tables import DeliveryRow, SilenceRow


def add(session: Session, silence: Silence) -> Silence:
    """Keep a silence, under a number of its own."""
    row = SilenceRow(silence=silence, until=silence.until)
    session.add(row)
    session.flush()
    return _value(row)


def in_force(session: Session, now: datetime) -> tuple[Silence, ...]:
    """The silences that have not ended, those that end last at the end."""
    held = select(SilenceRow).where(col(SilenceRow.until) > now)
    return tuple(map(_value, session.exec(held.order_by(col(SilenceRow.until)))))


def end(session: Session, now: datetime, number: int) -> Silence:
    """End a silence now, and have all that is silenced looked at again; else NotFound."""
    row = session.get(SilenceRow, number)
    if row is None or row.until <= now:
        raise NotFound(f"silence {number}", "not in force", "Ask: wirebell silence list")
    row.until = now
    hushed = (
        col(DeliveryRow.held_as) == How.SILENCED.value,
        col(DeliveryRow.state) == DeliveryState.PENDING.value,
        col(DeliveryRow.not_before) > now,
    )
    session.exec(update(DeliveryRow).where(*hushed).values(not_before=now, due_at=now))
    return _value(row)


def _value(row: SilenceRow) -> Silence:
    return replace(row.silence, id=row.id, until=row.until)
