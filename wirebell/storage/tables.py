"""The tables. Rows of them never leave this room: what travels is made in the verbs' modules.

A new database is made from here; a change needs a revision in `migrations/` for the others.
"""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from typing import Any, ClassVar

import sqlalchemy as sa
from pydantic import TypeAdapter
from sqlalchemy.orm import declared_attr
from sqlmodel import Field, SQLModel

from wirebell.core.alerts import Alert, DeliveryState, Silence
from wirebell.core.feeds import FeedHistory
from wirebell.core.matches import Evidence
from wirebell.core.news import Article, Entry

Files = tuple[tuple[str, str], ...]
_LONGEST_KEY = 512


def index_key(name: str) -> str:
    """A name from outside, short enough for an index; short ones as they are.

    PostgreSQL refuses index rows over 2,704 bytes, four of which one character may take: a
    single entry with such a guid would otherwise block its whole feed.
    """
    if len(name) <= _LONGEST_KEY:
        return name
    digest = sha256(name.encode("utf-8", "surrogatepass")).hexdigest()
    return f"{name[: _LONGEST_KEY - len(digest) - 1]}~{digest}"


class Whole(sa.TypeDecorator[Any]):
    """A value whose shape belongs to another room, kept whole as JSON text.

    What such a value gains later needs a default, or older rows cannot be read.
    """

    impl = sa.String
    cache_ok = True

    def __init__(self, kind: Any) -> None:
        super().__init__()
        self.kind = kind
        self._adapter = TypeAdapter(kind)

    def process_bind_param(self, value: Any, dialect: sa.Dialect) -> str | None:  # noqa: ARG002, D102
        return None if value is None else self._adapter.dump_json(value).decode("utf-8")

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> Any:  # noqa: ARG002, D102
        return None if value is None else self._adapter.validate_json(value)


def _whole(kind: Any) -> sa.Column[Any]:
    return sa.Column(Whole(kind), nullable=False)


class Row(SQLModel):
    """What all tables share: one metadata, which names every constraint for later revisions.

    Where a table counts its own `id`, it is None from making the row until the flush.
    """

    metadata: ClassVar[sa.MetaData] = sa.MetaData(
        naming_convention={
            "pk": "pk_%(table_name)s",
            "ix": "ix_%(table_name)s_%(column_0_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
        }
    )

    @declared_attr.directive
    def __tablename__(cls) -> str:  # noqa: N805 - SQLAlchemy hands in the class
        return cls.__name__.removesuffix("Row").lower()


class Leased(Row):
    """What one worker holds until an instant; see `leases`."""

    lease_token: str | None = None
    lease_until: datetime | None = None

    def free(self) -> None:
        """Give it back."""
        self.lease_token = self.lease_until = None


class DeskRow(Row, table=True):
    """A desk as it came into force; the newest row is the one in force.

    `commit` and `author` are those of its own repository, "" where it has none.
    """

    __tablename__ = "desk_version"

    id: int = Field(default=None, primary_key=True)
    hash: str
    files: Files = Field(sa_column=_whole(Files))
    accepted_at: datetime
    commit: str = Field(default="", sa_column_kwargs={"server_default": ""})
    author: str = Field(default="", sa_column_kwargs={"server_default": ""})


class TellingRow(Row, table=True):
    """Trouble that operators were told of, until it is over."""

    subject: str = Field(primary_key=True)
    told_at: datetime


class FeedRow(Leased, table=True):
    """One feed between polls. It has never answered while `last_ok` is NULL.

    `validators` is a JSON list: headers may hold bytes that no text column takes as they are.
    """

    id: str = Field(primary_key=True)
    validators: list[str] | None = Field(default=None, sa_column=sa.Column(sa.JSON))
    state: str = "new"
    detail: str = ""
    failures: int = 0
    last_ok: datetime | None = None
    last_new: datetime | None = None
    next_due: datetime | None = Field(default=None, index=True)
    history: FeedHistory | None = Field(default=None, sa_column=sa.Column(Whole(FeedHistory)))


class HostRow(Row, table=True):
    """When a registrable domain may be asked again, by whichever process."""

    __tablename__ = "host_state"

    host: str = Field(primary_key=True)
    free_at: datetime


class EntryRow(Leased, table=True):
    """One state of one entry, and what became of it; it waits while `outcome` is NULL."""

    __table_args__ = (
        sa.UniqueConstraint("feed_id", "key", "fingerprint"),
        sa.Index("ix_entry_outcome", "outcome", "id"),
    )

    id: int = Field(default=None, primary_key=True)
    feed_id: str = Field(foreign_key="feed.id")
    key: str
    fingerprint: str
    entry: Entry = Field(sa_column=_whole(Entry))
    first_seen: datetime
    backlog: bool = False
    tries: int = 0
    outcome: str | None = None
    reason: str = ""
    relation: str | None = None
    evidence: list[str] | None = Field(default=None, sa_column=sa.Column(sa.JSON))
    desk_hash: str | None = None
    settled_at: datetime | None = Field(default=None, index=True)
    version_id: int | None = Field(default=None, foreign_key="version.id", index=True)
    alert_id: str | None = Field(default=None, foreign_key="alert.id", index=True)


