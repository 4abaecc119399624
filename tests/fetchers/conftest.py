from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest

from tests.servers.web import WebServer
from wirebell.core.feeds import Failure, Feed, Page, Unchanged, Validators
from wirebell.fetchers.http import Fetcher

NOW = datetime(2025, 6, 5, 15, 10, tzinfo=UTC)
CAP = 256 * 1024


@asynccontextmanager
async def a_fetcher(
    *allow: str, deadline: float = 20.0, patience: float = 60.0
) -> AsyncIterator[Fetcher]:
    async with Fetcher(
        contact="https://example.org/bell",
        allow_hosts=allow,
        deadline=deadline,
        cap=CAP,
        clock=lambda: NOW,
        patience=patience,
    ) as fetcher:
        yield fetcher


async def poll(
    fetcher: Fetcher, url: str, validators: Validators | None = None
) -> Page | Unchanged | Failure:
    return await fetcher.fetch(Feed("a", "A", url), validators or Validators())


@pytest.fixture
async def web() -> AsyncIterator[WebServer]:
    async with WebServer() as server:
        yield server


@pytest.fixture
async def fetcher(web: WebServer) -> AsyncIterator[Fetcher]:
    async with a_fetcher(f"127.0.0.1:{web.port}") as fetcher:
        yield fetcher
