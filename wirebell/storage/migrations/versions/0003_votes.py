"""Readers' votes on alerts."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the table; nobody has voted yet."""
    op.create_table(
        "vote",
        sa.Column("alert_id", sa.String, nullable=False),
        sa.Column("recipient", sa.String, nullable=False),
        sa.Column("useful", sa.Boolean, nullable=False),
        sa.Column("voted_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("alert_id", "recipient", name="pk_vote"),
        sa.ForeignKeyConstraint(
            ["alert_id"], ["alert.id"], name="fk_vote_alert_id", ondelete="CASCADE"
        ),
    )
