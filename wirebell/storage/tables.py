"""The tables. Rows of them never leave this room: what travels is made in the verbs' modules.

Values whose shape belongs to another room (entries, alerts, evidence) are kept whole, as JSON
text, beside the columns that are searched. A change here needs a revision in `migrations/`.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import ClassVar

from sqlalchemy import Index, MetaData, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from wirebell.core.alerts import DeliveryState

_LONGEST_KEY = 512


def index_key(name: str) -> str:
    """A name from outside, short enough for an index; short ones as they are.

    PostgreSQL refuses index rows over 2,704 bytes, four of which one character may take: a
    single entry with such a guid would otherwise block its whole feed.
    """
    if len(name) <= _LONGEST_KEY:
        return name
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()
    return f"{name[: _LONGEST_KEY - len(digest) - 1]}~{digest}"


class Row(SQLModel):
    """What all tables share: one metadata, which names every constraint for later revisions.

    Where a table counts its own `id`, it is None from making the row until the flush.
    """

    metadata: ClassVar[MetaData] = MetaData(
        naming_convention={
            "pk": "pk_%(table_name)s",
            "ix": "ix_%(table_name)s_%(column_0_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
        }
    )


class Leased(Row):
    """What one worker holds until an instant; see `leases`."""

    lease_token: str | None = None
    lease_until: datetime | None = None


class DeskRow(Row, table=True):
    """A desk as it came into force; the newest row is the one in force."""

    __tablename__ = "desk_version"

    id: int = Field(default=None, primary_key=True)
    hash: str
    files: str
    accepted_at: datetime


class TellingRow(Row, table=True):
    """Something operators were told once and need not hear again."""

    __tablename__ = "telling"

    subject: str = Field(primary_key=True)
    told_at: datetime


class FeedRow(Leased, table=True):
    """One feed between polls. It has never answered while `last_ok` is NULL.

    `validators` is a JSON list: headers may hold bytes that no text column takes as they are.
    """

    __tablename__ = "feed"
    __table_args__ = (Index("ix_feed_next_due", "next_due"),)

    id: str = Field(primary_key=True)
    validators: str = '["", "", ""]'
    state: str = "new"
    detail: str = ""
    failures: int = 0
    last_ok: datetime | None = None
    last_new: datetime | None = None
    next_due: datetime | None = None


class EntryRow(Leased, table=True):
    """One state of one entry, and what became of it; it waits while `outcome` is NULL."""

    __tablename__ = "entry"
    __table_args__ = (
        UniqueConstraint("feed_id", "key", "fingerprint"),
        Index(
            "ix_entry_waiting",
            "id",
            sqlite_where=text("outcome IS NULL"),
            postgresql_where=text("outcome IS NULL"),
        ),
    )

    id: int = Field(default=None, primary_key=True)
    feed_id: str = Field(foreign_key="feed.id")
    key: str
    fingerprint: str
    payload: str
    first_seen: datetime
    last_seen: datetime
    backlog: bool = False
    tries: int = 0
    outcome: str | None = None
    reason: str = ""
    relation: str | None = None
    evidence: str = "[]"
    desk_hash: str | None = None
    settled_at: datetime | None = None
    article_id: int | None = Field(default=None, foreign_key="article.id")
    alert_id: str | None = Field(default=None, foreign_key="alert.id")


class StoryRow(Row, table=True):
    """Articles about one event, under the name the decision gave them."""

    __tablename__ = "story"

    id: str = Field(primary_key=True)
    opened_at: datetime


class ArticleRow(Row, table=True):
    """An article, whatever its text says at the moment."""

    __tablename__ = "article"

    id: int = Field(default=None, primary_key=True)
    url_key: str = Field(unique=True)
    url: str
    source: str
    story_id: str = Field(foreign_key="story.id", index=True)
    first_seen: datetime


class AliasRow(Row, table=True):
    """A name of an article, its own `url_key` among them. Who had a name first keeps it."""

    __tablename__ = "article_alias"

    kind: str = Field(primary_key=True)
    value: str = Field(primary_key=True)
    article_id: int = Field(foreign_key="article.id")


class VersionRow(Row, table=True):
    """One state of an article's text; `seen_at` is when it last stood there."""

    __tablename__ = "article_version"
    __table_args__ = (
        UniqueConstraint("article_id", "text_hash"),
        Index("ix_article_version_copies", "text_hash", "seen_at"),
    )

    id: int = Field(default=None, primary_key=True)
    article_id: int = Field(foreign_key="article.id")
    text_hash: str
    title: str
    text: str
    scope: str
    seen_at: datetime


class RulingRow(Row, table=True):
    """The decision on one rule that matched one version."""

    __tablename__ = "ruling"

    id: int = Field(default=None, primary_key=True)
    entry_id: int = Field(foreign_key="entry.id")
    version_id: int = Field(foreign_key="article_version.id", index=True)
    rule: str
    severity: str
    verdict: str
    reason: str
    evidence: str
    desk_hash: str
    ruled_at: datetime


class AlertRow(Row, table=True):
    """An alert, frozen as it was filed. Its id is made from what it tells: filed once."""

    __tablename__ = "alert"

    id: str = Field(primary_key=True)
    story_id: str = Field(foreign_key="story.id")
    kind: str
    severity: str
    subject: str
    payload: str
    created_at: datetime = Field(index=True)


class DeliveryRow(Leased, table=True):
    """One alert owed to one recipient by one channel.

    It is to leave at `due_at`, when it was filed or its hold ends; `not_before` is when it may be
    claimed, later than that while a retry waits.
    `message_key` names the message it leaves in. From the first attempt on it never changes:
    what may have been sent is only ever sent again as the same message.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        Index(
            "ix_delivery_pending",
            "not_before",
            sqlite_where=text("state = 'pending'"),
            postgresql_where=text("state = 'pending'"),
        ),
    )

    id: int = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    alert_id: str = Field(foreign_key="alert.id", index=True)
    recipient: str
    channel: str
    address: str
    severity: str
    filed_at: datetime
    due_at: datetime
    state: str = DeliveryState.PENDING.value
    not_before: datetime | None = None
    held_as: str | None = None
    message_key: str | None = Field(default=None, index=True)
    attempts: int = 0
    sent_at: datetime | None = None
    last_code: str = ""
    last_detail: str = ""


class AttemptRow(Row, table=True):
    """One try to send one message, on record before the network hears of it.

    A row without `finished_at` whose lease is over is a try that nobody saw the end of.
    """

    __tablename__ = "attempt"

    id: int = Field(default=None, primary_key=True)
    message_key: str = Field(index=True)
    token: str
    started_at: datetime
    finished_at: datetime | None = None
    state: str | None = None
    code: str = ""
    detail: str = ""
    provider_id: str = ""
