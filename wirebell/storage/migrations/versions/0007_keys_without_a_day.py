"""A key of an article is as old as the article: no day of its own, an index on theirs."""

from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Drop the day, add the index."""
    op.create_index("ix_article_first_seen", "article", ["first_seen"])
    op.drop_column("fingerprint", "day")
