"""Alerts on their way to people: the alert, its deliveries, the message, the receipt."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from wirebell.core.matches import Severity


class AlertKind(StrEnum):
    """What an alert tells: a story, something new in it, or that it was wrong."""

    NEW = "new"
    UPDATE = "update"
    CORRECTION = "correction"


NOTICE = "notice-"
"""How the id of an alert begins that tells operators of trouble: no entry stands behind it."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One term or person that was found: as written by the analyst, as printed, how often."""

    term: str
    surface: str
    count: int
    who: str = ""


@dataclass(frozen=True, slots=True)
class AlertRule:
    """A rule inside an alert: why it fired, whom it names besides the routes, whose it is."""

    id: str
    title: str
    why: str
    severity: Severity
    tags: tuple[str, ...] = ()
    to: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    owner: str = ""


@dataclass(frozen=True, slots=True)
class Snippet:
    """A sentence of the article with the matched words marked by [start, end) offsets."""

    text: str
    marks: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Edit:
    """A sentence that changed: `old` is "" for a new one, `new` is "" for one withdrawn."""

    old: str
    new: str


@dataclass(frozen=True, slots=True)
class AlsoIn:
    """Another outlet that carries the story."""

    source: str
    url: str


@dataclass(frozen=True, slots=True)
class Alert:
    """One story, told once. Everything a message needs is frozen here when it is filed.

    `severity` is the loudest of `rules`. `source` is the feed's name, `tier` its tier, `feed`
    its id. `note` and `scope` tell what the reading missed. `root` and `subject` are the id and
    the subject of the story's first alert, its own for a first one: mail threads by both. `run`
    is the page of the flow run that filed it, "" for a command's. `desk_hash` and `desk_author`
    say by which state of the desk it rang, and who wrote that.
    """

    id: str
    story: str
    kind: AlertKind
    severity: Severity
    headline: str
    url: str
    source: str
    tier: int
    seen: datetime
    root: str
    subject: str
    rules: tuple[AlertRule, ...]
    published: datetime | None = None
    snippets: tuple[Snippet, ...] = ()
    edits: tuple[Edit, ...] = ()
    also_in: tuple[AlsoIn, ...] = ()
    scope: str = "full"
    note: str = ""
    desk_hash: str = ""
    desk_author: str = ""
    feed: str = ""
    authors: tuple[str, ...] = ()
    run: str = ""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One alert owed to one recipient by one channel.

    `key` is the idempotency key: made from alert, channel and recipient, unique for ever.
    `address` is what the channel needs to reach the recipient: a mail address, a Slack room,
    or "" where the channel's own URL says it.
    """

    key: str
    alert_id: str
    recipient: str
    channel: str
    address: str
    severity: Severity


class How(StrEnum):
    """How a delivery is told, or what holds it. Nothing of it is ever lost."""

    SINGLE = "single"
    DIGEST = "digest"
    QUIET = "quiet"  # quiet hours or absence of the reader
    GROUPED = "grouped"  # a story's first half minute, for what else tells of it
    COOLED = "cooled"  # the story was told a short while ago
    CAPPED = "capped"  # too many singles of late
    SILENCED = "silenced"
    LATE = "late"  # an outage kept it and many others


@dataclass(frozen=True, slots=True)
class Handling:
    """How a delivery is told, decided when it is claimed.

    `not_before` None means now; else it is held until that instant and looked at again.
    Deliveries for the same recipient and channel that are told at the same time leave as one
    message: all that is no SINGLE, and the SINGLEs of one story. `reason` is kept for `why`.
    """

    how: How
    not_before: datetime | None = None
    reason: str = ""


OUTAGE = timedelta(minutes=15)
"""What is due for longer was kept by an outage, ours or a channel's."""


class Hushed(StrEnum):
    """What a silence can be about."""

    RULE = "rule"
    STORY = "story"
    PERSON = "person"
    FEED = "feed"


