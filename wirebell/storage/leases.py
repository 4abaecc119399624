"""Leases: who works on what, until when. A worker that dies frees its work by being late."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import ColumnElement, Update, literal, or_
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col

from wirebell.core.errors import LeaseLost
from wirebell.storage.tables import Leased, Row

FREE: Mapping[str, None] = {"lease_token": None, "lease_until": None}
"""The columns of a row that nobody holds."""


def new_token() -> str:
    """A token no other claim has: what it fences off is every older one."""
    return uuid4().hex


def is_free(table: type[Leased], now: datetime) -> ColumnElement[bool]:
    """The condition that nobody holds a row, or held it too long."""
    return or_(col(table.lease_until).is_(None), col(table.lease_until) <= now)


def update_held(session: Session, statement: Update, subject: str, count: int = 1) -> None:
    """Run an update that a lease fences, and make sure it found every row.

    Raises:
        LeaseLost: another worker took over; the transaction must not commit.
    """
    unsynchronised = statement.execution_options(synchronize_session=False)
    if session.exec(unsynchronised).rowcount != count:
        raise lost(subject)


def lost(subject: str) -> LeaseLost:
    """The error of a worker that was too slow."""
    return LeaseLost(subject, "taken over by another worker, or finished", "Leave it to them")


def insert_new(session: Session, table: type[Row], rows: Sequence[Mapping[str, Any]]) -> int:
    """Insert the rows that are not there yet, in one statement; returns how many were not.

    A row is there if any unique constraint says so; nothing about it is changed.
    """
    if not rows:
        return 0
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    # RETURNING because only the rows it returns were inserted: a count of an executemany
    # differs between drivers.
    statement = dialect.insert(table).on_conflict_do_nothing().returning(literal(1))
    return len(session.exec(statement, params=list(rows)).all())
