"""The tables made, brought up to date, and checked against the code."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlmodel import Session

from wirebell.core.errors import SchemaBehind, StorageError
from wirebell.storage.engine import Database, in_our_words
from wirebell.storage.tables import Row


def upgrade(database: Database) -> None:
    """Bring the tables to the newest revision; makes them, and the folder of a SQLite file.

    Safe when several processes do it at once: the others wait and find it done.
    """
    if database.file:
        try:
            database.file.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            problem = f"its folder cannot be made: {error.strerror}"
            raise StorageError(
                database.name, problem, "Set WIREBELL_HOME to one that can"
            ) from None
        _switch_to_wal(database.file, database.patience.total_seconds())
    config = _config()
    with database.serialised() as session:
        config.attributes["connection"] = connection = session.connection()
        if _revision(session) is not None:
            command.upgrade(config, "head")
            return
        Row.metadata.create_all(connection)
        command.stamp(config, "head")


def check(database: Database) -> None:
    """Make sure that the tables are those this code was written for, else SchemaBehind."""
    scripts = ScriptDirectory.from_config(_config())
    head, found = scripts.get_current_head(), None
    if database.file is None or database.file.exists():
        with database.reading() as session:
            found = _revision(session)
    if found == head:
        return
    problem = f"at revision {found}, this code needs {head}" if found else "has no tables yet"
    mend = "Run: wirebell db upgrade"
    if found and found not in {script.revision for script in scripts.walk_revisions()}:
        mend = "Update the checkout; downgrading would lose data"
    raise SchemaBehind(database.name, problem, mend)


def _revision(session: Session) -> str | None:
    return MigrationContext.configure(session.connection()).get_current_revision()


def _switch_to_wal(file: Path, seconds: float) -> None:
    """Let readers and one writer work side by side; the file keeps it.

    SQLite does not always wait its own timeout here (4 processes at once: 3 % "database is
    locked"), so we do.
    """
    deadline = time.monotonic() + seconds
    while True:
        try:
            with closing(sqlite3.connect(file, timeout=0)) as connection:
                connection.execute("PRAGMA journal_mode = WAL")
                return
        except sqlite3.DatabaseError as error:
            wrong = in_our_words(error, str(file))
            if not wrong.retryable or time.monotonic() > deadline:
                raise wrong from error
            time.sleep(0.02)


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", "wirebell.storage:migrations")
    config.set_main_option("path_separator", "os")
    return config
