"""How what runs every minute reads its tables: by an index, however much they hold."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Engine, event

from tests.clock import Clock
from tests.storage.samples import LEASE, file_alert, say
from wirebell.core.alerts import How
from wirebell.storage import Store
from wirebell.storage.engine import Database


@contextmanager
def plans_of(url: str) -> Iterator[list[str]]:
    """How the database goes about each question and deletion inside."""
    asked: list[tuple[str, Any]] = []
    plans: list[str] = []

    def note(_: object, __: object, statement: str, values: Any, *___: object) -> None:
        if statement.lstrip().startswith(("SELECT", "DELETE")):
            asked.append((statement, values))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield plans
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    database = Database(url)
    explain = "EXPLAIN" if database.file is None else "EXPLAIN QUERY PLAN"
    with database.reading() as session:
        for statement, values in asked:
            rows = session.connection().exec_driver_sql(f"{explain} {statement}", values)
            plans.append("\n".join([statement, *map(str, rows)]))
    database.close()


def test_the_books_look_up_each_counterpart_and_list_none(store: Store, database_url: str) -> None:
    with plans_of(database_url) as plans:
        store.books()
    assert not [plan for plan in plans if "SubPlan" in plan or "LIST SUBQUERY" in plan]


def test_what_a_heartbeat_leaves_is_taken_away_without_a_look_at_every_key(
    store: Store, database_url: str
) -> None:
    with plans_of(database_url) as plans:
        store.forget_beats()
    assert any("attempt" in plan for plan in plans)
    assert not [plan for plan in plans if "FROM fingerprint" in plan]


@pytest.mark.parametrize("engine_name", ["sqlite"])  # PostgreSQL plans by what a table holds
def test_a_claim_reads_of_a_reader_no_more_than_the_last_hour(
    store: Store, clock: Clock, database_url: str
) -> None:
    file_alert(store, clock, "al-1", "ada")
    with plans_of(database_url) as plans:
        store.claim_deliveries(say(How.SINGLE), 1, LEASE)
    of_reader = [plan for plan in plans if "ix_delivery_recipient" in plan]
    assert of_reader
    assert all("due_at>?" in plan for plan in of_reader)
