"""The books: every entry and every delivery, accounted for."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func
from sqlmodel import Session, col, select, text

from wirebell.core.alerts import NOTICE, DeliveryState
from wirebell.core.books import Books
from wirebell.core.decisions import Outcome
from wirebell.storage.tables import AlertRow, AttemptRow, DeliveryRow, EntryRow

# What has no counterpart. An alert without deliveries is whole: nobody may be routed. NOT EXISTS,
# because PostgreSQL reads all of a NOT IN that outgrows its memory for each row anew.
_STRAY = {
    "rung entries have no alert": """
        SELECT count(*) FROM entry WHERE outcome = 'rung' AND alert_id IS NULL""",
    "alerts have no entry": """
        SELECT count(*) FROM alert WHERE id NOT LIKE 'notice-%'
        AND NOT EXISTS (SELECT 1 FROM entry WHERE alert_id = alert.id)""",
    "sent deliveries have no sent attempt": """
        SELECT count(*) FROM delivery AS owed WHERE state = 'sent' AND NOT EXISTS (
        SELECT 1 FROM attempt WHERE message_key = owed.message_key AND state = 'sent')""",
    "attempts have no delivery": """
        SELECT count(*) FROM attempt AS tried WHERE NOT EXISTS (
        SELECT 1 FROM delivery WHERE message_key = tried.message_key)""",
}


def balance(
    session: Session, since: datetime | None = None, until: datetime | None = None
) -> Books:
    """Count everything and check every sum; `session` must see one instant.

    With `since` and `until` of the entries first seen between them, and the alerts filed.
    """
    outcome = func.coalesce(col(EntryRow.outcome), "waiting")
    seen = select(outcome, func.count()).where(*_between(EntryRow.first_seen, since, until))
    outcomes = Counter(dict(session.exec(seen.group_by(outcome)).all()))
    filed = _between(AlertRow.created_at, since, until)
    news = ~col(AlertRow.id).startswith(NOTICE)
    owed = select(DeliveryRow.state, func.count()).join(
        AlertRow, col(AlertRow.id) == DeliveryRow.alert_id
    )
    states = owed.where(*filed).group_by(col(DeliveryRow.state))
    deliveries = Counter(dict(session.exec(states).all()))
    tried = (
        select(func.count())
        .select_from(AttemptRow)
        .where(*_between(AttemptRow.started_at, since, until))
    )
    entries, waiting = outcomes.total(), outcomes.pop("waiting", 0)
    problems = [
        f"{outcomes[name]} entries have the unknown outcome {name!r}"
        for name in sorted(outcomes.keys() - set(Outcome))
    ]
    problems += [
        f"{deliveries[name]} deliveries are in the unknown state {name!r}"
        for name in sorted(deliveries.keys() - set(DeliveryState))
    ]
    run = session.connection().execute
    counts = ((words, run(text(query)).scalar_one()) for words, query in _STRAY.items())
    problems += [f"{found} {words}" for words, found in counts if found]
    return Books(
        entries=entries,
        waiting=waiting,
        outcomes=outcomes,
        alerts=session.exec(select(func.count()).select_from(AlertRow).where(news, *filed)).one(),
        deliveries=deliveries,
        attempts=session.exec(tried).one(),
        problems=tuple(problems),
    )


def _between(
    column: Any, since: datetime | None, until: datetime | None
) -> list[ColumnElement[bool]]:
    bounds = [] if since is None else [col(column) >= since]
    return bounds if until is None else [*bounds, col(column) < until]
