"""Feeds, read: RSS 0.9x to 2.0, RDF and Atom by feedparser, other formats by `parsers.formats`.

feedparser is the authority on broken XML and old dialects. Items of which nothing but what it
would say can be said are read without it (`parsers.plainfeed`). It is asked not to sanitize or
to resolve addresses inside markup (1.6 to 4 times its whole cost): what it hands over goes
through here, where markup becomes plain text, and never reaches a reader as markup.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from html import unescape
from io import BytesIO
from typing import Any
from urllib.parse import urljoin, urlsplit

import feedparser
from lxml import etree, html

from parsers.dates import read_date
from parsers.formats import read_json, read_listing, read_sitemap, salvage, whole_characters
from parsers.phrases import WORDS
from parsers.plainfeed import split
from wirebell.core.errors import ParseError
from wirebell.core.feeds import Selectors
from wirebell.core.news import Entry, ParsedFeed
from wirebell.core.text import clean, one_line

FAULTS = (
    ValueError, LookupError, TypeError, AttributeError, AssertionError, RecursionError,
    OverflowError,
)  # fmt: skip
"""What feedparser lets escape on mutilated input: about 1 in 1,000 mutations of its own tests."""

feedparser.api.PREFERRED_XML_PARSERS.clear()  # not installed, and looked for with every document

_Parsed = dict[str, Any]  # feedparser's own dictionary, which leaves this file as values only

_HEADERS = ("content-type", "content-language")
"""What feedparser is told. Never Content-Encoding: the body is decoded. Not Content-Location
either: it would be pasted into every guid that is no address, and guids must not change with
the server that answered."""

_HTML = re.compile(  # atomic groups: a page of comments must not take for ever to refuse
    rb"(?>\xef\xbb\xbf|\s+|<\?xml[^>]*>|<!--(?>.*?-->))*+<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)
_KINDS = (
    (re.compile(rb"\s*$"), "the body is empty"),
    (re.compile(rb"\s*[{\[]"), "this is JSON, but no JSON Feed"),
    (re.compile(rb"%PDF|\x89PNG|\xff\xd8|GIF8|PK\x03\x04"), "this is a file, not a feed"),
    (re.compile(rb"\x1f\x8b|\x28\xb5\x2f\xfd"), "these are compressed bytes, not a feed"),
)
_SMALL = 256 * 1024
_ORDINARY = re.compile(r"https?://[\w.-]+/(?:[\w/.~%,:=@!$&'()*+-]|\?(?=.))*", re.ASCII)
"""Addresses that taking apart and joining again leaves as they are: nearly all."""
_TAGS = re.compile(r"<(/?[a-zA-Z][a-zA-Z0-9]*)(?:\s(?:[^<>\"']|\"[^\"<>]*\"|'[^'<>]*')*)?/?>")
_UNSEEN = frozenset("script style template noscript title textarea xmp plaintext iframe".split())
_ADVICE = "Open the address in a browser: the feed may have moved"
_TEXTUAL = ("", "text/plain", "text/html", "application/xhtml+xml", "application/octet-stream")
_MARKUP = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
"""A summary takes it a fourteenth of BeautifulSoup's time, which a poll of 1,000 feeds feels."""


