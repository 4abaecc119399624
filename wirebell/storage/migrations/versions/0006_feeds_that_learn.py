"""What polls teach of a feed, and when a host may be asked again."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add the table and the column; feeds begin to learn at their next poll."""
    op.add_column("feed", sa.Column("history", sa.String()))
    op.create_table(
        "host_state",
        sa.Column("host", sa.String(), nullable=False),
        sa.Column("free_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("host", name="pk_host_state"),
    )
