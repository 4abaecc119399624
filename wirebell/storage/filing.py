"""The second transaction: what became of an entry is decided and written in one piece."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from datetime import datetime

from sqlmodel import Session, select

from wirebell.core.alerts import NOTICE, Alert, Delivery
from wirebell.core.decisions import Candidate, Decision, Filing, History, Outcome
from wirebell.storage import fingerprints, rereads
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
    session: Session, now: datetime, candidate: Candidate, plan: Callable[[History], Filing]
) -> Filing:
    """Recall, plan and write in one transaction that no other filing overlaps.

    `plan` must be pure: after StorageBusy it may run again. Returns what was written: an alert
    whose id is on file was told before and is left out, deliveries and all; the entry points at
    the one on file.
    """
    inbox = candidate.inbox
    (entry,) = held(session, EntryRow, inbox.token, f"entry {inbox.id}", EntryRow.id == inbox.id)
    article = find_article(session, candidate)
    filing = plan(recall(session, candidate, article, now))
    decision, alert = filing.decision, filing.alert
    article = _file_article(session, article, candidate, decision)
    known = decision.outcome is Outcome.KNOWN
    told_anew = article.original_id is None or decision.outcome is Outcome.RUNG
    if told_anew and decision.original is None and not known:
        # A copy adds no keys: they would make those of its original too common to find others.
        fingerprints.add(session, article.id, (*candidate.sketch, *candidate.terms))
    entry.version_id = _file_version(session, article.id, candidate, now, known=known)
    told = alert is not None and owe(session, now, alert, filing.deliveries)
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
    entry.alert_id = alert.id if alert else None
    entry.free()
    if filing.reread_at is not None and (told or alert is None):
        rereads.schedule(session, article.id, entry.id, now, filing.reread_at, rang=told)
    return filing if told else replace(filing, alert=None, deliveries=())


def owe(session: Session, now: datetime, alert: Alert, deliveries: Sequence[Delivery]) -> bool:
    """Put an alert into the outbox; False if it is on file, and nothing is owed twice."""
    row = {"id": alert.id, "alert": alert, "created_at": now}
    told = bool(insert_new(session, AlertRow, [row]))
    if told:
        story = alert.id if alert.id.startswith(NOTICE) else alert.story  # each leaves by itself
        more = {"due_at": now, "story": story}
        owed = [asdict(each) | {"message_key": each.key, **more} for each in deliveries]
        insert_new(session, DeliveryRow, owed)
    return told


def _file_article(
    session: Session, known: ArticleRow | None, candidate: Candidate, decision: Decision
) -> ArticleRow:
    article = known or ArticleRow(
        url_key=index_key(candidate.url_key),
        url=candidate.article.url,
        source=candidate.feed_name,
        story_id=decision.story,
        first_seen=candidate.inbox.first_seen,
    )
    article.story_id = decision.story
    article.original_id = decision.original or article.original_id
    session.add(article)
    session.flush()
    names = [{"url_key": key, "article_id": article.id} for key in sorted(addresses(candidate))]
    insert_new(session, AddressRow, names)
    return article


def _file_version(
    session: Session, article: int, candidate: Candidate, now: datetime, *, known: bool
) -> int:
    """The id of the version, which stands as the candidate read it: a headline is renewed, a
    teaser completed; a poorer reading of the same text changes nothing, nor does one `known`:
    a feed that lags must not make an old text the newest.
    """
    read = candidate.article
    same = select(VersionRow).where(
        VersionRow.article_id == article, VersionRow.text_hash == candidate.text_hash
    )
    version = session.exec(same).one_or_none() or VersionRow(
        article_id=article,
        text_hash=candidate.text_hash,
        article=read,
        scope=read.scope,
        seen_at=now,
    )
    if not known and fullness(read.scope) >= fullness(version.scope):
        version.article, version.scope, version.seen_at = read, read.scope, now
    session.add(version)
    session.flush()
    return version.id
