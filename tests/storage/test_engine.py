from __future__ import annotations

import gc
import sqlite3
import threading
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.pool import QueuePool
from sqlmodel import Session, select, text

from tests.clock import Clock
from tests.conftest import Postgres
from tests.storage.samples import LEASE, intake, next_at, page
from wirebell.core.errors import StorageBusy, StorageError
from wirebell.storage import Store
from wirebell.storage.engine import Database
from wirebell.storage.tables import DeskRow, RulingRow

HASTY = timedelta(milliseconds=100)


def test_aware_instants_go_in_and_the_same_come_out_in_utc(database_url: str) -> None:
    database = Database(database_url)
    berlin = datetime(2025, 6, 5, 14, 0, 0, 123456, tzinfo=timezone(timedelta(hours=2)))
    with database.writing() as session:
        session.add(DeskRow(hash="h", files=(), accepted_at=berlin))
    with database.reading() as session:
        accepted_at = session.exec(select(DeskRow.accepted_at)).one()
        before = select(DeskRow.id).where(DeskRow.accepted_at < berlin + timedelta(microseconds=1))
        assert len(session.exec(before).all()) == 1
    assert accepted_at == berlin
    assert accepted_at.utcoffset() == timedelta(0)
    assert accepted_at.tzinfo in (UTC, UTC)
    database.close()


def test_a_database_that_nobody_closed_gives_its_connections_back(database_url: str) -> None:
    database = Database(database_url)
    with database.reading() as session:
        pool = session.get_bind().engine.pool
    assert isinstance(pool, QueuePool)
    assert pool.checkedin() == 1
    del database, session
    gc.collect()
    assert pool.checkedin() == 0


def test_foreign_keys_are_kept(database_url: str) -> None:
    database = Database(database_url)
    orphan = RulingRow(
        entry_id=1, rule="r", severity="flash", verdict="ring", reason="", evidence=()
    )
    with pytest.raises(IntegrityError), database.writing() as session:
        session.add(orphan)
    database.close()


def test_a_reader_sees_one_instant(database_url: str) -> None:
    database = Database(database_url)
    with database.reading() as reader:
        assert _desks(reader) == 0
        with database.writing() as writer:
            writer.add(DeskRow(hash="h", files=(), accepted_at=datetime.now(UTC)))
        assert _desks(reader) == 0
    with database.reading() as reader:
        assert _desks(reader) == 1
    database.close()


def _desks(session: Session) -> int:
    return len(session.exec(select(DeskRow.id)).all())


def test_a_failing_transaction_writes_nothing(database_url: str) -> None:
    database = Database(database_url)
    with suppress(ZeroDivisionError), database.writing() as session:
        session.add(DeskRow(hash="h", files=(), accepted_at=datetime.now(UTC)))
        session.flush()
        raise ZeroDivisionError
    with database.reading() as session:
        assert _desks(session) == 0
    database.close()


def test_a_lock_that_lasts_too_long_is_storage_busy_and_passes(database_url: str) -> None:
    holder = Database(database_url)
    store = Store(database_url, Clock(), patience=HASTY)
    with holder.serialised(), pytest.raises(StorageBusy, match="Try again") as caught:
        store.accept_desk("h", ())
    assert caught.value.retryable
    assert store.accept_desk("h", ())
    store.close()
    holder.close()


def test_a_lock_held_for_a_moment_is_waited_for(database_url: str) -> None:
    holder, store = Database(database_url), Store(database_url, Clock())
    with holder.serialised():
        waiter = threading.Thread(target=store.accept_desk, args=("h", ()))
        waiter.start()
    waiter.join()
    assert store.desk_in_force() == ("h", ())
    store.close()
    holder.close()


