"""What feedparser does not read, as the dictionaries it would make of it.

JSON Feed, sitemaps, list pages, and the entries of documents it finds none in. Each reader
answers with `{"version", "feed", "entries"}`, in the keys that `parsers.feed` reads.
"""

from __future__ import annotations

import json
import re
from typing import Any

from bs4 import Tag
from lxml import etree

from parsers.markup import glimpse, read_markup
from parsers.phrases import read_table
from wirebell.core.feeds import Selectors

Read = dict[str, Any]

_HALF = rb"&#(?:x0*d[89a-f][\da-f]{2}|0*5[5-7]\d{3});"
_HALVES = re.compile(b"%b(?:%b)*" % (_HALF, _HALF), re.IGNORECASE)  # begins as it is: 50x faster
_SITEMAPS = ("urlset", "sitemapindex")
_NAMES: dict[str, str] = read_table("plainfeed")["salvage"]


def read_json(body: bytes) -> Read | None:
    """A JSON Feed (jsonfeed.org, 1.0 and 1.1); None for other JSON and for what is none."""
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not (isinstance(told, dict) and isinstance(told.get("items"), list)):
        return None
    hubs = [{"rel": "hub", "href": hub.get("url")} for hub in _objects(told, "hubs")]
    links = [{"rel": "self", "href": told.get("feed_url")}, *hubs]
    channel = {"title": told.get("title"), "language": told.get("language"), "links": links}
    entries = [_json_entry(item) for item in _objects(told, "items")]
    return {"version": "json", "feed": channel, "entries": entries}


def _json_entry(item: Read) -> Read:
    texts = [("content_text", "text/plain"), ("content_html", "text/html")]
    authors = _objects(item, "authors") or _objects({"author": [item.get("author")]}, "author")
    number = item.get("id")
    tags = item.get("tags")
    return {
        "id": number if isinstance(number, str) else "" if number is None else str(number),
        "link": item.get("url") or item.get("external_url"),
        "title": item.get("title"),
        "title_detail": {"type": "text/plain"},
        "summary": item.get("summary"),
        "summary_detail": {"type": "text/plain"},
        "content": [{"value": item.get(key), "type": kind} for key, kind in texts],
        "published": item.get("date_published"),
        "updated": item.get("date_modified"),
        "authors": authors,
        "tags": [{"term": tag} for tag in tags] if isinstance(tags, list) else [],
        "language": item.get("language"),
    }


def _objects(told: Read, key: str) -> list[Read]:
    found = told.get(key)
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def read_sitemap(body: bytes) -> Read | None:
    """A sitemap, as far as it can be read; None for what is none.

    `version` is "news" for one with Google's news in it (Reuters and AP have no feed but this),
    "index" for a list of sitemaps, whose `parts` are told newest first, else "sitemap".
    """
    if not any(name.encode() in body[:4096] for name in _SITEMAPS):
        return None
    root = read_tree(body)
    if root is None or _local(root) not in _SITEMAPS:
        return None
    parts = [_leaves(part) for part in root if _local(part) in ("url", "sitemap")]
    if _local(root) == "sitemapindex":
        newest_first = sorted(parts, key=lambda part: part.get("lastmod", ""), reverse=True)
        return _sitemap("index", [], [part["loc"] for part in newest_first if part.get("loc")])
    news = any("publication_date" in part or "title" in part for part in parts)
    return _sitemap("news" if news else "sitemap", [_sitemap_entry(part) for part in parts], [])


def _sitemap(version: str, entries: list[Read], parts: list[str]) -> Read:
    return {"version": version, "feed": {}, "entries": entries, "parts": parts}


def _sitemap_entry(part: dict[str, str]) -> Read:
    words = part.get("keywords", "").split(",")
    return {
        "link": part.get("loc"),
        "title": part.get("title"),
        "published": part.get("publication_date"),
        "updated": part.get("lastmod"),
        "language": part.get("language"),
        "tags": [{"term": word.strip()} for word in words],
    }


def read_listing(body: bytes, selectors: Selectors) -> Read:
    """The entries of a list page, found by CSS; none where nothing is where they were."""
    soup, _ = read_markup(body)
    entries = [_listed(item, selectors) for item in soup.select(selectors.items)]
    title = glimpse(soup.title) if soup.title else ""
    return {"version": "page", "feed": {"title": title}, "entries": entries}


def _listed(item: Tag, selectors: Selectors) -> Read:
    def find(selector: str) -> Tag | None:
        return item.select_one(selector) if selector else None

    link = find(selectors.link or "a[href]") or (item if item.name == "a" else None)
    if link is not None and not link.get("href"):
        link = link.select_one("a[href]")
    title, date = find(selectors.title) or link, find(selectors.date or "time")
    summary = find(selectors.summary)
    return {
        "link": str(link.get("href")) if link else "",
        "title": glimpse(title) if title else "",
        "published": str(date.get("datetime") or glimpse(date)) if date else "",
        "summary": glimpse(summary) if summary else "",
        "title_detail": {"type": "text/plain"},
        "summary_detail": {"type": "text/plain"},
    }


def salvage(body: bytes) -> list[Read]:
    """The entries of a document that feedparser finds none in, by their elements' names alone."""
    root = read_tree(body)
    found = [] if root is None else root.iter("{*}item", "{*}entry")
    return [_salvaged(item) for item in found]


def _salvaged(item: etree._Element) -> Read:
    read: Read = {"summary_detail": {}}
    for child in item.iterchildren(etree.Element):
        name = _NAMES.get(_local(child), "")
        words = "".join(child.itertext()).strip() or child.get("href", "")
        if name and words:
            read.setdefault(name, words)
    return read


def whole_characters(body: bytes) -> bytes:
    """The halves of characters in it (UTF-16, as Java writes emoji) joined: they break XML."""
    return _HALVES.sub(_joined, body)


def _joined(halves: re.Match[bytes]) -> bytes:
    found = re.findall(rb"#([xX]?)(\w+);", halves[0])
    units = b"".join(int(n, 16 if x else 10).to_bytes(2, "little") for x, n in found)
    return units.decode("utf-16-le", "replace").encode("ascii", "xmlcharrefreplace")


def read_tree(body: bytes) -> etree._Element | None:
    """The root of XML as far as it can be read, None for what is none."""
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True)
    try:
        root = etree.fromstring(body, parser)
    except (etree.LxmlError, ValueError, LookupError):
        return None
    return root if isinstance(root, etree._Element) and isinstance(root.tag, str) else None


def _leaves(part: etree._Element) -> dict[str, str]:
    """What a part of a sitemap says of itself and of its news; not of its pictures."""
    leaves = [*part, *(leaf for news in part.iter("{*}news") for leaf in news.iterdescendants())]
    return {_local(leaf): (leaf.text or "").strip() for leaf in leaves}


def _local(element: etree._Element) -> str:
    """An element's name without its prefix, which nothing may have declared; "" for comments."""
    return re.split("[}:]", element.tag)[-1].lower() if isinstance(element.tag, str) else ""
