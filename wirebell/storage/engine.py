"""One database, SQLite or PostgreSQL, and its three kinds of transaction.

*Reading* sees one instant. *Writing* holds what it locked until it commits. *Serialised* is
writing that no other serialised transaction of any process overlaps: what reads, thinks and
then writes needs it, or two processes open two stories for one event. On SQLite every writing
transaction says BEGIN IMMEDIATE and so is serialised; a plain BEGIN takes its lock at the first
write, when what it read may be old (measured: four processes kept 147 of 400 updates).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import (
    ArgumentError,
    DatabaseError,
    DBAPIError,
    NoSuchModuleError,
    OperationalError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import ConnectionPoolEntry
from sqlmodel import Session

from wirebell.core.errors import StorageBusy, StorageError
from wirebell.core.text import one_line

PATIENCE = timedelta(seconds=30)
"""How long a transaction waits for another's lock before it gives up as StorageBusy."""

_LOCK = 0x77697265  # "wire": any number will do that no other program takes in this database
_BUSY_SQLSTATES = frozenset({"40001", "40P01", "55P03"})  # serialisation, deadlock, lock timeout
_THREADS = 32  # what asyncio.to_thread uses at most: none of them should wait for a connection


class Database:
    """An engine that speaks in transactions and in our errors. Connects at the first use.

    Every transaction may raise StorageBusy (locked for longer than we wait) or StorageError (the
    database cannot be reached or used).
    """

    def __init__(self, url: str, patience: timedelta = PATIENCE) -> None:
        self.patience = patience
        self._engine = _open(url, patience)
        self._reader = self._engine.execution_options(wirebell_begin="BEGIN")
        self._writer = self._engine.execution_options(wirebell_begin="BEGIN IMMEDIATE")
        if self.is_postgres:
            self._reader = self._reader.execution_options(isolation_level="REPEATABLE READ")
        self.name = self._engine.url.set(query={}).render_as_string()

    @property
    def is_postgres(self) -> bool:
        """Whether this is PostgreSQL; else it is SQLite."""
        return self._engine.dialect.name == "postgresql"

    @property
    def file(self) -> Path | None:
        """The file of a SQLite database, None for PostgreSQL and for memory."""
        path = None if self.is_postgres else self._engine.url.database
        return Path(path) if path and path != ":memory:" else None

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A transaction that sees the database as it is at one instant."""
        with self._transaction(self._reader) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A transaction that writes; commits at the end, or not at all."""
        with self._transaction(self._writer) as session:
            yield session

    @contextmanager
    def serialised(self) -> Iterator[Session]:
        """A writing transaction that no other serialised one overlaps, in any process."""
        with self.writing() as session:
            if self.is_postgres:
                session.connection().execute(
                    text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK}
                )
            yield session

    def close(self) -> None:
        """Close every connection; the next use opens new ones."""
        self._engine.dispose()

    @contextmanager
    def _transaction(self, engine: Engine) -> Iterator[Session]:
        try:
            with Session(engine, expire_on_commit=False) as session, session.begin():
                session.connection()  # begins now: what the caller asks the clock comes after
                yield session
        except PoolTimeout as error:
            raise StorageBusy(self.name, "no connection came free", "Try again") from error
        except DBAPIError as error:
            # Its bare class says "not a database"; the other ones (a broken constraint, a wrong
            # statement) are our own mistakes: let them be seen.
            if error.orig and type(error) in (OperationalError, DatabaseError):
                raise in_our_words(error.orig, self.name) from error
            raise


def in_our_words(error: BaseException, database: str) -> StorageError:
    """Tell a lock, which passes, from a database that cannot be used."""
    if is_busy(error):
        return StorageBusy(database, "locked by another process for too long", "Try again")
    problem = one_line(str(error), 300)
    return StorageError(database, problem, "See whether it can be reached and has room")


def is_busy(error: BaseException) -> bool:
    """Whether a driver's error says that somebody else holds a lock."""
    if isinstance(error, sqlite3.OperationalError):
        return error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
    return getattr(error, "sqlstate", None) in _BUSY_SQLSTATES


def _open(url: str, patience: timedelta) -> Engine:
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() == "sqlite":
            return _open_sqlite(parsed, patience)
        if parsed.drivername == "postgresql+psycopg":
            return _open_postgres(parsed, patience)
    except (ArgumentError, NoSuchModuleError, ValueError):
        # Without its cause: what stands where a port should is quoted, and may be a password.
        raise StorageError("WIREBELL_DATABASE", "not a database URL", _EXAMPLES) from None
    except ModuleNotFoundError as error:
        raise StorageError(
            "WIREBELL_DATABASE", f"{error.name} is not installed", "Install the extra: postgres"
        ) from error
    raise StorageError("WIREBELL_DATABASE", f"{parsed.drivername} is not supported", _EXAMPLES)


_EXAMPLES = "Use sqlite:///path/to/file.db or postgresql+psycopg://host/name"


def _open_sqlite(url: URL, patience: timedelta) -> Engine:
    engine = create_engine(
        url,
        connect_args={"isolation_level": None, "timeout": patience.total_seconds()},
        max_overflow=_THREADS,
        hide_parameters=True,
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _: ConnectionPoolEntry) -> None:
    """Set what SQLite keeps per connection; WAL is kept in the file, see `schema.upgrade`.

    Synchronous FULL, not NORMAL: either survives kill -9, but after a power cut NORMAL may take
    back a committed attempt, and a message would leave twice. It costs one fsync a commit.
    """
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA synchronous = FULL")


def _begin_sqlite(connection: Connection) -> None:
    # The driver is in autocommit (isolation_level None): only this line opens transactions.
    connection.exec_driver_sql(connection.get_execution_options()["wirebell_begin"])


def _open_postgres(url: URL, patience: timedelta) -> Engine:
    milliseconds = round(patience.total_seconds() * 1000)
    options = (*url.normalized_query.get("options", ()), f"-c lock_timeout={milliseconds}")
    return create_engine(
        url,
        connect_args={"options": " ".join(options), "connect_timeout": 10},
        max_overflow=_THREADS,
        pool_pre_ping=True,
        hide_parameters=True,
    )
