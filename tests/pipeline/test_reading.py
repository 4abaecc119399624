from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.clock import NOON, Clock
from tests.pipeline.desk import house_over, page, rss, write_desk
from tests.servers.web import Answer, Request, WebServer
from wirebell.core.books import Tally
from wirebell.core.feeds import Failure, FailureKind, Page, Validators
from wirebell.core.news import Article, Entry
from wirebell.fetchers.rhythm import LONGEST
from wirebell.pipeline.reading import MOST_PAGES, NEXT_RUN, RETRY, read_page, retry_at
from wirebell.pipeline.rereading import reread_due
from wirebell.pipeline.steps import watch_feeds
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


FIRST_LINE = "The pilots of the harbour have news for everybody, and rare earths to unload."
WHOLE = [FIRST_LINE, *(f"Part {n}: they went out {n} times and came home late." for n in range(9))]


async def shows(house: House, clock: Clock, web: WebServer, answer: Answer, title: str) -> Tally:
    """What the house makes of a new entry under `title` whose page gives `answer`."""
    web.put("/feed", Answer(rss(("old", "Ferries run late", web.url("/old")))))
    await watch_feeds(house.desk.feeds, house)
    clock.advance(timedelta(hours=1))
    web.put("/pilots", answer)
    web.put("/feed", Answer(rss(("n", title, web.url("/pilots")))))
    tally = await watch_feeds(house.desk.feeds, house)
    web.put("/pilots", Answer(page("Pilots", *WHOLE)))
    return tally


async def asked(house: House, clock: Clock, web: WebServer) -> tuple[list[int], Tally]:
    """The minutes at which the page is asked for in a day, and what came of it."""
    minutes, tally = [], Tally()
    for minute in range(5, 25 * 60, 5):
        web.requests.clear()
        clock.advance(timedelta(minutes=5))
        tally += await reread_due(house)
        minutes += [minute] * len(web.requests)
    assert house.store.books().whole
    return minutes, tally


async def test_a_page_whose_server_is_busy_is_read_when_it_is_not_and_rings_for_its_words(
    house: House, clock: Clock, web: WebServer
) -> None:
    tally = await shows(house, clock, web, Answer(b"busy", status=503), "Pilots go out")
    assert dict(tally.outcomes) == {"unmatched": 1}
    clock.advance(RETRY)
    tally = await reread_due(house)
    assert (tally.alerts, dict(tally.outcomes)) == (1, {"rung": 1})


async def test_what_rang_by_the_feeds_words_is_completed_by_the_page_and_rings_no_second_time(
    house: House, clock: Clock, web: WebServer
) -> None:
    answer = Answer(b"busy", status=503, headers={"Retry-After": "600"})
    assert (await shows(house, clock, web, answer, "Rare earths to unload")).alerts == 1
    minutes, tally = await asked(house, clock, web)
    assert minutes == [10, 15, 60, 360, 1440]
    assert (tally.alerts, dict(tally.outcomes)) == (0, {"unchanged": 1})
    (article,) = house.store.articles(house.store.article_ids(NOON + timedelta(minutes=30)))
    assert article.article.scope == "full"


async def test_a_page_that_did_not_ring_is_asked_for_until_it_was_read_once(
    house: House, clock: Clock, web: WebServer
) -> None:
    await shows(house, clock, web, Answer(b"busy", status=503), "Pilots go out")
    web.put("/pilots", Answer(b"busy", status=503))
    minutes, tally = await asked(house, clock, web)
    assert (minutes, tally) == ([5, 15, 60, 360, 1440], Tally())
    assert house.store.claim_rereads(10, RETRY) == ()


async def test_a_page_read_late_is_not_read_again_unless_it_rings(
    house: House, clock: Clock, web: WebServer
) -> None:
    await shows(house, clock, web, Answer(b"busy", status=503), "Pilots go out")
    web.put("/pilots", Answer(page("Pilots", *WHOLE[1:])))
    minutes, tally = await asked(house, clock, web)
    assert (minutes, dict(tally.outcomes)) == ([5], {"unmatched": 1})


@pytest.mark.parametrize("status", [403, 404, 410, 451])
async def test_a_page_that_is_refused_is_not_asked_for_again(
    house: House, clock: Clock, web: WebServer, status: int
) -> None:
    tally = await shows(house, clock, web, Answer(b"no", status=status), "Pilots go out")
    assert dict(tally.outcomes) == {"unmatched": 1}
    assert await asked(house, clock, web) == ([], Tally())


async def test_an_entry_rings_by_its_own_words_though_robots_may_not_read_its_page(
    house: House, clock: Clock, web: WebServer
) -> None:
    web.put("/robots.txt", b"User-agent: *\nDisallow: /pilots\n")
    tally = await shows(house, clock, web, Answer(page("Pilots", *WHOLE)), "Rare earths to unload")
    assert tally.alerts == 1
    assert "/pilots" not in {request.path for request in web.requests}


def test_what_is_over_a_runs_share_is_asked_for_in_the_next_one() -> None:
    over = Failure("https://paper.example/a", FailureKind.LATER, "enough", NOON)
    assert retry_at(over, NOON) == NOON + NEXT_RUN


def test_a_server_that_names_a_time_is_given_it() -> None:
    busy = Failure("", FailureKind.HTTP, "busy", NOON, 429, timedelta(hours=2))
    assert retry_at(busy, NOON) == NOON + timedelta(hours=2)
    assert retry_at(replace(busy, retry_after=timedelta(days=90)), NOON) == NOON + LONGEST
