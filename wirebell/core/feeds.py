"""Feeds, and what a poll of one brings back."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Literal

from wirebell.core.books import Notice
from wirebell.core.news import Hints

SKEW = timedelta(minutes=2)  # by which the clocks of workers may differ
OWN_FEED = "wirebell-heartbeat"
"""The feed that is ours: an entry a heartbeat, outside the desk and outside what analysts see."""


@dataclass(frozen=True, slots=True)
class Selectors:
    """Where a list page keeps its entries, in CSS. `items` finds each; the others look inside
    it, "" for the usual place: the first link, its words, a `time`, no summary.
    """

    items: str
    title: str = ""
    link: str = ""
    date: str = ""
    summary: str = ""


@dataclass(frozen=True, slots=True)
class Feed:
    """One address we poll, as an analyst wrote it in feeds.yaml.

    `tier` runs from 1 (official, primary) to 4 (aggregator). `language` is a BCP 47 tag
    or "" when nobody said. `read` says whether the page behind an entry is fetched ("page")
    or the entry's own words are all there is ("feed"). `kind` is "feed" for whatever names
    itself (RSS, Atom, JSON Feed, a news sitemap), "sitemap" for one that is not of news, "page"
    for a list page that is watched by its `selectors`.
    """

    id: str
    name: str
    url: str
    every: timedelta = timedelta(minutes=5)
    max_every: timedelta = timedelta(hours=1)
    language: str = ""
    tags: tuple[str, ...] = ()
    tier: int = 3
    read: Literal["page", "feed"] = "page"
    zone: str = ""
    note: str = ""
    kind: Literal["feed", "sitemap", "page"] = "feed"
    selectors: Selectors | None = None
    headers: tuple[tuple[str, str], ...] = ()
    auth: str = ""
    proxy: str = ""

    @property
    def private(self) -> str:
        """What it alone is asked with, in one line: there stand its references to secrets."""
        return " ".join((*(value for _, value in self.headers), self.auth, self.proxy)).strip()


@dataclass(frozen=True, slots=True)
class Validators:
    """What lets a server answer "not modified", byte for byte as it gave them.

    `body_hash` is the sha-256 of the decoded body: many feeds answer 200 with equal bytes.
    """

    etag: str = ""
    last_modified: str = ""
    body_hash: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """Bytes from the wire: a feed or an article, decoded from its transfer encoding.

    `url` is where the bytes came from after redirects; `headers` have lower-case names.
    `moved_to` is the target when every hop was permanent (301, 308), else "".
    """

    url: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    validators: Validators
    fetched_at: datetime
    moved_to: str = ""


@dataclass(frozen=True, slots=True)
class Unchanged:
    """The server said 304, or 200 with the body we had (`status`). A success."""

    url: str
    validators: Validators
    fetched_at: datetime
    status: int = 304
    moved_to: str = ""


class FailureKind(StrEnum):
    """Why a poll brought nothing. The name is shown to operators as the feed's state."""

    DNS = "dns"
    REFUSED = "refused"  # nobody listens, or the connection was reset
    TLS = "tls"
    TIMEOUT = "timeout"  # the total deadline passed
    HTTP = "http"  # a status that is neither success nor 304
    CHALLENGE = "challenge"  # a page that wants to see a browser
    REDIRECTS = "redirects"  # more hops than allowed
    TOO_BIG = "too_big"  # more decoded bytes than allowed
    GUARDED = "guarded"  # an address we refuse to connect to
    ENCODING = "encoding"  # a broken transfer encoding or a broken answer
    EMPTY = "empty"  # a body of nothing, or a feed without one entry
    NOT_A_FEED = "not_a_feed"  # HTML or something else where a feed was due
    ROBOTS = "robots"  # a page whose server asks programs to leave it alone
    LATER = "later"  # not asked in this run: the page is over its share, or no turn came
    BROKEN = "broken"  # our own fault, caught at the fence around one feed


