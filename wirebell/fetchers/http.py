"""The fetcher: one client for every feed and page, with limits on all that a server can do.

A server can be slow, endless, compressed a thousandfold, lying, redirecting for ever or to
our own machine. Each of these ends as a `Failure` with a name; none costs more than the
deadline and the cap. No cookies, no caches, no proxies: what was asked is what is sent.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from importlib.metadata import version
from typing import Self
from urllib.parse import urljoin

import aiohttp
from yarl import URL

from wirebell.core.clock import Clock
from wirebell.core.feeds import Failure, FailureKind, Feed, Page, Unchanged, Validators
from wirebell.core.text import one_line
from wirebell.core.urls import fetch_url
from wirebell.fetchers.faults import Fault, fault_of_answer, fault_of_error
from wirebell.fetchers.guard import Guard
from wirebell.fetchers.manners import Manners

MOST_REDIRECTS = 5
_HEADER_LIMIT = 64 * 1024  # one header line; some publishers' policies alone take 20 kB
_CHUNK = 64 * 1024

_PERMANENT = frozenset({301, 308})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_CONDITIONS = ("If-None-Match", "If-Modified-Since")
_FEEDS = "application/atom+xml, application/rss+xml, application/xml;q=0.9, */*;q=0.8"
_PAGES = "text/html, application/xhtml+xml, */*;q=0.8"


@dataclass(frozen=True, slots=True)
class _Redirect:
    location: str
    permanent: bool


class Fetcher:
    """Fetches feeds and pages: an async context manager for one event loop.

    Args:
        contact: an address or URL for webmasters, sent in the User-Agent.
        allow_hosts: private hosts we may connect to; see `Guard`.
        deadline: seconds one fetch may take, redirects and body included, waiting for a turn
            not included.
        cap: decoded bytes one answer may have.
        clock: tells `fetched_at`, and how far off a Retry-After date is.

    Raises:
        SettingsError: an entry of `allow_hosts` cannot be read.
    """

    def __init__(
        self, *, contact: str, allow_hosts: Sequence[str], deadline: float, cap: int, clock: Clock
    ) -> None:
        self._guard = Guard(allow_hosts)
        self._manners = Manners()
        self._deadline = deadline
        self._cap = cap
        self._clock = clock
        self._headers = {
            "User-Agent": f"Wirebell/{version('wirebell')} (+{one_line(contact)})",
            "Accept-Encoding": "gzip, deflate, br",
        }
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0, socket_factory=self._guard.open_socket),
            cookie_jar=aiohttp.DummyCookieJar(),
            headers=self._headers,
            timeout=aiohttp.ClientTimeout(total=None),  # ours covers redirects too
            max_line_size=_HEADER_LIMIT,
            max_field_size=_HEADER_LIMIT,
        )
        return self

    async def __aexit__(self, *error: object) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def fetch(self, feed: Feed, validators: Validators) -> Page | Unchanged | Failure:
        """Poll `feed`: its bytes, or that nothing changed, or why there is nothing.

        Unchanged is a 304, or a 200 with the very bytes we had. Validators come back as the
        server gave them: new with every 200, and with a 304 where it repeats them. Never
        raises for what a server does.
        """
        known = zip(_CONDITIONS, (validators.etag, validators.last_modified), strict=True)
        page = await self._get(feed.url, {"Accept": _FEEDS, **{k: v for k, v in known if v}})
        if isinstance(page, Failure):
            return page
        given = page.validators
        if page.status == 304:
            given = Validators(
                given.etag or validators.etag,
                given.last_modified or validators.last_modified,
                validators.body_hash,
            )
        if given.body_hash == validators.body_hash:
            return Unchanged(page.url, given, page.fetched_at)
        return page

    async def fetch_page(self, url: str) -> Page | Failure:
        """Fetch an article's page, within the same limits; tracking parameters are left out."""
        with suppress(ValueError):  # what cannot be split is refused below, as a value
            url = fetch_url(url)
        return await self._get(url, {"Accept": _PAGES})

    async def _get(self, url: str, headers: Mapping[str, str]) -> Page | Failure:
        found = await self._follow(url, headers)
        if isinstance(found, Page):
            return found
        return Failure(
            url=_without_user(url),
            kind=found.kind,
            detail=found.detail,
            fetched_at=self._clock(),
            status=found.status,
            retry_after=found.retry_after,
        )

    async def _follow(self, url: str, headers: Mapping[str, str]) -> Page | Fault:
        loop = asyncio.get_running_loop()
        here, left, permanent = url, self._deadline, True
        for hop in range(MOST_REDIRECTS + 1):
            address = _address(here)
            if isinstance(address, Fault):
                return address
            async with self._manners.turn(address.host or "", address.port or 0):
                began = loop.time()
                found = await self._ask(address, headers, left)
                left -= loop.time() - began
            if isinstance(found, Page):
                return replace(found, url=here, moved_to=here if hop and permanent else "")
            if isinstance(found, Fault):
                return found
            permanent = permanent and found.permanent
            try:
                here = urljoin(here, found.location)
            except ValueError:
                return Fault(FailureKind.REDIRECTS, "redirected to what is no address")
        return Fault(FailureKind.REDIRECTS, f"redirected more than {MOST_REDIRECTS} times")

    async def _ask(
        self, address: URL, headers: Mapping[str, str], left: float
    ) -> Page | _Redirect | Fault:
        """One request, no redirect followed."""
        if self._session is None:
            raise RuntimeError("a Fetcher fetches inside `async with`")
        with self._guard.passage(address.host or "", address.port or 0) as passage:
            try:
                async with (
                    asyncio.timeout(left),
                    self._session.get(address, headers=headers, allow_redirects=False) as response,
                ):
                    return await self._judge(response, headers)
            except (aiohttp.ClientError, OSError, UnicodeError) as error:
                if passage.refused and not passage.opened:
                    words = f"it leads to a {passage.refused} address, which is refused"
                    return Fault(FailureKind.GUARDED, words)
                return fault_of_error(error)

    async def _judge(
        self, response: aiohttp.ClientResponse, asked: Mapping[str, str]
    ) -> Page | _Redirect | Fault:
        status, location = response.status, response.headers.get("Location", "")
        if status in _REDIRECTS and location:
            return _Redirect(location, status in _PERMANENT)
        fault = fault_of_answer(status, response.headers, self._clock())
        if fault and not (status == 304 and any(name in asked for name in _CONDITIONS)):
            return fault
        body = b"" if fault else await self._read(response)
        return body if isinstance(body, Fault) else self._page(response, body)

    async def _read(self, response: aiohttp.ClientResponse) -> bytes | Fault:
        """The decoded body, given up as soon as it is over the cap."""
        too_big = Fault(FailureKind.TOO_BIG, f"the answer is larger than {self._cap} bytes")
        if (response.content_length or 0) > self._cap:
            return too_big
        body = bytearray()
        async for chunk in response.content.iter_chunked(_CHUNK):
            body += chunk
            if len(body) > self._cap:
                return too_big
        return bytes(body) or Fault(FailureKind.EMPTY, "the answer has no body", response.status)

    def _page(self, response: aiohttp.ClientResponse, body: bytes) -> Page:
        headers = tuple(
            (name.decode("latin-1").lower(), value.decode("latin-1"))
            for name, value in response.raw_headers
            if name.lower() != b"set-cookie"  # a session is a secret, and nobody asked for one
        )
        first = dict(reversed(headers))
        validators = Validators(
            etag=_sendable(first.get("etag", "")),
            last_modified=_sendable(first.get("last-modified", "")),
            body_hash=hashlib.sha256(body).hexdigest(),
        )
        return Page("", response.status, headers, body, validators, self._clock())


def _address(url: str) -> URL | Fault:
    """`url` as it goes on the wire, untouched if it can go as it is; or why it is refused."""
    try:
        address = URL(url, encoded=re.fullmatch(r"[!-~]+", url) is not None)
        host, port = address.host, address.port
    except ValueError:
        host, port = None, None
    if not host or not port or address.scheme not in ("http", "https"):
        return Fault(FailureKind.GUARDED, "only http and https addresses are fetched")
    if address.raw_user is not None or address.raw_password is not None:
        return Fault(FailureKind.GUARDED, "an address with a user name or password is refused")
    return address


def _without_user(url: str) -> str:
    """`url` without what stands before the host: a password must not reach a log."""
    return re.sub(r"^([A-Za-z][A-Za-z0-9+.-]*:)?//[^/?#]*@", r"\1//", url)


def _sendable(value: str) -> str:
    """`value` if it can be sent back byte for byte, else "": no validator beats a wrong one."""
    return value if re.fullmatch(r"[\t -~]*", value) else ""
