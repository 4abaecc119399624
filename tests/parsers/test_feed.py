from __future__ import annotations

import pickle
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parsers.feed import parse_feed, parse_if_plain
from wirebell.core.errors import ParseError
from wirebell.core.news import Entry, ParsedFeed

FEEDS = Path(__file__).parents[1] / "data" / "feeds"
URL = "https://courier.example/feed.xml"


def read(name: str) -> ParsedFeed:
    return parse_feed((FEEDS / name).read_bytes(), url=URL)


def rss(item: str, *, head: str = "") -> bytes:
    return f"<rss version='2.0'><channel>{head}<item>{item}</item></channel></rss>".encode()


def only(body: bytes, **headers: str) -> Entry:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    (entry,) = parse_feed(body, url=URL, headers=named).entries
    return entry


def test_an_rss_feed_is_read_whole() -> None:
    feed = read("rss20.xml")
    assert feed.title == "Harbour Courier & Trade"
    assert feed.url == URL
    assert feed.hub == "https://hub.example/"
    assert feed.entries[0] == Entry(
        id="courier-4711",
        url="https://courier.example/2025/06/truce-holds?utm_source=rss&id=7",
        title="Truce holds for now as envoys leave Geneva",
        summary="Both sides keep the 90 days.\nRare\u00adearth licences follow.",
        content="Both sides keep the 90 days.\nNobody signed.\nMagnets\nChips",
        published=datetime(2025, 6, 5, 15, 10, tzinfo=UTC),
        authors=("Ada Pilot", "Ben Quay"),
        categories=("Trade", "Minerals & Metals"),
        language="en-gb",
    )


def test_entries_without_guid_link_or_date_are_kept() -> None:
    bare, untitled, ships, mail = read("rss20.xml").entries[1:]
    assert (bare.id, bare.url, bare.published) == ("", "", None)
    assert bare.summary == "Only words."
    assert (untitled.title, untitled.published) == ("", None)
    assert ships.url == ships.id == "https://courier.example/2025/06/ships"
    assert ships.published == datetime(2025, 6, 6, tzinfo=UTC)
    assert mail.url == "", "a mail address is nothing to fetch"


def test_an_entry_repeated_word_for_word_is_kept_once_and_an_empty_one_not_at_all() -> None:
    titles = [entry.title for entry in read("rss20.xml").entries]
    assert titles.count("A note without link, guid or date") == 1
    assert len(titles) == 5


def test_one_guid_on_two_stories_keeps_both() -> None:
    body = rss("<guid>1</guid><title>a</title></item><item><guid>1</guid><title>b</title>")
    assert [e.title for e in parse_feed(body, url=URL).entries] == ["a", "b"]


def test_an_atom_feed_is_read_against_its_own_base() -> None:
    feed = read("atom10.xml")
    met, alone = feed.entries
    assert feed.url == "https://ministry.example/news/feed.atom"
    assert met == Entry(
        id="tag:ministry.example,2025:8",
        url="https://ministry.example/news/2025/8",
        title="Minister & envoy agree",
        summary="Less than <5> days after the call.",
        content="Agreed\nThey met on Thursday.",
        published=datetime(2025, 6, 5, 15, 10, tzinfo=UTC),
        updated=datetime(2025, 6, 5, 15, 40, tzinfo=UTC),
        authors=("Press Office",),
        categories=("Talks",),
        language="en",
    )
    assert (alone.summary, alone.content) == ("", "The whole of it.")
    assert alone.updated == datetime(2031, 1, 1, tzinfo=UTC), "the future is kept as printed"
    assert alone.published == alone.updated, "nothing says that it was published before"


def test_an_rdf_feed_is_read() -> None:
    (notice,) = read("rdf.xml").entries
    assert notice.id == notice.url == "https://gazette.example/n/12"
    assert notice.published == datetime(2025, 7, 3, 1, tzinfo=UTC), "by its dc:date"
    assert notice.authors == ("Department of Licences",)
    assert notice.language == "zh"


def test_an_old_rss_feed_is_read() -> None:
    feed = read("rss091.xml")
    assert feed.url == URL, "it does not say its own address"
    assert feed.entries[0].summary == "High water at noon."


def test_a_feed_without_entries_is_a_feed() -> None:
    assert parse_feed(b"<rss version='2.0'><channel/></rss>", url=URL).entries == ()


