from __future__ import annotations

import asyncio
import gzip
import hashlib
import socket
import zlib
from datetime import timedelta

import brotli  # type: ignore[import-untyped]  # it has no stubs
import pytest

from tests.fetchers.conftest import CAP, NOW, a_fetcher, poll
from tests.servers.web import Answer, WebServer
from wirebell.core.feeds import Failure, FailureKind, Page
from wirebell.fetchers.http import Fetcher

BODY = b"<rss version='2.0'><channel><title>x</title></channel></rss>"


async def failure(fetcher: Fetcher, url: str) -> Failure:
    found = await poll(fetcher, url)
    assert isinstance(found, Failure)
    assert found.fetched_at == NOW
    return found


async def test_a_page_comes_whole(web: WebServer, fetcher: Fetcher) -> None:
    web.put("/feed", Answer(BODY, headers={"Content-Type": "text/xml", "ETag": '"1"'}))
    page = await poll(fetcher, web.url("/feed"))
    assert isinstance(page, Page)
    assert (page.url, page.status, page.body) == (web.url("/feed"), 200, BODY)
    assert ("content-type", "text/xml") in page.headers
    assert page.validators.body_hash == hashlib.sha256(BODY).hexdigest()
    assert (page.fetched_at, page.moved_to) == (NOW, "")


async def test_a_request_says_who_we_are_and_nothing_else(web: WebServer, fetcher: Fetcher) -> None:
    web.put("/feed", BODY)
    await poll(fetcher, web.url("/feed"))
    (request,) = web.requests
    assert request.headers["user-agent"].startswith("Wirebell/")
    assert request.headers["user-agent"].endswith(" (+https://example.org/bell)")
    assert request.headers["accept-encoding"] == "gzip, deflate, br"
    assert set(request.headers) == {"host", "user-agent", "accept", "accept-encoding"}


async def test_a_feeds_address_goes_on_the_wire_untouched(web: WebServer, fetcher: Fetcher) -> None:
    path = "/%7Ea//b/../c?utm_source=rss&x=%41&y='"
    await poll(fetcher, web.url(path))
    assert web.requests[0].path == path


async def test_an_address_that_cannot_go_as_it_is_is_escaped(
    web: WebServer, fetcher: Fetcher
) -> None:
    await poll(fetcher, web.url("/new s?q=é"))
    assert web.requests[0].path == "/new%20s?q=%C3%A9"


async def test_an_articles_address_goes_without_tracking(web: WebServer, fetcher: Fetcher) -> None:
    web.put("/a", b"<p>story</p>")
    page = await fetcher.fetch_page(web.url("/a?utm_source=rss&id=7#top"))
    assert isinstance(page, Page)
    assert web.requests[0].path == "/a?id=7"


async def test_cookies_are_not_kept(web: WebServer, fetcher: Fetcher) -> None:
    web.put("/feed", Answer(BODY, headers={"Set-Cookie": "session=s3cret; Path=/"}))
    page = await poll(fetcher, web.url("/feed"))
    await poll(fetcher, web.url("/feed"))
    assert isinstance(page, Page)
    assert "s3cret" not in str(page.headers)
    assert "cookie" not in web.requests[1].headers


_RAW = zlib.compressobj(wbits=-15)


@pytest.mark.parametrize(
    ("encoding", "packed"),
    [
        ("gzip", gzip.compress(BODY)),
        ("deflate", zlib.compress(BODY)),
        ("deflate", _RAW.compress(BODY) + _RAW.flush()),
        ("br", brotli.compress(BODY)),
    ],
    ids=["gzip", "deflate", "deflate without a header", "br"],
)
async def test_encoded_bodies_are_decoded(
    web: WebServer, fetcher: Fetcher, encoding: str, packed: bytes
) -> None:
    web.put("/feed", Answer(packed, headers={"Content-Encoding": encoding}))
    page = await poll(fetcher, web.url("/feed"))
    assert isinstance(page, Page)
    assert page.body == BODY


