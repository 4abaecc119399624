"""What readers said an alert was worth to them, with the decisions it rang by."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from wirebell.core.decisions import Verdict
from wirebell.core.journal import Vote
from wirebell.storage.tables import EntryRow, RulingRow, VersionRow, VoteRow


def vote(session: Session, now: datetime, alert: str, recipient: str, *, useful: bool) -> None:
    """Keep what a recipient says an alert was worth; his last word counts."""
    session.merge(VoteRow(alert_id=alert, recipient=recipient, useful=useful, voted_at=now))


def votes(session: Session, rule: str = "", alert: str = "") -> tuple[Vote, ...]:
    """The votes on what a rule rang for, or on one alert, oldest first; with "" on any."""
    cast: Sequence[VoteRow] = session.exec(
        select(VoteRow)
        .where(VoteRow.alert_id == alert if alert else True)
        .order_by(col(VoteRow.voted_at), col(VoteRow.recipient))
    ).all()
    rang = session.exec(
        select(EntryRow.alert_id, VersionRow.article_id, RulingRow.rule)
        .join(RulingRow, col(RulingRow.entry_id) == EntryRow.id)
        .join(VersionRow, col(VersionRow.id) == EntryRow.version_id)
        .where(
            RulingRow.verdict == Verdict.RING.value,
            col(EntryRow.alert_id).in_({row.alert_id for row in cast}),
        )
        .order_by(col(RulingRow.id))
    ).all()
    found = []
    for row in cast:
        mine = [(article, name) for id_, article, name in rang if id_ == row.alert_id]
        rules = tuple(dict.fromkeys(name for _, name in mine))
        if not rule or rule in rules:
            article = mine[0][0] if mine else None
            found.append(Vote(row.alert_id, row.recipient, row.useful, article, rules))
    return tuple(found)
