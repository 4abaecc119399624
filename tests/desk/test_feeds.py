from __future__ import annotations

from datetime import timedelta

import pytest

from tests.desk.small import desk_with, problems
from wirebell.core.feeds import Feed, Selectors


def _feeds(*items: str, defaults: str = "{}") -> str:
    lines = [f"  - {{{item}}}\n" for item in items]
    return f"version: 1\ndefaults: {defaults}\nfeeds:\n{''.join(lines)}"


A = "id: a, name: A, url: https://a.example/feed"


def test_a_feed_that_says_nothing_more_is_what_the_value_says() -> None:
    assert desk_with(feeds=_feeds(A)).feeds == (Feed("a", "A", "https://a.example/feed"),)


def test_defaults_stand_for_all_and_their_tags_are_added() -> None:
    defaults = "{every: 90s, language: zh-Hans, tags: press, tier: 2, read: feed, zone: Asia/Tokyo}"
    b = "id: b, name: B, url: http://b.example/, every: 1h30m, tags: [wire], tier: 1, note: n"
    one, two = desk_with(feeds=_feeds(A, b, defaults=defaults)).feeds
    assert (one.every, one.tags, one.tier) == (timedelta(seconds=90), ("press",), 2)
    assert (one.language, one.read, one.zone) == ("zh-Hans", "feed", "Asia/Tokyo")
    assert (two.every, two.tags, two.tier) == (timedelta(minutes=90), ("press", "wire"), 1)
    assert two.note == "n"


def test_a_slow_feed_is_never_asked_to_slow_down_to_less() -> None:
    (feed,) = desk_with(feeds=_feeds(f"{A}, every: 6h")).feeds
    assert feed.max_every == timedelta(hours=6)


@pytest.mark.parametrize("host", ["127.0.0.1:80", "10.1.2.3", "[::1]:8080", "localhost"])
def test_a_feed_on_this_machine_is_allowed_here_and_remarked_on(host: str) -> None:
    desk = desk_with(feeds=_feeds(f"id: a, name: A, url: 'http://{host}/feed'"))
    assert desk.feeds
    (note,) = desk.notes
    assert note.startswith("feeds.yaml:4:")
    assert note.endswith("is not public: refused unless WIREBELL_ALLOW_HOSTS names it")


def test_a_feed_of_ones_own_is_asked_with_references_to_secrets() -> None:
    item = f"{A}, headers: {{X-Key: '${{env:K}}'}}, auth: '${{env:A}}', proxy: '${{file:/p}}'"
    (feed,) = desk_with(feeds=_feeds(item)).feeds
    assert (feed.headers, feed.auth, feed.proxy) == (
        (("X-Key", "${env:K}"),),
        "${env:A}",
        "${file:/p}",
    )


def test_a_page_is_watched_by_its_selectors() -> None:
    item = f"{A}, kind: page, selectors: {{items: 'ul.news > li', date: .day}}"
    (feed,) = desk_with(feeds=_feeds(item)).feeds
    assert (feed.kind, feed.selectors) == ("page", Selectors("ul.news > li", date=".day"))
    (sitemap,) = desk_with(feeds=_feeds(f"{A}, kind: sitemap")).feeds
    assert (sitemap.kind, sitemap.selectors) == ("sitemap", None)


