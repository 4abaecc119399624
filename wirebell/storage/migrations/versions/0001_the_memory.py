"""The first tables: desk, feeds, articles, alerts, entries, rulings, deliveries, attempts.

Constraints are named by the convention of `tables.Row`, which later revisions rely on.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

WAITING = sa.text("outcome IS NULL")
PENDING = sa.text("state = 'pending'")


def upgrade() -> None:
    op.create_table("desk_version", _id(), *_texts("hash", "files"), *_instants("accepted_at"))
    op.create_table("telling", _name("subject"), *_instants("told_at"))
    op.create_table(
        "feed",
        _name("id"),
        *_texts("validators", "state", "detail"),
        *_numbers("failures"),
        *_instants("last_ok", "last_new", "next_due", null=True),
        *_lease(),
    )
    op.create_index("ix_feed_next_due", "feed", ["next_due"])
    _articles()
    _alerts_and_entries()
    _deliveries()


def _articles() -> None:
    op.create_table("story", _name("id"), *_instants("opened_at"))
    op.create_table(
        "article",
        _id(),
        *_texts("url_key", "url", "source", "story_id"),
        *_instants("first_seen"),
        sa.UniqueConstraint("url_key"),
        sa.ForeignKeyConstraint(["story_id"], ["story.id"]),
    )
    op.create_index("ix_article_story_id", "article", ["story_id"])
    op.create_table(
        "article_alias",
        _name("kind"),
        _name("value"),
        *_numbers("article_id"),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"]),
    )
    op.create_table(
        "article_version",
        _id(),
        *_numbers("article_id"),
        *_texts("text_hash", "title", "text", "scope"),
        *_instants("seen_at"),
        sa.UniqueConstraint("article_id", "text_hash"),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"]),
    )
    op.create_index("ix_article_version_copies", "article_version", ["text_hash", "seen_at"])


def _alerts_and_entries() -> None:
    op.create_table(
        "alert",
        _name("id"),
        *_texts("story_id", "kind", "severity", "subject", "payload"),
        *_instants("created_at"),
        sa.ForeignKeyConstraint(["story_id"], ["story.id"]),
    )
    op.create_index("ix_alert_created_at", "alert", ["created_at"])
    op.create_table(
        "entry",
        _id(),
        *_texts("feed_id", "key", "fingerprint", "payload", "reason", "evidence"),
        *_texts("outcome", "relation", "desk_hash", "alert_id", null=True),
        *_instants("first_seen", "last_seen"),
        *_instants("settled_at", null=True),
        sa.Column("backlog", sa.Boolean(), nullable=False),
        *_numbers("tries"),
        *_numbers("article_id", null=True),
        *_lease(),
        sa.UniqueConstraint("feed_id", "key", "fingerprint"),
        sa.ForeignKeyConstraint(["feed_id"], ["feed.id"]),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"]),
        sa.ForeignKeyConstraint(["alert_id"], ["alert.id"]),
    )
    op.create_index(
        "ix_entry_waiting", "entry", ["id"], sqlite_where=WAITING, postgresql_where=WAITING
    )
    op.create_table(
        "ruling",
        _id(),
        *_numbers("entry_id", "version_id"),
        *_texts("rule", "severity", "verdict", "reason", "evidence", "desk_hash"),
        *_instants("ruled_at"),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"]),
        sa.ForeignKeyConstraint(["version_id"], ["article_version.id"]),
    )
    op.create_index("ix_ruling_version_id", "ruling", ["version_id"])


def _deliveries() -> None:
    op.create_table(
        "delivery",
        _id(),
        *_texts("key", "alert_id", "recipient", "channel", "address", "severity", "state"),
        *_texts("last_code", "last_detail"),
        *_texts("held_as", "message_key", null=True),
        *_instants("filed_at", "due_at"),
        *_instants("not_before", "sent_at", null=True),
        *_numbers("attempts"),
        *_lease(),
        sa.UniqueConstraint("key"),
        sa.ForeignKeyConstraint(["alert_id"], ["alert.id"]),
    )
    op.create_index(
        "ix_delivery_pending",
        "delivery",
        ["not_before"],
        sqlite_where=PENDING,
        postgresql_where=PENDING,
    )
    op.create_index("ix_delivery_alert_id", "delivery", ["alert_id"])
    op.create_index("ix_delivery_message_key", "delivery", ["message_key"])
    op.create_table(
        "attempt",
        _id(),
        *_texts("message_key", "token", "code", "detail", "provider_id"),
        *_texts("state", null=True),
        *_instants("started_at"),
        *_instants("finished_at", null=True),
    )
    op.create_index("ix_attempt_message_key", "attempt", ["message_key"])


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.Integer(), primary_key=True)


def _name(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(), primary_key=True)


def _texts(*names: str, null: bool = False) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String(), nullable=null) for name in names]


def _numbers(*names: str, null: bool = False) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.Integer(), nullable=null) for name in names]


def _instants(*names: str, null: bool = False) -> list[sa.Column[datetime]]:
    return [sa.Column(name, sa.DateTime(timezone=True), nullable=null) for name in names]


def _lease() -> list[sa.Column[str] | sa.Column[datetime]]:
    return [*_texts("lease_token", null=True), *_instants("lease_until", null=True)]
