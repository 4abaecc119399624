"""Silences, how channels do, and what deliveries need to be told with care."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the tables; tell each delivery which story it is of."""
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "silence",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("silence", sa.String, nullable=False),
        sa.Column("until", moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_silence"),
    )
    op.create_table(
        "channel_state",
        sa.Column("channel", sa.String, nullable=False),
        *(sa.Column(name, moment) for name in ("broken_since", "paused_until", "turn")),
        sa.Column("failures", sa.Integer, nullable=False),
        *(sa.Column(name, sa.String, nullable=False) for name in ("last_failed", "reason")),
        sa.PrimaryKeyConstraint("channel", name="pk_channel_state"),
    )
    for name in ("story", "reason", "instead_of"):
        op.add_column("delivery", sa.Column(name, sa.String, nullable=False, server_default=""))
    alerts = op.get_bind().execute(sa.text("SELECT id, alert FROM alert")).all()
    tell = sa.text("UPDATE delivery SET story = :story WHERE alert_id = :id")
    for id_, alert in alerts:
        op.get_bind().execute(tell, {"id": id_, "story": json.loads(alert)["story"]})
    op.create_index("ix_delivery_recipient", "delivery", ["recipient", "due_at"])
    op.create_index("ix_delivery_story", "delivery", ["story"])
