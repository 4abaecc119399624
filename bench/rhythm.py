"""The rhythm against a fixed quarter of an hour; and thirty hours of 200 feeds over a real store.

.venv/bin/python -m bench.rhythm            publish-to-detect, pure: some seconds
.venv/bin/python -m bench.rhythm simulate   the simulation of tests/pipeline, large, on the days
                                            the clocks change: minutes; TMPDIR=/dev/shm helps
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.pipeline.simulation import simulate
from tests.pipeline.test_simulation import judge
from tests.servers.press import DAY, HABITS, PAST, Script, scripts
from wirebell.core.feeds import Feed, FeedHistory, Unchanged, Validators
from wirebell.fetchers.rhythm import learn, next_due, pace_of

BEGIN, DAYS = datetime(2025, 3, 3, tzinfo=UTC), 14
FIXED = timedelta(minutes=15)

Wait = Callable[[datetime, FeedHistory], datetime]


def publish_to_detect(script: Script, feed: Feed, *, adaptive: bool) -> tuple[list[float], int]:
    """Minutes from publishing to the poll that shows it, for each entry; and how many polls."""
    now, history, delays, polls = BEGIN, FeedHistory(), [], 0
    before = bisect_right(script.times, now)
    same = Unchanged(feed.url, Validators(), now)
    while now < BEGIN + DAY * DAYS:
        polls += 1
        upto = bisect_right(script.times, now)
        new = script.times[before:upto] if polls > 1 else ()
        delays += [(now - time_).total_seconds() / 60 for time_ in new]
        shown = script.times[max(0, upto - script.shows) : upto]
        fresh = len(new) if polls > 1 else len(shown)
        history = learn(history, shown, fresh=fresh, now=now)
        known = 1 - len(new) / max(len(shown), 1) if polls > 1 else 0.5
        history = replace(history, pace=pace_of(feed, history, known, now))
        now, before = next_due(feed, history, same, 0, now) if adaptive else now + FIXED, upto
    return delays, polls


def figures(seed: int = 5, feeds: int = 200) -> None:
    """Print p50 and p95 over entries, and the polls they cost, by habit and in all."""
    plain = scripts(feeds + 15, seed=seed, begin=BEGIN, hours=24 * DAYS)[15:]
    print(f"{len(plain)} feeds, {DAYS} days after {PAST} of history; every 5m, max_every 1h")
    names = "".join(
        f"{name:>11}{'p95':>7}{'polls/day':>11}" for name in ("rhythm p50", "fixed p50")
    )
    print(f"{'':<10}{names}")
    for habit in (*HABITS, "all"):
        row = f"{habit:<10}"
        for adaptive in (True, False):
            delays: list[float] = []
            polls = count = 0
            for number, script in enumerate(plain, 15):
                if habit in ("all", [*HABITS][number % len(HABITS)]):
                    some, asked = publish_to_detect(
                        script, Feed(script.id, script.id, script.url), adaptive=adaptive
                    )
                    delays, polls, count = delays + some, polls + asked, count + 1
            delays.sort()
            half, most = (delays[int(len(delays) * share)] for share in (0.5, 0.95))
            row += f"{half:>11.1f}{most:>7.1f}{polls / count / DAYS:>11.0f}"
        print(row)


def large(begin: datetime, feeds: int = 200) -> None:
    """Run the simulation with so many feeds, and judge it."""
    spent, began = time.process_time(), time.perf_counter()
    with tempfile.TemporaryDirectory() as home:
        step = timedelta(minutes=10)
        day = asyncio.run(simulate(Path(home), feeds=feeds, begin=begin, step=step, seed=11))
    print(
        f"{feeds} feeds, 30 h from {begin:%d %b %Y}: {day.press.polls} polls, "
        f"{day.entries} entries, {len(day.lost)} lost, {sum(day.never_shown.values())} gone before "
        f"a poll, {sum(n > 1 for n in day.rung.values())} rung twice of {day.rung.total()}, "
        f"{len(day.told)} troubles told; {time.process_time() - spent:.0f} s of CPU, "
        f"{time.perf_counter() - began:.0f} s",
        flush=True,
    )
    judge(day)
    print("all promises kept", flush=True)


if __name__ == "__main__":
    if "simulate" in sys.argv:
        for month, day in ((10, 25), (3, 29)):
            large(datetime(2025, month, day, 12, tzinfo=UTC))
    else:
        figures()
