"""Feeds between polls, and the first transaction: what a poll brought is taken in whole."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import astuple
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, or_
from sqlmodel import Session, col, select

from wirebell.core.books import FeedLine
from wirebell.core.decisions import Arrival, InboxEntry
from wirebell.core.feeds import (
    Failure,
    FailureKind,
    FeedClaim,
    FeedHistory,
    FeedState,
    Lane,
    Outlook,
    Page,
    Unchanged,
    Validators,
)
from wirebell.core.text import one_line
from wirebell.storage.hosts import close_until, take_turns
from wirebell.storage.leases import held, insert_new, is_free, lease
from wirebell.storage.tables import EntryRow, FeedRow, index_key

TURNS_WITHIN = timedelta(seconds=50)
"""How long a run waits for a host's turns: a run begins each minute, and takes the next ones."""


def claim_feeds(
    session: Session,
    feed_ids: Sequence[str],
    lanes: Mapping[str, Lane],
    now: datetime,
    term: timedelta,
    *,
    due_only: bool,
) -> tuple[FeedClaim, ...]:
    """Lease the feeds that are due, free and whose turn comes soon, those waiting longest first."""
    # In one order for all workers: two that insert the same rows crosswise wait for each other.
    insert_new(session, FeedRow, [{"id": feed_id} for feed_id in sorted(set(feed_ids))])
    due = col(FeedRow.next_due)
    wanted = select(FeedRow).where(col(FeedRow.id).in_(feed_ids), is_free(FeedRow, now))
    if due_only:
        wanted = wanted.where(or_(due.is_(None), due <= now))
    oldest_first = wanted.order_by(due.nulls_first(), col(FeedRow.id))
    rows = session.exec(oldest_first.with_for_update(skip_locked=True)).all()
    turns = take_turns(session, [lanes.get(row.id) for row in rows], now, now + TURNS_WITHIN)
    ours = [(row, turn) for row, turn in zip(rows, turns, strict=True) if turn]
    token = lease((row for row, _ in ours), now + term)
    return tuple(
        FeedClaim(
            feed_id=row.id,
            token=token,
            validators=Validators(*row.validators or ()),
            first=row.last_ok is None,
            failures=row.failures,
            history=row.history or FeedHistory(),
            at=turn,
        )
        for row, turn in ours
    )


def intake(
    session: Session,
    claim: FeedClaim,
    result: Page | Unchanged | Failure,
    arrivals: Sequence[Arrival],
    look_ahead: Callable[[int], Outlook],
    now: datetime,
) -> FeedLine:
    """Write the new entries, the validators, the feed's state and its outlook, all or nothing."""
    (feed,) = held(
        session, FeedRow, claim.token, f"feed {claim.feed_id}", FeedRow.id == claim.feed_id
    )
    feed.free()
    if isinstance(result, Failure) and result.kind is FailureKind.LATER:
        return FeedLine(feed.id, result.kind.value)
    rows = [
        {
            "feed_id": feed.id,
            "key": index_key(arrival.key),
            "fingerprint": arrival.fingerprint,
            "entry": arrival.entry,
            "first_seen": now,
            "backlog": claim.first,
        }
        for arrival in arrivals
    ]
    fresh = insert_new(session, EntryRow, rows)
    outlook = look_ahead(fresh)
    feed.next_due, feed.history = outlook.next_due, outlook.history
    if outlook.hold:
        close_until(session, *outlook.hold, now)
    if isinstance(result, Failure):
        # The validators stay: what we have is still the newest answer that could be read.
        feed.state, feed.detail = result.kind.value, one_line(result.detail, 300)
        feed.failures += outlook.counts
        newly = outlook.counts and feed.failures == 1
        return FeedLine(feed.id, feed.state, 0, feed.detail, newly, outlook.notices)
    feed.validators = list(astuple(result.validators))
    feed.state, feed.detail, feed.failures, feed.last_ok = "ok", "", 0, now
    feed.last_new = now if fresh else feed.last_new
    return FeedLine(feed.id, feed.state, fresh, notices=outlook.notices)


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
            **({} if row.history is None else _seen_of(row.history)),
        )
        for row in session.exec(select(FeedRow).order_by(col(FeedRow.id)))
    )


def _seen_of(history: FeedHistory) -> dict[str, Any]:
    return {name: getattr(history, name) for name in ("health", "reason", "pace", "address")}


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