def parse_feed(
    body: bytes,
    *,
    url: str,
    headers: Mapping[str, str] | None = None,
    zone: str = "",
    kind: str = "feed",
) -> ParsedFeed:
    """The feed in `body`, whatever its format and however broken, as far as it can be read.

    Entries keep the order of the document and are kept without an id, a link or a date; one
    that is repeated word for word is kept once. Dates are re-read from the printed words, never
    clamped; an entry that tells only when it was updated (dc:date too) was published then.

    Relative links are resolved against `url`; of the answer's `headers` the Content-Type names
    the charset; `zone` is the publisher's own (`Feed.zone`), for dates printed without one.
    A sitemap without news is a feed only if its `kind` is "sitemap".

    Raises:
        ParseError: the bytes hold no feed; says what they are instead. Nothing else escapes.
    """
    body = whole_characters(body)
    if _HTML.match(body[:4096]):  # a page of megabytes would take feedparser seconds
        raise ParseError(url, "this is an HTML page, not a feed", _ADVICE)
    told = {k.lower(): v for k, v in (headers or {}).items() if k.lower() in _HEADERS}
    json = body[:200].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{")
    read = read_json(body) if json else read_sitemap(body)
    if read and read["version"] == "sitemap" != kind:
        raise ParseError(url, "this is a sitemap, not of news", "Say kind: sitemap in feeds.yaml")
    return parsed(read or _by_feedparser(body, told, url), url, zone)


def parse_if_plain(
    body: bytes, *, url: str, headers: Mapping[str, str], zone: str = ""
) -> ParsedFeed | None:
    """The feed in `body` as `parse_feed` reads it, if that takes a moment and nothing can go
    wrong: it needs no process of its own. None for any other.
    """
    told = {k: v for k, v in headers.items() if k in _HEADERS}
    if len(body) > _SMALL or b"<urlset" in body[:4096]:
        return None
    try:
        read = read_plainly(whole_characters(body), told, wholly=True)
    except FAULTS:
        return None
    return parsed(read, url, zone) if read else None


def parse_listing(body: bytes, *, url: str, selectors: Selectors, zone: str = "") -> ParsedFeed:
    """The entries of a list page, where an analyst said that they stand.

    Raises:
        ParseError: nothing stands there; publishers rebuild their pages.
    """
    read = read_listing(body, selectors)
    if not read["entries"]:
        words = f"nothing on the page is {selectors.items!r}"
        raise ParseError(url, words, "Mend its selectors in feeds.yaml")
    return parsed(read, url, zone)


def parsed(read: _Parsed, url: str, zone: str) -> ParsedFeed:
    """Feedparser's dictionary, or one made like it, as a value."""
    channel = read["feed"]
    entries = (_entry(raw, channel, url, zone) for raw in read["entries"])
    return ParsedFeed(
        title=one_line(_text(channel, "title")),
        url=_linked(channel, "self", url) or url,
        hub=_linked(channel, "hub", url),
        entries=tuple(
            dict.fromkeys(e for e in entries if e.id or e.url or e.title or e.summary or e.content)
        ),
        parts=tuple(filter(None, (_absolute(part, url) for part in read.get("parts", ())))),
    )


def _by_feedparser(body: bytes, headers: Mapping[str, str], url: str) -> _Parsed:
    """What feedparser finds, or where that is nothing, what stands there all the same."""
    problem = fault = None
    try:
        read = read_plainly(body, headers) or read_whole(body, headers)
    except FAULTS as error:
        read, fault = {"feed": {}, "entries": []}, error
        problem = "this is too broken for any reading"
    if not read["entries"]:
        read = {**read, "entries": salvage(body)}
    if not (read.get("version") or read["entries"]):  # `bozo` condemns feeds that read well
        kinds = (words for pattern, words in _KINDS if pattern.match(body))
        problem = problem or next(kinds, "this is neither RSS nor Atom")
        raise ParseError(url, problem, _ADVICE) from fault
    return read


def read_whole(body: bytes, headers: Mapping[str, str]) -> _Parsed:
    """Feedparser's dictionary of a document."""
    read: _Parsed = feedparser.parse(
        BytesIO(body),  # a str would be opened as an address or as a file
        response_headers=headers,
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    return read


def read_plainly(
    body: bytes, headers: Mapping[str, str], *, wholly: bool = False
) -> _Parsed | None:
    """The same in what we take from it, without feedparser's reading every item, or `wholly`
    any item; None where it must.
    """
    parts = split(body, headers)
    if parts is None or (wholly and None in parts[1]):
        return None
    rest, items = parts
    read = read_whole(rest, {**headers, "content-type": "application/xml; charset=utf-8"})
    if len(read["entries"]) != items.count(None):
        return None
    others = iter(read["entries"])
    return {**read, "entries": [next(others) if raw is None else raw for raw in items]}


def _entry(raw: _Parsed, channel: _Parsed, base: str, zone: str) -> Entry:
    pieces = (_plain(_words(p, "value"), _words(p, "type")) for p in _each(raw, "content"))
    content = max(pieces, key=len, default="")
    # Where an entry has content alone, feedparser repeats it as a summary without detail.
    repeated = bool(content) and "summary_detail" not in raw
    language = one_line(_words(raw, "language") or _words(channel, "language"))
    printed = [_words(raw, name) for name in ("published", "created", "updated")]
    read = {words: read_date(words, zone=zone, language=language) for words in {*printed}}
    published, created, updated = (read[words] for words in printed)
    people = (_words(who, "name") or _words(who, "email") for who in _each(raw, "authors"))
    tags = (_words(tag, "label") or _words(tag, "term") for tag in _each(raw, "tags"))
    return Entry(
        id=one_line(_words(raw, "id")),
        url=_absolute(_words(raw, "feedburner_origlink") or _words(raw, "link"), base),
        title=one_line(_text(raw, "title")),
        summary="" if repeated else _text(raw, "summary"),
        content=content,
        published=published or created or updated,
        updated=updated,
        authors=_distinct(people),
        categories=_distinct(tags),
        language=language,
    )


def _words(raw: _Parsed, name: str) -> str:
    value = dict.get(raw, name)  # feedparser's own get would answer "updated" with "published"
    return value if isinstance(value, str) else ""


def _each(raw: _Parsed, name: str) -> list[_Parsed]:
    """The dictionaries under a name: an element nobody knows may have put words there."""
    found = raw.get(name)
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _distinct(words: Iterable[str]) -> tuple[str, ...]:
    lines = (one_line(unescape(word)) for word in words)
    return tuple(dict.fromkeys(line for line in lines if line))


def _linked(channel: _Parsed, relation: str, base: str) -> str:
    links = (link for link in _each(channel, "links") if link.get("rel") == relation)
    return next((_absolute(_words(link, "href"), base) for link in links), "")


def _absolute(link: str, base: str) -> str:
    """`link` as an http address, or "": a script or a mail address is nothing to fetch."""
    link = one_line(link)
    if _ORDINARY.fullmatch(link):
        return link
    try:
        parts = urlsplit(urljoin(base, link) if link else "")
    except ValueError:
        return ""
    return parts.geturl() if parts.scheme in ("http", "https") and parts.netloc else ""


def _text(raw: _Parsed, name: str) -> str:
    detail = raw.get(f"{name}_detail")
    return _plain(_words(raw, name), _words(detail, "type") if isinstance(detail, dict) else "")


def _plain(words: str, kind: str) -> str:
    """`words` as people see them: no tags, no entities, each block on a line of its own."""
    if kind not in _TEXTUAL:
        return ""
    marked = kind != "text/plain" and "<" in words
    text = clean(_visible(words) if marked else unescape(words))
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


def _visible(markup: str) -> str:
    """The text in `markup` in reading order, a line break before and after each block."""
    text, *rest = _TAGS.split(markup)
    names = [name.lower().lstrip("/") for name in rest[::2]]
    words = [text, *rest[1::2]]
    if _UNSEEN.isdisjoint(names) and not any("<" in each for each in words):
        breaks = ("\n" if name in WORDS["blocks"] else "" for name in names)
        return unescape("".join([text, *(b + w for b, w in zip(breaks, rest[1::2], strict=True))]))
    return _shown(markup)


def _shown(markup: str) -> str:
    """The same of any markup whatever, as a browser's parser has it; ten times as slow."""
    try:
        root = html.document_fromstring(markup.encode(errors="ignore"), parser=_MARKUP)
    except etree.ParserError:  # nothing but a comment
        return ""
    etree.strip_elements(root, "script", "style", "template", "noscript", with_tail=False)
    pieces: list[str] = []
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if element.tag in WORDS["blocks"]:
            pieces.append("\n")
        pieces.append((element.text if event == "start" else element.tail) or "")
    return "".join(pieces)
