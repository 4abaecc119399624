"""What the first polls of feeds found, told as the alerts it would have been."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from wirebell.core.alerts import Alert, AlertKind, AlertRule, Finding
from wirebell.core.books import Preview
from wirebell.core.decisions import Outcome
from wirebell.core.matches import Severity
from wirebell.storage.tables import ArticleRow, EntryRow, RulingRow, VersionRow


def preview(session: Session, since: datetime, published: datetime) -> Preview:
    """The backlog settled since an instant, and what of it was `published` late enough to ring."""
    filed = (EntryRow.outcome == Outcome.BACKLOG.value, col(EntryRow.settled_at) >= since)
    counts = select(EntryRow.feed_id, func.count()).where(*filed).group_by(col(EntryRow.feed_id))
    feeds = dict(session.exec(counts).all())
    fired = (
        select(EntryRow, ArticleRow, RulingRow)
        .select_from(EntryRow)
        .join(VersionRow, col(VersionRow.id) == EntryRow.version_id)
        .join(ArticleRow, col(ArticleRow.id) == VersionRow.article_id)
        .join(RulingRow, col(RulingRow.entry_id) == EntryRow.id)
        .where(*filed)
        .order_by(col(EntryRow.id), col(RulingRow.id))
    )
    stories: dict[str, list[tuple[EntryRow, ArticleRow, RulingRow]]] = {}
    for entry, article, ruling in session.exec(fired):
        at = entry.entry.published
        if at is not None and at >= published:
            stories.setdefault(article.story_id, []).append((entry, article, ruling))
    rings = [_ring(*rows[0][:2], [ruling for _, _, ruling in rows]) for rows in stories.values()]
    loudest = sorted(rings, key=lambda ring: -ring.severity.rank)
    return Preview(sum(feeds.values()), len(feeds), tuple(loudest))


def _ring(entry: EntryRow, article: ArticleRow, rulings: list[RulingRow]) -> Alert:
    """The alert a story would have been: never filed, so that it has no id and no root."""
    rules = tuple(
        AlertRule(
            id=ruling.rule,
            title=ruling.rule,
            why="",
            severity=Severity(ruling.severity),
            findings=tuple(Finding(e.term, e.surface, 1, e.who) for e in ruling.evidence),
        )
        for ruling in {ruling.rule: ruling for ruling in reversed(rulings)}.values()
    )
    return Alert(
        id="",
        story=article.story_id,
        kind=AlertKind.NEW,
        severity=max((rule.severity for rule in rules), key=lambda severity: severity.rank),
        headline=entry.entry.title,
        url=article.url,
        source=article.source,
        tier=0,
        seen=entry.first_seen,
        root="",
        subject="",
        rules=rules[::-1],
        published=entry.entry.published,
    )
