"""Small makers of candidates and histories, so that a test shows only what it is about."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from wirebell.core.decisions import (
    Candidate,
    History,
    InboxEntry,
    KnownArticle,
    Rung,
    Version,
)
from wirebell.core.matches import Evidence, Match, Severity
from wirebell.core.news import Article, Entry, Scope
from wirebell.stories import text_hash

NOW = datetime(2025, 6, 5, 15, 30, tzinfo=UTC)
URL = "https://harbour-wire.example/world/call"
CALL = (
    "The two presidents spoke by phone on Thursday for an hour and a half. "
    "Both sides agreed to send trade negotiators to Geneva on June 9. "
    "Exports of rare-earth minerals were raised during the call. "
    "Officials on both sides called the tone of the conversation constructive and warm. "
    "Markets in Asia had closed by the time the first readout was published on Thursday."
)


def match(text: str, words: str, rule: str = "minerals", field: str = "text") -> Match:
    """A match of `rule` on the first place where `words` stand in `text`."""
    start = text.index(words)
    evidence = Evidence(words, field, start, start + len(words), words)
    return Match(rule, Severity.URGENT, (evidence,))


def candidate(
    text: str = CALL,
    *,
    title: str = "Presidents speak by phone",
    url: str = URL,
    matches: tuple[Match, ...] | None = None,
    backlog: bool = False,
    published: datetime | None = NOW - timedelta(hours=1),
    scope: Scope = "full",
) -> Candidate:
    article = Article(url=url, title=title, text=text, published=published, scope=scope)
    found = (match(text, "rare-earth"),) if matches is None else matches
    return Candidate(
        inbox=InboxEntry(1, "token", "harbour", Entry("g1", url, title), NOW, backlog),
        feed_name="Harbour Wire",
        tier=2,
        article=article,
        url_key=url,
        text_hash=text_hash(article),
        matches=found,
        desk_hash="d" * 64,
    )


def known(
    text: str = CALL, *, title: str = "Presidents speak by phone", scope: Scope = "full"
) -> KnownArticle:
    article = Article(url=URL, title=title, text=text, scope=scope)
    digest = text_hash(article)
    return KnownArticle(
        id=7,
        story="st-aaaaaaaaaa",
        url_key=URL,
        url=URL,
        source="Harbour Wire",
        first_seen=NOW - timedelta(hours=2),
        newest=Version(digest, article, NOW - timedelta(hours=2)),
        text_hashes=frozenset({digest}),
    )


def rung(rule: str = "minerals", text: str = CALL, **changes: object) -> Rung:
    """The rule has rung for an article with this text."""
    subject = "[URGENT] Presidents speak by phone"
    article = known(text).newest.article
    evidence = match(text, "rare-earth").evidence if "rare-earth" in text else ()
    past = Rung(
        rule,
        "al-first",
        subject,
        Severity.URGENT,
        NOW - timedelta(hours=2),
        story="st-aaaaaaaaaa",
        article_id=7,
        article=article,
        evidence=evidence,
    )
    return replace(past, **changes)  # type: ignore[arg-type]


def told(text: str = CALL, *, title: str = "Presidents speak by phone") -> History:
    """The article is on file with `text`, and the minerals rule has rung for it."""
    return History(article=known(text, title=title), rung=(rung(text=text),))