@pytest.mark.parametrize(
    ("body", "what"),
    [
        (b"", "empty"),
        (b" \n ", "empty"),
        (b"<!DOCTYPE html><html><head><title>Feed moved</title></head></html>", "HTML"),
        (b"\xef\xbb\xbf<?xml version='1.0'?><!-- x --><html xmlns='x'><body/></html>", "HTML"),
        (b"<!-- a --> <!-- b -->" * 60 + b"<!doctype html>", "HTML"),
        (b"<!---->" * 500 + b"<nothing/>", "neither RSS nor Atom"),  # once 2 to the 500th steps
        (b'{"version": "https://jsonfeed.org/version/1.1"}', "JSON"),
        (b"%PDF-1.7 ...", "a file"),
        (b"\x1f\x8b\x08\x00\x00", "compressed"),
        (b"nothing of the kind", "neither RSS nor Atom"),
    ],
)
def test_what_is_no_feed_is_called_by_its_name(body: bytes, what: str) -> None:
    with pytest.raises(ParseError, match=what) as raised:
        parse_feed(body, url=URL)
    assert raised.value.subject == URL


def test_a_truncated_feed_gives_the_entries_that_can_be_read() -> None:
    whole = (FEEDS / "rss20.xml").read_bytes()
    cut = whole[: whole.index(b"Ships queue off")]
    entries = parse_feed(cut, url=URL).entries
    assert entries[0].id == "courier-4711"
    assert entries[-1].url == "https://courier.example/2025/06/untitled"


def test_broken_xml_does_not_lose_the_words() -> None:
    entry = only(rss("<title>Steel & rare earths<title></title><link>https://a.example/1</link>"))
    assert "Steel & rare earths" in entry.title


@pytest.mark.parametrize(
    ("printed", "title"),
    [
        ("Truce &#55357;&#56832; holds", "Truce \U0001f600 holds"),
        ("Truce &#xD83D;&#XDE00; holds", "Truce \U0001f600 holds"),
        ("<![CDATA[Truce &#0055357;&#56832; holds]]>", "Truce \U0001f600 holds"),
        ("Half a sign &#xd800; alone", "Half a sign \ufffd alone"),
        ("\ud55c\uad6d &#55203;", "\ud55c\uad6d \ud7a3"),
    ],
)
def test_halves_of_characters_are_put_together_and_break_no_feed(printed: str, title: str) -> None:
    body = rss(f"<title>{printed}</title><link>https://courier.example/1</link>")
    assert only(body).title == title
    plainly = parse_if_plain(body, url=URL, headers={})
    assert plainly is not None
    assert plainly.entries[0].title == title


def test_a_guid_that_is_no_address_stays_as_it_is() -> None:
    entry = only(rss("<guid>8-15</guid><title>x</title>"), Content_Location="https://cdn7.example/")
    assert entry.id == "8-15"


def test_links_are_joined_to_where_the_feed_came_from() -> None:
    entry = only(rss("<link>../n/1</link>"), Content_Location="/deep/er/feed.xml")
    assert entry.url == "https://courier.example/n/1"


def test_feedburners_own_link_gives_way_to_the_publishers() -> None:
    body = rss("<fb:origLink>https://a.example/1</fb:origLink><link>https://b.example/~r/1</link>")
    body = body.replace(b"<rss ", b"<rss xmlns:fb='http://rssnamespace.org/feedburner/ext/1.0' ")
    assert only(body).url == "https://a.example/1"


@pytest.mark.parametrize("link", ["javascript:alert(1)", "http://[", "ftp://a.example/x"])
def test_a_link_that_cannot_be_fetched_is_left_out(link: str) -> None:
    assert only(rss(f"<title>x</title><link>{link}</link>")).url == ""


def test_the_servers_charset_is_believed() -> None:
    body = "<rss version='2.0'><channel><item><title>稀土出口</title></item></channel></rss>"
    entry = only(body.encode("gb18030"), content_type="application/rss+xml; charset=gb18030")
    assert entry.title == "稀土出口"


def test_a_content_encoding_left_over_by_the_fetcher_is_ignored() -> None:
    assert only(rss("<title>x</title>"), content_encoding="gzip").title == "x"


