from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wirebell.core.feeds import Failure, FailureKind, Feed, FeedHistory, Page, Unchanged, Validators
from wirebell.core.news import Hints
from wirebell.fetchers.rhythm import (
    GONE,
    JITTER,
    LONGEST,
    QUIET,
    expected_gap,
    hints_of,
    learn,
    next_due,
    pace_of,
    usual_silence,
)

NOW = datetime(2025, 6, 5, 15, 10, tzinfo=UTC)
EVERY = timedelta(minutes=5)
FEED = Feed("courier", "Courier", "https://courier.example/feed.xml", every=EVERY)
PAGE = Page(FEED.url, 200, (), b"x", Validators(), NOW)
NOTHING = FeedHistory()
UNCHANGED = Unchanged(FEED.url, Validators(), NOW)


def failed(
    kind: FailureKind = FailureKind.HTTP, status: int = 0, wait: timedelta | None = None
) -> Failure:
    return Failure(FEED.url, kind, "so it is", NOW, status, wait)


def wait_after(failure: Failure, failures: int) -> float:
    """The wait in units of the wait after a success: jitter is a factor of both."""
    return (next_due(FEED, NOTHING, failure, failures, NOW) - NOW) / (
        next_due(FEED, NOTHING, PAGE, 0, NOW) - NOW
    )


def test_a_success_is_due_again_after_every_and_a_little() -> None:
    wait = next_due(FEED, NOTHING, PAGE, 7, NOW) - NOW
    assert EVERY <= wait <= EVERY * (1 + JITTER)
    assert next_due(FEED, NOTHING, UNCHANGED, 0, NOW) - NOW == wait


def test_feeds_of_one_period_spread_out_and_stay_where_they_are() -> None:
    feeds = [Feed(f"f{n}", "F", "https://f.example/", every=EVERY) for n in range(100)]
    waits = [next_due(feed, NOTHING, PAGE, 0, NOW) for feed in feeds]
    assert len(set(waits)) == 100
    assert waits == [next_due(feed, NOTHING, PAGE, 0, NOW) for feed in feeds]


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
    assert next_due(FEED, NOTHING, failed(status=429, wait=asked), 0, NOW) - NOW >= asked
    soon = failed(status=404, wait=timedelta(seconds=1))
    assert wait_after(soon, 2) == pytest.approx(3, rel=1e-6)


def test_a_server_cannot_send_us_away_for_a_month() -> None:
    assert (
        next_due(FEED, NOTHING, failed(status=503, wait=timedelta(days=30)), 0, NOW) - NOW
        == LONGEST
    )


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
    wait = next_due(feed, NOTHING, failure, failures, NOW) - NOW
    longest = GONE * (1 + JITTER) if failure.status == 410 else LONGEST
    assert every <= wait <= max(longest, every)
    assert wait <= next_due(feed, NOTHING, failure, failures + 1, NOW) - NOW


HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SLOW = Feed("slow", "Slow", FEED.url, every=EVERY, max_every=timedelta(hours=3))


def taught(*ago: timedelta) -> FeedHistory:
    return learn(NOTHING, [NOW - each for each in ago], fresh=len(ago), now=NOW)


def wait(feed: Feed, history: FeedHistory) -> timedelta:
    return next_due(feed, history, PAGE, 0, NOW) - NOW


def test_dates_of_a_document_are_learned_once_however_often_it_comes() -> None:
    dates = [NOW - HOUR * n for n in range(9)]
    once = learn(NOTHING, dates, fresh=9, now=NOW)
    assert learn(once, dates, fresh=0, now=NOW + HOUR) == once
    assert once.news == tuple(sorted(dates))


def test_news_without_a_date_or_with_one_to_come_came_out_now() -> None:
    assert learn(NOTHING, [], fresh=3, now=NOW).news == (NOW,)
    assert learn(NOTHING, [NOW + DAY], fresh=1, now=NOW).news == (NOW,)
    assert learn(NOTHING, [NOW + DAY], fresh=0, now=NOW).news == ()


@pytest.mark.parametrize(
    ("gap", "paced"),
    [(2, EVERY), (60, timedelta(minutes=10)), (3000, QUIET)],
)
def test_a_feed_is_asked_six_times_in_the_time_of_one_entry(gap: int, paced: timedelta) -> None:
    history = taught(*(timedelta(minutes=gap) * n for n in range(1, 40)))
    for _ in range(40):
        history = replace(history, pace=pace_of(SLOW, history, 1.0, NOW))
    assert history.pace / paced == pytest.approx(1, rel=0.25)
    assert SLOW.every <= history.pace <= QUIET


