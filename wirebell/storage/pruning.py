"""Texts nobody was told of and nobody compares with any more: let go of, all but the headline.

Entries, rulings and their evidence stay, so that the books balance and `why` answers. What
rang stays whole.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from wirebell.core.news import LET_GO, Article
from wirebell.storage.tables import EntryRow, VersionRow


def prune_texts(session: Session, before: datetime, limit: int) -> int:
    """Let go of at most `limit` texts last seen `before` then; returns how many it were."""
    version = aliased(VersionRow)
    rang = (
        select(EntryRow.id)
        .join(version, col(EntryRow.version_id) == version.id)
        .where(version.article_id == VersionRow.article_id, col(EntryRow.alert_id).is_not(None))
    )
    old = (
        select(VersionRow)
        .where(col(VersionRow.scope).in_(("teaser", "full")), VersionRow.seen_at < before)
        .where(~rang.exists())
        .limit(limit)
    )
    found = session.exec(old).all()
    for row in found:
        row.article, row.scope = _headline(row.article), "headline"
    theirs = select(EntryRow).where(col(EntryRow.version_id).in_([row.id for row in found]))
    for entry in session.exec(theirs):
        entry.entry = replace(entry.entry, summary="", content="")
    return len(found)


def _headline(read: Article) -> Article:
    """What is left: an article of which we have read the headline, as if we never had more."""
    return Article(
        url=read.url,
        title=read.title,
        canonical_url=read.canonical_url,
        published=read.published,
        language=read.language,
        scope="headline",
        note=LET_GO,
    )
