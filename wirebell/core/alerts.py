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
    """A rule inside an alert: why it fired, and whom it names besides the routes."""

    id: str
    title: str
    why: str
    severity: Severity
    tags: tuple[str, ...] = ()
    to: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Snippet:
    """A sentence of the article with the matched words marked by [start, end) offsets."""

    text: str
    marks: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Edit:
    """A changed sentence as told in an update: "" stands for nothing before or after."""

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

    `severity` is the loudest of `rules`. `source` is the feed's name, `tier` its tier. `note`
    and `scope` tell what the reading missed. `root` and `subject` are the id and the subject of
    the story's first alert, its own for a first one: mail threads by both.
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
    """How a delivery is told."""

    SINGLE = "single"
    DIGEST = "digest"
    QUIET = "quiet"  # held by the reader's quiet hours or absence, not lost
    CAPPED = "capped"
    SILENCED = "silenced"


@dataclass(frozen=True, slots=True)
class Handling:
    """How a delivery is told, decided when it is claimed.

    `not_before` None means now; else it is held until that instant and looked at again.
    Deliveries handled as DIGEST at the same time for the same recipient and channel leave as
    one message.
    """

    how: How
    not_before: datetime | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A delivery up for handling: what the handling may look at.

    `held_as` is how it has been held so far, or None at its first claim; `due` is the instant
    it was held until.
    """

    delivery: Delivery
    kind: AlertKind
    filed_at: datetime
    attempts: int = 0
    held_as: How | None = None
    due: datetime | None = None


@dataclass(frozen=True, slots=True)
class Dispatch:
    """One message due now, leased to one worker: a single alert or a digest of many.

    `message_key` stays the same over every attempt, so that a copy after a crash can be known
    for one. `due` is when it was claimed for its first try: patience counts from there.
    `attempts` counts the earlier tries.
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


@dataclass(frozen=True, slots=True)
class Message:
    """A dispatch rendered for every family of channel.

    `slack` is a JSON document. `headers` are extra mail headers, one line each.
    """

    subject: str
    text: str
    html: str
    slack: str
    message_id: str
    thread_id: str = ""
    headers: tuple[tuple[str, str], ...] = ()


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
