from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import cast

import pytest

from tests.clock import NOON, Clock
from tests.fetchers.conftest import a_fetcher
from tests.servers.web import Answer, WebServer
from wirebell.core.feeds import Failure, FailureKind, Page, Validators
from wirebell.fetchers.http import Fetcher
from wirebell.fetchers.visits import PER_DOMAIN, PER_RUN, Visitor


@pytest.fixture
async def web() -> AsyncIterator[WebServer]:
    async with WebServer() as server:
        server.put("/news/a", b"a story")
        server.put("/news/b", b"another")
        yield server


async def kinds(web: WebServer, folder: Path, clock: Clock, *paths: str) -> list[str]:
    """What a run of its own makes of the pages at `paths`, all asked for at once."""
    async with a_fetcher(f"127.0.0.1:{web.port}") as fetcher:
        visitor = Visitor(fetcher, folder, clock)
        answers = await asyncio.gather(*(visitor.ask(web.url(path)) for path in paths))
    return [each.kind.value if isinstance(each, Failure) else "page" for each in answers]


async def test_a_page_its_server_wants_left_alone_is_not_asked_for(
    web: WebServer, tmp_path: Path, clock: Clock
) -> None:
    web.put("/robots.txt", b"\xef\xbb\xbfUser-agent: *\r\nDisallow: /news/b\r\n")
    assert await kinds(web, tmp_path, clock, "/news/a", "/news/b") == ["page", "robots"]
    assert [request.path for request in web.requests] == ["/news/a"]


@pytest.mark.parametrize(
    "odd", ["Crawl-delay: \u00b2", "crawl-delay : %C2%B2", "Request-rate: \u00b2/\u00b2"]
)
async def test_a_number_that_is_none_costs_no_rule_beside_it(
    web: WebServer, tmp_path: Path, clock: Clock, odd: str
) -> None:
    web.put("/robots.txt", f"User-agent: *\n{odd}\nDisallow: /news/b\n".encode())
    assert await kinds(web, tmp_path, clock, "/news/a", "/news/b") == ["page", "robots"]


async def test_a_path_that_is_no_address_costs_no_group_before_it(
    web: WebServer, tmp_path: Path, clock: Clock
) -> None:
    web.put("/robots.txt", b"User-agent: *\nDisallow: /news/b\n\nUser-agent: x\nAllow: http://[\n")
    assert await kinds(web, tmp_path, clock, "/news/a", "/news/b") == ["page", "robots"]


async def test_what_is_said_to_us_by_name_counts_before_what_is_said_to_all(
    web: WebServer, tmp_path: Path, clock: Clock
) -> None:
    words = b"User-agent: *\nDisallow: /\n\nUser-agent: wirebell\nDisallow: /news/b\n"
    web.put("/robots.txt", words)
    assert await kinds(web, tmp_path, clock, "/news/a", "/news/b") == ["page", "robots"]


@pytest.mark.parametrize(
    ("answer", "read"),
    [
        (Answer(status=404), "page"),
        (Answer(b"gone", status=410), "page"),
        (Answer(b""), "page"),
        (Answer(b"<html><body>Welcome</body></html>"), "page"),
        (Answer(b"no", status=401), "robots"),
        (Answer(b"no", status=403), "robots"),
        (Answer(b"busy", status=503), "page"),
        (Answer(hang_up=True), "page"),
    ],
    ids=["404", "410", "empty", "a page instead", "401", "403", "503", "no answer"],
)
async def test_a_server_without_rules_forbids_nothing_and_one_that_hides_them_everything(
    web: WebServer, tmp_path: Path, clock: Clock, answer: Answer, read: str
) -> None:
    web.put("/robots.txt", answer)
    assert await kinds(web, tmp_path, clock, "/news/a") == [read]


async def test_the_rules_are_asked_for_once_a_day(
    web: WebServer, tmp_path: Path, clock: Clock
) -> None:
    web.put("/robots.txt", b"User-agent: *\nDisallow: /news/b\n")
    for _ in range(3):
        assert await kinds(web, tmp_path, clock, "/news/a", "/news/b") == ["page", "robots"]
    assert len(web.robots) == 1
    web.put("/robots.txt", b"User-agent: *\nDisallow:\n")
    clock.advance(timedelta(days=1))
    assert await kinds(web, tmp_path, clock, "/news/b") == ["page"]
    assert len(web.robots) == 2


async def test_rules_that_could_not_be_had_are_asked_for_again_in_the_next_run(
    web: WebServer, tmp_path: Path, clock: Clock
) -> None:
    web.put("/robots.txt", Answer(b"busy", status=503))
    assert await kinds(web, tmp_path, clock, "/news/a", "/news/b") == ["page", "page"]
    assert len(web.robots) == 1
    web.put("/robots.txt", b"User-agent: *\nDisallow: /\n")
    assert await kinds(web, tmp_path, clock, "/news/a") == ["robots"]


@dataclass
class Tireless:
    """A fetcher that brings every page at once."""

    asked: list[str] = field(default_factory=list)

    async def fetch_page(self, url: str, _had: Validators | None = None) -> Page:
        if not url.endswith("/robots.txt"):
            self.asked.append(url)
        return Page(url, 200, (), b"", Validators(), NOON)


async def test_a_run_asks_for_few_pages_of_one_publisher(tmp_path: Path, clock: Clock) -> None:
    fetcher = Tireless()
    visitor = Visitor(cast(Fetcher, fetcher), tmp_path, clock)
    for number in range(PER_DOMAIN + 3):
        answer = await visitor.ask(f"https://www{number}.paper.example.com/{number}")
        late = isinstance(answer, Failure) and answer.kind is FailureKind.LATER
        assert late == (number >= PER_DOMAIN)
    assert isinstance(await visitor.ask("https://another.example.org/"), Page)
    assert len(fetcher.asked) == PER_DOMAIN + 1


async def test_a_run_asks_for_so_many_pages_and_our_own_hosts_share_nothing_else(
    tmp_path: Path, clock: Clock
) -> None:
    fetcher = Tireless()
    visitor = Visitor(cast(Fetcher, fetcher), tmp_path, clock)
    for number in range(PER_RUN):
        assert isinstance(await visitor.ask(f"http://127.0.0.1:8000/{number}"), Page)
    answer = await visitor.ask("http://127.0.0.1:8000/over")
    assert isinstance(answer, Failure)
    assert answer.kind is FailureKind.LATER
    assert len(fetcher.asked) == PER_RUN


async def test_what_is_no_address_is_a_failure_like_any_other(tmp_path: Path, clock: Clock) -> None:
    async with a_fetcher() as fetcher:
        for url in ("https://[x/", "http://x%5B/y", "mailto:desk@paper.example", "nonsense", ""):
            answer = await Visitor(fetcher, tmp_path, clock).ask(url)
            assert isinstance(answer, Failure), url
            assert answer.kind is FailureKind.GUARDED, url
