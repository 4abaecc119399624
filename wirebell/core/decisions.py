"""Is it news? What the decision is made from, and what it says.

A `Candidate` is one entry, read and matched, about to be filed. The store recalls its
`History`; `stories.decide` answers with a `Decision`; the pipeline makes a `Filing` of it and
the store writes that whole, or not at all. *How* an alert is told (at once, in a digest, after
quiet hours) is not decided here: see `alerts.Handling`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Literal

from wirebell.core.alerts import Alert, Delivery, Edit
from wirebell.core.feeds import Failure, FeedClaim, Outlook, Page, Unchanged, Validators
from wirebell.core.matches import Evidence, Match, Severity
from wirebell.core.news import Article, Entry

COMMON = 50
"""Articles from which on a key they share is too common to say anything: boilerplate, or the
topic of the day. Without a limit three keys on every page made a look-up 1,000 times as slow."""


class Outcome(StrEnum):
    """What became of an entry: exactly one, NULL while it waits. Strongest last."""

    FAILED = "failed"  # could not be read or matched after every try; told to operators
    KNOWN = "known"  # another entry brought this very version already
    REKEYED = "rekeyed"  # the feed renamed what we had; nobody is told
    BACKLOG = "backlog"  # was there when we first looked
    TOO_OLD = "too_old"  # published longer ago than we ring for
    UNMATCHED = "unmatched"  # no rule fired
    UNCHANGED = "unchanged"  # a new version in which nothing that matters is new
    COPY = "copy"  # the same text elsewhere; counted under "also in"
    RUNG = "rung"  # an alert was filed


class Verdict(StrEnum):
    """What to do about one rule's match, or about an entry."""

    RING = "ring"
    DROP = "drop"


class Relation(StrEnum):
    """What a candidate is to what we had."""

    NEW = "new"
    SAME = "same"  # this very version is on file
    UPDATE = "update"  # another version of an article on file
    CORRECTION = "correction"  # a version its publisher calls a correction or withdrawal
    COPY = "copy"
    SAME_EVENT = "same_event"


@dataclass(frozen=True, slots=True)
class Alias:
    """Another name of an article: its kind ("guid", "url") and the value.

    A guid's value begins with its feed's id and a space: a guid counts only inside its feed.
    """

    kind: Literal["guid", "url"]
    value: str


@dataclass(frozen=True, slots=True)
class Arrival:
    """An entry a poll brought, under the key that makes it one in its feed.

    `fingerprint` changes when the entry's own words do: the same key with another fingerprint
    is the entry edited, and enters the inbox again.
    """

    key: str
    fingerprint: str
    entry: Entry


def _recognise_none(_: Sequence[Arrival], __: Sequence[Entry]) -> frozenset[str]:
    return frozenset()


@dataclass(frozen=True, slots=True)
class Catch:
    """What one poll brought, to be taken in whole or not at all.

    Both functions are pure. `look_ahead` says what so many new entries mean for the next poll.
    `recognise` is asked where most of a document is new: which of the keys stand for what the
    feed brought of late under others.
    """

    claim: FeedClaim
    result: Page | Unchanged | Failure
    arrivals: Sequence[Arrival]
    look_ahead: Callable[[int], Outlook]
    recognise: Callable[[Sequence[Arrival], Sequence[Entry]], frozenset[str]] = _recognise_none


@dataclass(frozen=True, slots=True)
class InboxEntry:
    """An entry that waits in the inbox, leased to one worker.

    `backlog` marks what the first poll of its feed found. `tries` counts the leases taken so
    far, this one included: an entry that kills its reader is given up, not retried for ever.
    """

    id: int
    token: str
    feed_id: str
    entry: Entry
    first_seen: datetime
    backlog: bool = False
    tries: int = 1


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entry, read and matched, about to be filed.

    `text_hash` identifies the version (`stories.identity`); `url_key` the article; `aliases`
    other names of it. `sketch` and `terms` are keys for finding its copies and other reports
    of its event (`stories.sketch`); both may be empty. `note` says what a
    reader of the alert should know about the reading ("the page answered 403: teaser only").
    """

    inbox: InboxEntry
    feed_name: str
    tier: int
    article: Article
    url_key: str
    text_hash: str
    matches: tuple[Match, ...]
    desk_hash: str
    aliases: tuple[Alias, ...] = ()
    sketch: tuple[int, ...] = ()
    terms: tuple[int, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Version:
    """One state of an article, as stored: whole, so that it can be matched again."""

    text_hash: str
    article: Article
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class KnownArticle:
    """An article on file: the newest version whole, the others by hash.

    `newest` is the last of the fullest readings, `latest` the last of all if that is another.
    `fired` names the rules that fired on any of its versions, whether or not they rang.
    `backlog` names the feeds in whose first poll it stood, if nothing else ever brought it.
    """

    id: int
    story: str
    url_key: str
    url: str
    source: str
    first_seen: datetime
    newest: Version
    text_hashes: frozenset[str]
    fired: frozenset[str] = frozenset()
    latest: Version | None = None
    backlog: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Rung:
    """A rule that has rung in a story: by which alert, when, and for what.

    `subject` is that of the story's first alert. `article` is the version that rang, None for
    one too long ago to compare with; `evidence` is there for the candidate's own article alone.
    """

    rule: str
    alert_id: str
    subject: str
    severity: Severity
    at: datetime
    story: str = ""
    article_id: int = 0
    article: Article | None = None
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class History:
    """What the store knows that bears on one candidate.

    `article` is the article the candidate is a version of, if it is on file. `copies` are
    other articles that share its text, or were filed as copies of it. `near` may be copied by
    it or tell of the same event: that is for `decide` to find out. `frequency` says in how many
    articles of late each of the candidate's keys stood, COMMON + 1 for any more. `rung` lists
    what rang in the stories of all of them, oldest first.
    """

    article: KnownArticle | None = None
    copies: tuple[KnownArticle, ...] = ()
    rung: tuple[Rung, ...] = ()
    near: tuple[KnownArticle, ...] = ()
    frequency: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ruling:
    """The decision on one rule that matched, with the reason kept for `why`."""

    rule: str
    severity: Severity
    verdict: Verdict
    reason: str
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether a candidate is news, and why.

    `story` is the id of the story it belongs to, opened by it or older. `evidence` holds the
    sentences or facts the decision rests on, as a person reads them. `rulings` has one entry
    for each rule that matched, and for each that rang and was corrected. `original` is the
    article on file that a copy is one of.
    """

    verdict: Verdict
    outcome: Outcome
    reason: str
    relation: Relation
    story: str
    evidence: tuple[str, ...] = ()
    rulings: tuple[Ruling, ...] = ()
    changes: tuple[Edit, ...] = ()
    original: int | None = None


@dataclass(frozen=True, slots=True)
class Filing:
    """What is written for one candidate, in one transaction.

    From `reread_at` on the article's page is asked again whether it still says what it said, or
    for the first time, where nothing rang.
    """

    decision: Decision
    alert: Alert | None = None
    deliveries: tuple[Delivery, ...] = ()
    reread_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Reread:
    """An article whose page is to be read again, leased to one worker.

    `entry`, of feed `feed_id`, is what brought it, under `key`; `known` is its newest version.
    `since` is when it `rang`, or was filed without its page. `gone` counts the answers in a row
    that there is no such page.
    """

    article_id: int
    token: str
    feed_id: str
    key: str
    entry: Entry
    known: Version
    validators: Validators
    since: datetime
    rang: bool = True
    gone: int = 0
