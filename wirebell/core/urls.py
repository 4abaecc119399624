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
_ORIGINS = frozenset(
    "rss feed feeds twitter facebook fb linkedin newsletter email mail app home homepage".split()
)
_POST_FRAGMENT = re.compile(
    r"^(?:block|post|entry|update|live|msg|liveblog)[-_:]?\w", re.IGNORECASE
)
_SAFE = "/:@!$&'()*+,;=~-._%"
_UNRESERVED = re.compile(r"%([0-9A-Fa-f]{2})")
_DEFAULT_PORTS = {"http": 80, "https": 443}


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
    return lower in exact or lower.startswith(prefixes)


def fetch_url(url: str) -> str:
    """The address to request: without fragment and tracking parameters, otherwise as given."""
    parts = urlsplit(url.strip())
    kept = [p for p in parts.query.split("&") if p and not _is_tracking(*_pair(p))]
    return urlunsplit(parts._replace(query="&".join(kept), fragment=""))


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
    parts = _unwrap(url.strip())
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
    return host if port in (None, _DEFAULT_PORTS.get(parts.scheme)) else f"{host}:{port}"


def _unescape(path: str) -> str:
    """Decode what never needed escaping, so that `%7Ename` and `~name` are one."""

    def plain(found: re.Match[str]) -> str:
        char = chr(int(found.group(1), 16))
        keep = char.isascii() and (char.isalnum() or char in "-._~")
        return char if keep else found.group().upper()

    return _UNRESERVED.sub(plain, path)


def _unwrap(url: str, depth: int = 3) -> SplitResult | None:
    """The address inside a known wrapper (Google's redirect, AMP caches), or `url`, split."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return None
    if parts.scheme.lower() not in ("http", "https") or not host:
        return None
    inner = _inside(parts, host)
    if inner and depth:
        return _unwrap(inner, depth - 1) or parts
    return parts


def _inside(parts: SplitResult, host: str) -> str:
    if re.fullmatch(r"(?:www\.)?google\.[a-z.]{2,6}", host):
        if parts.path == "/url":
            query = dict(parse_qsl(parts.query))
            return query.get("q") or query.get("url") or ""
        if parts.path.startswith("/amp/"):
            return _cached(parts.path.removeprefix("/amp/"))
    if host.endswith(".cdn.ampproject.org"):
        return _cached(re.sub(r"^/[a-z]/", "", parts.path))
    return ""


def _cached(path: str) -> str:
    """An AMP cache's path, `s/host/path` or `host/path`, as the address it stands for."""
    secure = path.startswith("s/")
    return ("https://" if secure else "http://") + path.removeprefix("s/")
