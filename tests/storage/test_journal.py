"""Looking back at articles on file."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from tests.clock import NOON, Clock
from tests.storage.samples import (
    LEASE,
    SECOND,
    arrival,
    candidate,
    drop,
    inbox_entry,
    read_as,
    ring,
    take_in,
)
from wirebell.core.decisions import Alias
from wirebell.storage import Store


def test_articles_come_whole_in_the_order_asked_by_first_sight(store: Store, clock: Clock) -> None:
    store.file(candidate(inbox_entry(store, clock, "a"), text="old"), drop(story="st-a"))
    clock.advance(timedelta(days=2))
    store.file(candidate(inbox_entry(store, clock, "b"), text="young"), drop(story="st-b"))
    older, younger = store.articles(store.article_ids(NOON))
    assert (older.article.text, older.story, older.first_seen) == ("old", "st-a", NOON)
    assert (younger.article.text, younger.source, younger.feeds) == ("young", "The Wire", ("wire",))
    assert store.article_ids(NOON + SECOND) == (younger.id,)
    assert store.articles((older.id, 999)) == (older,)
    assert store.articles(()) == ()


def test_the_last_of_the_fullest_texts_is_the_article(store: Store, clock: Clock) -> None:
    first = candidate(inbox_entry(store, clock, "a"), text="first")
    store.file(first, drop())
    for text, scope in (("second", "full"), ("cut short", "teaser")):
        clock.advance(SECOND)
        again = replace(first, inbox=inbox_entry(store, clock, "a", text), text_hash=text)
        store.file(read_as(again, text=text, scope=scope), drop())
    (found,) = store.articles(store.article_ids(NOON))
    assert found.article.text == "second"


def test_every_feed_that_carried_it_is_told_the_first_one_first(store: Store, clock: Clock) -> None:
    first = candidate(inbox_entry(store, clock, "a"), text="same")
    store.file(first, drop())
    take_in(store, clock, arrival("a"), feed="agency")
    (inbox,) = store.claim_entries(1, LEASE)
    store.file(replace(first, inbox=inbox), drop())
    (found,) = store.articles(store.article_ids(NOON))
    assert found.feeds == ("wire", "agency")


def test_only_what_really_rang_counts_as_rung(store: Store, clock: Clock) -> None:
    rung = candidate(inbox_entry(store, clock, "a"), text="a")
    store.file(rung, ring())
    quiet = replace(candidate(inbox_entry(store, clock, "b"), text="b"))
    store.file(quiet, drop(story="st-2"))
    first, second = store.articles(store.article_ids(NOON))
    assert [sorted(article.rang) for article in (first, second)] == [["rare-earth"], []]


def test_an_article_is_found_by_any_of_its_addresses(store: Store, clock: Clock) -> None:
    known = candidate(inbox_entry(store, clock, "a"), text="a")
    short = Alias("url", "https://short.example/1")
    store.file(replace(known, url_key="https://news.example/a", aliases=(short,)), drop())
    (id_,) = store.article_ids(NOON)
    assert store.find_article("https://news.example/a?utm_source=mail") == id_
    assert store.find_article("https://short.example/1") == id_
    assert store.find_article("https://news.example/b") is None


def test_a_number_no_article_can_have_finds_nothing(store: Store) -> None:
    assert store.records_of("9" * 9) == store.records_of("9" * 10) == ()


def test_a_rule_last_matched_when_it_did_and_else_is_as_old_as_the_desk(
    store: Store, clock: Clock
) -> None:
    assert store.last_matched(["rare-earth"]) == {}
    store.accept_desk("h", ())
    for key in ("a", "b"):
        clock.advance(SECOND)
        store.file(candidate(inbox_entry(store, clock, key), text=key), ring())
    clock.advance(SECOND)
    asked = store.last_matched(["rare-earth", "ships"])
    assert asked == {"rare-earth": NOON + 2 * SECOND, "ships": NOON}
