from __future__ import annotations

from flows.board import feed_row
from wirebell.core.feeds import Feed, FeedState

FEED = Feed(id="xinhua", name="Xinhua", url="https://xinhua.example/rss")


def test_a_feed_that_answers_and_brings_nothing_is_no_well_feed_on_the_board() -> None:
    frozen = FeedState("xinhua", state="ok", health="stale", reason="frozen: nothing new for 9 d")
    row = feed_row(FEED, frozen)
    assert (row["state"], row["why"]) == ("stale", "frozen: nothing new for 9 d")


def test_what_the_newest_poll_failed_by_is_said_first() -> None:
    refused = FeedState("xinhua", state="refused", detail="reset", health="late", reason="no luck")
    row = feed_row(FEED, refused)
    assert (row["state"], row["why"]) == ("refused", "reset")
