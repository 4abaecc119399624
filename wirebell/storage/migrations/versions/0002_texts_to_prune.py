"""An index by which texts that are old enough to be let go of are found."""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add it."""
    op.create_index("ix_version_scope", "version", ["scope", "seen_at"])
