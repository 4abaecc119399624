"""What the store knows that bears on one candidate."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import defer
from sqlmodel import Session, col, select

from wirebell.core.decisions import (
    Candidate,
    History,
    KnownArticle,
    Outcome,
    Rung,
    Verdict,
    Version,
)
from wirebell.core.matches import Severity
from wirebell.storage.fingerprints import WINDOW, propose
from wirebell.storage.tables import (
    AddressRow,
    AlertRow,
    ArticleRow,
    EntryRow,
    RulingRow,
    VersionRow,
    index_key,
)

_MOST_COPIES = 20
SEEN = col(ArticleRow.first_seen), col(ArticleRow.source), col(ArticleRow.id)  # outlets, in order
_MOST_TOLD = 20  # versions that rang in the stories of one candidate and are read again


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
    """A candidate's `own` article, its copies, what may be its kin, and what rang in their
    stories.
    """
    mine = own.id if own is not None else None
    same_text = (
        select(ArticleRow)
        .join(VersionRow, col(VersionRow.article_id) == ArticleRow.id)
        .where(VersionRow.text_hash == candidate.text_hash)
        .where(VersionRow.seen_at >= now - WINDOW)
    )
    members = select(ArticleRow).where(col(ArticleRow.original_id) == (mine or 0))
    copies: dict[int, ArticleRow] = {}
    for query in (same_text, members) if candidate.text_hash else (members,):
        others = query.where(ArticleRow.id != mine).order_by(*SEEN)
        found = session.exec(others.limit(_MOST_COPIES - len(copies))).all()
        copies |= {article.id: article for article in found}
    ids, frequency = propose(session, candidate, now)
    likely = select(ArticleRow).where(col(ArticleRow.id).in_(set(ids) - {mine} - copies.keys()))
    near = sorted(session.exec(likely), key=lambda article: ids.index(article.id)) if ids else []
    related = [*([own] if own is not None else []), *copies.values(), *near]
    known = {each.id: each for each in _known(session, related)}
    return History(
        article=known[mine] if mine is not None else None,
        copies=tuple(known[each] for each in copies),
        rung=_rung(session, {article.story_id for article in related}, mine),
        near=tuple(known[each.id] for each in near),
        frequency=frequency,
    )


def versions_of(session: Session, articles: Iterable[int]) -> dict[int, list[VersionRow]]:
    """The versions of some articles, the newest first, each read whole when it is asked for."""
    rows = session.exec(
        select(VersionRow)
        .where(col(VersionRow.article_id).in_(articles))
        .order_by(col(VersionRow.seen_at).desc(), col(VersionRow.id).desc())
        .options(defer(col(VersionRow.article)))  # type: ignore[arg-type]
    )
    found: dict[int, list[VersionRow]] = defaultdict(list)
    for row in rows:
        found[row.article_id].append(row)
    return found


def fullest(newest_first: Iterable[VersionRow]) -> VersionRow:
    """The last one of the fullest: a page that shows its teaser today has not lost the text
    that we read yesterday.
    """
    return max(newest_first, key=lambda row: fullness(row.scope))


def version_of(row: VersionRow) -> Version:
    """A version as a value."""
    return Version(row.text_hash, row.article, row.seen_at)


def _known(session: Session, articles: Sequence[ArticleRow]) -> Iterator[KnownArticle]:
    """The articles as values, each with the text of its `fullest` version, and of the last one
    where a poorer reading came after that.
    """
    ids = [article.id for article in articles]
    versions = versions_of(session, ids)
    brought = (
        select(VersionRow.article_id, EntryRow.feed_id, EntryRow.outcome, RulingRow.rule)
        .join(EntryRow, col(EntryRow.version_id) == VersionRow.id)
        .outerjoin(RulingRow, col(RulingRow.entry_id) == EntryRow.id)
        .where(col(VersionRow.article_id).in_(ids))
        .distinct()
    )
    entries = session.exec(brought).all()
    for article in articles:
        latest, newest = versions[article.id][0], fullest(versions[article.id])
        mine = [row for row in entries if row[0] == article.id]
        backlog = all(outcome == Outcome.BACKLOG for _, _, outcome, _ in mine)
        yield KnownArticle(
            id=article.id,
            story=article.story_id,
            url_key=article.url_key,
            url=article.url,
            source=article.source,
            first_seen=article.first_seen,
            newest=version_of(newest),
            text_hashes=frozenset(row.text_hash for row in versions[article.id]),
            fired=frozenset(rule for *_, rule in mine if rule),
            latest=None if latest is newest else version_of(latest),
            backlog=frozenset(feed for _, feed, _, _ in mine if backlog),
        )


def _rung(session: Session, stories: Iterable[str], own: int | None) -> tuple[Rung, ...]:
    """What rang in some stories, oldest first, with the versions that did last; the evidence
    of the candidate's `own` article alone, because it is compared with nothing else.
    """
    columns: list[Any] = [RulingRow.id, RulingRow.rule, RulingRow.severity, AlertRow.id]
    columns += [AlertRow.created_at, ArticleRow.story_id, ArticleRow.id, VersionRow.id]
    rang = (
        sa.select(*columns)
        .select_from(RulingRow)
        .join(EntryRow, col(EntryRow.id) == RulingRow.entry_id)
        .join(AlertRow, col(AlertRow.id) == EntryRow.alert_id)
        .join(VersionRow, col(VersionRow.id) == EntryRow.version_id)
        .join(ArticleRow, col(ArticleRow.id) == VersionRow.article_id)
        .where(col(ArticleRow.story_id).in_(stories), col(RulingRow.verdict) == Verdict.RING.value)
        .order_by(col(AlertRow.created_at), col(RulingRow.id))
    )
    rows = session.connection().execute(rang).all()
    roots = {row[5]: row[3] for row in reversed(rows)}
    alerts = by_id(session, AlertRow.id, AlertRow.alert, roots.values())
    versions = list(dict.fromkeys(row[7] for row in reversed(rows)))[:_MOST_TOLD]
    told = by_id(session, VersionRow.id, VersionRow.article, versions)
    mine = [row[0] for row in rows if row[6] == own]
    evidence = by_id(session, RulingRow.id, RulingRow.evidence, mine)
    return tuple(
        Rung(
            rule=rule,
            alert_id=alert,
            subject=alerts[roots[story]].subject,
            severity=Severity(severity),
            at=at,
            story=story,
            article_id=article,
            article=told.get(version),
            evidence=evidence.get(ruling, ()),
        )
        for ruling, rule, severity, alert, at, story, article, version in rows
    )


def by_id(session: Session, key: Any, value: Any, ids: Iterable[object]) -> dict[Any, Any]:
    """A column's values by the id of their rows."""
    wanted = list(ids)
    found = session.connection().execute(sa.select(key, value).where(key.in_(wanted)))
    return {row[0]: row[1] for row in found} if wanted else {}
