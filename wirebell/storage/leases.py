"""Leases: who works on what, until when. A worker that dies frees its work by being late."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import uuid4

import sqlalchemy as sa
from sqlalchemy import ColumnElement, literal, or_
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, select, update

from wirebell.core.errors import LeaseLost
from wirebell.storage.tables import EntryRow, FeedRow, Leased, RereadRow, Row

L = TypeVar("L", bound=Leased)
_LONGEST = timedelta(minutes=10)  # no lease is asked for so long
_BORN = uuid4().hex[:12]


def is_free(table: type[Leased], now: datetime) -> ColumnElement[bool]:
    """The condition that nobody holds a row, or held it too long; by a clock put back, too."""
    held = col(table.lease_until)
    return or_(held.is_(None), held <= now, held > now + _LONGEST)


def new_token() -> str:
    """A token no other claim has, by which this process knows its own (`keep`)."""
    return _process() + uuid4().hex


def _process() -> str:
    """This process among all others on all machines: one that was forked has what it was born with,
    and must not give back what its siblings hold.
    """
    return f"{_BORN}{os.getpid():08x}"


def lease(rows: Iterable[Leased], until: datetime) -> str:
    """Hold rows under a token no other claim has: what it fences off is every older one."""
    token = new_token()
    for row in rows:
        row.lease_token, row.lease_until = token, until
    return token


def keep(session: Session, now: datetime, term: timedelta | None) -> None:
    """Hold for a term the feeds, entries and re-readings this process has; None frees them.

    Not deliveries: one may be on the wire just now, and would leave a second time. A row that is
    locked is being finished, or waits for its next turn: to wait for it could be a deadlock.
    """
    kept = {"lease_until": now + term} if term else {"lease_until": None, "lease_token": None}
    for table, at_work in (
        (FeedRow, ()),
        (RereadRow, ()),
        (EntryRow, (col(EntryRow.outcome).is_(None),)),
    ):
        (key,) = sa.inspect(table).primary_key
        mine = sa.select(key).where(col(table.lease_token).startswith(_process()), *at_work)
        free = key.in_(mine.with_for_update(skip_locked=True))
        session.exec(update(table).where(free).values(**kept))


def held(
    session: Session, table: type[L], token: str, subject: str, *which: Any, count: int = 1
) -> Sequence[L]:
    """The `count` rows that a token still holds, locked; LeaseLost if they are not all there."""
    mine = select(table).where(table.lease_token == token, *which).with_for_update()
    rows = session.exec(mine).all()
    if len(rows) != count:
        raise LeaseLost(subject, "taken over by another worker, or finished", "Leave it to them")
    return rows


def insert_new(session: Session, table: type[Row], rows: Sequence[Mapping[str, Any]]) -> int:
    """Insert the rows that are not there yet, in one statement; returns how many were not.

    A row is there if any unique constraint says so; nothing about it is changed.
    """
    # RETURNING because only the rows it returns were inserted: a count of an executemany
    # differs between drivers.
    counted = _inserting(session, table).returning(literal(1))
    return len(session.exec(counted, params=list(rows)).all()) if rows else 0


def insert_all(session: Session, table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert the rows that are not there yet, as `insert_new`, but without counting them."""
    if rows:
        session.connection().execute(_inserting(session, table), list(rows))


def _inserting(session: Session, table: Any) -> Any:
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    return dialect.insert(table).on_conflict_do_nothing()