@pytest.mark.parametrize(
    "answer",
    [
        Answer(BODY, headers={"Content-Encoding": "gzip"}),
        Answer(BODY, length=len(BODY) + 1),
        Answer(raw=b"220 mail.example ESMTP\r\n\r\n"),
    ],
    ids=["plain for gzip", "shorter than declared", "not HTTP"],
)
async def test_a_lying_body_is_an_encoding_failure(
    web: WebServer, fetcher: Fetcher, answer: Answer
) -> None:
    web.put("/feed", answer)
    found = await failure(fetcher, web.url("/feed"))
    assert found.kind is FailureKind.ENCODING


@pytest.mark.parametrize("encoding", ["gzip", "br"])
async def test_a_bomb_stops_at_the_cap(web: WebServer, fetcher: Fetcher, encoding: str) -> None:
    zeros = bytes(64 * 2**20)
    packed = gzip.compress(zeros) if encoding == "gzip" else brotli.compress(zeros, quality=1)
    assert len(packed) < CAP
    web.put("/feed", Answer(packed, headers={"Content-Encoding": encoding}))
    assert (await failure(fetcher, web.url("/feed"))).kind is FailureKind.TOO_BIG


async def test_an_endless_stream_is_left_at_the_cap(web: WebServer, fetcher: Fetcher) -> None:
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    chunk = b"10000\r\n" + bytes(0x10000) + b"\r\n"
    web.put("/feed", Answer(raw=head + chunk * 64))
    assert (await failure(fetcher, web.url("/feed"))).kind is FailureKind.TOO_BIG


async def test_a_declared_200_megabytes_are_not_read(web: WebServer, fetcher: Fetcher) -> None:
    web.put("/feed", Answer(bytes(2**16), times=3200))
    assert (await failure(fetcher, web.url("/feed"))).kind is FailureKind.TOO_BIG
    assert web.sent < 64 * 2**20, "what the kernel buffers, not what the server has"


async def test_a_body_of_just_the_cap_is_read(web: WebServer, fetcher: Fetcher) -> None:
    web.put("/most", bytes(CAP))
    web.put("/more", Answer(bytes(CAP + 1)))
    assert isinstance(await poll(fetcher, web.url("/most")), Page)
    assert (await failure(fetcher, web.url("/more"))).kind is FailureKind.TOO_BIG


async def test_a_slow_drip_ends_at_the_deadline(web: WebServer) -> None:
    web.put("/feed", Answer(b"x", times=100_000, pause=0.05))
    async with a_fetcher("127.0.0.1", deadline=0.5) as fetcher:
        assert (await failure(fetcher, web.url("/feed"))).kind is FailureKind.TIMEOUT


async def test_the_deadline_covers_all_hops_together(web: WebServer) -> None:
    for hop in range(4):
        to = {"Location": f"/{hop + 1}"}
        web.put(f"/{hop}", Answer(status=302, headers=to, late=0.25))
    web.put("/4", BODY)
    async with a_fetcher("127.0.0.1", deadline=0.7) as fetcher:
        assert (await failure(fetcher, web.url("/0"))).kind is FailureKind.TIMEOUT


async def test_a_port_where_nobody_listens_is_refused(web: WebServer) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    async with a_fetcher("127.0.0.1") as fetcher:
        found = await failure(fetcher, f"http://127.0.0.1:{port}/")
    assert found.kind is FailureKind.REFUSED


async def test_a_server_that_hangs_up_is_refused(web: WebServer, fetcher: Fetcher) -> None:
    web.put("/feed", Answer(hang_up=True))
    assert (await failure(fetcher, web.url("/feed"))).kind is FailureKind.REFUSED


