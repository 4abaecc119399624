"""Manners: who may ask a server now.

Limits are kept for each registrable domain, not for each host: publishers count all their
subdomains as one visitor's load. Hosts without one (addresses, private names) are whole
installations behind each port and count alone.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from wirebell.core.domains import domain_of
from wirebell.core.feeds import FailureKind
from wirebell.fetchers.faults import Fault


class Manners:
    """Hands out turns inside one event loop.

    64 requests in all: more gained nothing with 1,000 feeds at 100 ms of latency. Two to one
    domain at once, as mediacloud's fetcher keeps it.
    """

    def __init__(self, *, connections: int = 64, per_domain: int = 2) -> None:
        self._all = asyncio.Semaphore(connections)
        self._gates = defaultdict[str, asyncio.Semaphore](lambda: asyncio.Semaphore(per_domain))

    @asynccontextmanager
    async def turn(self, host: str, port: int, until: float) -> AsyncIterator[None]:
        """Wait until this server may be asked; the turn ends with the scope.

        The domain's gate comes first: seventy feeds of one domain must not fill the line for
        everybody else while they wait for each other.

        Raises:
            Fault: there was no turn before `until`, an instant of the event loop's clock.
        """
        async with AsyncExitStack() as held:
            try:
                async with asyncio.timeout_at(until):
                    await held.enter_async_context(self._gates[self.domain_of(host, port)])
                    await held.enter_async_context(self._all)
            except TimeoutError:
                words = "waited too long for its turn: others asked of this domain take their time"
                raise Fault(FailureKind.TIMEOUT, words) from None
            yield

    def domain_of(self, host: str, port: int) -> str:
        """The registrable domain of `host`, or `host:port` where it has none."""
        return domain_of(host) or f"{host.lower()}:{port}"
