"""Addresses: what to request, and which article an address means.

`fetch_url` asks for what the publisher linked, less the tracking. `url_key` is for comparing
only and is never requested: it merges the spellings under which one article travels.
"""

from __future__ import annotations

import re
import tomllib
from base64 import urlsafe_b64decode
from contextlib import suppress
from functools import cache
from importlib.resources import files
from ipaddress import ip_address
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlencode, urlsplit, urlunsplit

from yarl import URL

_MOBILE_HOST = re.compile(r"^(?:www\d?|m|mobile|amp)\.(?=[^.]+\.)")
_AMP_PATH = re.compile(r"(?:/amp(?=/?$)|^/amp(?=/.)|\.amp(?=(?:\.html?)?$))")
_POST_FRAGMENT = re.compile(
    r"^(?:block|post|entry|update|live|msg|liveblog)[-_:]?\w", re.IGNORECASE
)
_NEWS_TOKEN = re.compile(r"^/(?:__i/)?(?:rss/)?(?:rd/)?(?:articles|read)/([\w-]+=*)$")
_NUMBER = re.compile(r"\d{4}")
_PLAIN = re.compile(  # nearly all that feeds link, at a tenth of the cost
    r"(?!.*[/.-]amp)https?://(?!(?:www\d?|m|mobile)\.)([a-z0-9-]{1,50}(?:\.[a-z0-9-]{1,50}){1,5})"
    r"((?:/[A-Za-z0-9._~!$&'()*+,;=:@-]+){1,20})(?:\?utm_[a-z]+=\w*(?:&utm_[a-z]+=\w*)*)?",
    re.ASCII,
)
_SAFE = "/:@!$&'()*+,;=~-._%"
_UNRESERVED = re.compile(r"%([0-9A-Fa-f]{2})")
_LONGEST = 8192
"""Characters of an address that is taken apart; servers refuse longer ones."""


@cache
def _tracking() -> dict[str, frozenset[str]]:
    words = tomllib.loads(files("wirebell.core").joinpath("tracking.toml").read_text("utf-8"))
    return {kind: frozenset(names.split()) for kind, names in words.items()}


def _is_tracking(name: str, value: str) -> bool:
    words, lower = _tracking(), name.lower()
    if lower in words["by_value"]:
        return value.lower() in words["channels"]
    if lower in words["unless_numbered"]:
        return not _NUMBER.search(value)
    return lower in words["names"] or lower.startswith(tuple(words["prefixes"]))


def on_the_wire(url: str) -> URL:
    """`url` as it is asked for, untouched if it can go as it is.

    Raises:
        ValueError: nobody can be asked there: no web address, or no such host or port.
    """
    address = URL(url, encoded=re.fullmatch(r"[!-~]+", url) is not None)
    if ":" in (host := address.host or ""):
        ip_address(host)
    if not (address.scheme in ("http", "https") and host and address.port) or "%" in host:
        raise ValueError(url)
    return address


def fetch_url(url: str) -> str:
    """The address to request: without fragment and tracking parameters, otherwise as given.

    What has no host comes back trimmed.
    """
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return url.strip()
    if not parts.netloc:
        return url.strip()
    kept = [p for p in parts.query.split("&") if not _is_tracking(*_pair(p))]
    return urlunsplit(parts._replace(query="&".join(kept), fragment="")).strip()


def _pair(parameter: str) -> tuple[str, str]:
    name, _, value = parameter.partition("=")
    return unquote(name), unquote(value)


def url_key(url: str) -> str:
    """One spelling for all addresses of one article; itself an address and its own key.

    Scheme, user, default port, `www`/`m`/`amp` hosts, AMP paths and caches, a trailing slash,
    the order of parameters and tracking do not matter. Parameters that may name an article
    (`id`, `p`, anything unknown) and fragments that name a post of a live blog stay. What is
    not an http address comes back trimmed.
    """
    if (plain := _PLAIN.fullmatch(url)) and "google" not in plain[1]:
        return f"https://{plain[1]}{plain[2]}"
    key = _key(url.strip())
    while (again := _key(key)) != key:  # what one pass lays bare, the next may shorten
        key = again
    return key


