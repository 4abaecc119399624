"""What keeps the house well: a ping outside, yesterday's books, letting go of what is old."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import timedelta

import requests

from wirebell.core.books import Books, Pruned
from wirebell.pipeline.wiring import House

_log = logging.getLogger("wirebell.care")


def ping(environ: Mapping[str, str]) -> None:
    """Tell whoever watches from outside that a cycle ended well; WIREBELL_PING is a secret.

    A dead man's switch: what tells operators that nothing runs cannot itself run here.
    """
    if url := environ.get("WIREBELL_PING"):
        try:
            requests.get(url, timeout=10).raise_for_status()
        except requests.RequestException as error:  # whose words would quote the address
            _log.warning("the ping outside failed: %s", type(error).__name__)


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
