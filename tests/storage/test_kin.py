from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from tests.clock import Clock
from tests.storage.samples import (
    SECOND,
    again,
    alert,
    claim_one,
    drop,
    file,
    fresh,
    ring,
)
from wirebell.core.decisions import (
    Candidate,
    Filing,
    History,
    KnownArticle,
    Outcome,
)
from wirebell.storage import Store


def test_copies_are_other_articles_with_the_same_text_oldest_first(
    store: Store, clock: Clock
) -> None:
    for key in "ab":
        file(store, fresh(store, clock, key, "wire copy"))
        clock.advance(SECOND)
    history = file(store, fresh(store, clock, "c", "wire copy"))
    assert history.article is None
    assert [copy.url_key[-1] for copy in history.copies] == ["a", "b"]
    itself = fresh(store, clock, "d", "wire copy", url_key="https://news.example/a")
    assert [copy.url_key[-1] for copy in file(store, itself).copies] == ["b", "c"]


def test_outlets_of_one_poll_are_named_in_the_order_of_their_names_whoever_was_filed_first(
    store: Store, clock: Clock
) -> None:
    told = fresh(store, clock, "told", "wire copy")
    file(store, told, lambda _: replace(ring()(_), alert=replace(alert("al-1"), seen=clock.now)))

    def copied(history: History) -> Filing:
        decision = drop(Outcome.COPY)(history).decision
        return Filing(replace(decision, original=history.copies[0].id))

    clock.advance(SECOND)
    for source in ("Zeitung", "Anzeiger", "Morgen"):
        file(store, fresh(store, clock, source, "wire copy", feed_name=source), copied)
    history = file(store, fresh(store, clock, "last", "wire copy"))
    assert names(history.copies) == ["told", "Anzeiger", "Morgen", "Zeitung"]
    (sent,) = claim_one(store).alerts
    assert [also.source for also in sent.also_in] == ["Anzeiger", "Morgen", "Zeitung"]


def test_without_a_text_there_are_no_copies(store: Store, clock: Clock) -> None:
    file(store, fresh(store, clock, "a"))
    assert file(store, fresh(store, clock, "b")).copies == ()


def test_after_fourteen_days_a_text_is_nobodys_original(store: Store, clock: Clock) -> None:
    first = fresh(store, clock, "a", "annual report")
    file(store, first)
    clock.advance(timedelta(days=14))
    assert len(file(store, fresh(store, clock, "b", "annual report")).copies) == 1
    clock.advance(SECOND)
    assert [
        c.url_key[-1] for c in file(store, fresh(store, clock, "c", "annual report")).copies
    ] == ["b"]


def test_at_most_twenty_copies_are_recalled(store: Store, clock: Clock) -> None:
    for n in range(21):
        file(store, fresh(store, clock, f"{n}", "wire copy"))
    assert len(file(store, fresh(store, clock, "last", "wire copy")).copies) == 20


def keyed(
    store: Store, clock: Clock, key: str, sketch: range, terms: range = range(0)
) -> Candidate:
    made = fresh(store, clock, key, f"text of {key}")
    return replace(made, sketch=tuple(sketch), terms=tuple(terms))


def names(articles: Sequence[KnownArticle]) -> list[str]:
    return [article.url_key.rsplit("/", 1)[1] for article in articles]


def test_what_shares_three_fingerprints_or_a_term_is_near_most_first(
    store: Store, clock: Clock
) -> None:
    file(store, keyed(store, clock, "two", range(8, 12)))
    file(store, keyed(store, clock, "some", range(7, 20)))
    file(store, keyed(store, clock, "most", range(5, 20)))
    file(store, keyed(store, clock, "alike", range(0), range(-9, -2)))
    history = file(store, keyed(store, clock, "new", range(10), range(-3, 0)))
    assert names(history.near) == ["most", "some", "alike"]
    assert (history.frequency[9], history.frequency[-3]) == (3, 1)
    assert 0 not in history.frequency


def test_a_copy_is_a_member_of_its_story_and_adds_no_fingerprints(
    store: Store, clock: Clock
) -> None:
    origin = keyed(store, clock, "origin", range(9))
    file(store, origin)
    (found,) = file(store, keyed(store, clock, "probe", range(9))).near

    def copied(history: History) -> Filing:
        decision = drop(Outcome.COPY)(history).decision
        return Filing(replace(decision, original=found.id))

    for n in range(3):
        file(store, keyed(store, clock, f"copy {n}", range(9)), copied)
    history = file(store, keyed(store, clock, "next", range(9)))
    assert names(history.near) == ["origin", "probe"]
    again_ = file(store, again(store, clock, origin, "edited", text="edited"))
    assert names(again_.copies) == ["copy 0", "copy 1", "copy 2"]


def test_a_key_on_more_than_fifty_articles_counts_for_nothing(store: Store, clock: Clock) -> None:
    for n in range(51):
        assert len(file(store, keyed(store, clock, f"{n}", range(4))).near) == min(n, 8)
    history = file(store, keyed(store, clock, "last", range(4)))
    assert history.near == ()
    assert set(history.frequency.values()) == {51}


def test_after_fourteen_days_fingerprints_find_nothing(store: Store, clock: Clock) -> None:
    file(store, keyed(store, clock, "old", range(-4, 4)))
    clock.advance(timedelta(days=14))
    assert names(file(store, keyed(store, clock, "late", range(-4, 0))).near) == ["old"]
    clock.advance(timedelta(days=1))
    assert names(file(store, keyed(store, clock, "later", range(4))).near) == []
