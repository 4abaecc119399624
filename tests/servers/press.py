"""A press of scripted feeds in virtual time: a fetcher that needs no network and no seconds.

    press = Press(scripts(200, seed=1, begin=..., days=1), clock)
    ... await watch_feeds(feeds, replace(house, fetcher=press)) ...

What each poll was shown is in `seen`: by that, and by the scripts, a run is judged.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from tests.clock import Clock
from wirebell.core.feeds import Failure, FailureKind, Feed, Lane, Page, Unchanged, Validators
from wirebell.fetchers.manners import lane_of

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PAST = 12  # days of history behind each feed

# An hour in the day, an hour in the night, entries shown
HABITS = {
    "wire": (8.0, 5.0, 40),
    "newsroom": (3.0, 0.4, 30),
    "official": (0.4, 0.01, 20),
    "analysis": (0.1, 0.01, 20),
}
TROUBLES = {
    "http": FailureKind.HTTP, "tls": FailureKind.TLS, "dns": FailureKind.DNS,
    "challenge": FailureKind.CHALLENGE, "bomb": FailureKind.TOO_BIG,
    "refused address": FailureKind.GUARDED,
}  # fmt: skip
"""Troubles that are answers of the fetcher; the others are documents."""


@dataclass(frozen=True, slots=True)
class Script:
    """What one feed publishes, when, and what goes wrong with it in which hours of the run."""

    id: str
    host: str
    times: tuple[datetime, ...]
    shows: int
    begin: datetime
    trouble: str = ""
    hours: tuple[float, float] = (0.0, 0.0)
    zone: str = ""

    @property
    def url(self) -> str:
        """Where it is on the desk."""
        return f"https://{self.host}/{self.id}.xml"

    def troubled(self, now: datetime) -> bool:
        """Whether its trouble is on."""
        first, last = self.hours
        return self.begin + HOUR * first <= now < self.begin + HOUR * last


def scripts(count: int, *, seed: int, begin: datetime, hours: int) -> list[Script]:
    """So many feeds of all habits, of which every tenth shares a host and some are in trouble."""
    dice, made = random.Random(seed), []
    planted = [*TROUBLES, "html", "empty", "placeholder", "overflow", "frozen", "lying", "moved",
               "churn", "gone"]  # fmt: skip
    for number in range(count):
        habit = [*HABITS][number % len(HABITS)]
        trouble = planted[number] if number < len(planted) else ""
        habit = "wire" if trouble in ("lying", "overflow", "churn", "placeholder") else habit
        day, night, shows = HABITS[habit]
        times = tuple(_times(dice, begin - DAY * PAST, begin + HOUR * hours, day, night))
        at = (4.0, 14.0)
        if trouble == "frozen":
            times, shows = tuple(begin - HOUR * n for n in range(24 * PAST, -1, -1)), 250
            times += tuple(begin + HOUR * n for n in range(14, hours))
        if trouble == "overflow":
            burst = [begin + HOUR * 6 + timedelta(seconds=n) for n in range(2 * shows)]
            times = tuple(sorted([*times, *burst]))
        if trouble in ("moved", "churn", "gone", "lying"):
            at = (4.0 if trouble != "moved" else 0.0, 1e6)
        host = "crowd.com" if number % 10 == 9 else f"press{number}.com"
        zone = "Europe/Berlin" if number % 3 == 0 else ""
        made.append(Script(f"f{number}", host, times, shows, begin, trouble, at, zone))
    return made


def _times(
    dice: random.Random, begin: datetime, end: datetime, day: float, night: float
) -> Iterator[datetime]:
    """Instants of a Poisson process: `day` an hour from 6 to 20 UTC on working days."""
    now = begin
    while (now := now + HOUR * dice.expovariate(day)) < end:
        busy = 6 <= now.hour < 20 and now.weekday() < 5
        if busy or dice.random() < night / day:
            yield now.replace(microsecond=0)


@dataclass
class Press:
    """Answers polls as servers would. `outage` is when nobody can be reached, in hours."""

    scripts: Sequence[Script]
    clock: Clock
    outage: tuple[float, float] = (0.0, 0.0)
    seen: dict[str, datetime] = field(default_factory=dict)
    polls: int = 0

    def __post_init__(self) -> None:
        self._by_url = {script.url: script for script in self.scripts}
        self._by_url |= {moved(script): script for script in self.scripts}

    def lane(self, feed: Feed) -> Lane | None:
        """As the real one."""
        return lane_of(feed.url)

    async def fetch(
        self,
        feed: Feed,
        validators: Validators,
        *,
        at: datetime | None = None,  # noqa: ARG002 - virtual time does not wait
    ) -> Page | Unchanged | Failure:
        """What a poll brings now."""
        script, now = self._by_url[feed.url], self.clock()
        self.polls += 1
        first, last = self.outage
        if script.begin + HOUR * first <= now < script.begin + HOUR * last:
            return Failure(feed.url, FailureKind.REFUSED, "nobody listens", now)
        on = script.troubled(now)
        if on and script.trouble in TROUBLES:
            return Failure(feed.url, TROUBLES[script.trouble], "as it is", now, 500)
        if on and script.trouble == "gone":
            return Failure(feed.url, FailureKind.HTTP, "gone", now, 410)
        if on and script.trouble == "lying" and validators.etag:
            return Unchanged(feed.url, validators, now)
        body = self.document(script, now)
        tag = hashlib.sha256(body).hexdigest()
        led = moved(script) if on and script.trouble == "moved" and feed.url == script.url else ""
        if validators.etag == tag or validators.body_hash == tag:
            status = 304 if validators.etag == tag else 200
            return Unchanged(feed.url, Validators(tag, "", tag), now, status, led)
        return Page(feed.url, 200, (), body, Validators(tag, "", tag), now, led)

    def document(self, script: Script, now: datetime) -> bytes:
        """The newest entries, or what a troubled feed shows in their stead."""
        on = script.troubled(now)
        if on and script.trouble == "html":
            return b"<html><body>Welcome</body></html>"
        if on and script.trouble == "empty":
            return _rss([])
        if on and script.trouble == "placeholder":
            return _rss([_item("closed", "This feed is no longer available", now, "")])
        out = [(n, time) for n, time in enumerate(script.times) if time <= now][-script.shows :]
        version = "new-" if on and script.trouble == "churn" else ""
        for number, _ in out:
            self.seen.setdefault(headline(script, number), now)
        return _rss(
            _item(f"{version}{script.id}-{n}", headline(script, n), time, script.zone)
            for n, time in reversed(out)
        )


def moved(script: Script) -> str:
    """Where a feed that moves leads to."""
    return f"https://new-{script.host}/{script.id}.xml"


def headline(script: Script, number: int) -> str:
    """A headline of its own for each entry; one in forty holds the word that rings."""
    word = "Zircon" if number % 40 == 0 else "Ferry"
    place = hashlib.sha256(f"{script.id} {number}".encode()).hexdigest()
    return f"{word} {place[:6]} {place[6:14]} {script.id} {number}"


def _item(guid: str, title: str, time: datetime, zone: str) -> str:
    local = time.astimezone(ZoneInfo(zone)) if zone else time.astimezone(UTC)
    printed = f"{local:%a, %d %b %Y %H:%M:%S %z}"
    link = f"https://read.example/{'-'.join(title.lower().split())}"
    return (
        f"<item><guid isPermaLink='false'>{guid}</guid><title>{title}</title>"
        f"<link>{link}</link><pubDate>{printed}</pubDate></item>"
    )


def _rss(items: Sequence[str] | Iterator[str]) -> bytes:
    head = "<title>Outlet</title><link>https://outlet.example</link><description>d</description>"
    return f"<rss version='2.0'><channel>{head}{''.join(items)}</channel></rss>".encode()
