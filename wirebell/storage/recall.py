"""What the store knows that bears on one candidate."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import defer
from sqlmodel import Session, col, select

from wirebell.core.decisions import Candidate, History, KnownArticle, Rung, Verdict, Version
from wirebell.core.matches import Severity
from wirebell.storage.tables import (
    AddressRow,
    AlertRow,
    ArticleRow,
    EntryRow,
    RulingRow,
    VersionRow,
    index_key,
)

_COPY_WINDOW = timedelta(days=14)  # after its text last stood there an article is an original
_MOST_COPIES = 20


def fullness(scope: str) -> int:
    """How much of a story a scope stands for: compare with this, not by name."""
    return ("headline", "teaser", "full").index(scope)


def addresses(candidate: Candidate) -> set[str]:
    """The addresses that mean its article. A guid means none: feeds give one to many articles."""
    urls = {alias.value for alias in candidate.aliases if alias.kind == "url"}
    return {index_key(url) for url in urls | {candidate.url_key}}


def find_article(session: Session, candidate: Candidate) -> ArticleRow | None:
    """The article a candidate is a version of: by its own address, else by another of its."""
    address, own = col(AddressRow.url_key), index_key(candidate.url_key)
    named = (
        select(ArticleRow)
        .join(AddressRow, col(AddressRow.article_id) == ArticleRow.id)
        .where(address.in_(addresses(candidate)))
        .order_by(address != own, col(ArticleRow.id))
    )
    return session.exec(named.limit(1)).first()


def recall(
    session: Session, candidate: Candidate, own: ArticleRow | None, now: datetime
) -> History:
    """A candidate's `own` article, others with its text, and what rang in their stories."""
    copies: Sequence[ArticleRow] = ()
    if candidate.text_hash:
        same_text = (
            select(ArticleRow)
            .join(VersionRow, col(VersionRow.article_id) == ArticleRow.id)
            .where(VersionRow.text_hash == candidate.text_hash)
            .where(VersionRow.seen_at >= now - _COPY_WINDOW)
            .where(ArticleRow.id != (own.id if own is not None else None))
        )
        copies = session.exec(same_text.order_by(col(ArticleRow.id)).limit(_MOST_COPIES)).all()
    related = [own, *copies] if own is not None else copies
    known = tuple(_known(session, related))
    return History(
        article=known[0] if own is not None else None,
        copies=known[1:] if own is not None else known,
        rung=_rung(session, {article.story_id for article in related}),
    )


def newest_version(session: Session, article: int) -> Version:
    """The last one of the fullest: a page that shows its teaser today has not lost the text
    that we read yesterday.
    """
    theirs = select(VersionRow).where(VersionRow.article_id == article)
    newest_first = theirs.order_by(col(VersionRow.seen_at).desc(), col(VersionRow.id).desc())
    rows = session.exec(newest_first.options(defer(col(VersionRow.article)))).all()  # type: ignore[arg-type]
    newest = max(rows, key=lambda row: fullness(row.scope))
    return Version(newest.text_hash, newest.article, newest.seen_at)


def _known(session: Session, articles: Sequence[ArticleRow]) -> Iterator[KnownArticle]:
    """The articles as values, each with the text of its newest version alone.

    The newest version is the last one of the fullest: a page that shows its teaser today has
    not lost the text that we read yesterday.
    """
    theirs = (
        select(VersionRow)
        .where(col(VersionRow.article_id).in_([article.id for article in articles]))
        .order_by(col(VersionRow.seen_at).desc(), col(VersionRow.id).desc())
        .options(defer(col(VersionRow.article)))  # type: ignore[arg-type]
    )
    rows = session.exec(theirs).all()
    firings = (
        select(VersionRow.article_id, RulingRow.rule)
        .join(EntryRow, col(EntryRow.version_id) == VersionRow.id)
        .join(RulingRow, col(RulingRow.entry_id) == EntryRow.id)
        .where(col(VersionRow.article_id).in_([article.id for article in articles]))
    )
    fired = session.exec(firings.distinct()).all()
    for article in articles:
        versions = [row for row in rows if row.article_id == article.id]
        newest = max(versions, key=lambda row: fullness(row.scope))
        yield KnownArticle(
            id=article.id,
            story=article.story_id,
            url_key=article.url_key,
            url=article.url,
            source=article.source,
            first_seen=article.first_seen,
            newest=Version(newest.text_hash, newest.article, newest.seen_at),
            text_hashes=frozenset(row.text_hash for row in versions),
            fired=frozenset(rule for id_, rule in fired if id_ == article.id),
        )


def _rung(session: Session, stories: Iterable[str]) -> tuple[Rung, ...]:
    rang = (
        select(RulingRow.rule, RulingRow.severity, AlertRow)
        .select_from(RulingRow)
        .join(EntryRow, col(EntryRow.id) == RulingRow.entry_id)
        .join(AlertRow, col(AlertRow.id) == EntryRow.alert_id)
        .join(VersionRow, col(VersionRow.id) == EntryRow.version_id)
        .join(ArticleRow, col(ArticleRow.id) == VersionRow.article_id)
        .where(col(ArticleRow.story_id).in_(stories), RulingRow.verdict == Verdict.RING.value)
        .order_by(col(AlertRow.created_at), col(RulingRow.id))
    )
    return tuple(
        Rung(rule, row.id, row.alert.subject, Severity(severity), row.created_at)
        for rule, severity, row in session.exec(rang)
    )
