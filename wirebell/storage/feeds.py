"""Feeds between polls, and the first transaction: what a poll brought is taken in whole."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, or_, update
from sqlmodel import Session, col, select

from wirebell.core.books import FeedLine
from wirebell.core.decisions import Arrival
from wirebell.core.feeds import Failure, FeedClaim, FeedState, Page, Unchanged, Validators
from wirebell.core.text import one_line
from wirebell.storage.leases import FREE, insert_new, is_free, lost, new_token
from wirebell.storage.payloads import ENTRY
from wirebell.storage.tables import EntryRow, FeedRow, index_key

_AT_ONCE = 1000  # a statement has room for 32,766 values on SQLite

_FRESH_ENOUGH = timedelta(days=1)
"""`last_seen` is kept to the day: the thousands of entries that stand in the feeds at every
poll would otherwise be rewritten at every poll."""


def claim(
    session: Session, feed_ids: Sequence[str], now: datetime, lease: timedelta, *, due_only: bool
) -> tuple[FeedClaim, ...]:
    """Lease the feeds that are due and free, those waiting longest first."""
    # In one order for all workers: two that insert the same rows crosswise wait for each other.
    insert_new(session, FeedRow, [{"id": feed_id} for feed_id in sorted(set(feed_ids))])
    wanted = select(FeedRow).where(col(FeedRow.id).in_(feed_ids), is_free(FeedRow, now))
    if due_only:
        due = col(FeedRow.next_due)
        wanted = wanted.where(or_(due.is_(None), due <= now))
    oldest_first = wanted.order_by(col(FeedRow.next_due).nulls_first(), col(FeedRow.id))
    rows = session.exec(oldest_first.with_for_update(skip_locked=True)).all()
    token = new_token()
    for row in rows:
        row.lease_token, row.lease_until = token, now + lease
    return tuple(
        FeedClaim(row.id, token, _validators(row), row.last_ok is None, row.failures)
        for row in rows
    )


def intake(
    session: Session,
    claimed: FeedClaim,
    result: Page | Unchanged | Failure,
    arrivals: Sequence[Arrival],
    next_due: datetime,
    now: datetime,
) -> FeedLine:
    """Write the new entries, the validators and the feed's state, all or nothing.

    Raises:
        LeaseLost: another worker polls this feed now; nothing is written.
    """
    feed = _held(session, claimed)
    feed.lease_token, feed.lease_until, feed.next_due = None, None, next_due
    if isinstance(result, Failure):
        return _failed(feed, result)
    fresh = _take_in(session, feed, arrivals, now)
    feed.validators = _as_json(result.validators)
    feed.state, feed.detail, feed.failures, feed.last_ok = "ok", "", 0, now
    if fresh:
        feed.last_new = now
    return FeedLine(feed.id, feed.state, fresh)


def release(session: Session, claimed: FeedClaim) -> None:
    """Give a claim back untouched; one that somebody took over is not ours to give."""
    session.exec(
        update(FeedRow)
        .where(col(FeedRow.id) == claimed.feed_id, col(FeedRow.lease_token) == claimed.token)
        .values(**FREE)
    )


def states(session: Session) -> tuple[FeedState, ...]:
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


def _held(session: Session, claimed: FeedClaim) -> FeedRow:
    held = select(FeedRow).where(
        FeedRow.id == claimed.feed_id, FeedRow.lease_token == claimed.token
    )
    feed = session.exec(held.with_for_update()).one_or_none()
    if feed is None:
        raise lost(f"feed {claimed.feed_id}")
    return feed


def _failed(feed: FeedRow, failure: Failure) -> FeedLine:
    # The validators stay: what we have is still the newest answer that could be read.
    feed.state, feed.detail = failure.kind.value, one_line(failure.detail, 300)
    feed.failures += 1
    return FeedLine(feed.id, feed.state, 0, feed.detail, newly_failing=feed.failures == 1)


def _take_in(session: Session, feed: FeedRow, arrivals: Sequence[Arrival], now: datetime) -> int:
    """Insert what is new, note what is still there; returns how many rows are new."""
    first_poll = feed.last_ok is None
    fresh = 0
    for start in range(0, len(arrivals), _AT_ONCE):
        some = arrivals[start : start + _AT_ONCE]
        rows = [_row(feed.id, arrival, now, backlog=first_poll) for arrival in some]
        fresh += insert_new(session, EntryRow, rows)
        session.exec(
            update(EntryRow)
            .where(
                col(EntryRow.feed_id) == feed.id,
                col(EntryRow.key).in_([row["key"] for row in rows]),
                col(EntryRow.last_seen) < now - _FRESH_ENOUGH,
            )
            .values(last_seen=now)
            .execution_options(synchronize_session=False)
        )
    return fresh


def _row(feed_id: str, arrival: Arrival, now: datetime, *, backlog: bool) -> Mapping[str, Any]:
    return {
        "feed_id": feed_id,
        "key": index_key(arrival.key),
        "fingerprint": arrival.fingerprint,
        "payload": ENTRY.to_text(arrival.entry),
        "first_seen": now,
        "last_seen": now,
        "backlog": backlog,
    }


def _as_json(validators: Validators) -> str:
    return json.dumps([validators.etag, validators.last_modified, validators.body_hash])


def _validators(row: FeedRow) -> Validators:
    return Validators(*json.loads(row.validators))
