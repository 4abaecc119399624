"""One database, SQLite or PostgreSQL, and its three kinds of transaction.

*Reading* sees one instant. *Writing* holds what it locked until it commits. *Serialised* is
writing that no other serialised transaction of any process overlaps: what reads, thinks and
then writes needs it, or two processes open two stories for one event. On SQLite every writing
transaction says BEGIN IMMEDIATE and so is serialised; a plain BEGIN takes its lock at the first
write, when what it read may be old (measured: four processes kept 147 of 400 updates).
"""

from __future__ import annotations

import sqlite3
import weakref
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import timedelta
from pathlib import Path
from threading import Lock
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DatabaseError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry
from sqlmodel import Session

from wirebell.core.errors import StorageBusy, StorageError
from wirebell.core.text import one_line

PATIENCE = timedelta(seconds=30)
"""How long a transaction waits for another's lock before it gives up as StorageBusy."""

_LOCK = 0x77697265  # "wire": any number will do that no other program takes in this database
_BUSY = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_BUSY_SQLSTATES = frozenset({"40001", "40P01", "55P03"})  # serialisation, deadlock, lock timeout
_EXAMPLES = "Use sqlite:///path/to/file.db or postgresql+psycopg://host/name"


class Database:
    """An engine that speaks in transactions and in our errors. Connects at the first use.

    Every transaction may raise StorageBusy (locked for longer than we wait) or StorageError (the
    database cannot be reached or used). `file` is that of a SQLite database.
    """

    def __init__(self, url: str, patience: timedelta = PATIENCE) -> None:
        self.patience = patience
        self._writer = _open(url, patience)
        weakref.finalize(self, self._writer.dispose)  # of whom nobody closed: Python 3.13 warns
        self.name = self._writer.url.set(query={}).render_as_string()
        self._turn: AbstractContextManager[Any] = nullcontext()
        if self._writer.dialect.name == "postgresql":
            self.file = None
            self._reader = self._writer.execution_options(isolation_level="REPEATABLE READ")
        else:
            self.file = Path(self._writer.url.database or "")
            self._reader = self._writer.execution_options(wirebell_begin="BEGIN")
            # Who waits for SQLite itself sleeps and asks again: filing took twice as long.
            self._turn = Lock()

    def reading(self) -> AbstractContextManager[Session]:
        """A transaction that sees the database as it is at one instant."""
        return self._transaction(self._reader)

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A transaction that writes; commits at the end, or not at all."""
        with self._turn, self._transaction(self._writer) as session:
            yield session

    @contextmanager
    def serialised(self) -> Iterator[Session]:
        """A writing transaction that no other serialised one overlaps, in any process."""
        with self.writing() as session:
            if self.file is None:
                lock = text("SELECT pg_advisory_xact_lock(:lock)")
                session.connection().execute(lock, {"lock": _LOCK})
            yield session

    def close(self) -> None:
        """Close every connection; the next use opens new ones."""
        self._writer.dispose()

    @contextmanager
    def _transaction(self, engine: Engine) -> Iterator[Session]:
        try:
            with Session(engine, expire_on_commit=False) as session, session.begin():
                session.connection()  # begins now: what the caller asks the clock comes after
                yield session
        except DatabaseError as error:
            # Its bare class says "not a database"; the other ones (a broken constraint, a wrong
            # statement) are our own mistakes: let them be seen.
            if error.orig and type(error) in (OperationalError, DatabaseError):
                raise in_our_words(error.orig, self.name) from error
            raise


def in_our_words(error: BaseException, database: str) -> StorageError:
    """Tell a lock that somebody else holds, which passes, from a database that cannot be used."""
    busy = getattr(error, "sqlite_errorcode", 0) & 0xFF in _BUSY
    if busy or getattr(error, "sqlstate", None) in _BUSY_SQLSTATES:
        return StorageBusy(database, "locked by another process for too long", "Try again")
    problem = one_line(str(error), 300)
    return StorageError(database, problem, "See whether it can be reached and has room")


def _open(url: str, patience: timedelta) -> Engine:
    try:
        parsed = make_url(url)
        on_sqlite = parsed.drivername == "sqlite"
        options: dict[str, Any]
        if on_sqlite and parsed.database not in (None, "", ":memory:"):
            options = {"isolation_level": None, "timeout": patience.total_seconds()}
        elif parsed.drivername == "postgresql+psycopg":
            # The default is for disks that turn: with it the newest articles of a key were found
            # by reading and sorting them all.
            cost = "-c random_page_cost=1.1"
            timeout = f"-c lock_timeout={round(patience.total_seconds() * 1000)}"
            settings = (cost, *parsed.normalized_query.get("options", ()), timeout)
            options = {"options": " ".join(settings), "connect_timeout": 10}
        else:
            problem = f"{parsed.drivername} is not supported"
            raise StorageError("WIREBELL_DATABASE", problem, _EXAMPLES)
        # No limit to the connections: no thread should wait for another's.
        engine = create_engine(
            parsed, connect_args=options, max_overflow=-1, pool_pre_ping=True, hide_parameters=True
        )
    except (ArgumentError, ValueError):
        # Without its cause: what stands where a port should is quoted, and may be a password.
        raise StorageError("WIREBELL_DATABASE", "not a database URL", _EXAMPLES) from None
    except ModuleNotFoundError as error:
        raise StorageError(
            "WIREBELL_DATABASE", f"{error.name} is not installed", "Install the extra: postgres"
        ) from error
    if on_sqlite:
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
    begin = connection.get_execution_options().get("wirebell_begin", "BEGIN IMMEDIATE")
    connection.exec_driver_sql(begin)
