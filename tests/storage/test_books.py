from __future__ import annotations

import pytest
from sqlmodel import text

from tests.clock import Clock
from tests.storage.samples import arrival, claim_one, file_alert, take_in
from tests.storage.test_outbox import DONE, SENT, try_once
from wirebell.storage import Store
from wirebell.storage.engine import Database


def test_empty_books_are_whole(store: Store) -> None:
    books = store.books()
    assert (books.entries, books.waiting, books.alerts, books.attempts) == (0, 0, 0, 0)
    assert books.whole


def test_every_entry_waits_or_has_one_outcome(store: Store, clock: Clock) -> None:
    file_alert(store, clock, "al-1", "ada")
    take_in(store, clock, arrival("waits"))
    books = store.books()
    assert books.entries == 2
    assert books.entries == books.waiting + books.outcomes.total()
    assert books.whole


@pytest.mark.parametrize(
    ("harm", "problem"),
    [
        ("UPDATE entry SET outcome = 'lost'", "1 entries have the unknown outcome 'lost'"),
        ("UPDATE delivery SET state = 'gone'", "1 deliveries are in the unknown state 'gone'"),
        ("UPDATE entry SET alert_id = NULL", "1 rung entries have no alert"),
        ("UPDATE entry SET alert_id = NULL", "1 alerts have no entry"),
        ("DELETE FROM attempt", "1 sent deliveries have no sent attempt"),
        ("UPDATE attempt SET state = 'retry'", "1 sent deliveries have no sent attempt"),
        ("UPDATE delivery SET message_key = key || key", "1 sent deliveries have no sent attempt"),
        ("DELETE FROM delivery", "1 attempts have no delivery"),
    ],
)
def test_a_sum_that_does_not_hold_is_named(
    store: Store, clock: Clock, database_url: str, harm: str, problem: str
) -> None:
    file_alert(store, clock, "al-1", "ada")
    try_once(store, claim_one(store), SENT, DONE)
    assert store.books().whole
    database = Database(database_url)
    with database.writing() as session:
        session.connection().execute(text(harm))
    database.close()
    books = store.books()
    assert problem in books.problems
    assert not books.whole
