"""Distances: in words, in a sentence, in a paragraph, in order."""

from __future__ import annotations

import pytest

from tests.matching.desks import matcher, story, surfaces
from wirebell.desk.values import AnyOf, Near, Term, Who
from wirebell.desk.values import Person as Official

CHINA, TALKS, TRADE = Term("China"), Term("talks"), Term("trade")


@pytest.mark.parametrize(
    ("within", "text", "fires"),
    [
        (1, "China talks", True),
        (1, "China trade talks", False),
        (2, "China trade talks", True),
        (2, "talks in China", True),
        (3, "China U.S. trade talks", True),  # an acronym is one word
        (3, "China rare-earth trade talks", False),  # a hyphenated word is two
        (3, "China said.\nNew talks", True),  # words count on over the end of a paragraph
        ("sentence", "China left. New talks began.", False),
        ("sentence", "China and the U.S. Treasury hold talks.", True),
        ("paragraph", "China left. New talks began.", True),
        ("paragraph", "China left.\nNew talks began.", False),
    ],
)
def test_near_holds_within_its_reach(within: int, text: str, fires: bool) -> None:
    assert bool(surfaces(Near((CHINA, TALKS), within), text)) is fires


def test_order_matters_only_when_asked_for() -> None:
    assert surfaces(Near((CHINA, TALKS), 3), "talks in China")
    assert not surfaces(Near((CHINA, TALKS), 3, ordered=True), "talks in China")
    assert surfaces(Near((CHINA, TALKS), 3, ordered=True), "China in talks")


def test_three_operands_reach_from_the_first_to_the_last() -> None:
    near = Near((CHINA, TALKS, TRADE), 4)
    assert surfaces(near, "trade one China two talks") == ["trade", "China", "talks"]
    assert not surfaces(near, "trade one China two three talks")


@pytest.mark.parametrize("text", ["talks by Ana, Bo and Cy", "Ana, Bo and Cy hold talks"])
def test_everybody_within_reach_is_marked_and_nobody_beyond_it(text: str) -> None:
    team = AnyOf((Term("Ana"), Term("Bo"), Term("Cy")))
    marked = surfaces(Near((team, TALKS), "sentence"), f"{text}. Ana left.")
    assert sorted(marked) == ["Ana", "Bo", "Cy", "talks"]


def test_an_ordered_chain_marks_only_what_stands_in_the_chain() -> None:
    near = Near((CHINA, TRADE, TALKS), 9, ordered=True)
    assert surfaces(near, "trade China trade talks trade") == ["China", "trade", "talks"]
    assert not surfaces(near, "trade China talks trade")


def test_one_word_is_not_near_itself() -> None:
    assert not surfaces(Near((TALKS, AnyOf((TALKS, CHINA))), 5), "talks")
    assert not surfaces(Near((Term("trade talks"), TALKS), 5), "trade talks")
    assert surfaces(Near((Term("trade talks"), TALKS), 5), "trade talks talks")


def test_one_word_cannot_serve_two_operands_beside_a_third() -> None:
    assert not surfaces(Near((CHINA, TALKS, AnyOf((TALKS, TRADE))), 9), "China talks")


def test_only_what_stands_within_reach_is_evidence() -> None:
    text = "China. " + "word " * 9 + "China talks. " + "word " * 9 + "talks"
    assert surfaces(Near((CHINA, TALKS), 3), text) == ["China", "talks"]


def test_fields_are_far_apart() -> None:
    assert not surfaces(Near((CHINA, TALKS), 50), story("talks", title="China"))


def test_people_stand_near_words() -> None:
    official = Official("lutnick", "Howard Lutnick", surname="Lutnick")
    near = Near((Who("lutnick"), TALKS), "sentence")
    text = "Howard Lutnick left. Then Lutnick held talks."
    assert surfaces(near, text, official) == ["Lutnick", "talks"]


def test_a_page_of_one_word_repeated_is_judged_all_the_same() -> None:
    rules = matcher(Near((CHINA, TALKS, TRADE), "sentence"))
    assert not rules.match(story("China talks " * 5_000))
    (match,) = rules.match(story("China talks " * 5_000 + "trade"))
    assert {e.term for e in match.evidence} == {"China", "talks", "trade"}


def test_a_missing_fourth_is_missed_before_all_of_the_others_are_combined() -> None:
    rules = matcher(Near((CHINA, TALKS, TRADE, Term("truce")), "sentence"))
    assert not rules.match(story("China talks trade " * 2_000 + "ended. A truce"))


def test_a_page_in_the_wrong_order_is_judged_all_the_same() -> None:
    rules = matcher(Near((CHINA, TALKS, TRADE, Term("truce")), "sentence", ordered=True))
    heap = "China " * 1_000 + "truce " * 1_000 + "trade " * 1_000 + "talks " * 1_000
    assert not rules.match(story(heap))
    assert rules.match(story(heap + "trade truce"))


@pytest.mark.parametrize(
    ("near", "text", "note"),
    [
        (Near((CHINA, TALKS), 2), "China one two talks", "3 words apart, limit 2"),
        (Near((CHINA, TALKS), 9), "China alone", "talks: nowhere"),
        (Near((CHINA, TALKS), "sentence"), "China. Talks", "1 words apart, not in one sentence"),
        (
            Near((CHINA, TALKS), 3, ordered=True),
            "talks in China",
            "2 words apart, limit 3, in this order",
        ),
    ],
)
def test_a_near_that_fails_says_by_how_much(near: Near, text: str, note: str) -> None:
    assert matcher(near).explain("it", story(text)).nearest_miss == note


def test_operands_in_different_fields_have_no_distance() -> None:
    explanation = matcher(Near((CHINA, TALKS), 9)).explain("it", story("talks", title="China"))
    assert explanation.nearest_miss == "never in the same place"


def test_words_that_only_stand_within_others_are_tried_first() -> None:
    words = ("US", "China", "trade", "talks", "tariffs", "steel tariffs")
    near = Near(tuple(map(Term, words)), "paragraph")
    assert not surfaces(near, "US China trade talks " * 100 + "steel tariffs")