NETWORK_FAILURES = frozenset(
    {FailureKind.DNS, FailureKind.REFUSED, FailureKind.TIMEOUT, FailureKind.TLS}
)
"""The kinds that can be our own line's fault: when most feeds show one, the line is down."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A poll that brought nothing, and why. Travels as a value; nobody raises it."""

    url: str
    kind: FailureKind
    detail: str
    fetched_at: datetime
    status: int = 0
    retry_after: timedelta | None = None


class Health(StrEnum):
    """Whether a feed can be trusted to bring what its publisher has; shown with a reason."""

    OK = "ok"
    LATE = "late"  # it failed of late, or entries came faster than we asked
    STALE = "stale"  # it answers, but not with news
    DEAD = "dead"  # it failed more than three polls or six hours
    MOVED = "moved"  # asked at an address it leads to for good


@dataclass(frozen=True, slots=True)
class FeedHistory:
    """What the polls of one feed taught: rhythm and truth monitor live on it.

    `pace` is the interval in force, `news` when its newest entries came out, `silences` the
    longest time without one, in seconds, by the day (counted from the year 1) that ended it.
    `whole_at` is when it last sent a body; one that `lies` says 304 over news. `asked` is the
    address the desk gave, `address` the one it leads to for good, once that is sure. `told` is
    the trouble operators know of (kinds of health), `good` the polls without trouble since.
    """

    pace: timedelta = timedelta()
    news: tuple[datetime, ...] = ()
    silences: tuple[tuple[int, float], ...] = ()
    hints: Hints = field(default_factory=Hints)
    whole_at: datetime | None = None
    lies: bool = False
    asked: str = ""
    moved_to: str = ""
    moved_since: datetime | None = None
    moved_times: int = 0
    address: str = ""
    failing_since: datetime | None = None
    health: Health = Health.OK
    reason: str = ""
    told: tuple[str, ...] = ()
    good: int = 0

    def having(self, **facts: Any) -> FeedHistory:
        """The history with these facts; itself where it has them, and nothing is to be written."""
        known = all(getattr(self, name) == value for name, value in facts.items())
        return self if known else replace(self, **facts)


@dataclass(frozen=True, slots=True)
class Lane:
    """Whose load a feed is: its registrable domain, and the least time between two requests."""

    host: str
    spacing: timedelta


@dataclass(frozen=True, slots=True)
class Outlook:
    """What one poll means for the next.

    `notices` are for operators. `hold` closes a host until an instant. A failure that
    `counts` not was our own line's.
    """

    next_due: datetime
    history: FeedHistory = field(default_factory=FeedHistory)
    notices: tuple[Notice, ...] = ()
    hold: tuple[str, datetime] | None = None
    counts: bool = True


@dataclass(frozen=True, slots=True)
class FeedState:
    """What an operator sees of one feed between polls.

    `state` is "new" before the first poll, "ok", or the kind of the newest failure; `health`
    and `reason` are what the truth monitor makes of all its polls; `pace` is 0 until the first.
    `failures` counts polls in a row that failed.
    """

    feed_id: str
    state: str = "new"
    detail: str = ""
    failures: int = 0
    last_ok: datetime | None = None
    last_new: datetime | None = None
    next_due: datetime | None = None
    health: str = "ok"
    reason: str = ""
    pace: timedelta = timedelta()
    address: str = ""

    def is_due(self, now: datetime) -> bool:
        """Whether its time has come, or it answered in time to come: the clock was put back."""
        ahead = self.last_ok is not None and self.last_ok > now + SKEW
        return self.next_due is None or self.next_due <= now or ahead


@dataclass(frozen=True, slots=True)
class FeedClaim:
    """One due feed, leased to one worker: poll it `at` its turn and answer with `token`.

    `last_ok` is when it answered last. `failures` in a row since decide how far to back off.
    """

    feed_id: str
    token: str
    validators: Validators = field(default_factory=Validators)
    last_ok: datetime | None = None
    failures: int = 0
    history: FeedHistory = field(default_factory=FeedHistory)
    at: datetime | None = None

    @property
    def first(self) -> bool:
        """Whether no poll has succeeded yet: what the first finds is backlog."""
        return self.last_ok is None
