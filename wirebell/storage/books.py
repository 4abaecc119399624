"""The books: every entry and every delivery, accounted for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import func, or_
from sqlmodel import Session, col, select

from wirebell.core.alerts import Alert, DeliveryState, ReceiptState
from wirebell.core.books import Books
from wirebell.core.decisions import Outcome
from wirebell.storage.payloads import ALERT, ENTRY
from wirebell.storage.tables import (
    AlertRow,
    ArticleRow,
    AttemptRow,
    DeliveryRow,
    EntryRow,
    RulingRow,
    VersionRow,
    index_key,
)

WAITING = "waiting"


def balance(session: Session) -> Books:
    """Count everything and check every sum; `session` must see one instant."""
    by_outcome = select(EntryRow.outcome, func.count()).group_by(col(EntryRow.outcome))
    by_state = select(DeliveryRow.state, func.count()).group_by(col(DeliveryRow.state))
    outcomes = Counter({outcome or WAITING: n for outcome, n in session.exec(by_outcome)})
    deliveries = Counter(dict(session.exec(by_state).all()))
    waiting = outcomes.pop(WAITING, 0)
    return Books(
        entries=session.exec(select(func.count()).select_from(EntryRow)).one(),
        waiting=waiting,
        outcomes=outcomes,
        alerts=session.exec(select(func.count()).select_from(AlertRow)).one(),
        deliveries=deliveries,
        attempts=session.exec(select(func.count()).select_from(AttemptRow)).one(),
        problems=(*_unknown(outcomes, deliveries), *_unmatched(session)),
    )


def alert(session: Session, alert_id: str) -> Alert | None:
    """An alert as it was filed."""
    row = session.get(AlertRow, alert_id)
    return None if row is None else ALERT.from_text(row.payload)


def recent_alerts(session: Session, limit: int) -> tuple[Alert, ...]:
    """The newest alerts, newest first."""
    newest = select(AlertRow.payload).order_by(col(AlertRow.created_at).desc(), col(AlertRow.id))
    return tuple(ALERT.from_text(payload) for payload in session.exec(newest.limit(limit)))


def rulings_of(session: Session, url_key: str) -> tuple[tuple[str, str, str, str], ...]:
    """Rule, verdict, reason and desk hash of every decision on an article, oldest first."""
    rulings = (
        select(RulingRow.rule, RulingRow.verdict, RulingRow.reason, RulingRow.desk_hash)
        .join(VersionRow, col(VersionRow.id) == RulingRow.version_id)
        .join(ArticleRow, col(ArticleRow.id) == VersionRow.article_id)
        .where(ArticleRow.url_key == index_key(url_key))
        .order_by(col(RulingRow.id))
    )
    return tuple(
        (rule, verdict, reason, desk) for rule, verdict, reason, desk in session.exec(rulings)
    )


def outcomes_since(session: Session, since: datetime) -> tuple[tuple[str, str, str], ...]:
    """Title, outcome and reason of the entries settled at `since` or later, newest first."""
    settled = (
        select(EntryRow.payload, EntryRow.outcome, EntryRow.reason)
        .where(col(EntryRow.settled_at) >= since)
        .order_by(col(EntryRow.settled_at).desc(), col(EntryRow.id).desc())
    )
    return tuple(
        (ENTRY.from_text(payload).title, outcome or WAITING, reason)
        for payload, outcome, reason in session.exec(settled)
    )


def _unknown(outcomes: Counter[str], deliveries: Counter[str]) -> Iterator[str]:
    for outcome in sorted(outcomes.keys() - set(Outcome)):
        yield f"{outcomes[outcome]} entries have the unknown outcome {outcome!r}"
    for state in sorted(deliveries.keys() - set(DeliveryState)):
        yield f"{deliveries[state]} deliveries are in the unknown state {state!r}"


def _unmatched(session: Session) -> Iterator[str]:
    """What has no counterpart. An alert without deliveries is none: nobody may be routed."""
    told = select(EntryRow.alert_id).where(col(EntryRow.alert_id).is_not(None))
    taken = select(AttemptRow.message_key).where(AttemptRow.state == ReceiptState.SENT.value)
    named = select(DeliveryRow.message_key).where(col(DeliveryRow.message_key).is_not(None))
    message_key = col(DeliveryRow.message_key)
    sums = {
        "rung entries have no alert": select(func.count(col(EntryRow.id))).where(
            EntryRow.outcome == Outcome.RUNG.value, col(EntryRow.alert_id).is_(None)
        ),
        "alerts have no entry": select(func.count(col(AlertRow.id))).where(
            col(AlertRow.id).not_in(told)
        ),
        "sent deliveries have no sent attempt": select(func.count(col(DeliveryRow.id))).where(
            DeliveryRow.state == DeliveryState.SENT.value,
            or_(message_key.is_(None), message_key.not_in(taken)),
        ),
        "attempts have no delivery": select(func.count(col(AttemptRow.id))).where(
            col(AttemptRow.message_key).not_in(named)
        ),
    }
    for words, count in sums.items():
        if found := session.exec(count).one():
            yield f"{found} {words}"
