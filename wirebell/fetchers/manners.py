"""Manners: who may ask a server now.

Limits are kept for each registrable domain, not for each host: publishers count all their
subdomains as one visitor's load. Hosts without one (addresses, private names) are whole
installations behind each port and count alone.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from weakref import WeakValueDictionary

from publicsuffixlist import PublicSuffixList

CONNECTIONS = 64
"""Requests in all: more gained nothing with 1,000 feeds at 100 ms of latency."""
PER_DOMAIN = 2
"""Requests to one registrable domain at once, as mediacloud's fetcher keeps it."""


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList(accept_unknown=False)  # the bundled list; 0.1 s to read


class Manners:
    """Hands out turns inside one event loop."""

    def __init__(self, *, connections: int = CONNECTIONS, per_domain: int = PER_DOMAIN) -> None:
        self._all = asyncio.Semaphore(connections)
        self._per_domain = per_domain
        self._gates: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()

    @asynccontextmanager
    async def turn(self, host: str, port: int) -> AsyncIterator[None]:
        """Wait until this server may be asked; the turn ends with the scope.

        The domain's gate comes first: seventy feeds of one domain must not fill the line for
        everybody else while they wait for each other.
        """
        key = self.domain_of(host, port)
        gate = self._gates.get(key)  # kept alive by those who hold it or wait for it
        if gate is None:
            gate = self._gates[key] = asyncio.Semaphore(self._per_domain)
        async with gate, self._all:
            yield

    def domain_of(self, host: str, port: int) -> str:
        """The registrable domain of `host`, or `host:port` where it has none."""
        domain: str | None = _suffixes().privatesuffix(host.lower().rstrip("."))
        return domain or f"{host.lower()}:{port}"