def test_markup_becomes_lines_of_words() -> None:
    markup = (
        "&lt;div&gt;One&lt;!-- no --&gt; &lt;b&gt;two&lt;/b&gt;&lt;style&gt;p{}&lt;/style&gt;"
        "&lt;p&gt;three&amp;nbsp;&amp;lt; 4&lt;/p&gt;&lt;/div&gt;"
    )
    assert only(rss(f"<description>{markup}</description>")).summary == "One two\nthree < 4"


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>a <b>b</b>c</p><p>d", "a bc\nd"),
        ("a<br/>b<BR>c<img alt='x'>d", "a\nb\ncd"),
        ("<a title='x>y' href=\"z\">a</a>b", "ab"),
        ("a<script>if (a<b) {}</script>b", "ab"),
        ("a < b <i>c</i>", "a < b c"),
        ("a<!-- <p> -->b", "ab"),
        ("<a title='x>a", ""),
        ("&lt;b&gt;<i>&nbsp;c</i> &copy;", "<b> c ©"),
    ],
)
def test_markup_of_every_kind_is_read_as_people_see_it(markup: str, text: str) -> None:
    assert (
        only(rss(f"<description><![CDATA[{markup}]]></description><guid>g</guid>")).summary == text
    )


def test_markup_with_control_characters_keeps_its_words() -> None:
    markup = "&lt;p&gt;o&amp;#1;n&amp;#0;e&lt;/p&gt;two"
    assert only(rss(f"<description>{markup}</description>")).summary == "on\ufffde\ntwo"


def test_a_title_is_one_line_without_what_turns_text_around() -> None:
    entry = only(rss("<title>One\n\n two\u202e &amp;#8220;three&amp;#8221;</title>"))
    assert entry.title == "One two “three”"


def test_content_that_is_no_text_is_left_out() -> None:
    body = (
        b"<feed xmlns='http://www.w3.org/2005/Atom'><entry><title>x</title>"
        b"<content type='image/png'>aWJlbGw=</content></entry></feed>"
    )
    assert only(body).content == ""


def test_a_publishers_zone_reads_dates_printed_without_one() -> None:
    body = rss("<title>x</title><pubDate>2025-06-05 11:10:00</pubDate>")
    (entry,) = parse_feed(body, url=URL, zone="Asia/Shanghai").entries
    assert entry.published == datetime(2025, 6, 5, 3, 10, tzinfo=UTC)


def test_a_feed_travels_between_processes() -> None:
    feed = read("rss20.xml")
    assert pickle.loads(pickle.dumps(feed)) == feed


@pytest.mark.parametrize(
    "body",
    [
        b"<?xml version='1.0' encoding='\xc4\xd2'?><rss version='2.0'/>",
        b"<rss version='2.0'><channel><title>&#99999999999999;</title></channel></rss>",
    ],
)
def test_what_breaks_feedparser_itself_is_a_parse_error(body: bytes) -> None:
    with pytest.raises(ParseError, match="too broken"):
        parse_feed(body, url=URL)


_WHOLE = [path.read_bytes() for path in sorted(FEEDS.glob("*.xml"))]
_CUTS = st.tuples(st.integers(0, 2500), st.integers(0, 60), st.binary(max_size=8))


@settings(max_examples=150)
@given(st.sampled_from(_WHOLE), st.lists(_CUTS, min_size=1, max_size=4))
def test_no_mutilation_lets_anything_but_a_parse_error_escape(
    body: bytes, cuts: list[tuple[int, int, bytes]]
) -> None:
    for start, length, instead in cuts:
        body = body[:start] + instead + body[start + length :]
    try:
        feed = parse_feed(body, url=URL)
    except ParseError:
        return
    assert all(e.url.startswith(("http://", "https://")) for e in feed.entries if e.url)


def test_day_and_month_stand_as_in_the_feeds_language() -> None:
    item = "<item><title>One</title><pubDate>05/06/2025 11:10 GMT</pubDate></item>"
    body = "<rss version='2.0'><channel><language>{}</language>" + item + "</channel></rss>"
    months = [
        entry.published and entry.published.month
        for language in ("en-us", "en-gb", "en")
        for entry in parse_feed(body.format(language).encode(), url=URL).entries
    ]
    assert months == [5, 6, None]
