"""Plurals, particles and endings of single words."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.matching.desks import desk, rule, story
from wirebell.desk.values import Term
from wirebell.matching import compile_desk
from wirebell.matching.forms import cases, singular


@pytest.mark.parametrize(
    ("word", "form"),
    [
        ("tariff", "tariffs"), ("tariffs", "tariff"), ("tax", "taxes"), ("taxes", "tax"),
        ("treaty", "treaties"), ("treaties", "treaty"), ("veto", "vetoes"), ("vetoes", "veto"),
        ("price", "prices"), ("prices", "price"), ("speech", "speeches"), ("day", "days"),
        ("house", "houses"), ("cache", "caches"), ("movie", "movies"), ("tie", "ties"),
        ("use", "uses"), ("bus", "buses"), ("shoe", "shoes"), ("exercise", "exercises"),
    ],
)  # fmt: skip
def test_a_plural_is_a_form(word: str, form: str) -> None:
    assert singular(form) == singular(word)


@pytest.mark.parametrize(
    ("word", "other"),
    [
        ("new", "news"), ("news", "new"), ("goods", "good"), ("crisis", "crisi"), ("it", "its"),
        ("access", "acces"), ("virus", "viru"), ("day", "daies"), ("trump", "trumped"),
        ("us", "uses"), ("gas", "ga"), ("tense", "ten"), ("price", "pric"), ("base", "basis"),
    ],
)  # fmt: skip
def test_another_word_is_no_form(word: str, other: str) -> None:
    assert singular(other) != singular(word)


@pytest.mark.parametrize(
    ("word", "form"),
    [
        ("중국", "중국은"), ("트럼프", "트럼프의"), ("الصين", "للصين"), ("الصين", "والصين"),
        ("иран", "ирана"), ("россия", "россии"), ("путин", "путиным"),
    ],
)  # fmt: skip
def test_what_hangs_on_a_name_is_a_form(word: str, form: str) -> None:
    assert form in cases(word)


@given(st.text(max_size=8))
def test_no_form_is_empty_or_the_word_itself(word: str) -> None:
    assert not {"", word} & cases(word)
    assert bool(singular(word)) is bool(word)


@pytest.mark.parametrize("order", [*permutations("тарифов тарифам тариф".split())])
def test_a_word_finds_its_forms_whatever_words_other_rules_have(order: tuple[str, ...]) -> None:
    rules = compile_desk(desk(*(rule(Term(word), word) for word in order)))
    for form in ("тариф", "тарифов", "тарифам", "тарифы"):
        assert "тариф" in {match.rule for match in rules.match(story(form))}
