"""The rhythm: when a feed is due again. Pure; no feed is ever switched off by its errors.

A feed is asked six times in the time in which, going by its own history, one entry is to be
expected, at least every twelve minutes and never more often than `every`; less often where its
publisher asks for it, up to `max_every`.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from itertools import pairwise

from wirebell.core.feeds import Failure, FailureKind, Feed, FeedHistory, Page, Unchanged
from wirebell.core.news import Hints

LONGEST = timedelta(hours=24)
"""The longest a failing feed waits, whatever its server asks for."""
GONE = timedelta(days=30)
"""How long a feed waits that its publisher calls gone (410)."""
QUIET = timedelta(minutes=12)
"""How often a feed is asked of which nothing is expected; see decision 25."""
JITTER = 0.1
"""How much later than its time a feed may be due, as a share of the wait."""

_DAY, _HOUR = timedelta(days=1), timedelta(hours=1)
_NEWS, _SILENCES = 50, 30  # how many instants and days of silence are remembered
_MANY, _FEW = 2 / 3, 1 / 3  # known entries in a document: slow down above, hurry below
_SLOWER = 1.2
_ASKED = 6  # times in the time of one entry: late by a twelfth of it, on the average
_SOFT = {FailureKind.TIMEOUT, FailureKind.REFUSED, FailureKind.BROKEN}
_BUSY = {408, 425, 429}  # the server says "later"; so does every 5xx

REREAD_AFTER = tuple(timedelta(minutes=m) for m in (15, 60, 6 * 60, 24 * 60))
"""When the page of an article that rang is read again."""


def next_due(
    feed: Feed,
    history: FeedHistory,
    result: Page | Unchanged | Failure,
    failures: int,
    now: datetime,
) -> datetime:
    """When to poll `feed` after `result`, given the failures in a row before it.

    A success: the pace of its history, plus up to a tenth that depends on the feed's id alone,
    so that feeds with one period spread out and stay spread; later if the publisher hints so,
    never beyond `max_every`. A failure: `every` times the failures in a row, weighted by whose
    fault it seems (hard 1, soft 0.5, resolving 0.25: a day without a line must not cost a feed
    its next day; the weights are mediacloud's), never below `every`. A Retry-After can only
    make it later. No failure waits longer than 24 hours, or than `every` where that is longer:
    a server may ask for a day of peace, not for a month; after a 410, a month.
    """
    digest = hashlib.sha256(feed.id.encode()).digest()
    later = 1 + JITTER * int.from_bytes(digest[:4], "big") / 2**32
    if not isinstance(result, Failure):
        longest = max(feed.every, feed.max_every)  # "Expires: 31 Dec 9999" is no date to add to
        wait = min(max(history.pace, history.hints.floor, feed.every) * later, longest)
        return _awake(now + wait, history.hints, now + longest)
    if result.status == 410:
        return now + max(GONE * later, feed.every)
    soft = result.kind in _SOFT or result.status in _BUSY or result.status >= 500
    weight = 0.25 if result.kind is FailureKind.DNS else 0.5 if soft else 1.0
    backoff = feed.every * (weight * (failures + 1))
    wait = max(feed.every, backoff, result.retry_after or timedelta())
    return now + min(wait * later, max(LONGEST, feed.every))


def learn(
    history: FeedHistory, dates: Iterable[datetime], *, fresh: int, now: datetime
) -> FeedHistory:
    """The history with the dates of a document that had so many new entries.

    New entries without a date of their own, or with one to come, came out now.
    """
    known = set(history.news)
    dated = {date for date in dates if date <= now}
    news = sorted(known | dated) if not fresh or dated - known else sorted(known | {now})
    silences = dict(history.silences)
    newest = history.news[-1] if history.news else None
    for before, after in pairwise(news):
        if newest is None or after > newest:
            day = after.toordinal()
            silences[day] = max(silences.get(day, 0.0), (after - before).total_seconds())
    longest = tuple(sorted(silences.items())[-_SILENCES:])
    return history.having(news=tuple(news[-_NEWS:]), silences=longest)


def pace_of(feed: Feed, history: FeedHistory, known: float, now: datetime) -> timedelta:
    """How often to ask, after a document of which a share of `known` was on file.

    A sixth of the time to the next entry expected at this time of the week. Entries that outran us
    halve it at once; where most are known it grows slowly.
    """
    pace, longest = history.pace or feed.every, max(feed.every, min(feed.max_every, QUIET))
    aim = longest if (gap := expected_gap(history, now)) is None else gap / _ASKED
    if known < _FEW:
        pace = min(pace / 2, aim)
    else:
        pace = min(pace * (_SLOWER if known > _MANY else 1), aim)
    return min(max(pace, feed.every), longest)


def expected_gap(history: FeedHistory, now: datetime) -> timedelta | None:
    """The time to the next entry, from how many came at this hour, on such days; None: unknown.

    No less than a quarter of the usual rate is expected at any hour: what is new at night is
    seldom, and important.
    """
    if len(history.news) < 2 or now - history.news[0] < _HOUR:
        return None
    span = now - history.news[0]
    usual = len(history.news) / (span / _HOUR)
    if span < _DAY:
        return _HOUR / usual
    weekend = now.weekday() > 4
    hours = {(now.hour + by) % 24 for by in (-1, 0, 1)}
    near = len([d for d in history.news if d.hour in hours and (d.weekday() > 4) == weekend])
    days = max(1.0, span / _DAY * (2 if weekend else 5) / 7)
    return _HOUR / max(near / (3 * days), usual / 4)


def usual_silence(history: FeedHistory) -> timedelta | None:
    """The 95th percentile of the longest silence of each day with news; None until known.

    By the day: of all gaps of a busy newsroom, nights and weekends are less than a twentieth.
    """
    lengths = sorted(seconds for _, seconds in history.silences)
    if len(lengths) < 3:
        return None
    return timedelta(seconds=lengths[round(0.95 * (len(lengths) - 1))])


def hints_of(told: Hints, headers: Mapping[str, str], now: datetime) -> Hints:
    """A document's hints together with what Cache-Control or Expires say of its answer."""
    fresh = timedelta()
    if found := re.search(r"\bmax-age\s*=\s*\"?(\d{1,9})", headers.get("cache-control", "")):
        fresh = timedelta(seconds=int(found[1]))
    elif expires := headers.get("expires"):
        with suppress(ValueError, TypeError, OverflowError):  # "0", or a date without a zone
            fresh = parsedate_to_datetime(expires) - now
    return replace(told, floor=max(told.floor, fresh))


def next_reading(since: datetime, now: datetime) -> datetime | None:
    """When the page of an article that rang at `since` is read again; None for never more."""
    return next((since + after for after in REREAD_AFTER if since + after > now), None)


def _awake(at: datetime, hints: Hints, latest: datetime) -> datetime:
    """`at`, or after the hours and days in which the publisher has nothing; `latest` at most."""
    while at < latest and (at.hour in hints.hours or at.weekday() in hints.days):
        at += _HOUR
    return min(at, latest)
