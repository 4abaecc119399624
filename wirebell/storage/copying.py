"""The whole memory, copied from one database to another, row by row: backup, restore, move.

One way for all three and for both engines: what is read is one instant, what is written is one
transaction into empty tables, and a digest over every row says that both hold the same.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import MetaData, String, Table, func, insert, select, text
from sqlmodel import Session

from wirebell.core.errors import StorageError
from wirebell.storage import schema
from wirebell.storage.engine import Database
from wirebell.storage.tables import Row, Whole

_CHUNK = 1000  # rows in memory at once


def copy(source: Database, target: Database) -> str:
    """Copy everything into an empty database, made if it is not there; the digest of what was read.

    Raises:
        StorageError: something stands in the target already.
    """
    schema.check(source)
    schema.upgrade(target)
    total = 0
    with source.reading() as old, target.serialised() as new:
        for table in _tables():
            if new.connection().execute(select(table).limit(1)).first():
                raise StorageError(target.name, "is not empty", "Name an empty place")
        for table in _tables():
            for chunk in _chunks(old, table):
                new.connection().execute(insert(table), chunk)
                total += _weight(table, chunk)
            if target.file is None:
                _count_on(new, table)
    return _told(total)


def digest(database: Database) -> str:
    """What the database holds, in 16 digits: equal for equal rows, on either engine."""
    schema.check(database)
    with database.reading() as session:
        weights = (_weight(t, rows) for t in _tables() for rows in _chunks(session, t))
        return _told(sum(weights))


def _weight(table: Table, rows: list[dict[str, Any]]) -> int:
    """The hashes of rows, added up, because engines do not agree on an order of texts."""
    told = (json.dumps([table.name, row], sort_keys=True, default=_in_utc) for row in rows)
    return sum(int.from_bytes(sha256(line.encode()).digest()[:16]) for line in told)


def _told(total: int) -> str:
    return f"{total % 2**64:016x}"


def _tables() -> list[Table]:
    """The tables, those that others refer to first; values that are kept whole stay text."""
    plain = MetaData(naming_convention=Row.metadata.naming_convention)
    for table in Row.metadata.sorted_tables:
        for column in table.to_metadata(plain).columns:
            if isinstance(column.type, Whole):
                column.type = String()
    return plain.sorted_tables


def _chunks(session: Session, table: Table) -> Iterator[list[dict[str, Any]]]:
    streamed = session.connection().execution_options(yield_per=_CHUNK)
    for rows in streamed.execute(select(table)).mappings().partitions():
        yield [dict(row) for row in rows]


def _count_on(session: Session, table: Table) -> None:
    """Let PostgreSQL count its own ids on from the largest that was copied."""
    key = table.autoincrement_column
    if key is not None:
        last = session.connection().execute(select(func.max(key))).scalar()
        names = {"name": table.name, "key": key.name, "last": last}
        # for NULL, of an empty table, setval does nothing
        found = text("SELECT setval(pg_get_serial_sequence(:name, :key), :last)")
        session.connection().execute(found, names)


def _in_utc(value: datetime) -> str:
    return value.astimezone(UTC).isoformat()