class ArticleRow(Row, table=True):
    """An article, whatever its text says at the moment; `original_id` is what it is a copy of."""

    id: int = Field(default=None, primary_key=True)
    url_key: str = Field(unique=True)
    url: str
    source: str
    story_id: str = Field(index=True)
    first_seen: datetime = Field(index=True)
    original_id: int | None = Field(default=None, index=True)


class FingerprintRow(Row, table=True):
    """A key of an article's sketch or terms.

    Without a foreign key and without a date: either would make the largest table of all larger,
    and what is asked for would no longer all stand in its index (measured: 3 to 20 times as slow
    on PostgreSQL). How old a key is follows from its article's.
    """

    __table_args__ = ({"sqlite_with_rowid": False},)

    key: int = Field(sa_column=sa.Column(sa.BigInteger, primary_key=True, autoincrement=False))
    article_id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})


class AddressRow(Row, table=True):
    """A key of an article's addresses, its own among them. Who had one first keeps it."""

    url_key: str = Field(primary_key=True)
    article_id: int = Field(foreign_key="article.id")


class VersionRow(Row, table=True):
    """One state of an article, whole; `seen_at` is when its text last stood there."""

    __table_args__ = (
        sa.UniqueConstraint("article_id", "text_hash"),
        sa.Index("ix_version_text_hash", "text_hash", "seen_at"),
        sa.Index("ix_version_scope", "scope", "seen_at"),  # for pruning
    )

    id: int = Field(default=None, primary_key=True)
    article_id: int = Field(foreign_key="article.id")
    text_hash: str
    article: Article = Field(sa_column=_whole(Article))
    scope: str
    seen_at: datetime


class RereadRow(Leased, table=True):
    """An article that rang, until its page was read again for the last time."""

    article_id: int = Field(primary_key=True, foreign_key="article.id")
    entry_id: int = Field(foreign_key="entry.id")
    since: datetime
    due_at: datetime = Field(index=True)
    validators: list[str] | None = Field(default=None, sa_column=sa.Column(sa.JSON))
    gone: int = 0


class RulingRow(Row, table=True):
    """The decision on one rule that matched the version an entry brought."""

    id: int = Field(default=None, primary_key=True)
    entry_id: int = Field(foreign_key="entry.id", index=True)
    rule: str
    severity: str
    verdict: str
    reason: str
    evidence: tuple[Evidence, ...] = Field(sa_column=_whole(tuple[Evidence, ...]))


class AlertRow(Row, table=True):
    """An alert, frozen as it was filed. Its id is made from what it tells: filed once."""

    id: str = Field(primary_key=True)
    alert: Alert = Field(sa_column=_whole(Alert))
    created_at: datetime = Field(index=True)


class DeliveryRow(Leased, table=True):
    """One alert owed to one recipient by one channel.

    `due_at` is when it was filed, its hold ends or, once it was tried, it was first let go;
    `not_before` is when it may be claimed, later than that while a retry waits.
    `message_key` names the message it leaves in: `key` for its own, else a digest's. From the
    first attempt on it never changes: what may have been sent is only sent again as the same.
    `held_as` and `reason` are the last handling; `instead_of` is the broken channel it left.
    """

    __table_args__ = (
        sa.Index("ix_delivery_state", "state", "not_before"),
        sa.Index("ix_delivery_recipient", "recipient", "due_at"),
    )

    id: int = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    alert_id: str = Field(foreign_key="alert.id", index=True)
    recipient: str
    channel: str
    address: str
    severity: str
    due_at: datetime
    state: str = DeliveryState.PENDING.value
    not_before: datetime | None = None
    held_as: str | None = None
    message_key: str = Field(index=True)
    attempts: int = 0
    story: str = Field(index=True)
    reason: str = ""
    instead_of: str = ""


class VoteRow(Row, table=True):
    """What one recipient said an alert was worth; it goes when its alert goes."""

    alert_id: str = Field(foreign_key="alert.id", primary_key=True, ondelete="CASCADE")
    recipient: str = Field(primary_key=True)
    useful: bool
    voted_at: datetime


class BeatRow(Row, table=True):
    """How far a heartbeat came, and in how many seconds."""

    at: datetime = Field(primary_key=True)
    seconds: float
    stage: str = ""
    detail: str = ""


class AttemptRow(Row, table=True):
    """One try to send one message, on record before the network hears of it."""

    id: int = Field(default=None, primary_key=True)
    message_key: str = Field(index=True)
    token: str
    started_at: datetime
    finished_at: datetime | None = None
    state: str | None = None
    code: str = ""
    detail: str = ""
    provider_id: str = ""


class SilenceRow(Row, table=True):
    """A hush by hand, whole; kept when it has ended. `until` is when it does, or did."""

    id: int = Field(default=None, primary_key=True)
    silence: Silence = Field(sa_column=_whole(Silence))
    until: datetime


class ChannelRow(Row, table=True):
    """How a channel does, for every worker: see `channels`. `turn` is when its pace is paid off."""

    __tablename__ = "channel_state"

    channel: str = Field(primary_key=True)
    broken_since: datetime | None = None
    paused_until: datetime | None = None
    turn: datetime | None = None
    failures: int = 0
    last_failed: str = ""
    reason: str = ""