def test_a_feed_is_asked_more_often_in_its_hours() -> None:
    """NOW is a Thursday, 15:10; all came at three in the afternoon of a working day."""
    days = [DAY * n for n in range(40) if (NOW - DAY * n).weekday() < 5]
    history = taught(*(day + HOUR * part / 4 for day in days for part in (0, 1)))
    gaps = [expected_gap(history, NOW + shift) for shift in (timedelta(), 8 * HOUR, 2 * DAY)]
    assert all(gaps)
    assert gaps[0] * 4 < gaps[1] == pytest.approx(gaps[2], rel=0.1)  # type: ignore[operator]


def test_entries_that_outran_us_halve_the_interval_and_known_ones_stretch_it_slowly() -> None:
    feed, ten = replace(SLOW, every=HOUR / 60), HOUR / 6
    history = replace(taught(9 * DAY, 18 * DAY, 27 * DAY), pace=ten)
    assert pace_of(feed, history, 0.2, NOW) == ten / 2
    assert pace_of(feed, history, 0.5, NOW) == ten
    assert ten < pace_of(feed, history, 0.9, NOW) <= QUIET
    assert pace_of(SLOW, replace(history, pace=EVERY), 0.0, NOW) == EVERY
    assert pace_of(replace(feed, max_every=HOUR / 12), history, 0.9, NOW) == HOUR / 12
    assert pace_of(replace(feed, every=HOUR), history, 0.9, NOW) == HOUR


def test_one_minute_is_a_pace() -> None:
    feed = replace(SLOW, every=timedelta(minutes=1))
    assert timedelta(minutes=1) <= wait(feed, NOTHING) < timedelta(minutes=1.2)


def test_a_publishers_hints_are_floors_up_to_what_the_operator_allows() -> None:
    assert HOUR <= wait(SLOW, FeedHistory(hints=Hints(HOUR))) <= 1.1 * HOUR
    assert wait(SLOW, FeedHistory(hints=Hints(DAY))) == SLOW.max_every
    never = hints_of(Hints(), {"expires": "Fri, 31 Dec 9999 23:59:59 GMT"}, NOW)
    assert wait(SLOW, FeedHistory(hints=never)) == SLOW.max_every
    assert wait(SLOW, FeedHistory(hints=Hints(EVERY / 9))) == wait(SLOW, NOTHING)
    assert (NOW + wait(SLOW, FeedHistory(hints=Hints(hours=(15, 16))))).hour == 17
    assert wait(SLOW, FeedHistory(hints=Hints(days=(NOW.weekday(),)))) == SLOW.max_every
    assert wait(SLOW, FeedHistory(hints=Hints(hours=tuple(range(24))))) == SLOW.max_every


@pytest.mark.parametrize(
    ("headers", "floor"),
    [
        ({}, timedelta(minutes=10)),
        ({"cache-control": "public, max-age=3600"}, HOUR),
        ({"cache-control": "max-age=1"}, timedelta(minutes=10)),
        ({"cache-control": "no-cache", "expires": "Thu, 05 Jun 2025 17:10:00 GMT"}, 2 * HOUR),
        ({"expires": "Thu, 05 Jun 2025 17:10:00"}, timedelta(minutes=10)),
        ({"expires": "0"}, timedelta(minutes=10)),
    ],
)
def test_how_long_an_answer_stays_fresh_is_a_hint(
    headers: dict[str, str], floor: timedelta
) -> None:
    assert hints_of(Hints(timedelta(minutes=10), (3,)), headers, NOW) == Hints(floor, (3,))


def test_a_feed_that_is_gone_is_tried_monthly() -> None:
    assert timedelta(days=30) <= next_due(FEED, NOTHING, failed(status=410), 0, NOW) - NOW


def test_the_usual_silence_knows_nights_and_weekends() -> None:
    """Twenty entries on each working day, from eight to six."""
    days = [DAY * n for n in range(30) if (NOW - DAY * n).weekday() < 5]
    history = NOTHING
    for day in reversed(days):
        dates = [NOW - day + timedelta(minutes=30 * n) - 7 * HOUR for n in range(20)]
        history = learn(history, dates, fresh=20, now=NOW)
    usual = usual_silence(history)
    assert usual is not None
    assert 60 * HOUR < usual < 66 * HOUR
    assert usual_silence(taught(HOUR, 2 * HOUR)) is None
