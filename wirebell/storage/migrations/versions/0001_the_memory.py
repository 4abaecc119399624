"""The first tables: desk, feeds, entries, articles, rulings, alerts, deliveries, attempts."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    _desk_and_feeds()
    _articles()
    _alerts()
    _entries()
    _deliveries()


def _text(name: str, *, null: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=null)


def _count(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False)


def _instant(name: str, *, null: bool = False) -> sa.Column[datetime]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=null)


def _lease() -> tuple[sa.Column[str], sa.Column[datetime]]:
    return _text("lease_token", null=True), _instant("lease_until", null=True)


def _refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [to], name=f"fk_{table}_{column}")


def _desk_and_feeds() -> None:
    op.create_table(
        "desk_version",
        _count("id"),
        _text("hash"),
        _text("files"),
        _instant("accepted_at"),
        sa.PrimaryKeyConstraint("id", name="pk_desk_version"),
    )
    op.create_table(
        "telling",
        _text("subject"),
        _instant("told_at"),
        sa.PrimaryKeyConstraint("subject", name="pk_telling"),
    )
    op.create_table(
        "feed",
        _text("id"),
        _text("validators"),
        _text("state"),
        _text("detail"),
        _count("failures"),
        _instant("last_ok", null=True),
        _instant("last_new", null=True),
        _instant("next_due", null=True),
        *_lease(),
        sa.PrimaryKeyConstraint("id", name="pk_feed"),
    )
    op.create_index("ix_feed_next_due", "feed", ["next_due"])


def _articles() -> None:
    op.create_table(
        "story",
        _text("id"),
        _instant("opened_at"),
        sa.PrimaryKeyConstraint("id", name="pk_story"),
    )
    op.create_table(
        "article",
        _count("id"),
        _text("url_key"),
        _text("url"),
        _text("source"),
        _text("story_id"),
        _instant("first_seen"),
        sa.PrimaryKeyConstraint("id", name="pk_article"),
        sa.UniqueConstraint("url_key", name="uq_article_url_key"),
        _refers("article", "story_id", "story.id"),
    )
    op.create_index("ix_article_story_id", "article", ["story_id"])
    op.create_table(
        "article_alias",
        _text("kind"),
        _text("value"),
        _count("article_id"),
        sa.PrimaryKeyConstraint("kind", "value", name="pk_article_alias"),
        _refers("article_alias", "article_id", "article.id"),
    )
    op.create_table(
        "article_version",
        _count("id"),
        _count("article_id"),
        _text("text_hash"),
        _text("title"),
        _text("text"),
        _text("scope"),
        _instant("seen_at"),
        sa.PrimaryKeyConstraint("id", name="pk_article_version"),
        sa.UniqueConstraint(
            "article_id", "text_hash", name="uq_article_version_article_id_text_hash"
        ),
        _refers("article_version", "article_id", "article.id"),
    )
    op.create_index("ix_article_version_copies", "article_version", ["text_hash", "seen_at"])


def _alerts() -> None:
    op.create_table(
        "alert",
        _text("id"),
        _text("story_id"),
        _text("kind"),
        _text("severity"),
        _text("payload"),
        _instant("created_at"),
        sa.PrimaryKeyConstraint("id", name="pk_alert"),
        _refers("alert", "story_id", "story.id"),
    )
    op.create_index("ix_alert_created_at", "alert", ["created_at"])


def _entries() -> None:
    op.create_table(
        "entry",
        _count("id"),
        _text("feed_id"),
        _text("key"),
        _text("fingerprint"),
        _text("payload"),
        _instant("first_seen"),
        _instant("last_seen"),
        sa.Column("backlog", sa.Boolean(), nullable=False),
        _count("tries"),
        *_lease(),
        _text("outcome", null=True),
        _text("reason"),
        _text("relation", null=True),
        _text("evidence"),
        _text("desk_hash", null=True),
        _instant("settled_at", null=True),
        sa.Column("article_id", sa.Integer(), nullable=True),
        _text("alert_id", null=True),
        sa.PrimaryKeyConstraint("id", name="pk_entry"),
        sa.UniqueConstraint(
            "feed_id", "key", "fingerprint", name="uq_entry_feed_id_key_fingerprint"
        ),
        _refers("entry", "feed_id", "feed.id"),
        _refers("entry", "article_id", "article.id"),
        _refers("entry", "alert_id", "alert.id"),
    )
    waiting = sa.text("outcome IS NULL")
    op.create_index(
        "ix_entry_waiting", "entry", ["id"], sqlite_where=waiting, postgresql_where=waiting
    )
    op.create_table(
        "ruling",
        _count("id"),
        _count("entry_id"),
        _count("version_id"),
        _text("rule"),
        _text("severity"),
        _text("verdict"),
        _text("reason"),
        _text("evidence"),
        _text("desk_hash"),
        _instant("ruled_at"),
        sa.PrimaryKeyConstraint("id", name="pk_ruling"),
        _refers("ruling", "entry_id", "entry.id"),
        _refers("ruling", "version_id", "article_version.id"),
    )
    op.create_index("ix_ruling_version_id", "ruling", ["version_id"])


def _deliveries() -> None:
    op.create_table(
        "delivery",
        _count("id"),
        _text("key"),
        _text("alert_id"),
        _text("recipient"),
        _text("channel"),
        _text("address"),
        _text("severity"),
        _instant("filed_at"),
        _text("state"),
        _instant("not_before", null=True),
        _text("held_as", null=True),
        _text("message_key", null=True),
        *_lease(),
        _count("attempts"),
        _instant("sent_at", null=True),
        _text("last_code"),
        _text("last_detail"),
        sa.PrimaryKeyConstraint("id", name="pk_delivery"),
        sa.UniqueConstraint("key", name="uq_delivery_key"),
        _refers("delivery", "alert_id", "alert.id"),
    )
    pending = sa.text("state = 'pending'")
    op.create_index(
        "ix_delivery_pending",
        "delivery",
        ["not_before"],
        sqlite_where=pending,
        postgresql_where=pending,
    )
    for column in ("alert_id", "message_key", "lease_token"):
        op.create_index(f"ix_delivery_{column}", "delivery", [column])
    op.create_table(
        "attempt",
        _count("id"),
        _text("message_key"),
        _text("token"),
        _instant("started_at"),
        _instant("finished_at", null=True),
        _text("state", null=True),
        _text("code"),
        _text("detail"),
        _text("provider_id"),
        sa.PrimaryKeyConstraint("id", name="pk_attempt"),
    )
    op.create_index("ix_attempt_message_key", "attempt", ["message_key"])
