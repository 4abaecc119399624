"""The fetcher: one client for every feed and page, with limits on all that a server can do.

A server can be slow, endless, compressed a thousandfold, lying, redirecting for ever or to
our own machine. Each of these ends as a `Failure` with a name; none costs more than the
deadline and the cap. No cookies, no caches: what was asked is what is sent, and what a feed is
asked with (its headers, its proxy) stays with its publisher wherever that leads.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from importlib.metadata import version
from types import MappingProxyType
from typing import NamedTuple, Self
from urllib.parse import urljoin, urlsplit

import aiohttp
from yarl import URL

from wirebell.core.clock import Clock
from wirebell.core.feeds import Failure, FailureKind, Feed, Lane, Page, Unchanged, Validators
from wirebell.core.text import one_line
from wirebell.core.urls import fetch_url, on_the_wire
from wirebell.fetchers.faults import PEEK, Fault, challenge_in, fault_of_answer, fault_of_error
from wirebell.fetchers.guard import Guard
from wirebell.fetchers.manners import Manners, lane_of

MOST_REDIRECTS = 5
_HEADER_LIMIT = 64 * 1024  # one header line; some publishers' policies alone take 20 kB

_PERMANENT = {301, 308}
_REDIRECTS = {301, 302, 303, 307, 308}
_CONDITIONS = ("If-None-Match", "If-Modified-Since")
_FEEDS = "application/atom+xml, application/rss+xml, application/xml;q=0.9, */*;q=0.8"
_PAGES = "text/html, application/xhtml+xml, */*;q=0.8"


class _Private(NamedTuple):
    """What goes to one publisher only; `proxy` is an address."""

    headers: Mapping[str, str] = MappingProxyType({})
    proxy: str | None = None


@dataclass(kw_only=True)
class Fetcher:
    """Fetches feeds and pages: an async context manager for one event loop.

    `patience` is when a fetch gives up its turn, in seconds after it began: one domain that hangs
    must hold a batch for a deadline at most. The deadline does not count the waiting.

    Raises:
        SettingsError: on entering, if an entry of `allow_hosts` cannot be read.
    """

    contact: str  # an address or URL for webmasters, sent in the User-Agent
    allow_hosts: Sequence[str]  # private hosts we may connect to; see `Guard`
    deadline: float  # seconds one fetch may take, redirects and body included
    cap: int  # decoded bytes one answer may have
    clock: Clock
    patience: float = 60.0
    reveal: Callable[[str], str] = str  # a reference to a secret, as the secret

    async def __aenter__(self) -> Self:
        self._guard = Guard(self.allow_hosts)
        self._manners = Manners()
        self._trusting = self._session(aiohttp.TCPConnector(limit=0))
        self._guarded = self._session(
            aiohttp.TCPConnector(limit=0, socket_factory=self._guard.open_socket)
        )
        return self

    async def __aexit__(self, *error: object) -> None:
        await self._trusting.close()
        await self._guarded.close()

    def _session(self, connector: aiohttp.TCPConnector) -> aiohttp.ClientSession:
        return aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={
                "User-Agent": f"Wirebell/{version('wirebell')} (+{one_line(self.contact)})",
                "Accept-Encoding": "gzip, deflate, br",
            },
            timeout=aiohttp.ClientTimeout(total=None),  # ours covers redirects too
            max_line_size=_HEADER_LIMIT,
            max_field_size=_HEADER_LIMIT,
        )

    def lane(self, feed: Feed) -> Lane | None:
        """Whose load a poll of this feed is; None for one that needs no spacing, or no address."""
        with suppress(ValueError):
            parts = urlsplit(feed.url)
            port = parts.port or (443 if parts.scheme == "https" else 80)
            if not self._guard.trusts(parts.hostname or "", port):
                return lane_of(feed.url)
        return None

    async def fetch(
        self, feed: Feed, validators: Validators, *, at: datetime | None = None
    ) -> Page | Unchanged | Failure:
        """Poll `feed`: its bytes, or that nothing changed, or why there is nothing; `at` its turn.

        Unchanged is a 304, or a 200 with the very bytes we had. Validators come back as the
        server gave them: new with every 200, and the ETag with a 304 that has another. Never
        raises for what a server does.
        """
        if at and (early := (at - self.clock()).total_seconds()) > 0:
            await asyncio.sleep(early)
        answer = await self._ask_whether_new(feed.url, _FEEDS, validators, feed)
        if isinstance(answer, Page) and (fault := challenge_in(answer.body)):
            return Failure(feed.url, fault.kind, fault.detail, self.clock(), answer.status)
        return answer

    async def fetch_page(
        self, url: str, had: Validators | None = None
    ) -> Page | Unchanged | Failure:
        """Fetch an article's page as `fetch` does a feed, tracking parameters left out."""
        return await self._ask_whether_new(fetch_url(url), _PAGES, had or Validators(), None)

    async def _ask_whether_new(
        self, url: str, accept: str, had: Validators, feed: Feed | None
    ) -> Page | Unchanged | Failure:
        known = zip(_CONDITIONS, (had.etag, had.last_modified), strict=True)
        headers = {"Accept": accept, **{name: value for name, value in known if value}}
        try:
            page = await self._follow(url, headers, self._private(feed))
        except Fault as fault:
            # without what stands before the host: a password must not reach a log
            url = re.sub(r"^([A-Za-z][A-Za-z0-9+.-]*:)?//[^/?#]*@", r"\1//", url)
            now = self.clock()
            return Failure(url, fault.kind, fault.detail, now, fault.status, fault.retry_after)
        given = page.validators
        if page.status == 304:
            given = Validators(given.etag or had.etag, had.last_modified, had.body_hash)
        if given.body_hash != had.body_hash:
            return page
        return Unchanged(page.url, given, page.fetched_at, page.status, page.moved_to)

    def _private(self, feed: Feed | None) -> _Private:
        """What this feed alone is asked with, its secrets looked up."""
        if feed is None or not feed.private:
            return _Private()
        try:
            headers = {name: self.reveal(value) for name, value in feed.headers}
            auth, proxy = self.reveal(feed.auth), self.reveal(feed.proxy)
        except LookupError as error:
            raise Fault(FailureKind.BROKEN, str(error)) from None
        if auth:  # "user:password", or all that follows "Authorization:"
            basic = f"Basic {b64encode(auth.encode()).decode()}"
            headers["Authorization"] = auth if " " in auth else basic
        return _Private(headers, proxy or None)

    async def _follow(self, url: str, headers: Mapping[str, str], private: _Private) -> Page:
        loop, domain_of = asyncio.get_running_loop(), self._manners.domain_of
        until, left, permanent = loop.time() + self.patience, self.deadline, True
        address, home = (first := _address(url)), ""
        for hop in range(MOST_REDIRECTS + 1):
            host, port = address.host or "", address.port or 0
            domain = domain_of(host, port)
            home = home or domain
            if domain != home or address.scheme < first.scheme:  # nor from https to http
                private = _Private()
            at_domain, in_line = self._manners.turn(domain, until)
            async with at_domain, in_line:
                self._manners.admit(domain)
                began = loop.time()
                try:
                    page = await self._ask(address, headers, private, left)
                except Fault as fault:
                    if fault.retry_after:
                        self._manners.close(host, fault.retry_after.total_seconds())
                    raise
                left -= loop.time() - began
            if not page.moved_to:
                return replace(page, moved_to=page.url) if hop and permanent else page
            permanent = permanent and page.status in _PERMANENT
            address = _address(page.moved_to, base=page.url)
        raise Fault(FailureKind.REDIRECTS, f"redirected more than {MOST_REDIRECTS} times")

    async def _ask(
        self, address: URL, headers: Mapping[str, str], private: _Private, left: float
    ) -> Page:
        """One request; a redirect is a page without a body that says where it `moved_to`."""
        try:
            end = URL(private.proxy) if private.proxy else address
            if private.proxy:  # the socket sees the proxy's address only
                self._guard.admit(address.host or "", address.port or 0)
            trusted = self._guard.trusts(end.host or "", end.port or 0)
            session = self._trusting if trusted else self._guarded
            async with (
                asyncio.timeout(left),
                session.get(
                    address,
                    headers={**headers, **private.headers},
                    proxy=private.proxy,
                    allow_redirects=False,
                ) as response,
            ):
                return await self._read(response, headers)
        except (aiohttp.ClientError, OSError, UnicodeError) as error:
            raise fault_of_error(error) from error

    async def _read(self, response: aiohttp.ClientResponse, asked: Mapping[str, str]) -> Page:
        status, headers = response.status, response.headers
        moved_to = headers.get("Location", "") if status in _REDIRECTS else ""
        confirmed = status == 304 and any(name in asked for name in _CONDITIONS)
        body = b"" if moved_to or confirmed else await self._body(response)
        given = (headers.get(name, "") for name in ("ETag", "Last-Modified"))
        # no validator beats one that cannot be sent back as it came
        etag, modified = (v if v.isascii() and v.isprintable() else "" for v in given)
        return Page(
            url=str(response.real_url),
            status=status,
            # a session is a secret, and nobody asked for one
            headers=tuple((k.lower(), v) for k, v in headers.items() if k.lower() != "set-cookie"),
            body=body,
            validators=Validators(etag, modified, hashlib.sha256(body).hexdigest()),
            fetched_at=self.clock(),
            moved_to=moved_to,
        )

    async def _body(self, response: aiohttp.ClientResponse) -> bytes:
        """The decoded body of a success, given up as soon as it is over the cap."""
        if fault := fault_of_answer(response.status, response.headers, self.clock()):
            if challenge := challenge_in(await response.content.read(PEEK)):
                fault.kind, fault.detail = challenge.kind, challenge.detail
            raise fault
        body = bytearray()
        async for chunk in response.content.iter_chunked(2**16):
            body += chunk
            if len(body) > self.cap:
                words = f"the answer is larger than {self.cap} bytes"
                raise Fault(FailureKind.TOO_BIG, words)
        if not body:
            raise Fault(FailureKind.EMPTY, "the answer has no body", response.status)
        return bytes(body)


def _address(link: str, *, base: str = "") -> URL:
    """`link` as it goes on the wire, untouched if it can go as it is; a Fault if it may not."""
    try:
        address = on_the_wire(urljoin(base, link))
    except ValueError:
        raise Fault(FailureKind.GUARDED, "only http and https addresses are fetched") from None
    if "@" in address.raw_authority:
        raise Fault(FailureKind.GUARDED, "an address with a user name or password is refused")
    return address
