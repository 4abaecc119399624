"""Entries and articles: what the wire said, read."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

Access = Literal["free", "metered", "paywalled", "unknown"]
Scope = Literal["full", "teaser", "headline"]
FieldName = Literal["title", "lead", "key_points", "text"]

FIELDS: tuple[FieldName, ...] = ("title", "lead", "key_points", "text")
"""Where a rule looks unless it says otherwise."""

LET_GO = "its text is no longer on file"
"""The note of an article of which the store kept the headline alone."""

SURE = 0.9
"""Confidence under which a person should check the text against the page."""

REGIONS = (
    "byline", "caption", "credit", "sign_off", "dateline", "newsletter", "related", "comments",
)  # fmt: skip
"""Parts of a page kept apart from the story: matched only when a rule asks for them."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One item of a feed, as the feed words it.

    `id` is the feed's own (guid, atom:id) or "" where it gives none. `summary` and `content`
    are plain text: markup removed, entities decoded. Dates are UTC or None, never guessed.
    """

    id: str
    url: str
    title: str
    summary: str = ""
    content: str = ""
    published: datetime | None = None
    updated: datetime | None = None
    authors: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    language: str = ""


@dataclass(frozen=True, slots=True)
class Hints:
    """How seldom a publisher wants to be asked: at most once in `floor` (ttl, sy:updatePeriod),
    not in these hours (UTC) and on these days (Monday is 0).
    """

    floor: timedelta = timedelta()
    hours: tuple[int, ...] = ()
    days: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    """A feed document, read. Entries stand in the order of the document.

    `parts` are the addresses of further documents, where it is a list of sitemaps.
    """

    title: str
    url: str
    hub: str
    entries: tuple[Entry, ...]
    parts: tuple[str, ...] = ()
    hints: Hints = field(default_factory=Hints)


@dataclass(frozen=True, slots=True)
class Regions:
    """What a page prints beside its story, each piece as printed."""

    byline: tuple[str, ...] = ()
    caption: tuple[str, ...] = ()
    credit: tuple[str, ...] = ()
    sign_off: tuple[str, ...] = ()
    dateline: tuple[str, ...] = ()
    newsletter: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    comments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Bulletin:
    """One of the pieces a live page is made of, newest first as printed.

    `id` is the fragment or address the page gives it, "" for none; `text` is its own words.
    """

    id: str
    published: datetime | None
    title: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Article:
    """A page, read: one version of an article.

    `text` is the story alone, paragraphs parted by one newline. `lead` is the standfirst when
    it is not already the first paragraph of `text`. `confidence` (0 to 1) says how far the
    readings of the page agree on `text`. `scope` says how much of the story we have. An empty
    `text` says that the page held none, and `note` what it was instead ("a cookie wall").

    `labels` are what the publisher calls this version ("corrected", "withdrawn", "clarified",
    "editor's note"), `notices` the words that say so, which stand in `text` too, as do the
    bulletins of a `live` page. `next_url` is the page the story goes on at. `origins` tells of
    each field where it was found: ("published", "json-ld, to the second, zone in the text").
    """

    url: str
    title: str
    text: str = ""
    canonical_url: str = ""
    alt_titles: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    published: datetime | None = None
    modified: datetime | None = None
    lead: str = ""
    key_points: tuple[str, ...] = ()
    section: str = ""
    language: str = ""
    site_name: str = ""
    access: Access = "unknown"
    scope: Scope = "full"
    confidence: float = 1.0
    regions: Regions = field(default_factory=Regions)
    keywords: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()
    live: tuple[Bulletin, ...] = ()
    note: str = ""
    next_url: str = ""
    origins: tuple[tuple[str, str], ...] = ()

    def words_of(self, place: str) -> str:
        """The text of one field or region: what evidence offsets point into.

        Lists (alternative titles after the title, key points, pieces of a region) are joined
        by a newline, which no phrase crosses.

        Raises:
            AttributeError: `place` is neither a field nor a region.
        """
        if place == "title":
            return "\n".join((self.title, *self.alt_titles))
        if place == "key_points":
            return "\n".join(self.key_points)
        if place in REGIONS:
            pieces: tuple[str, ...] = getattr(self.regions, place)
            return "\n".join(pieces)
        words: str = getattr(self, place)
        return words
