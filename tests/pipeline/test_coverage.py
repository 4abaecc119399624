from __future__ import annotations

from wirebell.core.feeds import FeedState
from wirebell.pipeline.coverage import coverage


def test_a_digest_says_how_many_feeds_are_current_and_which_are_not() -> None:
    states = [
        FeedState("a"),
        FeedState("b", health="stale", reason="newest 3 d"),
        FeedState("c", health="dead", reason="403"),
        FeedState("d", health="moved", reason="to elsewhere"),
    ]
    names = {"a": "Wire", "b": "Xinhua EN", "c": "MOFCOM", "d": "WTO"}
    told = coverage(states, names)
    assert told == "2 of 4 feeds current; late: Xinhua EN (newest 3 d), MOFCOM (403)."
    assert coverage(states[:1], names) == "1 of 1 feeds current."


def test_a_morning_on_which_all_feeds_fail_is_told_in_a_line() -> None:
    states = [FeedState(f"f{n}", health="dead", reason="refused") for n in range(40)]
    told = coverage(states, {state.feed_id: state.feed_id.upper() for state in states})
    assert told.startswith("0 of 40 feeds current; late: F0 (refused), ")
    assert told.endswith(" and 32 more.")
