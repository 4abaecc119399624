from __future__ import annotations

import logging
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parsers.article import parse_article
from wirebell.core.news import Article
from wirebell.core.text import clean

URL = "https://paper.example/a"
PHONE_CALL = (Path(__file__).parent.parent / "data/articles/phone-call.html").read_bytes()
STORY = "<p>A ship came in late with a hold of tin and salt, and nobody was there to meet it.</p>"


@pytest.mark.parametrize(
    "page",
    [
        b"",
        b"   \n",
        b"\x00" * 1000,
        b"<",
        b"<html>",
        b"<!DOCTYPE html><!-- nothing -->",
        b"\xff\xfe\x00",
        b"<script type='application/ld+json'>" + b"[" * 100_000,
        b"https://paper.example/a.html",
        b"%PDF-1.7 \x80\x81",
        "",
        "\ud800<p>\udfff",
    ],
)
def test_a_page_of_nothing_is_an_article_of_nothing(page: bytes | str) -> None:
    article = parse_article(page, url=URL)
    assert article.url == URL
    assert article.scope == "headline"


def test_null_bytes_are_left_out() -> None:
    page = b"<h1>Ti\x00tle</h1>" + STORY.replace("ship", "sh\x00ip").encode()
    article = parse_article(page, url=URL)
    assert article.title == "Title"
    assert "A ship came in" in article.text


def test_markup_hidden_from_text_is_decoded_once() -> None:
    article = parse_article("<h1>a &amp;lt;b&amp;gt; c</h1>" + STORY, url=URL)
    assert article.title == "a &lt;b&gt; c"


@pytest.mark.parametrize(
    "page",
    [
        "<div>" * 100_000 + "deep" + "</div>" * 100_000,
        "<div>" * 20_000 + "deep</div> after" * 20_000,
        "<b><i>" * 50_000,
        "<table><tr><td>" * 20_000,
        "<ul><li>" * 20_000 + "<a>",
        "<p>" * 30_000,
        "<" * 100_000,
        "<article><h2><a href=/x>Tin</a></h2>" * 12_000,
        "<div><img src=x>Tin</div>" * 6_000,
    ],
)
def test_a_hundred_thousand_tags_neither_raise_nor_hang(page: str) -> None:
    assert parse_article(page, url=URL).scope == "headline"


def test_a_shallow_story_beside_a_deep_well_is_read() -> None:
    article = parse_article(f"<body>{STORY}<div>" + "<div>" * 5_000 + "x", url=URL)
    assert "hold of tin" in article.text


def test_a_megabyte_of_json_ld_costs_the_page_nothing() -> None:
    node = '{"@type": "NewsArticle", "headline": "Long", "description": "' + "x" * 1_200_000 + '"}'
    page = f"<script type='application/ld+json'>{node}</script><h1>Long</h1>{STORY}"
    article = parse_article(page, url=URL)
    assert article.title == "Long"
    assert article.text.startswith("A ship came in late")


def test_many_thousand_short_blocks_are_read_without_asking_trafilatura() -> None:
    rows = "".join(
        f"<div><span>No. {n} came in late with tin and salt</span></div>" for n in range(6_000)
    )
    article = parse_article(f"<h1>Ships</h1>{rows}", url=URL)
    assert "No. 5999 came in" in article.text
    assert article.confidence < 0.9


def test_five_megabytes_are_read_up_to_the_limit() -> None:
    state = f"<script>{'x' * 2_500_000}</script>"  # as pages that carry their own database do
    page = f"<h1>Long</h1>{STORY}{state}" + f"<p>{'It waited at the quay. ' * 80}</p>" * 1_400
    article = parse_article(page, url=URL)
    assert len(page) > 5_000_000
    assert article.text.startswith("A ship came in late")


@pytest.mark.parametrize(
    ("head", "charset"),
    [
        ('<meta charset="windows-1252">', "cp1252"),
        ('<meta charset="iso-8859-1">', "cp1252"),  # browsers read it so
        ("", "cp1252"),
        ('<meta charset="utf-8">', "cp1252"),  # a wrong word
        ('<meta charset="iso-8859-1">', "utf-8"),  # a wrong word the other way
        ('<meta charset="no-such-thing">', "cp1252"),
        ('<meta charset="punycode">', "cp1252"),  # would take Python hours for a page
        ("", "utf-16"),
        ("", "utf-8-sig"),
    ],
)
def test_curly_quotes_survive_the_charset(head: str, charset: str) -> None:
    page = f"{head}<h1>“Café” — ‘naïve’</h1>{STORY}".encode(charset)
    assert parse_article(page, url=URL).title == "“Café” — ‘naïve’"


def test_chinese_bytes_are_read_by_their_old_name() -> None:
    page = '<meta charset="gb2312"><h1>两港航线恢复通航</h1>'.encode("gb18030")
    assert parse_article(page, url=URL).title == "两港航线恢复通航"


def test_a_utf8_page_cut_inside_a_letter_stays_utf8() -> None:
    page = f'<meta charset="utf-8"><h1>Café société</h1>{STORY}é'.encode()[:-1]
    assert parse_article(page, url=URL).title == "Café société"


def test_an_xml_declaration_does_not_matter() -> None:
    page = f'<?xml version="1.0" encoding="utf-16"?>\n<html><body><h1>One</h1>{STORY}</body></html>'
    assert parse_article(page, url=URL).title == "One"


def test_reading_nothing_is_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        parse_article("<p>no", url=URL)
    assert caplog.records == []


def is_storable(article: Article) -> bool:
    words = (article.title, article.lead, article.text, *article.authors, *article.key_points)
    return all(word == clean(word) for word in words)


@settings(max_examples=60)
@given(st.integers(0, len(PHONE_CALL)), st.integers(0, len(PHONE_CALL)), st.binary(max_size=40))
def test_a_page_broken_anywhere_is_still_read(cut: int, at: int, noise: bytes) -> None:
    page = PHONE_CALL[:at] + noise + PHONE_CALL[at:]
    assert is_storable(parse_article(page[: max(cut, at)], url=URL))


JSON = '<script type="application/ld+json">{}</script>'
PIECES = st.sampled_from(
    ["<p>", "</p>", "<div class='byline'>", "</div>", "<h1>", "<li>", "<br>", "<a href=x>", "</a>",
     "<figure>", "<article>", "<table><td>", "<!--", "-->", "&#0;", "&#xD800;", "<svg><title>",
     "<meta charset=x>", "<link rel=canonical href='http://[x'>",
     JSON.replace("{}", '{"@type": "NewsArticle", "author": [[]], "headline": {}}'),
     JSON.replace("{}", '[{"@id": "a", "@type": "Article", "headline": 1, "author": [1]}]')]
)  # fmt: skip


@settings(max_examples=80)
@given(st.lists(st.one_of(PIECES, st.text(max_size=30)), max_size=40).map("".join))
def test_any_heap_of_markup_is_read(page: str) -> None:
    assert is_storable(parse_article(page, url=URL))
