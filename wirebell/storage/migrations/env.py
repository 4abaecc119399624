"""Runs the revisions inside the transaction that `schema.upgrade` opened."""

from __future__ import annotations

from alembic import context

from wirebell.storage.tables import Row

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Row.metadata,
    render_as_batch=True,  # SQLite alters a table by copying it
)
context.run_migrations()
