"""Feeds between polls, and the first transaction: what a poll brought is taken in whole."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa
from sqlalchemy import or_
from sqlmodel import Session, col, select

from wirebell.core.books import FeedLine
from wirebell.core.decisions import Catch, InboxEntry, Outcome
from wirebell.core.errors import LeaseLost
from wirebell.core.feeds import (
    OWN_FEED,
    SKEW,
    Failure,
    FailureKind,
    FeedClaim,
    FeedHistory,
    FeedState,
    Lane,
    Validators,
)
from wirebell.core.text import one_line
from wirebell.storage.hosts import close_until, take_turns
from wirebell.storage.leases import held, insert_all, is_free, lease, new_token
from wirebell.storage.tables import EntryRow, FeedRow, Row, index_key

_FEEDS, _ENTRIES = (Row.metadata.tables[name] for name in ("feed", "entry"))
_CLAIMED = ("id", "validators", "last_ok", "failures", "history")
_STATE = ("id", "lease_token", "state", "detail", "failures")
_KEPT = ("state", "detail", "failures", "last_ok", "last_new", "next_due")
_SEEN = ("health", "reason", "pace", "address")
_FREE = {"lease_token": None, "lease_until": None}
_KEYS_AT_ONCE = 500
_RECENT = 500  # entries in which a feed's renamed ones are looked for
_CHURN = 3  # two headlines of old in a document of three are no feed that moved house
_RENAMED = "on file under another name the feed had for it"
TURNS_WITHIN = timedelta(seconds=50)
"""How long a run waits for a host's turns: a run begins each minute, and takes the next ones."""


def claim_feeds(
    session: Session,
    now: datetime,
    feed_ids: Sequence[str],
    term: timedelta,
    *,
    due_only: bool = True,
    lanes: Mapping[str, Lane] = MappingProxyType({}),
) -> tuple[FeedClaim, ...]:
    """Lease those of the feeds that nobody polls and whose time has come, longest due first.

    A feed never seen is due. With `due_only` False those not due yet are leased too. Feeds in
    `lanes` take turns with all who ask their host; whose turn is not soon stays due. What
    answered in time to come is due: the clock was put back, and when it would be asked by the
    old one, and its host, is no more to be believed.
    """
    run = session.connection().execute
    ids = sorted(set(feed_ids))  # in one order for all workers: none waits for another crosswise
    there = {*run(sa.select(_FEEDS.c.id).where(_FEEDS.c.id.in_(ids))).scalars()}
    insert_all(session, _FEEDS, [{"id": each} for each in ids if each not in there])
    due = _FEEDS.c.next_due
    wanted = sa.select(*(_FEEDS.c[name] for name in _CLAIMED)).where(_FEEDS.c.id.in_(ids))
    wanted = wanted.where(is_free(FeedRow, now)).order_by(due.nulls_first(), _FEEDS.c.id)
    if due_only:
        ahead = _FEEDS.c.last_ok > now + SKEW
        wanted = wanted.where(or_(due.is_(None), due <= now, ahead))
    rows = run(wanted.with_for_update(skip_locked=True)).all()
    queue = [lanes.get(row.id) for row in rows]
    afresh = {
        lane.host
        for row, lane in zip(rows, queue, strict=True)
        if lane and row.last_ok and row.last_ok > now + SKEW
    }
    turns = take_turns(session, queue, now, now + TURNS_WITHIN, afresh)
    ours = [(row, turn) for row, turn in zip(rows, turns, strict=True) if turn]
    token = new_token()
    mine = sa.update(_FEEDS).where(_FEEDS.c.id.in_([row.id for row, _ in ours]))
    run(mine.values(lease_token=token, lease_until=now + term))
    return tuple(
        FeedClaim(
            feed_id=row.id,
            token=token,
            validators=Validators(*row.validators or ()),
            last_ok=row.last_ok,
            failures=row.failures,
            history=row.history or FeedHistory(),
            at=turn,
        )
        for row, turn in ours
    )


def intake(session: Session, now: datetime, catches: Sequence[Catch]) -> list[FeedLine | LeaseLost]:
    """Take in what polls brought: of each its new entries, validators, state and outlook together.

    An arrival on file with equal fingerprint is nothing new. A failure keeps the validators; it
    is newly failing if the poll before was none. A feed that another worker has answers with
    LeaseLost, and the others are taken in.
    """
    # Through Core and in a few statements for all: objects cost more than the polls themselves.
    run = session.connection().execute
    mine = sa.select(*(_FEEDS.c[name] for name in _STATE)).order_by(_FEEDS.c.id)
    mine = mine.where(_FEEDS.c.id.in_([catch.claim.feed_id for catch in catches]))
    known = {row.id: row._asdict() for row in run(mine.with_for_update())}
    lines: list[FeedLine | LeaseLost] = []
    states = defaultdict[tuple[str, ...], list[dict[str, Any]]](list)  # by what changes
    entries: list[dict[str, Any]] = []
    for catch in catches:
        feed = known.pop(catch.claim.feed_id, {})
        if feed.pop("lease_token", None) != catch.claim.token:
            words = "taken over by another worker, or finished"
            lines.append(LeaseLost(f"feed {catch.claim.feed_id}", words, "Leave it to them"))
        elif isinstance(catch.result, Failure) and catch.result.kind is FailureKind.LATER:
            run(sa.update(_FEEDS).where(_FEEDS.c.id == feed["id"]).values(_FREE))
            lines.append(FeedLine(feed["id"], catch.result.kind.value))
        else:
            new = _new(session, catch, now) if catch.arrivals else []
            entries += new
            fresh = sum(not row["outcome"] for row in new)
            line, state = _judge(session, catch, feed["failures"], fresh, now)
            lines.append(line)
            feed["history"] = catch.claim.history
            state = {name: value for name, value in state.items() if feed.get(name, ...) != value}
            states[*state].append({"feed": feed["id"], **state, **_FREE})
    for changes in states.values():
        run(sa.update(_FEEDS).where(_FEEDS.c.id == sa.bindparam("feed")), changes)
    insert_all(session, _ENTRIES, entries)
    return lines


