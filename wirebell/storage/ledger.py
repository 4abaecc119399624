"""The ledger: every entry with what became of it, for whoever asks why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, select

from wirebell.core.alerts import NOTICE, Alert, DeliveryState
from wirebell.core.decisions import InboxEntry, Ruling, Verdict
from wirebell.core.errors import NotFound
from wirebell.core.journal import Owing, Record, Told
from wirebell.core.matches import Severity
from wirebell.core.urls import url_key
from wirebell.storage.journal import find_article
from wirebell.storage.leases import is_free, lease
from wirebell.storage.tables import (
    AlertRow,
    ArticleRow,
    AttemptRow,
    DeliveryRow,
    EntryRow,
    RulingRow,
    VersionRow,
)

_DIGITS = 10  # what has as many may be too large for a column of the database


def records(session: Session, ids: Sequence[int]) -> tuple[Record, ...]:
    """The entries of these ids, oldest first, each with its rulings and deliveries."""
    found = session.exec(
        select(EntryRow, VersionRow, ArticleRow)
        .join(VersionRow, col(VersionRow.id) == EntryRow.version_id, isouter=True)
        .join(ArticleRow, col(ArticleRow.id) == VersionRow.article_id, isouter=True)
        .where(col(EntryRow.id).in_(ids))
        .order_by(col(EntryRow.id))
    ).all()
    rulings = _rulings(session, ids)
    told = _told(session, {row.alert_id for row, _, _ in found if row.alert_id})
    return tuple(
        Record(
            id=row.id,
            feed_id=row.feed_id,
            key=row.key,
            fingerprint=row.fingerprint,
            entry=row.entry,
            first_seen=row.first_seen,
            backlog=row.backlog,
            outcome=row.outcome or "",
            reason=row.reason,
            relation=row.relation or "",
            evidence=tuple(row.evidence or ()),
            settled_at=row.settled_at,
            desk_hash=row.desk_hash or "",
            alert_id=row.alert_id or "",
            article_id=article.id if article else None,
            story=article.story_id if article else "",
            article=version.article if version else None,
            rulings=tuple(rulings[row.id]),
            told=tuple(told[row.alert_id or ""]),
        )
        for row, version, article in found
    )


def records_of(session: Session, what: str) -> tuple[Record, ...]:
    """The entries an alert, an article (by number) or an address stands for, oldest first."""
    if what.startswith("al-"):
        which: Any = EntryRow.alert_id == what
    else:
        number = what.isascii() and what.isdigit() and len(what) < _DIGITS
        article = int(what) if number else find_article(session, what)
        if article is None:
            return records(session, _unfiled(session, what))
        theirs = select(VersionRow.id).where(VersionRow.article_id == article)
        which = col(EntryRow.version_id).in_(theirs)
    return records(session, session.exec(select(EntryRow.id).where(which)).all())


def _unfiled(session: Session, url: str) -> list[int]:
    """Entries of an address that wait or could not be read: never many, so they are looked at."""
    rows = session.exec(select(EntryRow).where(col(EntryRow.version_id).is_(None)))
    return [row.id for row in rows if row.entry.url and url_key(row.entry.url) == url_key(url)]


def settled(session: Session, since: datetime, until: datetime) -> tuple[int, ...]:
    """The entries settled from one instant to before another, in that order."""
    between = (col(EntryRow.settled_at) >= since, col(EntryRow.settled_at) < until)
    order = (col(EntryRow.settled_at), col(EntryRow.id))
    return tuple(session.exec(select(EntryRow.id).where(*between).order_by(*order)))


def reopen(session: Session, now: datetime, entry: int, term: timedelta) -> InboxEntry:
    """Put an entry that did not ring back into the inbox, leased, as if it had just come.

    Raises:
        NotFound: it rang, or somebody is at work on it.
    """
    mine = select(EntryRow).where(EntryRow.id == entry, is_free(EntryRow, now))
    row = session.exec(mine.with_for_update()).first()
    if row is None or row.alert_id:
        raise NotFound(f"entry {entry}", "it rang, or is being filed", "Ask: wirebell why")
    for ruling in session.exec(select(RulingRow).where(RulingRow.entry_id == entry)):
        session.delete(ruling)
    row.outcome = row.settled_at = None
    row.backlog = False
    return InboxEntry(row.id, lease([row], now + term), row.feed_id, row.entry, row.first_seen)


def alert(session: Session, alert_id: str) -> Alert | None:
    """The alert of that id, None if there is none."""
    return session.exec(select(col(AlertRow.alert)).where(AlertRow.id == alert_id)).first()


def recent_alerts(session: Session, limit: int) -> tuple[Alert, ...]:
    """The newest alerts, newest first, without the notices to operators."""
    told = select(col(AlertRow.alert)).where(~col(AlertRow.id).startswith(NOTICE))
    newest = told.order_by(col(AlertRow.created_at).desc(), col(AlertRow.id))
    return tuple(session.exec(newest.limit(limit)))


def outcomes_since(session: Session, since: datetime) -> tuple[tuple[str, str, str], ...]:
    """(title, outcome, reason) of the entries settled since an instant, newest first."""
    settled = (
        select(col(EntryRow.entry), EntryRow.outcome, EntryRow.reason)
        .where(col(EntryRow.settled_at) >= since)
        .order_by(col(EntryRow.settled_at).desc(), col(EntryRow.id).desc())
    )
    found = session.exec(settled)
    return tuple((entry.title, outcome or "", reason) for entry, outcome, reason in found)


def _rulings(session: Session, ids: Iterable[int]) -> dict[int, list[Ruling]]:
    theirs = select(RulingRow).where(col(RulingRow.entry_id).in_(ids)).order_by(col(RulingRow.id))
    found: dict[int, list[Ruling]] = defaultdict(list)
    for row in session.exec(theirs):
        severity, verdict = Severity(row.severity), Verdict(row.verdict)
        ruling = Ruling(row.rule, severity, verdict, row.reason, row.evidence)
        found[row.entry_id].append(ruling)
    return found


def undelivered(session: Session, *, dead: bool = False) -> tuple[Owing, ...]:
    """The deliveries that were not sent, oldest first; with `dead` those given up alone."""
    left = [DeliveryState.DEAD] if dead else [DeliveryState.PENDING, DeliveryState.DEAD]
    owed = (
        select(DeliveryRow, AlertRow)
        .join(AlertRow, col(AlertRow.id) == DeliveryRow.alert_id)
        .where(col(DeliveryRow.state).in_(left))
        .order_by(col(DeliveryRow.id))
    )
    found = session.exec(owed).all()
    answers = _answers(session, [row for row, _ in found])
    return tuple(
        Owing(row.key, row.alert_id, alert.alert.headline, _as_told(row, answers))
        for row, alert in found
    )


def _told(session: Session, alerts: Iterable[str]) -> dict[str, list[Told]]:
    owed = select(DeliveryRow).where(col(DeliveryRow.alert_id).in_(alerts))
    rows = session.exec(owed.order_by(col(DeliveryRow.id))).all()
    answers = _answers(session, rows)
    found: dict[str, list[Told]] = defaultdict(list)
    for row in rows:
        found[row.alert_id].append(_as_told(row, answers))
    return found


def _answers(session: Session, rows: Sequence[DeliveryRow]) -> dict[str, str]:
    """The words of the last answer to each message."""
    keys = [row.message_key for row in rows if row.attempts]
    tried = select(AttemptRow).where(col(AttemptRow.message_key).in_(keys))
    return {
        attempt.message_key: f"{attempt.code} {attempt.detail}".strip()
        for attempt in session.exec(tried.order_by(col(AttemptRow.id)))
    }


def _as_told(row: DeliveryRow, answers: Mapping[str, str]) -> Told:
    due, answer = row.not_before or row.due_at, answers.get(row.message_key, "")
    why = (row.held_as or "", row.reason, row.instead_of)
    return Told(row.recipient, row.channel, row.state, row.attempts, due, answer, *why)
