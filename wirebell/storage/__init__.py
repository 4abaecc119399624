"""The memory: SQLite or PostgreSQL behind one class of verbs. Rows stay in this room."""

from wirebell.storage.store import Store

__all__ = ["Store"]