async def test_what_speaks_no_tls_is_a_tls_failure() -> None:
    async def speak(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(speak, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        async with a_fetcher("127.0.0.1") as fetcher:
            found = await failure(fetcher, f"https://127.0.0.1:{port}/")
    assert found.kind is FailureKind.TLS


@pytest.mark.parametrize("host", ["a" * 64 + ".example", "a..example"])
async def test_a_name_that_cannot_be_resolved_is_a_dns_failure(fetcher: Fetcher, host: str) -> None:
    assert (await failure(fetcher, f"http://{host}/")).kind is FailureKind.DNS


@pytest.mark.parametrize(
    "url",
    [
        "", "feed.xml", "//a.example/x", "ftp://a.example/x", "file:///etc/passwd", "http://",
        "http://[", "http://[::1", "http://a.example:99999/", "http://:80/", "http://2130706433/",
        "http://\udce9.example/", "javascript:alert(1)", "\x00", "http://a\x00b/",
    ],
)  # fmt: skip
async def test_what_is_no_web_address_is_refused_as_a_value(fetcher: Fetcher, url: str) -> None:
    assert (await failure(fetcher, url)).kind in (FailureKind.GUARDED, FailureKind.DNS)
    assert isinstance(await fetcher.fetch_page(url), Failure)


async def test_a_password_in_an_address_is_refused_and_not_repeated(fetcher: Fetcher) -> None:
    found = await failure(fetcher, "https://user:hunter2@a.example/feed?x=1")
    assert found.kind is FailureKind.GUARDED
    assert found.url == "https://a.example/feed?x=1"
    assert "hunter2" not in repr(found)


@pytest.mark.parametrize("status", [204, 200])
async def test_a_body_of_nothing_is_empty(web: WebServer, fetcher: Fetcher, status: int) -> None:
    web.put("/feed", Answer(status=status))
    found = await failure(fetcher, web.url("/feed"))
    assert (found.kind, found.status) == (FailureKind.EMPTY, status)


@pytest.mark.parametrize("status", [300, 400, 404, 410, 500, 999])
async def test_a_status_that_is_no_success_is_named(
    web: WebServer, fetcher: Fetcher, status: int
) -> None:
    web.put("/feed", Answer(b"Something of mine", status=status))
    found = await failure(fetcher, web.url("/feed"))
    assert (found.kind, found.status) == (FailureKind.HTTP, status)
    assert str(status) in found.detail
    assert found.retry_after is None


@pytest.mark.parametrize(
    ("status", "value"), [(429, "120"), (503, "Thu, 05 Jun 2025 15:12:00 GMT")]
)
async def test_a_server_may_ask_for_patience(
    web: WebServer, fetcher: Fetcher, status: int, value: str
) -> None:
    web.put("/feed", Answer(status=status, headers={"Retry-After": value}))
    found = await failure(fetcher, web.url("/feed"))
    assert (found.status, found.retry_after) == (status, timedelta(seconds=120))


async def test_a_challenge_is_told_from_a_refusal(web: WebServer, fetcher: Fetcher) -> None:
    web.put("/asks", Answer(b"<html>", status=403, headers={"CF-Mitigated": "challenge"}))
    web.put("/forbids", Answer(b"<html>", status=403))
    assert (await failure(fetcher, web.url("/asks"))).kind is FailureKind.CHALLENGE
    assert (await failure(fetcher, web.url("/forbids"))).kind is FailureKind.HTTP


async def test_html_is_a_page_like_any_other(web: WebServer, fetcher: Fetcher) -> None:
    web.put("/feed", b"<!doctype html><title>Moved</title>")
    assert isinstance(await poll(fetcher, web.url("/feed")), Page)


async def test_a_long_header_of_a_publisher_is_no_obstacle(
    web: WebServer, fetcher: Fetcher
) -> None:
    web.put("/feed", Answer(BODY, headers={"Content-Security-Policy": "x" * 20_000}))
    assert isinstance(await poll(fetcher, web.url("/feed")), Page)


async def test_many_polls_at_once_keep_to_two_for_one_server(
    web: WebServer, fetcher: Fetcher
) -> None:
    web.put("/feed", Answer(BODY, late=0.01))
    found = await asyncio.gather(*(poll(fetcher, web.url("/feed")) for _ in range(20)))
    assert all(isinstance(page, Page) for page in found)
    assert web.peak == 2


async def test_who_waits_too_long_for_a_turn_is_told_so(web: WebServer) -> None:
    web.put("/hangs", Answer(BODY, late=5))
    async with a_fetcher("127.0.0.1", deadline=1, patience=0.2) as fetcher:
        polls = (failure(fetcher, web.url("/hangs")) for _ in range(9))
        found = await asyncio.wait_for(asyncio.gather(*polls), timeout=2)
    assert {fault.kind for fault in found} == {FailureKind.TIMEOUT, FailureKind.LATER}
    assert sum("waited too long for its turn" in fault.detail for fault in found) == 7
