from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from wirebell.core.feeds import (
    Failure,
    FailureKind,
    Feed,
    FeedClaim,
    FeedHistory,
    Health,
    Lane,
    Page,
    Unchanged,
    Validators,
)
from wirebell.core.news import Entry, ParsedFeed
from wirebell.fetchers.health import Poll, begin, look_ahead, wants_whole

NOW = datetime(2025, 6, 5, 12, 0, tzinfo=UTC)
MINUTES, HOUR, DAY = timedelta(minutes=5), timedelta(hours=1), timedelta(days=1)
HERE, THERE = "https://courier.example/feed", "https://new.example/feed"
FEED = Feed("courier", "Courier", HERE)
TAG = Validators('"1"', "", "hash")


class Watched:
    """One feed, polled again and again; what operators hear piles up in `told`."""

    def __init__(self, feed: Feed = FEED) -> None:
        self.feed, self.now, self.failures = feed, NOW, 0
        self.history = FeedHistory()
        self.answered: datetime | None = None
        self.told: list[str] = []
        self.open: set[str] = set()
        self.seen: set[datetime] = set()
        self.due = NOW

    def poll(
        self,
        result: Page | Unchanged | Failure,
        parsed: ParsedFeed | None = None,
        fresh: int = 0,
        *,
        counts: bool = True,
    ) -> FeedHistory:
        claim = FeedClaim("courier", "t", TAG, self.answered, self.failures, self.history)
        claim = begin(self.feed, claim)
        asked = Poll(
            self.feed, claim, Lane("courier.example", MINUTES),
            wants_whole(claim.history, self.now), result, parsed,
        )  # fmt: skip
        outlook = look_ahead(asked, self.now, fresh, counts=counts)
        self.hold, self.history, self.due = outlook.hold, outlook.history, outlook.next_due
        for subject, words, over in outlook.notices:
            if over or subject not in self.open:
                self.told.append(f"{subject}: {words}")
            (self.open.discard if over else self.open.add)(subject)
        self.failures = self.failures + counts if isinstance(result, Failure) else 0
        self.answered = self.answered if isinstance(result, Failure) else self.now
        return self.history

    def lists(
        self,
        *dates: datetime,
        tag: str = '"2"',
        moved: str = "",
        title: str = "Ferries",
    ) -> FeedHistory:
        """It answers with a document of entries of these dates."""
        entries = tuple(Entry(str(d), "", f"{title} {d}", published=d) for d in dates)
        page = Page(HERE, 200, (), b"x", Validators(tag), self.now, moved)
        fresh, self.seen = len(set(dates) - self.seen), self.seen | set(dates)
        return self.poll(page, ParsedFeed("", "", "", entries), fresh)

    def stays(self, status: int = 304, moved: str = "") -> FeedHistory:
        return self.poll(Unchanged(HERE, TAG, self.now, status, moved))

    def fails(
        self, kind: FailureKind = FailureKind.HTTP, status: int = 500, *, counts: bool = True
    ) -> FeedHistory:
        return self.poll(Failure(HERE, kind, "so it is", self.now, status), counts=counts)

    def later(self, by: timedelta) -> Watched:
        self.now += by
        return self


def hourly(until: datetime = NOW, days: int = 12) -> Sequence[datetime]:
    return [until - HOUR * n for n in range(24 * days)]


@pytest.fixture
def feed() -> Watched:
    watched = Watched()
    watched.lists(*hourly())
    return watched


KINDS = [kind for kind in FailureKind if kind is not FailureKind.LATER]


@pytest.mark.parametrize("kind", KINDS)
def test_a_feed_that_keeps_failing_is_dead_with_its_reason_told_once(
    feed: Watched, kind: FailureKind
) -> None:
    healths = [feed.later(MINUTES).fails(kind).health for _ in range(12)]
    assert healths == [Health.LATE] * 3 + [Health.DEAD] * 9
    words = kind.value.replace("_", " ")
    assert feed.told == [f"feed courier is dead: {words}: so it is"]


def test_six_hours_of_failing_are_enough(feed: Watched) -> None:
    assert feed.fails().health is Health.LATE
    assert feed.later(6 * HOUR + MINUTES).fails().health is Health.DEAD


