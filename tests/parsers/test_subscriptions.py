from __future__ import annotations

import pytest

from parsers.subscriptions import feed_links, read_opml, write_opml
from wirebell.core.errors import ParseError

OPML = b"""<?xml version="1.0"?><opml version="1.0"><body>
<outline text="News"><outline text="Courier" xmlUrl="https://courier.example/feed"/>
<outline title="Port &amp; Harbour" text="x" xmlUrl="https://port.example/rss"/></outline>
<outline text="again" xmlUrl="https://courier.example/feed"/></body></opml>"""


def test_feeds_are_read_out_of_their_folders_each_once() -> None:
    assert read_opml(OPML) == (
        ("Courier", "https://courier.example/feed"),
        ("Port & Harbour", "https://port.example/rss"),
    )


def test_what_is_written_is_read_again() -> None:
    feeds = (("A 'quoted' & <marked> one", "https://a.example/?a=1&b=2"),)
    assert read_opml(write_opml([*feeds]).encode()) == feeds


@pytest.mark.parametrize("body", [b"", b"<rss/>", b"words"])
def test_what_is_no_opml_says_so(body: bytes) -> None:
    with pytest.raises(ParseError, match="no OPML"):
        read_opml(body)


def test_a_file_of_the_machine_is_not_read_into_it() -> None:
    evil = b"""<!DOCTYPE o [<!ENTITY x SYSTEM "file:///etc/passwd">]>
    <opml><body><outline text="&x;" xmlUrl="https://a.example/"/></body></opml>"""
    assert all("root" not in title for title, _ in read_opml(evil))


def test_a_page_names_its_feeds_in_its_head_and_in_its_answer() -> None:
    page = b"""<html><head><link rel="alternate stylesheet" href="/s.css">
    <link rel="alternate" type="application/rss+xml" href="/rss?a=1&amp;b=2">
    <link rel="ALTERNATE" type="application/atom+xml" href="atom.xml">
    <link rel="alternate" type="text/html" hreflang="fr" href="/fr"></head></html>"""
    header = (
        '<https://a.example/json>; rel="alternate"; type="application/feed+json", </x>; rel=next'
    )
    assert feed_links(page, url="https://a.example/news/", link_header=header) == (
        "https://a.example/json",
        "https://a.example/rss?a=1&b=2",
        "https://a.example/news/atom.xml",
    )
    assert feed_links(b"", url="https://a.example/") == ()


def test_what_is_no_address_costs_no_feed_beside_it() -> None:
    page = b"""<html><link rel="alternate" type="application/rss+xml" href="http://[x">
    <link rel="alternate" type="application/rss+xml" href="/rss&#55357;">"""
    assert feed_links(page, url="https://a.example/") == ("https://a.example/rss\ufffd",)


def test_half_a_character_costs_no_feed_of_a_list() -> None:
    body = b"<opml><body><outline text='A&#55357;' xmlUrl='https://a.example/'/></body></opml>"
    assert read_opml(body) == (("A\ufffd", "https://a.example/"),)
