from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from parsers.feed import parse_feed, parse_listing
from wirebell.core.errors import ParseError
from wirebell.core.feeds import Selectors
from wirebell.core.news import Entry, ParsedFeed

URL = "https://courier.example/feed"
NEWS = "http://www.google.com/schemas/sitemap-news/0.9"


def read(document: Any) -> ParsedFeed:
    return parse_feed(json.dumps(document).encode(), url=URL)


def sitemap(*urls: str) -> bytes:
    places = "http://www.sitemaps.org/schemas/sitemap/0.9"
    pictures = "http://www.google.com/schemas/sitemap-image/1.1"
    head = f"xmlns='{places}' xmlns:n='{NEWS}' xmlns:image='{pictures}'"
    items = "".join(f"<url>{url}</url>" for url in urls)
    return f"<?xml version='1.0'?><urlset {head}>{items}</urlset>".encode()


def test_a_json_feed_is_read_whole() -> None:
    feed = read(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "title": "Courier &amp; Trade",
            "feed_url": "/feed.json",
            "language": "en",
            "hubs": [{"type": "WebSub", "url": "https://hub.example/"}],
            "items": [
                {
                    "id": "8",
                    "url": "/2025/8",
                    "title": "Truce holds",
                    "summary": "For < 90 days.",
                    "content_html": "<p>Both sides</p><p>signed.</p>",
                    "date_published": "2025-06-05T11:10:00-04:00",
                    "date_modified": "2025-06-05T16:00:00Z",
                    "authors": [{"name": "Ada"}, {"url": "https://ben.example"}],
                    "tags": ["Trade"],
                }
            ],
        }
    )
    assert (feed.title, feed.url) == ("Courier & Trade", "https://courier.example/feed.json")
    assert feed.hub == "https://hub.example/"
    assert feed.entries == (
        Entry(
            id="8",
            url="https://courier.example/2025/8",
            title="Truce holds",
            summary="For < 90 days.",
            content="Both sides\nsigned.",
            published=datetime(2025, 6, 5, 15, 10, tzinfo=UTC),
            updated=datetime(2025, 6, 5, 16, tzinfo=UTC),
            authors=("Ada",),
            categories=("Trade",),
            language="en",
        ),
    )


def test_a_json_feed_of_the_first_version_and_without_ids_or_dates_is_read() -> None:
    author = {"author": {"name": "Ada"}, "external_url": "https://a.example/1"}
    one, two = read({"items": [{"id": 7, **author}, {"content_text": "a < b"}]}).entries
    assert (one.id, one.url, one.authors) == ("7", "https://a.example/1", ("Ada",))
    assert (two.id, two.url, two.content, two.published) == ("", "", "a < b", None)


@pytest.mark.parametrize(
    "items",
    [
        [None, 1, "x", [], {}],
        [{"id": {}, "url": 5, "title": ["x"], "authors": "Ada", "tags": "x", "summary": None}],
        [{"title": "a\ud800b", "authors": [None, {"name": 3}], "tags": [None, {}, 3]}],
    ],
)
def test_a_json_feed_of_nonsense_breaks_nothing(items: list[Any]) -> None:
    entries = read({"items": items, "hubs": 3, "title": 4}).entries
    assert all("\ud800" not in entry.title for entry in entries)


@pytest.mark.parametrize("body", [b'{"items": 3}', b'{"a": ', b"{" * 5000, b'{"version": "x"}'])
def test_other_json_is_called_by_its_name(body: bytes) -> None:
    with pytest.raises(ParseError, match="no JSON Feed"):
        parse_feed(body, url=URL)


def test_a_news_sitemap_is_a_feed() -> None:
    news = (
        "<n:news><n:publication><n:name>Wire</n:name><n:language>en</n:language></n:publication>"
        "<n:publication_date>2025-06-05T11:10:00Z</n:publication_date>"
        "<n:title>Truce holds &amp; ships sail</n:title><n:keywords>trade, ships</n:keywords>"
        "</n:news><image:image><image:loc>https://a.example/i.jpg</image:loc>"
        "<image:title>A port</image:title></image:image>"
    )
    more = "<loc>/2</loc><lastmod>2025-06-05</lastmod>"
    one, two = parse_feed(sitemap(f"<loc>https://a.example/1</loc>{news}", more), url=URL).entries
    assert one == Entry(
        id="",
        url="https://a.example/1",
        title="Truce holds & ships sail",
        published=datetime(2025, 6, 5, 11, 10, tzinfo=UTC),
        categories=("trade", "ships"),
        language="en",
    )
    assert (two.url, two.title) == ("https://courier.example/2", "")
    assert two.published == datetime(2025, 6, 5, tzinfo=UTC)


