"""feedparser's own tests, asked of us: what they say of an entry's words, and what breaks us.

Each document begins with what feedparser should make of it, `Expect: entries[0]['title'] ==
'x'`. Those that speak of our fields alone are mapped to what we promise of them: markup becomes
the words people see, dates instants, links addresses that can be fetched, an author a name.
"""

from __future__ import annotations

import ast
import os
import re
from calendar import timegm
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from random import Random
from urllib.parse import urljoin

import feedparser
import pytest
from bs4 import BeautifulSoup
from feedparser.datetimes import _parse_date

from parsers.feed import parse_feed
from wirebell.core.errors import ParseError
from wirebell.core.news import Entry

CORPUS = Path(os.environ.get("WIREBELL_DATA", "../shared/data")) / "feedparser-tests" / "tests"
URL = "http://127.0.0.1:8097/tests/feed.xml"
ASIDE = {"sanitize", "base"}  # of markup and of addresses inside it, neither of which we keep
FIELDS = "title link id guid summary description published updated author".split()
ASSERTION = re.compile(r"entries\[(\d+)\](?:\.|\[')(\w+)(?:'\])? == (.*)", re.DOTALL)

pytestmark = pytest.mark.skipif(
    not CORPUS.is_dir(), reason="feedparser-tests is not under $WIREBELL_DATA or ../shared/data"
)


def text_of(document: bytes) -> str:
    for charset in ("utf-8", "utf-16", "utf-32", "cp037"):
        text = document.decode(charset, "replace")
        if "Expect:" in text:
            return text
    return document.decode("latin-1")


def assertions(text: str) -> list[tuple[int, str, str]]:
    """What a document asserts of entries: which, field, value; [] if of anything else too."""
    found = re.search(r"Expect:\s*(.*)", text)
    tree = ast.parse(found[1].strip().rstrip("-").strip(), mode="eval").body if found else None
    parts = tree.values if isinstance(tree, ast.BoolOp) and type(tree.op) is ast.And else [tree]
    told = []
    for words in (ast.unparse(part) for part in parts if part):
        said = ASSERTION.fullmatch(words)
        if said and said[2] in FIELDS and "entries" not in said[3]:
            told.append((int(said[1]), said[2], ast.literal_eval(said[3])))
        elif words not in ("bozo", "not bozo"):
            return []
    return told


def headers_of(text: str) -> dict[str, str]:
    pairs = re.findall(r"^Header:\s+([^:]+):(.+?)\s*$", text, re.MULTILINE)
    return {name.lower(): value.strip() for name, value in pairs}


def documents() -> Iterator[tuple[Path, bytes, str]]:
    for path in sorted(CORPUS.rglob("*.xml")):
        body = path.read_bytes()
        yield path, body, text_of(body)


def seen(words: str) -> set[str]:
    """What people may see of them: as markup, or as plain text with its entities decoded."""
    shown = BeautifulSoup(f"<p>{words}</p>", "lxml").get_text()
    return {"".join(text.split()) for text in (shown, unescape(words))}


def instant(printed: str) -> datetime | None:
    read = _parse_date(printed)
    return datetime.fromtimestamp(timegm(read), UTC) if read else None


def holds(entry: Entry, field: str, value: str) -> bool:
    """The mapping: whether an entry of ours says what feedparser's was to say."""
    match field:
        case "title":
            return "".join(entry.title.split()) in seen(value)
        case "summary" | "description":
            ours = {"".join(words.split()) for words in (entry.summary, entry.content)}
            return bool(ours & seen(value))
        case "link":
            address = urljoin(URL, value)
            return entry.url == (address if address.startswith("http") else "")
        case "id" | "guid":
            return entry.id == value
        case "published":
            return entry.published == instant(value)
        case "updated":
            return (entry.updated or entry.published) == instant(value)
        case "author":
            return any(name in value for name in entry.authors) or not value
    raise AssertionError(field)


def ours_hold(body: bytes, text: str, told: list[tuple[int, str, str]]) -> bool:
    if {field for _, field, _ in told} <= {"author", "published", "updated"}:
        # An entry of ours needs something to say: these have nothing but a name or a date.
        body = re.sub(rb"</(entry|item)>", rb"<title>x</title>\g<0>", body, flags=re.IGNORECASE)
    try:
        entries = parse_feed(body, url=URL, headers=headers_of(text)).entries
    except ParseError:
        return False
    return all(  # an entry without a word to see, such as a drawing, is none
        holds(entries[n], field, value) if n < len(entries) else "" in seen(value)
        for n, field, value in told
    )


def feedparsers_hold(body: bytes, text: str, told: list[tuple[int, str, str]]) -> bool:
    headers = {"content-location": URL, **headers_of(text)}
    entries = feedparser.parse(body, response_headers=headers).entries
    return all(n < len(entries) and entries[n].get(field) == value for n, field, value in told)


def test_of_what_feedparser_asserts_of_entries_we_hold_as_much_as_it_does() -> None:
    asked = ours = theirs = 0
    for path, body, text in documents():
        if ASIDE & {*path.parts} or not (told := assertions(text)):
            continue
        asked += 1
        ours += ours_hold(body, text, told)
        theirs += feedparsers_hold(body, text, told)
    assert asked > 120
    assert ours >= theirs, f"of {asked} we hold {ours}, feedparser {theirs}"


def test_no_document_lets_anything_but_a_parse_error_escape() -> None:
    """Whole, and each cut and mutated once; `bench.feeds --corpus` does so 10,000 times."""
    for n, (_, body, text) in enumerate(documents()):
        for broken in (body, mutated(body, Random(n))):
            with suppress(ParseError):
                assert parse_feed(broken, url=URL, headers=headers_of(text)).url


def mutated(body: bytes, random: Random) -> bytes:
    """A document cut short, or with some bytes gone, doubled or replaced."""
    if random.random() < 0.3:
        return body[: random.randrange(len(body) + 1)]
    for _ in range(random.randint(1, 5)):
        at, length = random.randrange(len(body) + 1), random.choice((0, 1, 3, 30))
        instead = random.choice((b"", b"<", b">", b"&", b"\0", b"\xff", b"]]>", body[at:][:40]))
        body = body[:at] + instead + body[at + length :]
    return body
