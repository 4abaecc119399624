from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.clock import Clock
from tests.pipeline.desk import house_over, write_desk
from tests.servers.web import Answer, Request, WebServer
from wirebell.core.feeds import Page, Validators
from wirebell.core.news import Article, Entry
from wirebell.pipeline.reading import MOST_PAGES, read_page
from wirebell.pipeline.wiring import House

PARTS = ["Part 1", "Part 2", "Part 3"]
STORY = "<p>Part {n}: the pilots of the harbour went out {n} times and came home with the tide.</p>"


@pytest.fixture
async def web() -> AsyncIterator[WebServer]:
    async with WebServer() as server:
        yield server


@pytest.fixture
async def house(tmp_path: Path, clock: Clock, web: WebServer) -> AsyncIterator[House]:
    write_desk(tmp_path / "rules", {"harbour": web.url("/feed")})
    async with house_over(tmp_path, clock) as house:
        yield house


async def read(house: House, url: str, body: str, *, zone: str = "") -> tuple[Article, str]:
    entry = Entry("1", url, "Pilots", "The pilots of the harbour have news for everybody.")
    page = Page(url, 200, (), body.encode(), Validators(), house.clock())
    return await read_page(page, entry, house, zone=zone)


def pages(web: WebServer, last: int) -> None:
    def answer(request: Request) -> Answer:
        return Answer(part(web, int(request.path.rpartition("=")[2]), last).encode())

    web.put("/pilots", answer)


def part(web: WebServer, number: int, last: int) -> str:
    link = f'<link rel="next" href="{web.url("/pilots")}?page={number + 1}">'
    head = link if number < last else ""
    return f"{head}<h1>Pilots</h1>{STORY.format(n=number)}"


async def test_the_pages_of_one_article_are_joined(house: House, web: WebServer) -> None:
    pages(web, 3)
    article, note = await read(house, web.url("/pilots"), part(web, 1, 3))
    assert [line[:6] for line in article.text.splitlines() if "Part" in line] == PARTS
    assert (note, article.note) == ("", "")


async def test_what_is_missing_of_an_article_is_said(house: House, web: WebServer) -> None:
    pages(web, 99)
    article, _ = await read(house, web.url("/pilots"), part(web, 1, 99))
    assert article.note == f"the first {MOST_PAGES} of its pages"
    assert f"Part {MOST_PAGES + 1}" not in article.text


async def test_a_page_that_was_no_article_leaves_the_feeds_words(
    house: House, web: WebServer
) -> None:
    body = "<title>Before you continue</title><p>We and our partners use cookies.</p>"
    article, note = await read(house, web.url("/wall"), body)
    assert note == "the page was a cookie wall: the feed's words only"
    assert article.title == "Pilots"
    assert article.text == "The pilots of the harbour have news for everybody."


async def test_a_page_is_dated_in_the_zone_of_its_feed(house: House, web: WebServer) -> None:
    body = f"<h1>Pilots</h1><p>5 May 2025, 11:10</p>{STORY.format(n=1)}"
    article, _ = await read(house, web.url("/a"), body, zone="Asia/Tokyo")
    assert article.published == datetime(2025, 5, 5, 2, 10, tzinfo=UTC)


async def test_a_page_dated_after_today_is_not_believed(house: House, web: WebServer) -> None:
    body = f'<meta name="date" content="2060-01-01T00:00:00Z"><h1>Pilots</h1>{STORY.format(n=1)}'
    article, _ = await read(house, web.url("/a"), body)
    assert article.published is None
    assert "in the future" in dict(article.origins)["published"]
