"""Addresses: what to request, and which article an address means.

`fetch_url` asks for what the publisher linked, less the tracking. `url_key` is for comparing
only and is never requested: it merges the spellings under which one article travels.
"""

from __future__ import annotations

import re
from contextlib import suppress
from functools import cache
from importlib.resources import files
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlencode, urlsplit, urlunsplit

_MOBILE_HOST = re.compile(r"^(?:www\d?|m|mobile|amp)\.(?=[^.]+\.)")
_AMP_PATH = re.compile(r"(?:/amp(?=/?$)|^/amp(?=/.)|\.amp(?=(?:\.html?)?$))")
_AMP_QUERY = {("amp", ""), ("amp", "1"), ("amp", "true"), ("outputtype", "amp")}
_ORIGIN_NAMES = frozenset({"ref", "source", "src"})  # an origin or part of the article: by value
_ID_NAMES = frozenset({"cid"})  # a campaign, or with a number in it an article
_ORIGINS = frozenset(
    "rss feed feeds twitter facebook fb linkedin newsletter email mail app home homepage".split()
)
_POST_FRAGMENT = re.compile(
    r"^(?:block|post|entry|update|live|msg|liveblog)[-_:]?\w", re.IGNORECASE
)
_NUMBER = re.compile(r"\d{4}")
_SAFE = "/:@!$&'()*+,;=~-._%"
_UNRESERVED = re.compile(r"%([0-9A-Fa-f]{2})")
_LONGEST = 8192
"""Characters of an address that is taken apart; servers refuse longer ones."""


@cache
def _tracking() -> tuple[frozenset[str], tuple[str, ...]]:
    lines = (
        files("wirebell.core").joinpath("tracking_parameters.txt").read_text("utf-8").split("\n")
    )
    names = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    exact = frozenset(name for name in names if not name.endswith("*"))
    return exact, tuple(name[:-1] for name in names if name.endswith("*"))


def _is_tracking(name: str, value: str) -> bool:
    exact, prefixes = _tracking()
    lower = name.lower()
    if lower in _ORIGIN_NAMES:
        return value.lower() in _ORIGINS
    if lower in _ID_NAMES and _NUMBER.search(value):
        return False
    return lower in exact or lower.startswith(prefixes)


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
        if not _is_tracking(name, value) and (name.lower(), value.lower()) not in _AMP_QUERY
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
    if re.fullmatch(r"(?:www\.)?google\.[a-z.]{2,6}", host):
        if parts.path == "/url":
            query = dict(parse_qsl(parts.query))
            return query.get("q") or query.get("url") or ""
        if parts.path.startswith("/amp/"):
            return _cached(parts.path.removeprefix("/amp/"), parts.query)
    if host.endswith(".cdn.ampproject.org"):
        return _cached(re.sub(r"^/[a-z]/", "", parts.path), parts.query)
    return ""


def _cached(path: str, query: str) -> str:
    """An AMP cache's path, `s/host/path` or `host/path`, as the address it stands for."""
    scheme = "https" if path.startswith("s/") else "http"
    return f"{scheme}://{path.removeprefix('s/')}?{query}"