@dataclass(frozen=True, slots=True)
class Silence:
    """A hush by hand: what it holds, until when, on whose word and why.

    `value` is the id of a rule, person or feed; for a story also the id of any of its alerts.
    """

    id: int
    about: Hushed
    value: str
    until: datetime
    author: str
    why: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Past:
    """What an address was told of a story before: when first tried, how loudly, for which rules."""

    at: datetime
    severity: Severity
    rules: frozenset[str]


@dataclass(frozen=True, slots=True)
class Waiting:
    """A delivery up for handling, and all the handling may look at.

    `held_as` is how it has been held so far, or None at its first claim; `due` is the instant
    it was held until, or when it was filed. What follows is about its address alone: since when
    the story waits, what was told of the story, when singles left in the last hour, when those
    over the cap leave (None if there are none), and how many are due for a quarter of an hour.
    `silences` are those in force.
    """

    delivery: Delivery
    alert: Alert
    filed_at: datetime
    due: datetime
    attempts: int = 0
    held_as: How | None = None
    story_since: datetime | None = None
    told: tuple[Past, ...] = ()
    singles: tuple[datetime, ...] = ()
    overflow: datetime | None = None
    late: int = 0
    silences: tuple[Silence, ...] = ()


@dataclass(frozen=True, slots=True)
class Dispatch:
    """One message due now, leased to one worker: a single alert or a digest of many.

    `message_key` stays the same over every attempt, so that a copy after a crash can be known
    for one. `due` is when it was claimed for its first try: patience counts from there.
    `attempts` counts the earlier tries; `repeat` is true if one of them may have arrived.
    `instead_of` names the broken channel it was meant for. `pause` is how long to wait for the
    channel's turn; a `probe` is to show whether a broken one works again. `coverage` opens a
    digest: how well the feeds were seen meanwhile.
    `first_told` is when this address was told of the story its update is of, and `thread` what
    the channel calls that message; None and "" if it never was.
    """

    message_key: str
    token: str
    recipient: str
    channel: str
    address: str
    how: How
    alerts: tuple[Alert, ...]
    due: datetime
    attempts: int = 0
    repeat: bool = False
    instead_of: str = ""
    pause: timedelta = timedelta()
    probe: bool = False
    coverage: str = ""
    first_told: datetime | None = None
    thread: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """A dispatch rendered for every family of channel.

    `slack` is a JSON document. `headers` are extra mail headers, one line each. `thread_id` is
    the mail it answers, `thread` what its own channel calls the message it answers.
    """

    subject: str
    text: str
    html: str
    slack: str
    message_id: str
    thread_id: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    thread: str = ""


class ReceiptState(StrEnum):
    """What a channel's answer means for the delivery."""

    SENT = "sent"
    RETRY = "retry"  # the other side asks for patience
    PERMANENT = "permanent"  # this message will never be taken
    CONFIG = "config"  # nothing will be taken until somebody mends the channel
    AMBIGUOUS = "ambiguous"  # it may have been taken


@dataclass(frozen=True, slots=True)
class Receipt:
    """A channel's answer to one attempt, in our words.

    `code` is the protocol's ("smtp 451", "http 429"), `detail` at most 300 characters with
    every secret removed, `provider_id` what the other side calls the message.
    """

    state: ReceiptState
    code: str = ""
    detail: str = ""
    retry_after: timedelta | None = None
    provider_id: str = ""


@dataclass(frozen=True, slots=True)
class ChannelState:
    """How a channel does. It is broken since `broken_since`, if at all, for `reason`.

    `paused_until` is when it may be tried next; `failures` counts the messages in a row that it
    could not take.
    """

    channel: str
    broken_since: datetime | None = None
    paused_until: datetime | None = None
    failures: int = 0
    reason: str = ""


class DeliveryState(StrEnum):
    """Where a delivery stands. Nothing leaves this list: every filed delivery is in one."""

    PENDING = "pending"
    SENT = "sent"
    DEAD = "dead"


@dataclass(frozen=True, slots=True)
class Step:
    """What happens to a dispatch after a receipt: its state, and when to try again."""

    state: DeliveryState
    not_before: datetime | None = None
