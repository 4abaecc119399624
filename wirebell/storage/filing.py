"""The second transaction: what became of an entry is decided and written in one piece."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from sqlmodel import Session, select

from wirebell.core.alerts import Alert, Delivery
from wirebell.core.decisions import Candidate, Decision, Filing, History
from wirebell.storage.leases import insert_new, lost
from wirebell.storage.payloads import ALERT, EVIDENCE, SENTENCES
from wirebell.storage.recall import find_article, fullness, recall
from wirebell.storage.tables import (
    AlertRow,
    AliasRow,
    ArticleRow,
    DeliveryRow,
    EntryRow,
    RulingRow,
    StoryRow,
    VersionRow,
    index_key,
)

Plan = Callable[[History], Filing]


def file(session: Session, candidate: Candidate, plan: Plan, now: datetime) -> Filing:
    """Recall, decide and write; returns what was written.

    An alert whose id is on file was told before: it is left out of the filing, deliveries and
    all, and the entry points at the one on file. The session must be serialised.

    Raises:
        LeaseLost: another worker has the entry, or it has its outcome; nothing is written.
    """
    entry = _held(session, candidate)
    article = find_article(session, candidate)
    filing = plan(recall(session, candidate, article, now))
    story = filing.decision.story
    insert_new(session, StoryRow, [{"id": story, "opened_at": now}])
    article = article or _new_article(session, candidate, story)
    article.story_id = story
    _file_names(session, article, candidate)
    version = _file_version(session, article, candidate, now)
    _file_rulings(session, entry, version, filing.decision, candidate.desk_hash, now)
    told = filing.alert is not None and _file_alert(session, filing.alert, filing.deliveries, now)
    _close(entry, filing, version, candidate.desk_hash, now)
    return filing if told else replace(filing, alert=None, deliveries=())


def _held(session: Session, candidate: Candidate) -> EntryRow:
    inbox = candidate.inbox
    held = select(EntryRow).where(EntryRow.id == inbox.id, EntryRow.lease_token == inbox.token)
    entry = session.exec(held.with_for_update()).one_or_none()
    if entry is None:
        raise lost(f"entry {inbox.id}")
    return entry


def _new_article(session: Session, candidate: Candidate, story: str) -> ArticleRow:
    article = ArticleRow(
        url_key=index_key(candidate.url_key),
        url=candidate.article.url,
        source=candidate.feed_name,
        story_id=story,
        first_seen=candidate.inbox.first_seen,
    )
    session.add(article)
    session.flush()
    return article


def _file_names(session: Session, article: ArticleRow, candidate: Candidate) -> None:
    names = {(alias.kind, index_key(alias.value)) for alias in candidate.aliases}
    names.add(("url", index_key(candidate.url_key)))
    rows = [
        {"kind": kind, "value": value, "article_id": article.id} for kind, value in sorted(names)
    ]
    insert_new(session, AliasRow, rows)


def _file_version(
    session: Session, article: ArticleRow, candidate: Candidate, now: datetime
) -> VersionRow:
    """The version's row, standing as the candidate read it: a text that was on file stands
    again, a teaser is completed, and a poorer reading of the same text changes nothing.
    """
    same = select(VersionRow).where(
        VersionRow.article_id == article.id, VersionRow.text_hash == candidate.text_hash
    )
    read = candidate.article
    version = session.exec(same).one_or_none()
    if version is None:
        version = VersionRow(
            article_id=article.id,
            text_hash=candidate.text_hash,
            title=read.title,
            text=read.text,
            scope=read.scope,
            seen_at=now,
        )
        session.add(version)
        session.flush()
    elif fullness(read.scope) >= fullness(version.scope):
        version.title, version.text, version.scope = read.title, read.text, read.scope
        version.seen_at = now
    return version


def _file_rulings(
    session: Session,
    entry: EntryRow,
    version: VersionRow,
    decision: Decision,
    desk_hash: str,
    now: datetime,
) -> None:
    for ruling in decision.rulings:
        session.add(
            RulingRow(
                entry_id=entry.id,
                version_id=version.id,
                rule=ruling.rule,
                severity=ruling.severity.value,
                verdict=ruling.verdict.value,
                reason=ruling.reason,
                evidence=EVIDENCE.to_text(ruling.evidence),
                desk_hash=desk_hash,
                ruled_at=now,
            )
        )


def _file_alert(
    session: Session, alert: Alert, deliveries: tuple[Delivery, ...], now: datetime
) -> bool:
    """Write an alert and its deliveries; False if an alert of that id is on file."""
    row = {
        "id": alert.id,
        "story_id": alert.story,
        "kind": alert.kind.value,
        "severity": alert.severity.value,
        "subject": alert.subject,
        "payload": ALERT.to_text(alert),
        "created_at": now,
    }
    if not insert_new(session, AlertRow, [row]):
        return False
    insert_new(session, DeliveryRow, [_delivery(delivery, now) for delivery in deliveries])
    return True


def _delivery(delivery: Delivery, now: datetime) -> dict[str, str | datetime]:
    return {
        "key": delivery.key,
        "alert_id": delivery.alert_id,
        "recipient": delivery.recipient,
        "channel": delivery.channel,
        "address": delivery.address,
        "severity": delivery.severity.value,
        "filed_at": now,
        "due_at": now,
    }


def _close(
    entry: EntryRow, filing: Filing, version: VersionRow, desk_hash: str, now: datetime
) -> None:
    decision = filing.decision
    entry.outcome, entry.reason = decision.outcome.value, decision.reason
    entry.relation, entry.evidence = decision.relation.value, SENTENCES.to_text(decision.evidence)
    entry.desk_hash, entry.settled_at = desk_hash, now
    entry.article_id = version.article_id
    entry.alert_id = filing.alert.id if filing.alert else None
    entry.lease_token, entry.lease_until = None, None