def _judge(
    session: Session, catch: Catch, failures: int, fresh: int, now: datetime
) -> tuple[FeedLine, dict[str, Any]]:
    """How a feed stands after a poll with so many new entries, after so many failures in a row."""
    claim, result, outlook = catch.claim, catch.result, catch.look_ahead(fresh)
    state: dict[str, Any] = {"next_due": outlook.next_due, "history": outlook.history}
    if outlook.hold:
        close_until(session, *outlook.hold, now)
    if isinstance(result, Failure):
        # The validators stay: what we have is still the newest answer that could be read.
        failures, detail = failures + outlook.counts, one_line(result.detail, 300)
        state |= {"state": result.kind.value, "detail": detail, "failures": failures}
        newly = outlook.counts and failures == 1
        return FeedLine(claim.feed_id, state["state"], 0, detail, newly, outlook.notices), state
    state |= {"state": "ok", "detail": "", "failures": 0, "last_ok": now}
    if fresh:
        state["last_new"] = now
    if claim.first or result.validators != claim.validators:
        given = result.validators
        state["validators"] = [given.etag, given.last_modified, given.body_hash]
    return FeedLine(claim.feed_id, "ok", fresh, notices=outlook.notices), state


def _new(session: Session, catch: Catch, now: datetime) -> list[dict[str, Any]]:
    """The rows of the entries that are not on file; those the feed only renamed have an outcome."""
    claim, run = catch.claim, session.connection().execute
    arrivals = {
        (index_key(arrival.key), arrival.fingerprint): arrival for arrival in catch.arrivals
    }
    keys = [*{key for key, _ in arrivals}]
    known: set[tuple[str, str]] = set()
    for start in range(0, 0 if claim.first else len(keys), _KEYS_AT_ONCE):
        asked = _ENTRIES.c.key.in_(keys[start : start + _KEYS_AT_ONCE])
        mine = sa.select(_ENTRIES.c.key, _ENTRIES.c.fingerprint)
        known |= {tuple(row) for row in run(mine.where(_ENTRIES.c.feed_id == claim.feed_id, asked))}
    named = {key for key, _ in known}
    unheard = [arrival for (key, _), arrival in arrivals.items() if key not in named]
    renamed: frozenset[str] = frozenset()
    if not claim.first and 2 * len(unheard) > len(arrivals):
        newest = sa.select(_ENTRIES.c.entry).where(_ENTRIES.c.feed_id == claim.feed_id)
        on_file = run(newest.order_by(_ENTRIES.c.id.desc()).limit(_RECENT)).scalars().all()
        renamed = catch.recognise(unheard, on_file)
    if len(renamed) < _CHURN or 2 * len(renamed) <= len(arrivals):
        renamed = frozenset()
    row: dict[str, Any] = {"feed_id": claim.feed_id, "first_seen": now, "backlog": claim.first}
    fresh = {"outcome": None, "reason": "", "settled_at": None}
    again = {"outcome": Outcome.REKEYED.value, "reason": _RENAMED, "settled_at": now}
    return [
        row
        | (again if arrival.key in renamed else fresh)
        | {"key": key, "fingerprint": fingerprint, "entry": arrival.entry}
        for (key, fingerprint), arrival in arrivals.items()
        if (key, fingerprint) not in known
    ]


def feed_states(session: Session) -> tuple[FeedState, ...]:
    """Every feed ever seen, by id; the heartbeat's own is none of them."""
    return tuple(
        FeedState(
            row.id,
            **{name: getattr(row, name) for name in _KEPT},
            **{name: getattr(row.history or FeedHistory(), name) for name in _SEEN},
        )
        for row in session.exec(select(FeedRow).order_by(col(FeedRow.id)))
        if row.id != OWN_FEED
    )


def claim_entries(
    session: Session, now: datetime, limit: int, term: timedelta
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


def settle(
    session: Session, now: datetime, inbox: InboxEntry, outcome: Outcome, reason: str
) -> None:
    """Give an entry that cannot become a candidate its outcome."""
    subject, mine = f"entry {inbox.id}", EntryRow.id == inbox.id
    (entry,) = held(session, EntryRow, inbox.token, subject, mine)
    entry.outcome, entry.reason, entry.settled_at = outcome.value, reason, now
    entry.free()
