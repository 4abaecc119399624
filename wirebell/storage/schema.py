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

from wirebell.core.errors import SchemaBehind
from wirebell.storage.engine import Database, in_our_words, is_busy

_MEND = "Run: wirebell db upgrade"


def upgrade(database: Database) -> None:
    """Bring the tables to the newest revision; makes them, and the folder of a SQLite file.

    Safe when several processes do it at once: the others wait and find it done.

    Raises:
        StorageBusy: locked for longer than we wait.
    """
    if database.file:
        database.file.parent.mkdir(parents=True, exist_ok=True)
        _switch_to_wal(database.file, database.patience.total_seconds())
    config = _config()
    with database.serialised() as session:
        config.attributes["connection"] = session.connection()
        command.upgrade(config, "head")


def check(database: Database) -> None:
    """Make sure that the tables are those this code was written for.

    Raises:
        SchemaBehind: they are missing, older or newer; says what mends it.
    """
    if database.file and not database.file.exists():
        raise SchemaBehind(database.name, "no such file yet", _MEND)
    scripts = ScriptDirectory.from_config(_config())
    head = scripts.get_current_head()
    with database.reading() as session:
        found = _revision(session)
    if found == head:
        return
    if found is None:
        raise SchemaBehind(database.name, "has no tables yet", _MEND)
    if found not in {script.revision for script in scripts.walk_revisions()}:
        raise SchemaBehind(
            database.name,
            f"at revision {found}, newer than this code",
            "Update the checkout; downgrading would lose data",
        )
    raise SchemaBehind(database.name, f"at revision {found}, this code needs {head}", _MEND)


def _revision(session: Session) -> str | None:
    return MigrationContext.configure(session.connection()).get_current_revision()


def _switch_to_wal(file: Path, seconds: float) -> None:
    """Let readers and one writer work side by side; the file keeps it.

    SQLite does not always wait its own timeout here (4 processes at once: 3 % "database is
    locked"), so we do.
    """
    deadline = time.monotonic() + seconds
    with closing(sqlite3.connect(file, timeout=0, isolation_level=None)) as connection:
        while True:
            try:
                connection.execute("PRAGMA journal_mode = WAL")
            except sqlite3.DatabaseError as error:
                if not is_busy(error) or time.monotonic() > deadline:
                    raise in_our_words(error, str(file)) from error
                time.sleep(0.02)
            else:
                return


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", "wirebell.storage:migrations")
    config.set_main_option("path_separator", "os")
    return config
