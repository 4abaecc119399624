"""What the store knows that bears on one candidate."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from wirebell.core.decisions import Candidate, History, KnownArticle, Rung, Verdict, Version
from wirebell.core.matches import Severity
from wirebell.storage.tables import (
    AlertRow,
    AliasRow,
    ArticleRow,
    EntryRow,
    RulingRow,
    VersionRow,
    index_key,
)

COPY_WINDOW = timedelta(days=14)
"""How long after its text last stood somewhere an article counts as its original."""

_MOST_COPIES = 20
_FULLNESS = ("headline", "teaser", "full")


def fullness(scope: str) -> int:
    """How much of a story a scope stands for: compare with this, not by name."""
    return _FULLNESS.index(scope)


def recall(
    session: Session, candidate: Candidate, own: ArticleRow | None, now: datetime
) -> History:
    """A candidate's `own` article, others with its text, and what rang in their stories."""
    copies = _copies(session, candidate.text_hash, own, now)
    related = [own, *copies] if own is not None else copies
    known = _known(session, related)
    return History(
        article=known[own.id] if own is not None else None,
        copies=tuple(known[copy.id] for copy in copies),
        rung=_rung(session, {article.story_id for article in related}),
    )


def find_article(session: Session, candidate: Candidate) -> ArticleRow | None:
    """The article a candidate is a version of: by its own address, else by another of its.

    A guid finds nothing: feeds give one guid to many articles.
    """
    own = index_key(candidate.url_key)
    others = (index_key(alias.value) for alias in candidate.aliases if alias.kind == "url")
    named = select(AliasRow).where(AliasRow.kind == "url", col(AliasRow.value).in_({own, *others}))
    found = session.exec(named).all()
    if not found:
        return None
    best = min(found, key=lambda alias: (alias.value != own, alias.article_id))
    return session.get_one(ArticleRow, best.article_id)


def _copies(
    session: Session, text_hash: str, own: ArticleRow | None, now: datetime
) -> Sequence[ArticleRow]:
    if not text_hash:
        return ()
    same_text = (
        select(ArticleRow)
        .join(VersionRow, col(VersionRow.article_id) == ArticleRow.id)
        .where(VersionRow.text_hash == text_hash, VersionRow.seen_at >= now - COPY_WINDOW)
    )
    if own is not None:
        same_text = same_text.where(ArticleRow.id != own.id)
    return session.exec(same_text.order_by(col(ArticleRow.id)).limit(_MOST_COPIES)).all()


def _known(session: Session, articles: Sequence[ArticleRow]) -> dict[int, KnownArticle]:
    """The articles as values, by id, with two queries however many there are.

    The newest version is the last one of the fullest: a page that shows its teaser today has
    not lost the text that we read yesterday.
    """
    ids = [article.id for article in articles]
    heads = (
        select(VersionRow.id, VersionRow.article_id, VersionRow.text_hash, VersionRow.scope)
        .where(col(VersionRow.article_id).in_(ids))
        .order_by(col(VersionRow.seen_at), col(VersionRow.id))
    )
    newest: dict[int, tuple[int, int]] = {}
    hashes: dict[int, set[str]] = {}
    for version_id, article_id, text_hash, scope in session.exec(heads):
        hashes.setdefault(article_id, set()).add(text_hash)
        fullest, _ = newest.get(article_id, (0, 0))
        if fullness(scope) >= fullest:
            newest[article_id] = fullness(scope), version_id
    versions = _versions(session, [version_id for _, version_id in newest.values()])
    return {
        article.id: KnownArticle(
            id=article.id,
            story=article.story_id,
            url_key=article.url_key,
            url=article.url,
            source=article.source,
            first_seen=article.first_seen,
            newest=versions[article.id],
            text_hashes=frozenset(hashes[article.id]),
        )
        for article in articles
    }


def _versions(session: Session, ids: Iterable[int]) -> dict[int, Version]:
    rows = session.exec(select(VersionRow).where(col(VersionRow.id).in_(list(ids))))
    return {
        row.article_id: Version(row.text_hash, row.title, row.text, row.seen_at, row.scope)
        for row in rows
    }


def _rung(session: Session, stories: Iterable[str]) -> tuple[Rung, ...]:
    rang = (
        select(RulingRow, AlertRow.id, AlertRow.subject)
        .join(EntryRow, col(EntryRow.id) == RulingRow.entry_id)
        .join(AlertRow, col(AlertRow.id) == EntryRow.alert_id)
        .join(VersionRow, col(VersionRow.id) == RulingRow.version_id)
        .join(ArticleRow, col(ArticleRow.id) == VersionRow.article_id)
        .where(col(ArticleRow.story_id).in_(list(stories)), RulingRow.verdict == Verdict.RING.value)
        .order_by(col(RulingRow.ruled_at), col(RulingRow.id))
    )
    return tuple(
        Rung(row.rule, alert_id, subject, Severity(row.severity), row.ruled_at)
        for row, alert_id, subject in session.exec(rang)
    )
