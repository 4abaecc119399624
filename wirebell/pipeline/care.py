"""What is done by night: yesterday's books proved, what is old let go of."""

from __future__ import annotations

from datetime import timedelta

from wirebell.core.books import Books, Pruned
from wirebell.pipeline.wiring import House


def close_yesterday(house: House) -> Books:
    """The books of yesterday; operators are told when a sum does not hold, and when all do."""
    today = house.clock().replace(hour=0, minute=0, second=0, microsecond=0)
    books = house.store.books(today - timedelta(days=1), today)
    if books.whole:
        house.operators.tell_over("books", "every entry and delivery is accounted for again")
    else:
        house.operators.tell("books", "; ".join(books.problems))
    return books


def let_go(house: House) -> Pruned:
    """Prune by class: what rang stays whole, of the rest the text goes after WIREBELL_KEEP_DAYS."""
    return house.store.prune(house.clock() - timedelta(days=house.settings.keep_days))
