"""Lists of feeds: OPML as other readers write it, and the feeds a page says it has."""

from __future__ import annotations

import re
from contextlib import suppress
from urllib.parse import urljoin
from xml.sax.saxutils import quoteattr

from lxml import etree, html

from parsers.formats import read_tree, whole_characters
from wirebell.core.errors import ParseError
from wirebell.core.text import one_line

_TYPES = re.compile(r"application/(?:rss\+xml|atom\+xml|feed\+json|rdf\+xml)", re.IGNORECASE)
_LINK = re.compile(r"<([^>]*)>([^<]*)")  # one link of a Link header (RFC 8288)
_ALTERNATE = re.compile(r"""rel="?[^";]*\balternate\b""", re.IGNORECASE)


def read_opml(body: bytes) -> tuple[tuple[str, str], ...]:
    """(title, address) of every feed in an OPML file, in its order, each address once.

    Raises:
        ParseError: it is none.
    """
    root = read_tree(whole_characters(body))
    if root is None or root.tag != "opml":
        raise ParseError("the file", "is no OPML", "Export it anew from your feed reader")
    found: dict[str, str] = {}
    for outline in root.iter("outline"):
        if url := one_line(outline.get("xmlUrl") or ""):
            title = one_line(outline.get("title") or outline.get("text") or "")
            found.setdefault(url, title or url)
    return tuple((title, url) for url, title in found.items())


def write_opml(feeds: list[tuple[str, str]]) -> str:
    """An OPML file of (title, address) pairs."""
    outlines = "\n".join(
        f"<outline type='rss' text={quoteattr(title)} xmlUrl={quoteattr(url)}/>"
        for title, url in feeds
    )
    head = "<?xml version='1.0' encoding='utf-8'?>\n<opml version='2.0'><head><title>Wirebell"
    return f"{head}</title></head><body>\n{outlines}\n</body></opml>"


def feed_links(body: bytes, *, url: str, link_header: str = "") -> tuple[str, ...]:
    """The addresses of the feeds a page names, in its Link header and its head."""
    found = [
        target
        for target, how in _LINK.findall(link_header)
        if _ALTERNATE.search(how) and _TYPES.search(how)
    ]
    with suppress(etree.ParserError, ValueError):
        for link in html.fromstring(whole_characters(body)).iter("link", "a"):
            rel, kind = (link.get("rel") or "").lower(), link.get("type") or ""
            if link.get("href") and "alternate" in rel.split() and _TYPES.match(kind):
                found.append(link.get("href"))
    absolute: dict[str, None] = {}
    for target in found:
        with suppress(ValueError):  # "http://[x" is no address
            absolute[urljoin(url, target)] = None
    return tuple(absolute)
