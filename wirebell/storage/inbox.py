"""The inbox: entries that wait, leased to a worker each, until each has its one outcome."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import update
from sqlmodel import Session, col, select

from wirebell.core.decisions import InboxEntry, Outcome
from wirebell.storage.leases import FREE, is_free, new_token, update_held
from wirebell.storage.payloads import ENTRY
from wirebell.storage.tables import EntryRow


def claim(session: Session, limit: int, now: datetime, lease: timedelta) -> tuple[InboxEntry, ...]:
    """Lease the oldest entries without an outcome; each claim counts as a try."""
    waiting = select(EntryRow).where(col(EntryRow.outcome).is_(None), is_free(EntryRow, now))
    oldest = waiting.order_by(col(EntryRow.id)).limit(limit)
    rows = session.exec(oldest.with_for_update(skip_locked=True)).all()
    token = new_token()
    for row in rows:
        row.lease_token, row.lease_until = token, now + lease
        row.tries += 1
    return tuple(
        InboxEntry(
            id=row.id,
            token=token,
            feed_id=row.feed_id,
            entry=ENTRY.from_text(row.payload),
            first_seen=row.first_seen,
            backlog=row.backlog,
            tries=row.tries,
        )
        for row in rows
    )


def settle(
    session: Session, inbox: InboxEntry, outcome: Outcome, reason: str, now: datetime
) -> None:
    """Give an entry its outcome without filing it.

    Raises:
        LeaseLost: another worker has it, or it has its outcome; nothing is written.
    """
    update_held(
        session,
        update(EntryRow)
        .where(col(EntryRow.id) == inbox.id, col(EntryRow.lease_token) == inbox.token)
        .values(outcome=outcome.value, reason=reason, settled_at=now, **FREE),
        f"entry {inbox.id}",
    )
