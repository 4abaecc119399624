from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect
from sqlmodel import text

from tests.clock import Clock
from tests.storage.samples import LEASE, claim_one
from wirebell.core.errors import SchemaBehind, StorageBusy, StorageError
from wirebell.storage import Store
from wirebell.storage.engine import Database
from wirebell.storage.tables import Row


def _upgrade(url: str, _: int) -> None:
    store = Store(url, Clock())
    store.upgrade()
    store.check_schema()
    store.close()


def test_an_upgraded_database_fits_the_code_and_upgrading_twice_is_fine(
    empty_database_url: str,
) -> None:
    store = Store(empty_database_url, Clock())
    store.upgrade()
    store.upgrade()
    store.check_schema()
    assert store.books().entries == 0
    store.close()


def test_tables_as_the_first_revision_left_them_come_up_to_those_of_today(
    empty_database_url: str,
) -> None:
    store, database = Store(empty_database_url, Clock()), Database(empty_database_url)
    _as_of_0001(database)
    store.upgrade()
    store.check_schema()
    store.close()
    assert _differences(database) == []


def test_what_a_database_of_the_first_revision_held_is_worked_on_after_the_upgrade(
    empty_database_url: str,
) -> None:
    store, database = Store(empty_database_url, Clock()), Database(empty_database_url)
    _as_of_0001(database, "rows")
    store.upgrade()
    books = store.books()
    assert (books.problems, books.waiting, books.deliveries.total()) == ((), 1, 2)
    assert books.outcomes == {"rung": 1, "copy": 1}
    (alert,) = store.recent_alerts(9)
    (record,) = [found for found in store.records_of("al-1") if found.outcome == "rung"]
    assert alert.headline == record.entry.title == "Rare-earth exports halted"
    assert store.troubles() == {}  # a desk refused long ago is none
    assert store.desk_in_force() == ("d1", (("feeds.yaml", "version: 1\n"),))
    assert [found.entry.id for found in store.claim_entries(9, LEASE)] == ["c"]
    assert claim_one(store).recipient == "ben"
    with database.reading() as session:
        stories = session.connection().exec_driver_sql("SELECT DISTINCT story FROM delivery").all()
    assert [tuple(story) for story in stories] == [(alert.story,)]
    assert len(store.claim_rereads(9, LEASE)) == 1
    store.close()
    database.close()


def _as_of_0001(database: Database, *more: str) -> None:
    """Make the tables as revision 0001 left them, and what stood in them."""
    if database.file:
        database.file.parent.mkdir()
    with database.writing() as session:
        for name in (session.get_bind().dialect.name, *more):
            script = (Path(__file__).parent / "data" / f"0001.{name}.sql").read_text("utf-8")
            for statement in script.split(";\n")[:-1]:
                session.connection().execute(text(statement.replace(":", "\\:")))


def test_tables_made_anew_are_those_of_today(database_url: str) -> None:
    assert _differences(Database(database_url)) == []


def _differences(database: Database) -> list[object]:
    with database.reading() as session:
        context = MigrationContext.configure(session.connection())
        found: list[object] = compare_metadata(context, Row.metadata)
    database.close()
    return found


def test_names_of_constraints_are_those_later_revisions_will_ask_for(database_url: str) -> None:
    """Autogenerate does not compare names of keys; a revision that drops one needs them."""
    database = Database(database_url)
    with database.reading() as session:
        inspector = inspect(session.connection())
        for table in Row.metadata.sorted_tables:
            found = {key["name"] for key in inspector.get_foreign_keys(table.name)}
            found |= {key["name"] for key in inspector.get_unique_constraints(table.name)}
            found.add(inspector.get_pk_constraint(table.name)["name"])
            assert found == {str(constraint.name) for constraint in table.constraints}
    database.close()


def test_a_database_without_tables_says_what_mends_it(empty_database_url: str) -> None:
    store = Store(empty_database_url, Clock())
    with pytest.raises(SchemaBehind, match="wirebell db upgrade"):
        store.check_schema()
    store.close()


def test_a_database_of_a_later_code_says_so(database_url: str) -> None:
    database = Database(database_url)
    with database.writing() as session:
        session.connection().execute(text("UPDATE alembic_version SET version_num = '9999'"))
    store = Store(database_url, Clock())
    with pytest.raises(SchemaBehind, match="Update the checkout"):
        store.check_schema()
    store.close()
    database.close()


def test_an_upgrade_waits_for_who_has_the_file_and_not_for_ever(tmp_path: Path) -> None:
    file = tmp_path / "wirebell.db"
    holder = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    holder.execute("BEGIN EXCLUSIVE")
    hasty = Store(f"sqlite:///{file}", Clock(), patience=timedelta(milliseconds=50))
    with pytest.raises(StorageBusy):
        hasty.upgrade()
    hasty.close()
    store = Store(f"sqlite:///{file}", Clock())
    release = threading.Timer(0.2, holder.rollback)
    release.start()
    store.upgrade()
    store.check_schema()
    release.join()
    holder.close()
    store.close()


def test_four_processes_may_upgrade_at_once(
    empty_database_url: str, four_processes: Callable[..., list[Any]]
) -> None:
    four_processes(_upgrade, empty_database_url)
    store = Store(empty_database_url, Clock())
    store.check_schema()
    assert store.books().whole
    store.close()


def test_a_folder_that_cannot_be_made_is_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    store = Store(f"sqlite:///{tmp_path / 'file' / 'wirebell.db'}", Clock())
    with pytest.raises(StorageError, match="its folder cannot be made"):
        store.upgrade()