def test_threads_of_one_process_wait_for_each_other_longer_than_for_other_processes(
    tmp_path: Path,
) -> None:
    database = Database(f"sqlite:///{tmp_path / 'wirebell.db'}", timedelta())
    begun, busy = threading.Barrier(8), list[StorageBusy]()

    def write() -> None:
        begun.wait()
        try:
            with database.writing() as session:
                session.connection().exec_driver_sql("CREATE TABLE IF NOT EXISTS one (id)")
        except StorageBusy as error:
            busy.append(error)

    threads = [threading.Thread(target=write) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert busy == []
    database.close()


def test_a_held_row_makes_busy_who_needs_it(database_url: str) -> None:
    holder = Database(database_url)
    store = Store(database_url, Clock(), patience=HASTY)
    (claim,) = store.claim_feeds(["wire"], LEASE)
    with holder.writing() as session:
        session.connection().execute(text("UPDATE feed SET detail = 'held'"))
        with pytest.raises(StorageBusy):
            intake(store, claim, page(), (), next_at(Clock().now))
    store.close()
    holder.close()


def test_a_sqlite_commit_survives_a_power_cut_and_writers_do_not_block_readers(
    tmp_path: Path,
) -> None:
    store = Store(f"sqlite:///{tmp_path / 'a' / 'wirebell.db'}", Clock())
    store.upgrade()
    store.close()
    database = Database(f"sqlite:///{tmp_path / 'a' / 'wirebell.db'}")
    with database.reading() as session:
        run = session.connection().exec_driver_sql
        assert run("PRAGMA journal_mode").scalar_one() == "wal"
        assert run("PRAGMA synchronous").scalar_one() == 2  # FULL
        assert run("PRAGMA busy_timeout").scalar_one() == 30_000
    database.close()


def test_a_database_out_of_reach_says_so_without_its_password() -> None:
    url = "postgresql+psycopg://user:s3cret@127.0.0.1:9/none?sslpassword=s3cret"
    store = Store(url, Clock())
    with pytest.raises(StorageError) as caught:
        store.books()
    assert not caught.value.retryable
    assert "127.0.0.1" in str(caught.value)
    chain: BaseException | None = caught.value
    while chain:
        assert "s3cret" not in repr(chain)
        chain = chain.__cause__ or chain.__context__
    store.close()


def test_a_file_that_is_no_database_says_so(tmp_path: Path) -> None:
    file = tmp_path / "wirebell.db"
    file.write_bytes(b"not a database" * 100)
    store = Store(f"sqlite:///{file}", Clock())
    with pytest.raises(StorageError, match="not a database"):
        store.upgrade()
    with pytest.raises(StorageError, match="not a database"):
        store.check_schema()
    store.close()


@pytest.mark.parametrize(
    "url",
    [
        "",
        "news",
        "sqlite://",
        "sqlite:///:memory:",
        "mysql://user:s3cret@host/db",
        "postgresql://host/db",
        "oracle+x://h/d",
        "postgresql+psycopg://host:s3cret/db",
    ],
)
def test_a_url_of_another_kind_is_refused_with_an_example(url: str) -> None:
    with pytest.raises(StorageError, match="sqlite:///path") as caught:
        Store(url, Clock())
    assert "s3cret" not in str(caught.value)
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


@pytest.mark.postgres
def test_what_a_postgres_url_sets_is_kept(postgres: Postgres) -> None:
    url = postgres.renew("wirebell", postgres.template)
    database = Database(f"{url}&options=-c%20application_name%3Ddesk", HASTY)
    with database.reading() as session:
        run = session.connection().exec_driver_sql
        assert run("SHOW application_name").scalar_one() == "desk"
        assert run("SHOW lock_timeout").scalar_one() == "100ms"
    database.close()


def test_nothing_is_opened_before_the_first_verb(tmp_path: Path) -> None:
    Store(f"sqlite:///{tmp_path / 'no' / 'wirebell.db'}", Clock()).close()
    assert list(tmp_path.iterdir()) == []


def test_an_old_sqlite_file_opens_where_it_is(tmp_path: Path) -> None:
    file = tmp_path / "wirebell.db"
    sqlite3.connect(file).close()
    store = Store(f"sqlite:///{file}", Clock())
    store.upgrade()
    store.check_schema()
    assert store.books().whole
    store.close()
