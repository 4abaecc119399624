"""The rhythm: when a feed is due again. Pure; no feed is ever switched off by its errors."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from wirebell.core.feeds import Failure, FailureKind, Feed, Page, Unchanged

LONGEST = timedelta(hours=24)
"""The longest a failing feed waits, whatever its server asks for."""
JITTER = 0.1
"""How much later than its time a feed may be due, as a share of the wait."""

_SOFT = {FailureKind.TIMEOUT, FailureKind.REFUSED, FailureKind.BROKEN}
_BUSY = {408, 425, 429}  # the server says "later"; so does every 5xx

REREAD_AFTER = tuple(timedelta(minutes=m) for m in (15, 60, 6 * 60, 24 * 60))
"""When the page of an article that rang is read again."""


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
    digest = hashlib.sha256(feed.id.encode()).digest()
    later = 1 + JITTER * int.from_bytes(digest[:4], "big") / 2**32
    if not isinstance(result, Failure):
        return now + feed.every * later
    soft = result.kind in _SOFT or result.status in _BUSY or result.status >= 500
    weight = 0.25 if result.kind is FailureKind.DNS else 0.5 if soft else 1.0
    backoff = feed.every * (weight * (failures + 1))
    wait = max(feed.every, backoff, result.retry_after or timedelta())
    return now + min(wait * later, max(LONGEST, feed.every))


def next_reading(since: datetime, now: datetime) -> datetime | None:
    """When the page of an article that rang at `since` is read again; None for never more."""
    return next((since + after for after in REREAD_AFTER if since + after > now), None)
