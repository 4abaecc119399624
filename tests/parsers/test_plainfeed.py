"""Reading without feedparser's reading every item is proved equal to its reading them all."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parsers import feed
from parsers.plainfeed import split

URL = "https://courier.example/feed.xml"
CORPUS = Path(os.environ.get("WIREBELL_DATA", "../shared/data")) / "feedparser-tests" / "tests"
FEEDS = Path(__file__).parents[1] / "data" / "feeds"
SERVED = {"content-type": "application/xml; charset=utf-8", "content-language": "de"}
SPACES = {
    "": "http://www.w3.org/2005/Atom", "atom": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/", "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/", "media": "http://search.yahoo.com/mrss/",
    "fb": "http://rssnamespace.org/feedburner/ext/1.0", "x": "http://x.example/",
    "itunes": "http://www.itunes.com/DTDs/PodCast-1.0.dtd",
}  # fmt: skip
USUAL = (
    "title link guid pubDate description author category comments source enclosure "
    "content:encoded dc:creator dc:date dc:subject media:content media:thumbnail atom:link"
).split()
UNUSUAL = (
    "atom:updated media:title media:description media:credit media:group media:category "
    "fb:origLink itunes:author itunes:summary x:thing x:title id published updated issued "
    "modified created summary content name email url date image language keywords abstract "
    "body fullitem rights "
    "dc:title dc:description dc:rights dcterms:modified subtitle tags authors contributor item"
).split()
WORDS = (
    "One",
    " a &amp; b ",
    "&lt;p&gt;x &lt;b&gt;y&lt;/b&gt;&lt;/p&gt;",
    "<![CDATA[<p>r &amp; s</p>]]>",
    "Ã©t",
    "\u0080x",
    "稀土",
    "",
    "  ",
    "https://a.example/1?x=1&amp;y=2",
    "/rel/1",
    "http:////a/b",
    "tag:a,2025:1",
    "Thu, 05 Jun 2025 15:10:00 GMT",
    "2025-06-05T15:10:00Z",
    "a@b.example (Ada)",
    "Ada &lt;a@b.example&gt;",
    "x<!-- c -->y",
    "<?pi x?>z",
    "&#233;",
    "&#128;",
    "&lt;5",
    "x\r\ny",
    "http://[",
    "base = 1",
)
GIVEN = (
    " type='html'",
    " type='xhtml'",
    " type='TEXT/HTML'",
    " isPermaLink='false'",
    " href='https://c.example/2'",
    " rel='self' href='x'",
    " rel='alternate' type='text/html' href='/y'",
    " domain='d'",
    " term='T' label='L' scheme='s'",
    " url='u'",
    " mode='escaped'",
    " xml:lang='de'",
    " x:y='1'",
    " lang='fr'",
    " type='application/rss+xml' href='w'",
)


def element(random: Random, depth: int = 0) -> str:
    name = random.choice(UNUSUAL if random.random() < 0.06 else USUAL)
    given = random.choice(GIVEN) if random.random() < 0.15 else ""
    inside = random.choice(WORDS)
    if depth < 2 and random.random() < 0.02:
        inside += "".join(element(random, depth + 1) for _ in range(random.randint(1, 3)))
    return f"<{name}{given}>{inside}</{name}>"


def document(random: Random) -> bytes:
    """A feed, most of it plain; some have an odd channel, a broken byte or another charset."""
    items = ["".join(element(random) for _ in range(random.randint(0, 7))) for _ in range(4)]
    head = element(random) if random.random() < 0.1 else ""
    tail = element(random) if random.random() < 0.03 else ""
    spaces = " ".join(f"xmlns:{prefix}='{uri}'" for prefix, uri in SPACES.items() if prefix)
    if random.random() < 0.6:
        body = "".join(f"<item>{item}</item>" for item in items)
        text = f"<rss version='2.0' {spaces}><channel>{head}{body}{tail}</channel></rss>"
    else:
        body = "".join(f"<entry>{item}</entry>" for item in items)
        text = f"<feed xmlns='{SPACES['']}' {spaces}>{head}{body}{tail}</feed>"
    made = text.encode("utf-16" if random.random() < 0.03 else "utf-8")
    at = random.randrange(len(made))
    broken = made[:at] + random.choice((b"", b"<", b"&", b"\0")) + made[at + 1 :]
    return broken if random.random() < 0.05 else made


def readings(body: bytes, headers: Mapping[str, str]) -> tuple[Any, Any] | None:
    """The feed read plainly and whole; None where it is not read plainly."""
    try:
        plainly = feed.read_plainly(body, headers)
    except feed.FAULTS:
        return None
    if plainly is None:
        return None
    return feed.parsed(plainly, URL, ""), feed.parsed(feed.read_whole(body, headers), URL, "")


@settings(max_examples=400)
@given(st.integers(0, 2**48), st.sampled_from([{}, SERVED, {"content-type": "text/xml"}]))
def test_any_feed_read_plainly_is_the_feed_feedparser_reads(
    seed: int, headers: dict[str, str]
) -> None:
    found = readings(document(Random(seed)), headers)
    assert found is None or found[0] == found[1]


def test_the_made_feeds_are_read_plainly_often_enough_to_prove_something() -> None:
    made = [split(document(Random(seed)), {}) for seed in range(200)]
    items = [raw for parts in made if parts for raw in parts[1]]
    assert sum(parts is not None for parts in made) > 90
    assert sum(raw is not None for raw in items) > 150
    assert items.count(None) > 50


@pytest.mark.skipif(not CORPUS.is_dir(), reason="feedparser-tests is not under $WIREBELL_DATA")
@pytest.mark.parametrize("headers", [{}, SERVED], ids=["bare", "served"])
def test_feedparsers_own_tests_read_plainly_are_the_feeds_it_reads(headers: dict[str, str]) -> None:
    compared = 0
    for path in sorted(CORPUS.rglob("*.xml")):
        if found := readings(path.read_bytes(), headers):
            assert found[0] == found[1], path.name
            compared += 1
    assert compared > 500


def test_ordinary_feeds_are_read_without_feedparser() -> None:
    for name in ("rss20.xml", "atom10.xml"):
        body = (FEEDS / name).read_bytes()
        whole = feed.parse_feed(body, url=URL)
        assert feed.parse_if_plain(body, url=URL, headers={}) in (None, whole)
    body = document(Random(3)).replace(b"<item></item>", b"")
    assert split(body, {}) is not None


def test_one_odd_item_is_left_to_feedparser_and_keeps_its_place() -> None:
    odd = "<item><title>b</title><media:title>B</media:title></item>"
    text = f"<rss xmlns:media='{SPACES['media']}'><channel><item><title>a</title></item>{odd}"
    body = f"{text}<item><title>c</title></item></channel></rss>".encode()
    parts = split(body, {})
    assert parts is not None
    assert [raw is None for raw in parts[1]] == [False, True, False]
    assert b"<title>a" not in parts[0]
    assert [e.title for e in feed.parse_feed(body, url=URL).entries] == ["a", "b", "c"]
    assert feed.parse_if_plain(body, url=URL, headers={}) is None, "it is for another process"
