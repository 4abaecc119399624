"""Manners: who may ask a server now.

Limits are kept for each registrable domain, not for each host: publishers count all their
subdomains as one visitor's load. Hosts without one (addresses, private names) are whole
installations behind each port, count alone and need no time between requests. That time is
kept across processes by rows of the store, which hands out the turns of a lane.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple
from urllib.parse import urlsplit

from wirebell.core.domains import domain_of
from wirebell.core.feeds import FailureKind, Feed, Lane
from wirebell.fetchers.faults import Fault

SPACING = timedelta(seconds=5)
"""Between two polls of one domain, as mediacloud's fetcher keeps it."""
_SLOW = {"reddit.com": timedelta(seconds=60)}  # one request a minute and address since June 2026
_SOME = 3  # domains that must be out of reach together before we doubt our own line


def lane_of(url: str) -> Lane | None:
    """The lane a public feed shares with all of its domain; None for a private one."""
    domain = domain_of(urlsplit(url).hostname or "")
    return Lane(domain, _SLOW.get(domain, SPACING)) if domain else None


def our_line_is_down(unreached: Sequence[Feed], asked: int) -> bool:
    """Whether it is our own fault: more than half could not be reached, of several publishers."""
    hosts = {urlsplit(feed.url).netloc for feed in unreached}
    publishers = {domain_of(host.partition(":")[0]) or host for host in hosts}
    return len(unreached) > asked / 2 and len(publishers) >= _SOME


class _Turn(NamedTuple):
    """A place at one gate. No timer is set: whoever is inside leaves within a fetch's deadline."""

    gate: asyncio.Semaphore
    until: float

    async def __aenter__(self) -> None:
        waits = self.gate.locked()
        await self.gate.acquire()
        if waits and asyncio.get_running_loop().time() > self.until:
            self.gate.release()
            words = "waited too long for its turn: others asked of this domain take their time"
            raise Fault(FailureKind.LATER, words)

    async def __aexit__(self, *error: object) -> None:
        self.gate.release()


class Manners:
    """Hands out turns inside one event loop.

    64 requests in all: more gained nothing with 1,000 feeds at 100 ms of latency. Two to one
    domain at once, as mediacloud's fetcher keeps it.
    """

    def __init__(self, *, connections: int = 64, per_domain: int = 2) -> None:
        self._all = asyncio.Semaphore(connections)
        self._gates = defaultdict[str, asyncio.Semaphore](lambda: asyncio.Semaphore(per_domain))
        self._closed: dict[str, float] = {}

    def close(self, host: str, seconds: float) -> None:
        """Ask nothing more of this host's domain for so long; a private host closes no other."""
        if domain := domain_of(host):
            self._closed[domain] = asyncio.get_running_loop().time() + seconds

    def turn(self, domain: str, until: float) -> tuple[_Turn, _Turn]:
        """The places to wait for before this domain (`domain_of`) may be asked, in their order.

        The domain's comes first: seventy feeds of one domain must not fill the line. Waiting ends
        in a Fault once `until` has passed, an instant of the event loop's clock.
        """
        return _Turn(self._gates[domain], until), _Turn(self._all, until)

    def admit(self, domain: str) -> None:
        """Let one in whose turn has come, or raise a Fault: the domain was closed meanwhile."""
        if self._closed.get(domain, 0.0) > asyncio.get_running_loop().time():
            raise Fault(FailureKind.LATER, "its domain asked to be left alone for a while")

    def domain_of(self, host: str, port: int) -> str:
        """The registrable domain of `host`, or `host:port` where it has none."""
        return domain_of(host) or f"{host.lower()}:{port}"
