"""Looking back: articles on file, read again for whoever tries rules on them or asks why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, func, select

from wirebell.core.decisions import Verdict
from wirebell.core.journal import FiledArticle
from wirebell.core.urls import url_key
from wirebell.storage.recall import by_id, fullest, versions_of
from wirebell.storage.tables import (
    AddressRow,
    ArticleRow,
    EntryRow,
    RulingRow,
    VersionRow,
    index_key,
)


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
    newest = {id_: fullest(rows).id for id_, rows in versions_of(session, ids).items()}
    texts = by_id(session, VersionRow.id, VersionRow.article, newest.values())
    rang = (col(RulingRow.entry_id) == EntryRow.id) & (RulingRow.verdict == Verdict.RING.value)
    came_by = (
        select(VersionRow.article_id, EntryRow.feed_id, RulingRow.rule)
        .join(EntryRow, col(EntryRow.version_id) == VersionRow.id)
        .join(RulingRow, rang & col(EntryRow.alert_id).is_not(None), isouter=True)
        .where(col(VersionRow.article_id).in_(ids))
    )
    feeds: dict[int, dict[str, None]] = defaultdict(dict)
    rules: dict[int, set[str]] = defaultdict(set)
    for id_, feed, rule in session.exec(came_by.order_by(col(EntryRow.id))):
        feeds[id_][feed] = None
        rules[id_] |= {rule} - {None}
    filed = select(ArticleRow).where(col(ArticleRow.id).in_(newest))
    return tuple(
        FiledArticle(
            *(row.id, row.story_id, row.source, row.first_seen, texts[newest[row.id]]),
            *(tuple(feeds[row.id]), frozenset(rules[row.id])),
        )
        for row in session.exec(filed.order_by(col(ArticleRow.id)))
    )


def last_matched(session: Session, rules: Sequence[str]) -> dict[str, datetime]:
    """When the rules among these that ever matched did so last."""
    last = func.max(col(EntryRow.settled_at))
    matched = (
        select(RulingRow.rule, last)
        .join(EntryRow, col(EntryRow.id) == RulingRow.entry_id)
        .where(col(RulingRow.rule).in_(rules))
        .group_by(col(RulingRow.rule))
    )
    return {rule: at for rule, at in session.exec(matched) if at}