@pytest.mark.parametrize(
    ("item", "words"),
    [
        ("id: A b, name: A, url: https://a.example/", "4:10: id: write a-z in lower case"),
        ("id: a, name: A, url: ftp://a.example/", "4:27: url: write an address that begins with"),
        ("id: a, name: A, url: a.example", "4:27: url: write an address that begins with"),
        ("id: a, name: A, url: 'https:///feed'", "4:27: url: write an address that begins with"),
        ("id: a, name: A, url: 'http://[::1'", "4:27: url: write an address that begins with"),
        ("id: a, name: A, url: 'http://a.example:99999/'", "4:27: url: write an address"),
        ("id: a, name: A, url: 'http://[1.2]/'", "4:27: url: write an address"),
        ("id: a, name: A, url: 'http://[:::]/'", "4:27: url: write an address"),
        ("id: a, name: A, url: 'http://xn--a/'", "4:27: url: write an address"),
        ("id: a, name: A, url: 'http://a\u2100b/'", "4:27: url: write an address"),
        (f"{A}, every: 5 minutes", "every: write a length of time, such as 90s, 5m or 1h"),
        (f"{A}, every: [5m]", "every: write a length of time"),
        (f"{A}, every: 0s", "every: write a length of time"),
        (f"{A}, every: 5", "every: write a length of time"),
        (f"{A}, tier: 5", "tier: write 4 at most"),
        (f"{A}, tier: first", "tier: write a whole number"),
        (f"{A}, read: pages", "read: write page or feed; did you mean 'page'?"),
        (f"{A}, language: English", "language: write a language tag, such as en or zh-Hans"),
        (f"{A}, zone: Europe/Pariss", "no zone 'Europe/Pariss'; did you mean 'Europe/Paris'?"),
        (f"{A}, auth: 'ana:hunter2'", "auth: write where the secret is, ${env:NAME}"),
        (f"{A}, headers: {{X Key: '${{env:K}}'}}", "write the name of a header"),
        (f"{A}, kind: pages", "kind: write feed, sitemap or page; did you mean 'page'?"),
        (f"{A}, kind: page", "a: kind: page and selectors: go together; write both"),
        (f"{A}, selectors: {{items: li}}", "a: kind: page and selectors: go together"),
        (f"{A}, kind: page, selectors: {{items: 'li['}}", "items: this is no CSS selector"),
        (f"{A}, kind: page, selectors: {{items: 'p::before'}}", "items: this is no CSS selector"),
        (f"{A}, kind: page, selectors: {{items: '{':not(' * 3000}'}}", "this is no CSS selector"),
        (f"{A}, kind: page, selectors: {{title: h2}}", "items is missing"),
        (f"{A}, nam: B", "nam: there is no such key here; did you mean 'name'?"),
        ("id: a, url: https://a.example/", "4:5: name is missing"),
    ],
)
def test_a_mistake_in_a_feed_is_told_once_and_in_its_place(item: str, words: str) -> None:
    (only,) = problems(feeds=_feeds(item))
    assert words in only


def test_a_misspelt_key_does_not_also_miss_the_right_one() -> None:
    assert problems(feeds=_feeds("id: a, nam: A, url: https://a.example/")) == [
        "feeds.yaml:4:13: nam: there is no such key here; did you mean 'name'?"
    ]


def test_a_repeated_id_names_the_place_of_the_first() -> None:
    found = problems(feeds=_feeds(A, "id: a, name: B, url: https://b.example/"))
    assert found == [
        "feeds.yaml:5:10: the feed 'a' exists already: feeds.yaml:4; rename or remove one"
    ]


def test_one_address_in_two_spellings_is_one_feed() -> None:
    found = problems(feeds=_feeds(A, "id: b, name: B, url: http://www.a.example/feed/"))
    assert found == [
        "feeds.yaml:5:27: this address exists already: feeds.yaml:4; rename or remove one"
    ]


def test_a_password_in_an_address_is_refused_and_not_repeated() -> None:
    (only,) = problems(feeds=_feeds("id: a, name: A, url: 'https://ana:hunter2@a.example/'"))
    assert "take a user and password out" in only
    assert "hunter2" not in only


def test_no_feeds_at_all_is_a_mistake() -> None:
    assert problems(feeds="version: 1\nfeeds: []\n") == ["feeds.yaml:2:8: feeds: write 1 or more"]


def test_a_file_for_another_version_is_refused() -> None:
    assert problems(feeds="version: 2\n" + _feeds(A)[11:]) == ["feeds.yaml:1:10: version: write 1"]
