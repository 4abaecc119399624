"""Looking back: articles on file, read again for whoever tries rules on them or asks why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import case, func
from sqlmodel import Session, col, select

from wirebell.core.decisions import Verdict
from wirebell.core.journal import FiledArticle
from wirebell.core.urls import url_key
from wirebell.storage.recall import fullness
from wirebell.storage.tables import (
    AddressRow,
    ArticleRow,
    EntryRow,
    RulingRow,
    VersionRow,
    index_key,
)

_FULLNESS = {scope: fullness(scope) for scope in ("headline", "teaser", "full")}


def article_ids(session: Session, since: datetime) -> tuple[int, ...]:
    """The articles first seen since an instant, oldest first."""
    seen = select(ArticleRow.id).where(ArticleRow.first_seen >= since)
    return tuple(session.exec(seen.order_by(col(ArticleRow.id))))


def find_article(session: Session, url: str) -> int | None:
    """The article that has an address, whichever of its addresses it is."""
    key = index_key(url_key(url))
    return session.exec(select(AddressRow.article_id).where(AddressRow.url_key == key)).first()


def articles(session: Session, ids: Sequence[int]) -> tuple[FiledArticle, ...]:
    """The articles of these ids, in the order of their ids; unknown ones are left out.

    Like `recall`, takes the last of the fullest versions for the newest.
    """
    version = VersionRow
    fullest = case(_FULLNESS, value=col(version.scope))
    order = (fullest.desc(), col(version.seen_at).desc(), col(version.id).desc())
    rank = func.row_number().over(partition_by=col(version.article_id), order_by=order)
    theirs = col(version.article_id).in_(ids)
    ranked = select(col(version.id), rank.label("rank")).where(theirs).subquery()
    newest = (
        select(ArticleRow, col(version.article))
        .join(version, col(version.article_id) == ArticleRow.id)
        .join(ranked, ranked.c.id == version.id)
        .where(ranked.c.rank == 1)
    )
    rang = (col(RulingRow.entry_id) == EntryRow.id) & (RulingRow.verdict == Verdict.RING.value)
    came_by = (
        select(version.article_id, EntryRow.feed_id, RulingRow.rule)
        .join(EntryRow, col(EntryRow.version_id) == version.id)
        .join(RulingRow, rang & col(EntryRow.alert_id).is_not(None), isouter=True)
        .where(theirs)
    )
    feeds: dict[int, dict[str, None]] = defaultdict(dict)
    rules: dict[int, set[str]] = defaultdict(set)
    for id_, feed, rule in session.exec(came_by.order_by(col(EntryRow.id))):
        feeds[id_][feed] = None
        rules[id_] |= {rule} - {None}
    return tuple(
        FiledArticle(
            *(row.id, row.story_id, row.source, row.first_seen, article),
            *(tuple(feeds[row.id]), frozenset(rules[row.id])),
        )
        for row, article in session.exec(newest.order_by(col(ArticleRow.id)))
    )
