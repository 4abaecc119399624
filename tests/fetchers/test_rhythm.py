from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wirebell.core.feeds import Failure, FailureKind, Feed, Page, Unchanged, Validators
from wirebell.fetchers.rhythm import JITTER, LONGEST, next_due

NOW = datetime(2025, 6, 5, 15, 10, tzinfo=UTC)
EVERY = timedelta(minutes=5)
FEED = Feed("courier", "Courier", "https://courier.example/feed.xml", every=EVERY)
PAGE = Page(FEED.url, 200, (), b"x", Validators(), NOW)
UNCHANGED = Unchanged(FEED.url, Validators(), NOW)


def failed(
    kind: FailureKind = FailureKind.HTTP, status: int = 0, wait: timedelta | None = None
) -> Failure:
    return Failure(FEED.url, kind, "so it is", NOW, status, wait)


def wait_after(failure: Failure, failures: int) -> float:
    """The wait in units of the wait after a success: jitter is a factor of both."""
    return (next_due(FEED, failure, failures, NOW) - NOW) / (next_due(FEED, PAGE, 0, NOW) - NOW)


def test_a_success_is_due_again_after_every_and_a_little() -> None:
    wait = next_due(FEED, PAGE, 7, NOW) - NOW
    assert EVERY <= wait <= EVERY * (1 + JITTER)
    assert next_due(FEED, UNCHANGED, 0, NOW) - NOW == wait


def test_feeds_of_one_period_spread_out_and_stay_where_they_are() -> None:
    feeds = [Feed(f"f{n}", "F", "https://f.example/", every=EVERY) for n in range(100)]
    waits = [next_due(feed, PAGE, 0, NOW) for feed in feeds]
    assert len(set(waits)) == 100
    assert waits == [next_due(feed, PAGE, 0, NOW) for feed in feeds]


@pytest.mark.parametrize(
    ("failure", "waits"),
    [
        (failed(status=404), [1, 2, 3, 4, 5]),
        (failed(FailureKind.NOT_A_FEED), [1, 2, 3, 4, 5]),
        (failed(FailureKind.CHALLENGE, 403), [1, 2, 3, 4, 5]),
        (failed(status=500), [1, 1, 1.5, 2, 2.5]),
        (failed(status=429), [1, 1, 1.5, 2, 2.5]),
        (failed(FailureKind.TIMEOUT), [1, 1, 1.5, 2, 2.5]),
        (failed(FailureKind.DNS), [1, 1, 1, 1, 1.25]),
    ],
)
def test_failures_in_a_row_slow_a_feed_by_whose_fault_they_seem(
    failure: Failure, waits: list[float]
) -> None:
    assert [wait_after(failure, n) for n in range(5)] == pytest.approx(waits, rel=1e-6)


def test_a_retry_after_is_a_floor() -> None:
    asked = timedelta(hours=2)
    assert next_due(FEED, failed(status=429, wait=asked), 0, NOW) - NOW >= asked
    soon = failed(status=404, wait=timedelta(seconds=1))
    assert wait_after(soon, 2) == pytest.approx(3, rel=1e-6)


def test_a_server_cannot_send_us_away_for_a_month() -> None:
    assert next_due(FEED, failed(status=503, wait=timedelta(days=30)), 0, NOW) - NOW == LONGEST


_EVERY = st.timedeltas(timedelta(seconds=30), timedelta(days=30))
_FAILURES = st.builds(
    failed,
    st.sampled_from(FailureKind),
    st.integers(0, 599),
    st.none() | st.timedeltas(timedelta(0), timedelta(days=400)),
)


@given(_EVERY, _FAILURES, st.integers(0, 10_000))
def test_a_failing_feed_is_never_off_and_never_hurried(
    every: timedelta, failure: Failure, failures: int
) -> None:
    feed = Feed("a", "A", "https://a.example/", every=every)
    wait = next_due(feed, failure, failures, NOW) - NOW
    assert every <= wait <= max(LONGEST, every)
    assert wait <= next_due(feed, failure, failures + 1, NOW) - NOW
