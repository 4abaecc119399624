"""Feeds between polls, and the first transaction: what a poll brought is taken in whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple
from datetime import datetime, timedelta

from sqlalchemy import func, or_
from sqlmodel import Session, col, select

from wirebell.core.books import FeedLine
from wirebell.core.decisions import Arrival, InboxEntry
from wirebell.core.feeds import Failure, FeedClaim, FeedState, Page, Unchanged, Validators
from wirebell.core.text import one_line
from wirebell.storage.leases import held, insert_new, is_free, lease
from wirebell.storage.tables import EntryRow, FeedRow, index_key


def claim_feeds(
    session: Session, feed_ids: Sequence[str], now: datetime, term: timedelta, *, due_only: bool
) -> tuple[FeedClaim, ...]:
    """Lease the feeds that are due and free, those waiting longest first."""
    # In one order for all workers: two that insert the same rows crosswise wait for each other.
    insert_new(session, FeedRow, [{"id": feed_id} for feed_id in sorted(set(feed_ids))])
    due = col(FeedRow.next_due)
    wanted = select(FeedRow).where(col(FeedRow.id).in_(feed_ids), is_free(FeedRow, now))
    if due_only:
        wanted = wanted.where(or_(due.is_(None), due <= now))
    oldest_first = wanted.order_by(due.nulls_first(), col(FeedRow.id))
    rows = session.exec(oldest_first.with_for_update(skip_locked=True)).all()
    token = lease(rows, now + term)
    return tuple(
        FeedClaim(
            row.id, token, Validators(*row.validators or ()), row.last_ok is None, row.failures
        )
        for row in rows
    )


def intake(
    session: Session,
    claim: FeedClaim,
    result: Page | Unchanged | Failure,
    arrivals: Sequence[Arrival],
    next_due: datetime,
    now: datetime,
) -> FeedLine:
    """Write the new entries, the validators and the feed's state, all or nothing."""
    (feed,) = held(
        session, FeedRow, claim.token, f"feed {claim.feed_id}", FeedRow.id == claim.feed_id
    )
    feed.free()
    feed.next_due = next_due
    if isinstance(result, Failure):
        # The validators stay: what we have is still the newest answer that could be read.
        feed.state, feed.detail = result.kind.value, one_line(result.detail, 300)
        feed.failures += 1
        return FeedLine(feed.id, feed.state, 0, feed.detail, newly_failing=feed.failures == 1)
    rows = [
        {
            "feed_id": feed.id,
            "key": index_key(arrival.key),
            "fingerprint": arrival.fingerprint,
            "entry": arrival.entry,
            "first_seen": now,
            "backlog": feed.last_ok is None,
        }
        for arrival in arrivals
    ]
    fresh = insert_new(session, EntryRow, rows)
    feed.validators = list(astuple(result.validators))
    feed.state, feed.detail, feed.failures, feed.last_ok = "ok", "", 0, now
    feed.last_new = now if fresh else feed.last_new
    return FeedLine(feed.id, feed.state, fresh)


def feed_states(session: Session) -> tuple[FeedState, ...]:
    """Every feed ever seen, by id."""
    counts = select(EntryRow.feed_id, func.count()).group_by(col(EntryRow.feed_id))
    entries = dict(session.exec(counts).all())
    return tuple(
        FeedState(
            feed_id=row.id,
            state=row.state,
            detail=row.detail,
            failures=row.failures,
            last_ok=row.last_ok,
            last_new=row.last_new,
            next_due=row.next_due,
            entries=entries.get(row.id, 0),
        )
        for row in session.exec(select(FeedRow).order_by(col(FeedRow.id)))
    )


def claim_entries(
    session: Session, limit: int, now: datetime, term: timedelta
) -> tuple[InboxEntry, ...]:
    """Lease the oldest entries without an outcome; each claim counts as a try."""
    waiting = select(EntryRow).where(col(EntryRow.outcome).is_(None), is_free(EntryRow, now))
    oldest = waiting.order_by(col(EntryRow.id)).limit(limit)
    rows = session.exec(oldest.with_for_update(skip_locked=True)).all()
    token = lease(rows, now + term)
    for row in rows:
        row.tries += 1
    return tuple(
        InboxEntry(row.id, token, row.feed_id, row.entry, row.first_seen, row.backlog, row.tries)
        for row in rows
    )
