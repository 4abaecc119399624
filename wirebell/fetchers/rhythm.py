"""The rhythm: when a feed is due again. Pure; no feed is ever switched off by its errors."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from wirebell.core.feeds import Failure, FailureKind, Feed, Page, Unchanged

LONGEST = timedelta(hours=24)
"""The longest a failing feed waits, whatever its server asks for."""
JITTER = 0.1
"""How much later than its time a feed may be due, as a share of the wait."""

_SOFT = frozenset({FailureKind.TIMEOUT, FailureKind.REFUSED, FailureKind.BROKEN})
_BUSY = frozenset({408, 425, 429})  # the server says "later"; so does every 5xx


def next_due(
    feed: Feed, result: Page | Unchanged | Failure, failures: int, now: datetime
) -> datetime:
    """When to poll `feed` after `result`, given the failures in a row before it.

    A success: `every`, plus up to a tenth that depends on the feed's id alone, so that feeds
    with one period spread out and stay spread. A failure: `every` times the failures in a row,
    weighted by whose fault it seems (hard 1, soft 0.5, resolving 0.25: a day without a line
    must not cost a feed its next day; the weights are mediacloud's), never below `every`. A
    Retry-After can only make it later. No failure waits longer than 24 hours, or than
    `every` where that is longer: a server may ask for a day of peace, not for a month.
    """
    if not isinstance(result, Failure):
        return now + _later(feed.every, feed.id)
    backoff = feed.every * (_weight(result) * (failures + 1))
    wait = max(feed.every, backoff, result.retry_after or timedelta())
    return now + min(_later(wait, feed.id), max(LONGEST, feed.every))


def _weight(failure: Failure) -> float:
    if failure.kind is FailureKind.DNS:
        return 0.25
    busy = failure.status in _BUSY or failure.status >= 500
    return 0.5 if failure.kind in _SOFT or busy else 1.0


def _later(wait: timedelta, feed_id: str) -> timedelta:
    digest = hashlib.sha256(feed_id.encode()).digest()
    return wait * (1 + JITTER * int.from_bytes(digest[:4], "big") / 2**32)
