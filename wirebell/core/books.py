"""Counts: what one run did, and the proof that nothing is unaccounted for."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple


class Notice(NamedTuple):
    """What operators are to be told: of a trouble, or that it is over."""

    subject: str
    words: str
    over: bool = False


@dataclass(frozen=True, slots=True)
class FeedLine:
    """One feed in one run: its state afterwards, how many entries were new, and details.

    `newly_failing` is true when it worked at the poll before: that is what operators are
    told about, not the tenth failure of the same feed. `notices` are for them, too.
    """

    feed_id: str
    state: str
    fresh: int = 0
    detail: str = ""
    newly_failing: bool = False
    notices: tuple[Notice, ...] = ()

    def __str__(self) -> str:
        details = self.detail and f"; {self.detail}"
        return f"feed {self.feed_id}: {self.state}, {self.fresh} new{details}"


@dataclass(frozen=True, slots=True)
class Tally:
    """What a run did. Tallies add up: a run's is the sum of its batches'.

    `polled` counts feeds asked, of which `failed` brought nothing. `fresh` counts entries taken
    in; `outcomes` what became of entries (by the value of `Outcome`). `sent`, `retrying`,
    `dead`, `held` count deliveries; `plain` messages that could not be drawn and went as words.
    """

    polled: int = 0
    failed: int = 0
    fresh: int = 0
    alerts: int = 0
    sent: int = 0
    retrying: int = 0
    dead: int = 0
    held: int = 0
    plain: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    feeds: tuple[FeedLine, ...] = ()

    def __add__(self, other: Tally) -> Tally:
        return Tally(*(getattr(self, n) + getattr(other, n) for n in self.__slots__))


@dataclass(frozen=True, slots=True)
class Pruned:
    """How much was let go of: keys of articles out of the window, texts nobody was told of."""

    keys: int
    texts: int


@dataclass(frozen=True, slots=True)
class Beat:
    """How far a heartbeat came, and in how many seconds; `stage` "" says all the way."""

    at: datetime
    seconds: float
    stage: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Pulse:
    """How the house runs: what waits and since when, how fast it told, what rang how often.

    `waiting` entries have no outcome, `owed` deliveries are due; each with the oldest's instant.
    `latencies` are the seconds from first sight to the channel's answer of all that was told at
    once, in order; `rang` counts by rule and day.
    """

    waiting: int
    waiting_since: datetime | None
    owed: int
    owed_since: datetime | None
    latencies: tuple[float, ...]
    rang: Counter[tuple[str, str]]

    @property
    def rules(self) -> list[str]:
        """The rules that rang, by name."""
        return sorted({rule for rule, _ in self.rang})

    def days_of(self, rule: str) -> Counter[str]:
        """How often a rule rang, by day."""
        return Counter({day: count for (each, day), count in self.rang.items() if each == rule})

    def latency(self, share: float) -> float | None:
        """The seconds within which that share was told, None if nothing was."""
        if not self.latencies:
            return None
        return self.latencies[min(int(share * len(self.latencies)), len(self.latencies) - 1)]


@dataclass(frozen=True, slots=True)
class Books:
    """Every entry and every delivery, accounted for.

    `outcomes` counts entries by outcome, `waiting` those without one, `entries` all of them.
    `deliveries` counts by state. `problems` lists every sum that does not hold.
    """

    entries: int
    waiting: int
    outcomes: Counter[str]
    alerts: int
    deliveries: Counter[str]
    attempts: int
    problems: tuple[str, ...] = ()

    @property
    def whole(self) -> bool:
        """Whether every sum holds."""
        return not self.problems
