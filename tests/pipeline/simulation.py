"""A day of many feeds in virtual time, over a real store; what is judged of it."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast

from tests.clock import Clock
from tests.pipeline.desk import CHANNELS, RULES, house_over
from tests.servers.press import HOUR, PAST, Press, Script, headline, scripts
from wirebell.core.feeds import FeedState
from wirebell.fetchers.http import Fetcher
from wirebell.pipeline.readers import Readers
from wirebell.pipeline.steps import due_feeds, watch_feeds

HOURS = 30  # a move is believed after a day; the troubles are over by then


class Inline:
    """Reads in this process: virtual time has no use for another."""

    async def read(self, parse: Any, *args: Any, **kwargs: Any) -> Any:
        """What the parser says."""
        return parse(*args, **kwargs)


@dataclass
class Day:
    """What came of it."""

    scripts: list[Script]
    press: Press
    states: dict[str, FeedState] = field(default_factory=dict)
    stored: set[str] = field(default_factory=set)
    rung: Counter[str] = field(default_factory=Counter)
    told: list[str] = field(default_factory=list)
    over: list[str] = field(default_factory=list)
    entries: int = 0
    end: datetime | None = None

    @property
    def lost(self) -> set[str]:
        """Entries that a poll was shown and that were not taken in."""
        return {title for title in self.press.seen if title not in self.stored}

    @property
    def never_shown(self) -> dict[str, int]:
        """Entries of the day that were gone before a poll came, by feed."""
        assert self.end is not None
        return {
            script.id: missed
            for script in self.scripts
            if (
                missed := sum(
                    headline(script, number) not in self.press.seen
                    for number, time in enumerate(script.times)
                    if script.begin < time < self.end - HOUR
                )
            )
        }

    def told_of(self, script: Script) -> list[str]:
        """What operators heard of a feed when its troubles began."""
        return [words for words in self.told if words.startswith(f"feed {script.id} ")]


class _Ear(logging.Handler):
    def __init__(self, day: Day) -> None:
        super().__init__()
        self._day = day

    def emit(self, record: logging.LogRecord) -> None:
        (self._day.over if record.levelno < logging.ERROR else self._day.told).append(
            record.getMessage()
        )


async def simulate(home: Path, *, feeds: int, begin: datetime, step: timedelta, seed: int) -> Day:
    """Watch so many feeds for thirty hours, with two hours in which nobody can be reached."""
    clock = Clock(begin)
    made = scripts(feeds, seed=seed, begin=begin, hours=HOURS)
    day = Day(made, Press(made, clock, outage=(16.0, 18.0)))
    _write(home / "rules", made)
    ear, log = _Ear(day), logging.getLogger("wirebell.operators")
    before = log.level
    log.addHandler(ear)
    log.setLevel(logging.INFO)
    try:
        async with house_over(home, clock) as opened:
            house = replace(
                opened, fetcher=cast(Fetcher, day.press), readers=cast(Readers, Inline())
            )
            # One thread: nobody waits in virtual time, and handing over costs more than filing.
            asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(1))
            while clock.now < begin + HOUR * HOURS:
                await watch_feeds(due_feeds(house), house)
                clock.advance(step)
            day.end = clock.now
            assert house.store.books().whole
            day.states = {state.feed_id: state for state in house.store.feed_states()}
            day.entries = house.store.books().entries
            outcomes = house.store.outcomes_since(begin - timedelta(days=PAST))
            day.stored = {title for title, _, _ in outcomes}
            day.rung = Counter(alert.headline for alert in house.store.recent_alerts(10_000))
    finally:
        log.removeHandler(ear)
        log.setLevel(before)
    return day


def _write(folder: Path, made: list[Script]) -> None:
    (folder / "watch").mkdir(parents=True)
    lines = [
        f"  - {{id: {s.id}, name: {s.id}, url: '{s.url}', zone: {s.zone or 'UTC'}}}\n" for s in made
    ]
    feeds = f"version: 1\ndefaults: {{read: feed, max_every: 30m}}\nfeeds:\n{''.join(lines)}"
    (folder / "feeds.yaml").write_text(feeds)
    (folder / "people.yaml").write_text("version: 1\npeople: []\n")
    (folder / "channels.yaml").write_text(CHANNELS)
    rules = RULES.replace("when: rare earth", "when: zircon")
    rules = rules.replace("[rare-earth minerals]", "[Zircon sand]").replace(
        "a rare earthquake", "tin"
    )
    (folder / "watch" / "beat.yaml").write_text(rules)
