"""The second transaction: what became of an entry is decided and written in one piece."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from sqlmodel import Session, select

from wirebell.core.decisions import Candidate, Filing, History
from wirebell.storage.leases import held, insert_new
from wirebell.storage.recall import addresses, find_article, fullness, recall
from wirebell.storage.tables import (
    AddressRow,
    AlertRow,
    ArticleRow,
    DeliveryRow,
    EntryRow,
    RulingRow,
    VersionRow,
    index_key,
)


def file(
    session: Session, candidate: Candidate, plan: Callable[[History], Filing], now: datetime
) -> Filing:
    """Recall, decide and write; returns what was written. The session must be serialised.

    An alert whose id is on file was told before: it is left out of the filing, deliveries and
    all, and the entry points at the one on file.
    """
    inbox = candidate.inbox
    (entry,) = held(session, EntryRow, inbox.token, f"entry {inbox.id}", EntryRow.id == inbox.id)
    article = find_article(session, candidate)
    filing = plan(recall(session, candidate, article, now))
    decision = filing.decision
    article = article or ArticleRow(
        url_key=index_key(candidate.url_key),
        url=candidate.article.url,
        source=candidate.feed_name,
        story_id=decision.story,
        first_seen=inbox.first_seen,
    )
    article.story_id = decision.story
    session.add(article)
    session.flush()
    names = [{"url_key": key, "article_id": article.id} for key in sorted(addresses(candidate))]
    insert_new(session, AddressRow, names)
    entry.version_id = _file_version(session, article.id, candidate, now)
    told = _file_alert(session, filing, now)
    for ruling in decision.rulings:
        row = RulingRow(
            entry_id=entry.id,
            rule=ruling.rule,
            severity=ruling.severity.value,
            verdict=ruling.verdict.value,
            reason=ruling.reason,
            evidence=ruling.evidence,
        )
        session.add(row)
    entry.outcome, entry.reason = decision.outcome.value, decision.reason
    entry.relation, entry.evidence = decision.relation.value, list(decision.evidence)
    entry.desk_hash, entry.settled_at = candidate.desk_hash, now
    entry.alert_id = filing.alert.id if filing.alert else None
    entry.free()
    return filing if told else replace(filing, alert=None, deliveries=())


def _file_version(session: Session, article: int, candidate: Candidate, now: datetime) -> int:
    """The id of the version, which stands as the candidate read it: a text that was on file
    stands again, a teaser is completed, a poorer reading of the same text changes nothing.
    """
    read = candidate.article
    same = select(VersionRow).where(
        VersionRow.article_id == article, VersionRow.text_hash == candidate.text_hash
    )
    version = session.exec(same).one_or_none()
    standing: dict[str, Any] = {
        "title": read.title,
        "text": read.text,
        "scope": read.scope,
        "seen_at": now,
    }
    if version is None:
        version = VersionRow(article_id=article, text_hash=candidate.text_hash, **standing)
    elif fullness(read.scope) >= fullness(version.scope):
        version.sqlmodel_update(standing)
    session.add(version)
    session.flush()
    return version.id


def _file_alert(session: Session, filing: Filing, now: datetime) -> bool:
    """Write an alert and its deliveries; False if there is none, or it is on file."""
    alert = filing.alert
    if alert is None:
        return False
    row = {"id": alert.id, "alert": alert, "created_at": now}
    if not insert_new(session, AlertRow, [row]):
        return False
    owed = [
        {**asdict(delivery), "message_key": delivery.key, "due_at": now}
        for delivery in filing.deliveries
    ]
    insert_new(session, DeliveryRow, owed)
    return True
