"""What a feed alone is asked with: its headers, its login, its proxy."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial

import pytest

from tests.fetchers.conftest import CAP, NOW
from tests.servers.web import Answer, WebServer
from wirebell.alerts.secrets import resolve
from wirebell.core.feeds import Failure, FailureKind, Feed, Page, Unchanged, Validators
from wirebell.fetchers.http import Fetcher

ENVIRON = {"KEY": "canary-key", "LOGIN": "ana:canary-word", "TOKEN": "Bearer canary-token"}


@asynccontextmanager
async def a_fetcher(environ: dict[str, str], *allow: str) -> AsyncIterator[Fetcher]:
    async with Fetcher(
        contact="https://example.org/bell", allow_hosts=allow, deadline=5, cap=CAP,
        clock=lambda: NOW, reveal=partial(resolve, environ=environ),
    ) as fetcher:  # fmt: skip
        yield fetcher


async def asked(
    web: WebServer, feed: Feed, *, environ: dict[str, str] = ENVIRON
) -> Page | Unchanged | Failure:
    async with a_fetcher(environ, "127.0.0.1", f"localhost:{web.port}") as fetcher:
        return await fetcher.fetch(feed, Validators())


def private(url: str) -> Feed:
    return Feed("a", "A", url, headers=(("X-Key", "${env:KEY}"),), auth="${env:LOGIN}")


async def test_a_feed_is_asked_with_its_headers_and_its_login(web: WebServer) -> None:
    web.put("/feed", b"here")
    assert isinstance(await asked(web, private(web.url("/feed"))), Page)
    sent = web.requests[0].headers
    assert sent["x-key"] == "canary-key"
    assert sent["authorization"] == f"Basic {b64encode(b'ana:canary-word').decode()}"
    await asked(web, replace(private(web.url("/feed")), auth="${env:TOKEN}"))
    assert web.requests[1].headers["authorization"] == "Bearer canary-token"


async def test_secrets_follow_a_redirect_at_home_and_never_abroad_nor_back(web: WebServer) -> None:
    """127.0.0.1 and localhost are two hosts here; the last hop comes home by way of abroad."""
    web.put("/feed", Answer(status=301, headers={"Location": "/home"}))
    web.put("/home", Answer(status=302, headers={"Location": web.url("/abroad", "localhost")}))
    web.put("/abroad", Answer(status=302, headers={"Location": web.url("/back")}))
    web.put("/back", b"here")
    assert isinstance(await asked(web, private(web.url("/feed"))), Page)
    paths = [(r.path, "x-key" in r.headers, "authorization" in r.headers) for r in web.requests]
    assert paths == [
        ("/feed", True, True), ("/home", True, True),
        ("/abroad", False, False), ("/back", False, False),
    ]  # fmt: skip


async def test_a_feed_is_asked_through_its_proxy_and_elsewhere_without(web: WebServer) -> None:
    environ = {"PROXY": f"http://ana:canary-word@127.0.0.1:{web.port}"}
    there = "http://press.example/feed"
    web.put(there, Answer(status=302, headers={"Location": web.url("/abroad")}))
    web.put("/abroad", b"here")
    found = await asked(web, Feed("a", "A", there, proxy="${env:PROXY}"), environ=environ)
    assert isinstance(found, Page)
    assert [request.path for request in web.requests] == [there, "/abroad"]
    assert "proxy-authorization" in web.requests[0].headers
    assert "proxy-authorization" not in web.requests[1].headers


async def test_a_proxy_is_no_way_to_a_private_address(web: WebServer) -> None:
    environ = {"PROXY": f"http://127.0.0.1:{web.port}"}
    feed = Feed("a", "A", "http://169.254.169.254/latest/", proxy="${env:PROXY}")
    found = await asked(web, feed, environ=environ)
    assert isinstance(found, Failure)
    assert found.kind is FailureKind.GUARDED
    assert web.requests == []


@pytest.mark.parametrize("name", ["headers", "auth", "proxy"])
async def test_a_secret_that_is_not_set_is_named_and_nothing_is_asked(
    web: WebServer, name: str
) -> None:
    value = (("X-Key", "${env:NOT_SET}"),) if name == "headers" else "${env:NOT_SET}"
    feed = replace(Feed("a", "A", web.url("/feed")), **{name: value})  # type: ignore[arg-type]
    found = await asked(web, feed)
    assert isinstance(found, Failure)
    assert "NOT_SET" in found.detail
    assert web.requests == []


async def test_no_secret_is_in_a_failure_or_in_a_log(
    web: WebServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    environ = {**ENVIRON, "PROXY": "http://ana:canary-word@127.0.0.1:1"}
    web.put("/feed", Answer(b"no", status=403))
    for proxy in ("", "${env:PROXY}"):
        feed = replace(private(web.url("/feed")), proxy=proxy)
        found = await asked(web, feed, environ=environ)
        assert isinstance(found, Failure)
        assert "canary" not in repr(found)
    assert "canary" not in caplog.text


CHALLENGE = b"<!DOCTYPE html><html><head><title>Just a moment...</title></head></html>"


@pytest.mark.parametrize("status", [200, 403, 429, 503])
@pytest.mark.parametrize(
    "body",
    [
        CHALLENGE,
        b"<html><script src='/_Incapsula_Resource?a=1'></script></html>",
        b"<html><head><script>window._cf_chl_opt={}</script></head></html>",
    ],
)
async def test_the_pages_of_well_known_doorkeepers_are_named(
    web: WebServer, fetcher: Fetcher, status: int, body: bytes
) -> None:
    web.put("/feed", Answer(body, status=status, headers={"Retry-After": "60"}))
    found = await fetcher.fetch(Feed("a", "A", web.url("/feed")), Validators())
    assert isinstance(found, Failure)
    assert (found.kind, found.status) == (FailureKind.CHALLENGE, status)


async def test_a_feed_that_writes_of_doorkeepers_is_read(web: WebServer, fetcher: Fetcher) -> None:
    web.put("/feed", b"<rss><item><title>Just a moment, minister</title></item></rss>")
    assert isinstance(await fetcher.fetch(Feed("a", "A", web.url("/feed")), Validators()), Page)


async def test_an_unchanged_feed_says_where_it_moved_and_how_it_was_confirmed(
    web: WebServer, fetcher: Fetcher
) -> None:
    web.put("/old", Answer(status=301, headers={"Location": "/new"}))
    web.put("/new", Answer(b"here", headers={"ETag": '"1"'}))
    feed = Feed("a", "A", web.url("/old"))
    page = await fetcher.fetch(feed, Validators())
    assert isinstance(page, Page)
    for known, status in ((page.validators, 304), (replace(page.validators, etag=""), 200)):
        again = await fetcher.fetch(feed, known)
        assert isinstance(again, Unchanged)
        assert (again.status, again.moved_to) == (status, web.url("/new"))
