from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from tests.pipeline.desk import rss, write_desk
from tests.servers.web import Answer, WebServer
from wirebell.cli.app import app
from wirebell.core.errors import SchemaBehind
from wirebell.desk import load_desk
from wirebell.pipeline.verify import known_dead

Run = Callable[..., Coroutine[Any, Any, Result]]
OPML = """<opml><body><outline text="Harbour again" xmlUrl="{url}"/>
<outline text="O'Brien's Courier" xmlUrl="https://courier.example/feed"/>
<outline text="O'Brien's Courier" xmlUrl="https://courier.example/other"/></body></opml>"""


@pytest.fixture
async def web() -> AsyncIterator[WebServer]:
    async with WebServer() as server:
        server.put("/feed", Answer(rss(("a", "Ferries", server.url("/a")))))
        yield server


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, web: WebServer) -> Run:
    """The command, in a thread of its own: the server runs in the test's loop."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WIREBELL_ALLOW_HOSTS", "127.0.0.1")
    write_desk(tmp_path / "rules", {"harbour": web.url("/feed")})

    async def command(*words: str) -> Result:
        return await asyncio.to_thread(CliRunner().invoke, app, ["feeds", *words])

    return command


async def test_a_feed_that_brings_old_news_is_reached_and_told(run: Run) -> None:
    found = await run("verify")
    assert found.exit_code == 1
    assert "trouble" in found.output
    assert "1 entries, newest 05 Jun 2025  Outlet" in found.output
    assert "its newest entry is" in found.output


@pytest.mark.parametrize(
    ("path", "answer", "words"),
    [
        ("/html", Answer(b"<html><body>Welcome</body></html>"), "HTML"),
        ("/none", Answer(rss()), "it holds no entry"),
        ("/gone", Answer(b"", status=404), "404"),
        ("/twice", Answer(rss(("a", "A", "/a"), ("a", "B", "/b"))), "1 of 2 entries repeat"),
        ("/moved", Answer(status=301, headers={"Location": "/feed"}), "moved for good"),
        ("/feed", None, "the desk has it already, as harbour"),
    ],
)
async def test_what_is_wrong_with_an_address_is_said(
    run: Run, web: WebServer, path: str, answer: Answer | None, words: str
) -> None:
    if answer:
        web.put(path, answer)
    found = await run("verify", web.url(path), "--json")
    assert found.exit_code == 1
    (checked,) = json.loads(found.stdout)
    assert any(words in problem for problem in checked["problems"])


async def test_a_file_is_judged_without_a_network(run: Run, tmp_path: Path) -> None:
    (tmp_path / "saved.xml").write_bytes(rss(("a", "A", "https://a.example/a")))
    found = await run("verify", "saved.xml")
    assert "1 entries" in found.output


async def test_addresses_that_are_known_dead_are_named() -> None:
    assert "eight years" in known_dead("https://english.news.cn/rss/world.xml")
    assert known_dead("https://courier.example/feed") == ""


async def test_every_feed_says_how_it_does(run: Run) -> None:
    assert isinstance((await run("list")).exception, SchemaBehind)  # no database yet
    await run("verify")
    listed = await run("list")
    assert listed.exit_code == 0
    assert "new" in listed.output
    assert "harbour" in listed.output
    (row,) = json.loads((await run("list", "--json")).stdout)
    assert (row["feed_id"], row["health"]) == ("harbour", "ok")


async def test_a_site_is_searched_where_its_page_says_and_where_feeds_usually_are(
    run: Run, web: WebServer
) -> None:
    link = b"<link rel='alternate' type='application/rss+xml' href='/hidden'>"
    web.put("/news", Answer(b"<html><head>" + link + b"</head></html>"))
    web.put("/hidden", Answer(rss(("a", "A", "/a"))))
    assert web.url("/hidden") in (await run("find", web.url("/news"))).output
    web.put("/news", Answer(b"<html><head></head></html>"))
    assert web.url("/feed") in (await run("find", web.url("/news"))).output
    web.put("/feed", Answer(status=404))
    nothing = await run("find", web.url("/news"))
    assert (nothing.exit_code, "no feed found" in nothing.output) == (1, True)


async def test_lists_of_other_readers_are_added_once_and_come_out_again(
    run: Run, tmp_path: Path, web: WebServer
) -> None:
    (tmp_path / "mine.opml").write_text(OPML.format(url=web.url("/feed")))
    assert "2 feeds added" in (await run("import", "mine.opml")).output
    feeds = load_desk(tmp_path / "rules").feeds
    assert [feed.id for feed in feeds] == ["harbour", "o-brien-s-courier", "o-brien-s-courier-2"]
    assert feeds[1].name == "O'Brien's Courier"
    assert "0 feeds added" in (await run("import", "mine.opml")).output
    out = await run("export")
    assert out.stdout.count("xmlUrl") == 3


async def test_an_import_that_breaks_the_desk_leaves_it_as_it_was(run: Run, tmp_path: Path) -> None:
    before = (tmp_path / "rules/feeds.yaml").read_text()
    bad = "<opml><body><outline text='Bad' xmlUrl='ftp://a.example/'/></body></opml>"
    (tmp_path / "mine.opml").write_text(bad)
    assert (await run("import", "mine.opml")).exit_code == 1
    assert (tmp_path / "rules/feeds.yaml").read_text() == before
