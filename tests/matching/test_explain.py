"""Why a rule fires, and what it fails by."""

from __future__ import annotations

from datetime import date

import pytest

from tests.matching.desks import desk, matcher, rule, story
from wirebell.core.feeds import Feed
from wirebell.desk.values import (
    AllOf,
    AnyOf,
    AtLeast,
    Condition,
    Named,
    Near,
    NoneOf,
    Person,
    Term,
    Where,
    Who,
)
from wirebell.matching import compile_desk

TRUCE, TARIFF = Term("truce"), Term("tariff")
WHEN = AllOf((Named("trade", (TRUCE, TARIFF)), NoneOf((Term("quiz"),))))


def test_every_clause_is_judged_with_its_evidence() -> None:
    explanation = matcher(WHEN).explain("it", story("a truce"))
    assert explanation.fires
    assert explanation.nearest_miss == ""
    trade, quiet = explanation.clause.clauses
    assert (trade.words, trade.holds, [e.surface for e in trade.evidence]) == (
        "$trade", True, ["truce"],
    )  # fmt: skip
    assert [(c.words, c.holds, c.note) for c in trade.clauses] == [
        ("truce", True, ""), ("tariff", False, "nowhere"),
    ]  # fmt: skip
    assert (quiet.words, quiet.holds) == ("none of quiz", True)


def test_the_first_clause_that_fails_is_the_nearest_miss() -> None:
    explanation = matcher(WHEN).explain("it", story("truce quiz"))
    assert not explanation.fires
    assert explanation.nearest_miss == "none of quiz: quiz is there"
    assert matcher(WHEN).explain("it", story("quiz")).nearest_miss == "$trade: nowhere"


@pytest.mark.parametrize(
    ("when", "miss"),
    [
        (AtLeast(3, (TRUCE,)), "found 1, needs 3"),
        (Term("truce", places=("title",)), "only in text"),
        (AnyOf((TARIFF, Term("truce", places=("title",)))), "only in text"),
        (Who("trump"), "the name stands only where it does not count"),
        (Who("ghost"), "nowhere"),
    ],
)
def test_a_miss_says_how_near_it_was(when: Term, miss: str) -> None:
    people = (Person("trump", "Donald Trump"), Person("ghost", "Ghost"))
    explanation = matcher(when, *people).explain("it", story("truce of Donald Trump Jr."))
    assert explanation.nearest_miss == miss


def test_a_person_in_a_place_left_out_is_told() -> None:
    rules = matcher(Who("trump"), Person("trump", "Donald Trump"), not_in=("text",))
    miss = rules.explain("it", story("Donald Trump")).nearest_miss
    assert miss == "only in places the rule leaves out"


def test_where_and_expiry_are_reasons_too() -> None:
    rules = matcher(TRUCE, where=Where(languages=("en",), min_words=2))
    german = rules.explain("it", story("truce now", language="de"))
    assert german.nearest_miss == "language is de, the rule wants en"
    assert german.clause.holds
    assert not german.fires
    short = rules.explain("it", story("truce"))
    assert short.nearest_miss == "1 words long, the rule wants 2"
    over = compile_desk(desk(rule(TRUCE, expires=date(2025, 1, 1))), date(2025, 6, 5))
    assert over.explain("it", story("truce")).nearest_miss == "expired on 2025-01-01"


def test_a_long_list_is_told_short() -> None:
    words = AnyOf(tuple(Term(word) for word in ("a1", "b1", "c1", "d1", "e1")))
    explanation = matcher(AllOf((words, TRUCE))).explain("it", story("truce"))
    assert explanation.clause.clauses[0].words == "a1, b1, c1 or 2 more"


def test_an_unknown_rule_is_refused() -> None:
    with pytest.raises(KeyError):
        matcher(TRUCE).explain("ghost", story("truce"))


@pytest.mark.parametrize(
    ("when", "text", "miss"),
    [
        (Term("rare earth"), "a rare day, rare air", "only 'rare' stands alone, 2 times"),
        (Term("rare earth"), "earths are rare",
         "only 'rare' stands alone, once and 'earth' stands alone, once"),
        (Term("rare earth"), "Rare. Earth.",
         "'Rare Earth' stands there across the end of a sentence"),
        (Term("US", exact=True), "told us", "'us' stands there in another case"),
        (Term("tin", places=("title",)), "tin", "only in text"),
        (Term("neodymi", prefix=True), "neon", "nowhere"),
        (Term("+++"), "a", "nowhere"),
        (Who("yi"), "Mr. Wang said", "Wang stands alone; needs Wang Yi in full first"),
        (Who("yi"), "Mr. Wong said", "nowhere"),
        (AnyOf((Term("rare earth"), Term("tin ore"), TRUCE)), "a rare tin",
         "only 'tin' stands alone, once; only 'rare' stands alone, once"),
        (Near((TRUCE, TARIFF), 3), "truce one two three tariff", "4 words apart, limit 3"),
        (AllOf((TRUCE, Near((TRUCE, TARIFF), 3))), "truce one two three tariff",
         "truce and tariff within 3 words: 4 words apart, limit 3"),
    ],
)  # fmt: skip
def test_what_stands_nearest_is_told(when: Condition, text: str, miss: str) -> None:
    people = (Person("yi", "Wang Yi", surname="Wang", name_order="family_first"),)
    assert matcher(when, *people).explain("it", story(text)).nearest_miss == miss


def test_a_feed_the_rule_does_not_look_at_is_told() -> None:
    wire = Feed("wire", "Wire", "https://wire.example/feed")
    rules = matcher(TRUCE, where=Where(feeds=("other", "third")))
    explanation = rules.explain("it", story("truce"), wire)
    assert explanation.nearest_miss == "came by wire, the rule wants other, third"
    assert explanation.clause.evidence
