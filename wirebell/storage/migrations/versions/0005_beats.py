"""Heartbeats, whose commit a desk is, and tellings that are troubles only."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add them; a desk refused long ago is no trouble of today."""
    op.create_table(
        "beat",
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seconds", sa.Float, nullable=False),
        sa.Column("stage", sa.String, nullable=False),
        sa.Column("detail", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("at", name="pk_beat"),
    )
    for name in ("commit", "author"):
        op.add_column("desk_version", sa.Column(name, sa.String, nullable=False, server_default=""))
    op.execute("DELETE FROM telling WHERE subject LIKE 'desk refused%'")