def test_a_sitemap_of_a_whole_site_is_read_only_where_an_analyst_says_so() -> None:
    body = sitemap("<loc>https://a.example/about</loc><lastmod>2025-06-05</lastmod>")
    with pytest.raises(ParseError, match="Say kind: sitemap"):
        parse_feed(body, url=URL)
    assert [e.url for e in parse_feed(body, url=URL, kind="sitemap").entries] == [
        "https://a.example/about"
    ]


def test_a_list_of_sitemaps_names_them_newest_first() -> None:
    body = (
        b"<sitemapindex xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>"
        b"<sitemap><loc>/may</loc><lastmod>2025-05-01</lastmod></sitemap>"
        b"<sitemap><loc>/june</loc><lastmod>2025-06-01</lastmod></sitemap>"
        b"<sitemap><loc>mailto:x@a.example</loc></sitemap></sitemapindex>"
    )
    feed = parse_feed(body, url=URL)
    assert feed.parts == ("https://courier.example/june", "https://courier.example/may")
    assert feed.entries == ()


def test_a_sitemap_cut_short_gives_what_stands() -> None:
    whole = sitemap("<loc>https://a.example/1</loc>", "<loc>https://a.example/2</loc>")
    entries = parse_feed(whole[: whole.index(b"/2<")], url=URL, kind="sitemap").entries
    assert entries[0].url == "https://a.example/1"


LIST = """<html><head><title>Ministry</title></head><body><ul class="news">
  <li><a href="/n/1"><h3>Licences  eased</h3></a><span class="day">5 June 2025</span>
      <p>From <b>Monday</b> on.</p></li>
  <li><time datetime="2025-06-04T09:00:00Z">yesterday</time><a href="n/2">Talks resume</a></li>
  <li>No link at all</li>
</ul><ul><li><a href="/about">About us</a></li></ul></body></html>"""


def test_a_list_page_is_watched_by_its_selectors() -> None:
    where = Selectors("ul.news > li", title="h3, a", date=".day, time", summary="p")
    feed = parse_listing(LIST.encode(), url="https://m.example/news/", selectors=where)
    assert feed.title == "Ministry"
    one, two = feed.entries
    assert one == Entry(
        id="",
        url="https://m.example/n/1",
        title="Licences eased",
        summary="From Monday on.",
        published=datetime(2025, 6, 5, tzinfo=UTC),
    )
    assert (two.url, two.title) == ("https://m.example/news/n/2", "Talks resume")
    assert two.published == datetime(2025, 6, 4, 9, tzinfo=UTC)


def test_what_no_selector_says_is_the_first_link_its_words_and_a_time() -> None:
    feed = parse_listing(LIST.encode(), url="https://m.example/", selectors=Selectors(".news a"))
    assert [entry.title for entry in feed.entries] == ["Licences eased", "Talks resume"]


def test_a_page_that_was_rebuilt_says_which_selector_finds_nothing() -> None:
    with pytest.raises(ParseError, match=r"nothing on the page is 'li\.item'"):
        parse_listing(LIST.encode(), url=URL, selectors=Selectors("li.item"))


_ONE = b"<item><!-- first --><title>One</title><link>/1</link><guid>g</guid></item></channel></rss>"


@pytest.mark.parametrize(
    "head",
    [
        b"<?xml version='1.0' encoding='\xc4\xd2'?><rss><channel>",
        b"<rss><channel><title>&#99999999999999;</title>",
    ],
)
def test_what_breaks_feedparser_gives_its_entries_all_the_same(head: bytes) -> None:
    (entry,) = parse_feed(head + _ONE, url=URL).entries
    assert (entry.title, entry.url, entry.id) == ("One", "https://courier.example/1", "g")


def test_elements_nobody_knows_break_nothing() -> None:
    names = "authors tags links content title_detail summary_detail hubs"
    odd = "".join(f"<{name}>x</{name}>" for name in names.split())
    body = f"<rss><channel>{odd}<item><title>One</title>{odd}</item></channel></rss>"
    assert parse_feed(body.encode(), url=URL).entries[0].title == "One"