def is_front_page(key: str) -> bool:
    """Whether a key that `url_key` made means a whole site, which is never an article."""
    return key.count("/") == 3 and key.endswith("/")


def _key(url: str) -> str:
    parts = _unwrap(url)
    if parts is None:
        return url.strip()
    host = _host(parts)
    path = _AMP_PATH.sub("", _unescape(parts.path)) or "/"
    path = re.sub(r"/{2,}", "/", path)
    if len(path) > 1:
        path = path.rstrip("/") or "/"
    query = sorted(
        (name, value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True, errors="surrogateescape")
        if not _is_tracking(name, value) and f"{name}={value}".lower() not in _tracking()["layout"]
    )
    fragment = parts.fragment if _POST_FRAGMENT.match(parts.fragment) else ""
    words = urlencode(query, errors="surrogateescape")
    return urlunsplit(("https", host, quote(path, safe=_SAFE), words, quote(fragment, safe=_SAFE)))


def _host(parts: SplitResult) -> str:
    host = (parts.hostname or "").rstrip(".")
    with suppress(UnicodeError):  # a host no resolver takes still compares with itself
        host = host.encode("idna").decode("ascii")
    while (shorter := _MOBILE_HOST.sub("", host)) != host:
        host = shorter
    if ":" in host:
        host = f"[{host}]"
    try:
        port = parts.port
    except ValueError:
        port = None
    return host if port in (None, 80, 443) else f"{host}:{port}"


def _unescape(path: str) -> str:
    """Decode what never needed escaping, so that `%7Ename` and `~name` are one."""

    def plain(found: re.Match[str]) -> str:
        char = chr(int(found.group(1), 16))
        keep = char.isascii() and (char.isalnum() or char in "-._~")
        return char if keep else found.group().upper()

    return _UNRESERVED.sub(plain, path)


def _unwrap(url: str) -> SplitResult | None:
    """The address inside a known wrapper (Google's redirect, AMP caches), or `url`, split."""
    if len(url) > _LONGEST:
        return None
    try:
        url.encode()  # a lone surrogate has no place in an address
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return None
    if parts.scheme.lower() not in ("http", "https") or not host:
        return None
    inner = _inside(parts, host)
    return (_unwrap(inner) if inner else None) or parts


def _inside(parts: SplitResult, host: str) -> str:
    if host == "news.google.com":
        return _behind_token(parts)
    if re.fullmatch(r"(?:www\.)?google\.[a-z.]{2,6}", host):
        if parts.path == "/url":
            query = dict(parse_qsl(parts.query))
            return query.get("q") or query.get("url") or ""
        if parts.path.startswith("/amp/"):
            return _cached(parts.path.removeprefix("/amp/"), parts.query)
    if host.endswith(("cdn.ampproject.org", ".bing-amp.com")):
        return _cached(re.sub(r"^/(?:[a-z]|wp)/", "", parts.path), parts.query)
    return ""


def _behind_token(parts: SplitResult) -> str:
    """The address in a token of Google News; those made since July 2024 hold none that can be
    read, and stand for themselves under one path.
    """
    if not (found := _NEWS_TOKEN.match(parts.path)):
        return ""
    with suppress(ValueError):  # not base64
        plain = urlsafe_b64decode(found[1] + "=" * (-len(found[1]) % 4))
        if inner := re.search(rb"https?://[!-~]+", plain):
            return inner[0].decode("ascii")
    own = f"https://news.google.com/articles/{found[1]}"
    return "" if parts.geturl() == own else own


def _cached(path: str, query: str) -> str:
    """An AMP cache's path, `s/host/path` or `host/path`, as the address it stands for."""
    scheme = "https" if path.startswith("s/") else "http"
    return f"{scheme}://{path.removeprefix('s/')}?{query}"
