"""What is on file, as whoever looks back at it gets it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from wirebell.core.news import Article


@dataclass(frozen=True, slots=True)
class FiledArticle:
    """An article on file: its newest full text, what brought it and what rang for it.

    `feeds` are the ids of the feeds that carried it, the first one first; `rang` the ids of the
    rules that really rang for one of its versions.
    """

    id: int
    story: str
    source: str
    first_seen: datetime
    article: Article
    feeds: tuple[str, ...]
    rang: frozenset[str]