def test_three_good_polls_make_a_recovery_and_it_is_told_once(feed: Watched) -> None:
    for _ in range(5):
        feed.later(MINUTES).fails()
    for _ in range(3):  # it comes and goes: no news for anybody
        feed.later(MINUTES).stays()
        feed.later(MINUTES).fails()
    assert len(feed.told) == 1
    for _ in range(6):
        feed.later(MINUTES).stays()
    assert feed.told[1:] == ["feed courier is dead: well again"]


def test_our_own_lines_trouble_is_not_the_feeds(feed: Watched) -> None:
    before = feed.history
    for _ in range(30):
        assert feed.later(HOUR).fails(FailureKind.DNS, counts=False) == before
        assert feed.due - feed.now < 2 * FEED.every
    assert feed.told == []


def test_gone_is_believed_at_once_and_tried_monthly(feed: Watched) -> None:
    assert feed.fails(status=410).health is Health.DEAD
    assert feed.due - feed.now >= 30 * DAY
    assert len(feed.told) == 1


def test_a_feed_silent_for_four_times_its_usual_silence_is_frozen(feed: Watched) -> None:
    assert feed.later(3.9 * HOUR).lists(*hourly()).health is Health.OK
    assert feed.later(0.2 * HOUR).lists(*hourly()).health is Health.STALE
    assert "frozen: nothing new since 05 Jun 2025" in feed.told[0]
    for hours in (5, 6, 7):
        feed.later(HOUR).lists(*hourly(NOW + HOUR * hours))
    assert feed.told[1:] == ["feed courier is stale: well again"]


def test_a_weekend_is_no_silence_of_a_feed_known_for_three_days() -> None:
    young = Watched()
    young.lists(*hourly(days=3))
    assert young.later(2 * DAY).lists(*hourly(NOW, 3)).health is Health.OK
    assert young.later(2 * DAY).lists(*hourly(NOW, 3)).health is Health.STALE


def test_news_of_eight_years_ago_is_stale_at_the_first_poll() -> None:
    old = Watched()
    assert old.lists(*hourly(NOW - 8 * 365 * DAY)).health is Health.STALE
    assert "frozen" in old.told[0]


def test_a_feed_of_unknown_habits_is_not_called_frozen() -> None:
    unknown = Watched()
    unknown.lists(NOW - 3 * HOUR, NOW)
    assert unknown.later(400 * DAY).stays(200).health is Health.OK


@pytest.mark.parametrize(
    "title", ["This feed is no longer available", "Our feed has moved", "Coming soon"]
)
def test_a_single_entry_that_says_the_feed_is_closed_is_a_placeholder(
    feed: Watched, title: str
) -> None:
    assert feed.later(MINUTES).lists(feed.now, title=title).health is Health.STALE
    assert feed.later(MINUTES).stays().health is Health.STALE
    assert len(feed.told) == 1
    assert "placeholder" in feed.told[0]


def test_what_came_out_behind_a_placeholder_is_told_as_missed(feed: Watched) -> None:
    feed.later(MINUTES).lists(feed.now, title="Coming soon")
    for _ in range(9):
        feed.later(HOUR).stays()
    feed.later(MINUTES).lists(*(feed.now - HOUR - MINUTES * n for n in range(9)))
    assert "overflow: 9 of 9 were new; entries may have been missed" in feed.told[1]
    for _ in range(3):
        feed.later(MINUTES).stays()
    assert [words for words in feed.told if "well again" in words] == feed.told[2:]


def test_entries_that_outran_us_are_told_and_the_feed_is_asked_more_often(feed: Watched) -> None:
    feed.history = replace(feed.history, pace=HOUR)
    history = feed.later(HOUR).lists(*(feed.now - MINUTES * n / 9 for n in range(9)))
    assert history.health is Health.LATE
    assert history.pace <= HOUR / 2
    assert "overflow: 9 of 9 were new; entries may have been missed" in feed.told[0]
    for _ in range(3):
        feed.later(MINUTES).stays()
    assert feed.told[1:] == ["feed courier is late: well again"]


def test_old_entries_under_new_names_are_no_overflow(feed: Watched) -> None:
    before = feed.later(MINUTES).stays()
    feed.seen.clear()
    assert feed.later(MINUTES).lists(*hourly()).health is Health.OK
    assert before.health is Health.OK


def test_the_backlog_of_a_first_poll_is_no_overflow() -> None:
    assert Watched().lists(*hourly()).health is Health.OK


