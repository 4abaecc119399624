"""Visits: articles are asked for as a polite visitor would, never at the cost of the feeds.

A run asks for so many pages, and for few of one domain; what is over is asked for in a later
run. A server's robots.txt is kept to.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import re
from collections import Counter
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from urllib.parse import unquote, urlsplit
from urllib.robotparser import RobotFileParser

from wirebell.core.clock import Clock
from wirebell.core.domains import domain_of
from wirebell.core.feeds import Failure, FailureKind, Page, Unchanged, Validators
from wirebell.fetchers.http import Fetcher

PER_RUN = 200
PER_DOMAIN = 8
"""Pages of one domain in one run, which comes once a minute; two are asked for at a time."""

_NAME = "Wirebell"  # by which a robots.txt may speak of us
_FRESH = timedelta(days=1)  # RFC 9309, 2.4


class Visitor:
    """Asks for the pages of one run. `folder` keeps what servers let us read, for a day."""

    def __init__(self, fetcher: Fetcher, folder: Path, clock: Clock) -> None:
        self._fetcher, self._folder, self._clock = fetcher, folder, clock
        self._asked = Counter[str]()
        self._rules: dict[str, asyncio.Task[RobotFileParser]] = {}

    async def ask(self, url: str, had: Validators | None = None) -> Page | Unchanged | Failure:
        """The page at `url`, unless it is the one we `had`; or why there is none.

        Failures besides the fetcher's: LATER, when the run has had its share, and ROBOTS. Hosts
        without a registrable domain, which are our own, have no share but the run's.
        """
        try:
            address = urlsplit(url)
            domain = domain_of(address.hostname or "")
            urlsplit(unquote(url))  # as the reader of robots.txt takes it
        except ValueError:
            return await self._fetcher.fetch_page(url)  # which says what is wrong with it
        if self._asked.total() >= PER_RUN or (domain and self._asked[domain] >= PER_DOMAIN):
            words = "enough pages of its publisher for one run"
            return Failure(url, FailureKind.LATER, words, self._clock())
        self._asked[domain] += 1
        origin = f"{address.scheme}://{address.netloc}"
        if origin not in self._rules:
            self._rules[origin] = asyncio.ensure_future(self._ask_rules(origin))
        if not (await asyncio.shield(self._rules[origin])).can_fetch(_NAME, url):
            return Failure(url, FailureKind.ROBOTS, "its robots.txt asks us not to", self._clock())
        return await self._fetcher.fetch_page(url, had)

    async def _ask_rules(self, origin: str) -> RobotFileParser:
        """What a server lets us read, by the answer of today.

        A server that forbids its rules (401, 403) forbids its pages: RFC 9309 would let us take
        that for leave, Python's own reader does not. One that does not answer now forbids
        nothing, and is asked again in the next run: we read the pages its feed gives out.
        """
        kept, rules = self._folder / hashlib.sha256(origin.encode()).hexdigest(), RobotFileParser()
        now = self._clock().timestamp()
        if kept.exists() and now - kept.stat().st_mtime < _FRESH.total_seconds():
            text = kept.read_text("utf-8")
        else:
            answer = await self._fetcher.fetch_page(f"{origin}/robots.txt")
            status = answer.status if isinstance(answer, Failure) else 0
            text = "User-agent: *\nDisallow: /" if status in (401, 403) else ""
            if isinstance(answer, Page):
                text = answer.body[:512_000].decode("utf-8-sig", "replace")  # RFC 9309, 2.5
            if isinstance(answer, Page) or 400 <= status < 500:
                self._folder.mkdir(parents=True, exist_ok=True)
                written = kept.with_suffix(f".{os.getpid()}")
                written.write_text(text, "utf-8")
                os.utime(written, (now, now))
                written.replace(kept)  # whole, whoever reads it meanwhile
        # What we do not ask for may be no number ("Crawl-delay: ²"), which `parse` does not bear.
        text = re.sub(r"(?im)^(\s*(?:crawl-delay|request-rate)\s*:).*", r"\1", text)
        with suppress(ValueError):  # a path that is no address: the groups before it count
            rules.parse(text.splitlines())
        return rules
