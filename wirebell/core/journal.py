"""What is on file, as whoever looks back at it gets it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from wirebell.core.decisions import Ruling
from wirebell.core.news import Article, Entry


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


@dataclass(frozen=True, slots=True)
class Record:
    """One entry as the ledger has it: what it said, what became of it, and on what grounds.

    `outcome` is "" while it waits; what is decided at filing is empty until then. `article` is
    the version it brought, as that stands today. `told` are the deliveries of its alert.
    """

    id: int
    feed_id: str
    key: str
    fingerprint: str
    entry: Entry
    first_seen: datetime
    backlog: bool
    outcome: str
    reason: str
    relation: str
    evidence: tuple[str, ...]
    settled_at: datetime | None
    desk_hash: str
    alert_id: str
    article_id: int | None
    story: str
    article: Article | None
    rulings: tuple[Ruling, ...]
    told: tuple[Told, ...] = ()


@dataclass(frozen=True, slots=True)
class Vote:
    """A recipient's word on an alert, with the rules that rang in it and the article they rang for.

    `article_id` is None when that is no longer on file.
    """

    alert_id: str
    recipient: str
    useful: bool
    article_id: int | None
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """One delivery as it stands: to whom, by what, the words of the last answer, and why it was
    told as it was, or is held (`how`, "" before its first claim).
    """

    recipient: str
    channel: str
    state: str
    attempts: int
    due: datetime
    answer: str
    how: str = ""
    reason: str = ""
    instead_of: str = ""


@dataclass(frozen=True, slots=True)
class Owing:
    """A delivery that was not sent: by its key, with the headline it tells."""

    key: str
    alert_id: str
    headline: str
    told: Told