def test_a_feed_is_asked_without_conditions_once_a_day_and_when_304s_outlast_it(
    feed: Watched,
) -> None:
    assert not wants_whole(feed.history, NOW + 3 * HOUR)
    assert wants_whole(feed.history, NOW + 5 * HOUR)  # of an hourly feed
    confirmed = feed.later(5 * HOUR).stays(status=200)
    assert confirmed.health is Health.STALE
    assert not wants_whole(confirmed, feed.now + 23 * HOUR)
    assert wants_whole(confirmed, feed.now + 24 * HOUR)


def test_304s_alone_never_make_a_feed_frozen(feed: Watched) -> None:
    assert feed.later(5 * HOUR).stays(status=304).health is Health.OK


@pytest.mark.parametrize("tag", ['"1"', '"2"'], ids=["the same validators", "news older than 304s"])
def test_a_server_that_said_304_over_news_is_told_and_asked_plainly_from_then_on(
    feed: Watched, tag: str
) -> None:
    feed.later(5 * HOUR).stays()
    history = feed.later(MINUTES).lists(*hourly(feed.now - HOUR), tag=tag)
    assert history.lies
    assert history.health is Health.STALE
    assert "lying 304" in feed.told[0]
    assert wants_whole(history, feed.now + MINUTES)
    for _ in range(3):
        feed.later(MINUTES).stays(200)
    assert len(feed.told) == 2


def test_a_liar_whose_newest_entry_is_of_this_minute_is_found_by_the_older_ones(
    feed: Watched,
) -> None:
    feed.later(5 * HOUR).stays()
    assert feed.later(MINUTES).lists(feed.now, *hourly(feed.now - HOUR)).lies


def test_news_between_two_polls_are_no_lie(feed: Watched) -> None:
    feed.later(5 * HOUR).stays()
    assert not feed.later(MINUTES).lists(feed.now, *hourly()).lies


def moving(feed: Watched, *hours: float, to: str = THERE) -> list[str]:
    """Polls at these hours that all lead to one address: where the feed is asked after each."""
    began = feed.now
    return [
        feed.later(began + HOUR * h - feed.now).stays(moved=to).address for h in hours
    ]  # fmt: skip


def test_three_equal_moves_over_a_day_are_believed_and_told(feed: Watched) -> None:
    assert moving(feed, 0, 12, 23, 24.1, 25) == ["", "", "", THERE, THERE]
    assert feed.history.health is Health.MOVED
    (told,) = feed.told
    assert HERE in told
    assert THERE in told


def test_two_moves_are_too_few_and_another_answer_begins_anew(feed: Watched) -> None:
    assert moving(feed, 0, 30) == ["", ""]
    feed.later(HOUR).stays()
    assert moving(feed, 0, 30) == ["", ""]
    assert moving(feed, 1, to="https://third.example/") == [""]


def test_nobody_is_followed_out_of_https(feed: Watched) -> None:
    assert set(moving(feed, *range(0, 90, 10), to="http://new.example/feed")) == {""}


def test_what_taught_nothing_leaves_the_very_history_so_that_none_is_written() -> None:
    feed = Watched()
    feed.lists(NOW)  # whose pace grows, poll by poll, to its longest
    *_, before, after = [feed.later(MINUTES).stays() for _ in range(20)]
    assert after is before


def test_where_a_feed_moved_to_is_forgotten_when_it_dies_there(feed: Watched) -> None:
    moving(feed, 0, 12, 25)
    for _ in range(4):
        feed.later(MINUTES).fails()
    assert feed.history.address == ""


def test_a_feed_with_a_new_address_on_the_desk_begins_anew(feed: Watched) -> None:
    moving(feed, 0, 12, 25)
    claim = FeedClaim("courier", "t", TAG, feed.now, history=feed.history)
    assert begin(FEED, claim) == claim
    assert begin(replace(FEED, url="http://courier.example:81/feed"), claim) == claim
    anew = begin(replace(FEED, url=THERE), claim)
    assert (anew.first, anew.validators, anew.history) == (True, Validators(), FeedHistory())


def test_a_retry_after_closes_the_whole_domain_for_a_day_at_most(feed: Watched) -> None:
    feed.poll(Failure(HERE, FailureKind.HTTP, "429", NOW, 429, HOUR))
    assert feed.hold == ("courier.example", NOW + HOUR)
    feed.poll(Failure(HERE, FailureKind.HTTP, "503", NOW, 503, 60 * DAY))
    assert feed.hold == ("courier.example", NOW + DAY)
    feed.fails()
    assert feed.hold is None
