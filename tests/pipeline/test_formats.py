"""Addresses that are no RSS, polled from a real server."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.clock import Clock
from tests.pipeline.desk import house_over, write_desk
from tests.servers.web import Answer, WebServer
from wirebell.pipeline.reading import MOST_PARTS
from wirebell.pipeline.steps import poll_feeds

PLACES = "http://www.sitemaps.org/schemas/sitemap/0.9"
NEWS = "http://www.google.com/schemas/sitemap-news/0.9"


@pytest.fixture
async def web() -> AsyncIterator[WebServer]:
    async with WebServer() as server:
        yield server


async def poll(home: Path, clock: Clock, web: WebServer, more: str = "") -> tuple[list[str], str]:
    """The titles of what a poll of /feed takes in, and the state and words of the feed."""
    write_desk(home / "rules", {"harbour": web.url("/feed")})
    file = home / "rules" / "feeds.yaml"
    file.write_text(file.read_text().replace("'}", f"'{more}}}"))
    async with house_over(home, clock) as house:
        await poll_feeds(house.desk.feeds, house)
        titles = {e.entry.title or e.entry.url for e in house.store.claim_entries(99, timedelta(1))}
        (state,) = house.store.feed_states()
        return sorted(titles), f"{state.state} {state.detail}"


def sitemap(number: int) -> bytes:
    news = f"<n:news><n:title>Story {number}</n:title></n:news>"
    url = f"<url><loc>https://a.example/{number}</loc>{news}</url>"
    return f"<urlset xmlns='{PLACES}' xmlns:n='{NEWS}'>{url}</urlset>".encode()


async def test_a_list_page_is_polled_and_a_rebuilt_one_is_told(
    tmp_path: Path, clock: Clock, web: WebServer
) -> None:
    page = "<html><ul><li><a href='/n/1'>One</a></li><li><a href='/n/2'>Two</a></li></ul></html>"
    web.put("/feed", page.encode())
    watched = ", kind: page, selectors: {items: ul > li}"
    assert await poll(tmp_path, clock, web, watched) == (["One", "Two"], "ok ")
    moved = watched.replace("ul", "ol")
    _, state = await poll(tmp_path / "rebuilt", clock, web, moved)
    assert state == "not_a_feed nothing on the page is 'ol > li'"


async def test_the_newest_sitemaps_of_an_index_are_read_and_no_more(
    tmp_path: Path, clock: Clock, web: WebServer
) -> None:
    parts = "".join(
        f"<sitemap><loc>{web.url(f'/{n}')}</loc><lastmod>2025-06-{n:02}</lastmod></sitemap>"
        for n in range(1, 10)
    )
    web.put("/feed", f"<sitemapindex xmlns='{PLACES}'>{parts}</sitemapindex>".encode())
    for number in range(1, 9):  # the ninth is not there
        web.put(f"/{number}", sitemap(number))
    titles, state = await poll(tmp_path, clock, web)
    assert (titles, state) == ([f"Story {n}" for n in (5, 6, 7, 8)], "ok ")
    assert len(web.requests) == 1 + MOST_PARTS


async def test_a_json_feed_is_polled(tmp_path: Path, clock: Clock, web: WebServer) -> None:
    web.put("/feed", Answer(b'{"items": [{"url": "https://a.example/1", "title": "One"}]}'))
    assert await poll(tmp_path, clock, web) == (["One"], "ok ")
