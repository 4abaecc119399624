from __future__ import annotations

from dataclasses import replace
from unicodedata import normalize

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.desk.small import condition, desk_with, problems, rule
from wirebell.core.text import fold
from wirebell.desk.values import (
    AllOf,
    AnyOf,
    AtLeast,
    Condition,
    Named,
    Near,
    NoneOf,
    Role,
    Term,
    Who,
)

A, B, C = Term("a"), Term("b"), Term("c")
L = ("lead",)
ORES = Named("ores", (Term("gallium"), Term("tungsten")))


@pytest.mark.parametrize(
    ("when", "meaning"),
    [
        ("rare earth", Term("rare earth")),
        ("[a, b]", AnyOf((A, B))),
        ("[a, [b, c]]", AnyOf((A, AnyOf((B, C))))),
        ("$ores", ORES),
        ("$ada-north", Who("ada-north")),
        ("$customs-board", Who("customs-board")),
        ("$role:trade-envoy", Role("trade-envoy")),
        ('"$role:trade-envoy"', Role("trade-envoy")),
        ("{any: [a, b]}", AnyOf((A, B))),
        ("{any: a}", AnyOf((A,))),
        ("{all: [a, [b, c]]}", AllOf((A, AnyOf((B, C))))),
        ("{any: [a], none: [b]}", AllOf((AnyOf((A,)), NoneOf((B,))))),
        (
            "{all: [a], any: [b], none: [c]}",
            AllOf((AllOf((A,)), AnyOf((B,)), NoneOf((C,)))),
        ),
        ("{all: [a, {none: [b]}]}", AllOf((A, NoneOf((B,))))),
        ("{near: [a, [b, c]], within: 7}", Near((A, AnyOf((B, C))), 7)),
        ("{near: [a, $ores], within: sentence}", Near((A, ORES), "sentence")),
        ("{near: [a, b], within: paragraph, ordered: true}", Near((A, B), "paragraph", True)),
        (
            "{all: [a], none_near: [b, c], within: 3}",
            AllOf((AllOf((A,)), NoneOf((Near((B, C), 3),)))),
        ),
        ("{at_least: {count: 2, of: [a, b]}}", AtLeast(2, (A, B))),
        ("{phrase: US, case: exact}", Term("US", exact=True)),
        ("{phrase: a, in: title}", Term("a", places=("title",))),
        ("{phrase: [a], in: [lead, byline]}", replace(A, places=("lead", "byline"))),
        ("{phrase: [a, b], in: lead}", AnyOf((replace(A, places=L), replace(B, places=L)))),
        ("{prefix: neodymi}", Term("neodymi", prefix=True)),
        ('{phrase: "$5 billion"}', Term("$5 billion")),
    ],
)  # fmt: skip
def test_what_is_written_under_when_has_one_meaning(when: str, meaning: Condition) -> None:
    assert condition(when) == meaning


@pytest.mark.parametrize(
    "scalar",
    ["301", "on", "null", "no", "2025-06-05", "1_000", "0123", "1e3", "~xy", "true", "12:30"],
)
def test_a_scalar_is_a_term_as_it_is_written(scalar: str) -> None:
    assert condition(f"[{scalar}]") == AnyOf((Term(scalar),))
    assert condition(scalar) == Term(scalar)


@pytest.mark.parametrize(
    "quoted", ["'\"rare earth\"'", "“rare earth”", "„rare earth“", "«rare earth»"]
)
def test_quotes_around_a_term_are_left_out_and_told(quoted: str) -> None:
    desk = desk_with(watch=rule(quoted))
    assert desk.rules[0].when == Term("rare earth")
    assert desk.notes[0].startswith("watch/more.yaml:6:11: the quotes around 'rare earth'")


def test_a_line_break_around_a_term_is_no_quote() -> None:
    desk = desk_with(watch=rule("|\n      rare earth"))
    assert desk.rules[0].when == Term("rare earth")
    assert not desk.notes


@pytest.mark.parametrize("when", ["tariff*", "tariff AND duty", "(tariff OR duty)"])
def test_signs_of_another_search_language_are_remarked_on(when: str) -> None:
    (note,) = desk_with(watch=rule(when)).notes
    assert note.startswith("watch/more.yaml:6:11: AND, OR, NOT and * are no signs here")


def test_an_apostrophe_inside_a_term_stays() -> None:
    assert condition("\"'90s and '80s'\"") == Term("'90s and '80s'")


def test_a_list_may_hold_lists_and_people_of_other_files() -> None:
    lists = "lists: {metals: [$ores, iron], all-of-it: [$metals, $ada-north]}\n"
    desk = desk_with(watch=rule("$all-of-it", lists))
    metals = Named("metals", (ORES, Term("iron")))
    assert desk.rules[0].when == Named("all-of-it", (metals, Who("ada-north")))


@pytest.mark.parametrize(
    ("when", "words"),
    [
        ("[]", "6:11: when: write 1 or more"),
        ("{near: [a, {all: [b]}], within: 5}", "6:22: near: all cannot stand here"),
        ("{near: [a], within: 5}", "6:18: near: write 2 or more"),
        ("{near: [a, b]}", "6:11: when: near needs within"),
        ("{near: [a, b], within: 0}", "6:34: within: write a number of words"),
        ("{near: [a, b], within: [5]}", "6:34: within: write a number of words"),
        ("{near: [a, [{all: [b]}]], within: 5}", "6:23: near: all cannot stand here"),
        ("{near: [a, b], within: page}", "6:34: within: write a number of words"),
        ("{near: [a, b], none_near: [c, d], within: 5}", "6:11: when: near and none_near"),
        ("{any: [a], within: 5}", "6:11: when: within and ordered go beside near"),
        ("{near: [a, b], within: 5, ordered: perhaps}", "6:46: ordered: write true or false"),
        ("{at_least: {count: many, of: a}}", "6:30: count: write a whole number"),
        ("{at_least: {count: 0, of: a}}", "6:30: count: write 1 at least"),
        ("{at_least: {of: a}}", "6:22: count is missing"),
        ("{anny: [a]}", "6:11: when: there is no key 'anny' here; did you mean 'any'?"),
        ("{any: [a], nonne: [b]}", "6:22: nonne: there is no such key here; did you mean 'none'?"),
        ("{any: [a], in: title}", "6:22: in: this goes beside a phrase: {phrase: [one, other]"),
        ("{any: [US], case: exact}", "6:23: case: this goes beside a phrase: {phrase: US"),
        ("{phrase: a, any: [b]}", "6:23: any: there is no such key here; there are phrase, in"),
        ("{phrase: a, in: titel}", "6:27: in: write title, lead, key_points"),
        ("{phrase: a, case: lower}", "6:29: case: write exact"),
        ("{none: [a]}", "6:11: when: this says only what must not be there"),
        ("{any: [a, {none: [b]}]}", "6:11: when: this says only"),
        ("[a, {none: [b]}]", "6:11: when: this says only"),
        ("{all: [{none: [a]}, {none_near: [b, c], within: 2}]}", "6:11: when: this says only"),
        ("{prefix: neo}", "6:20: prefix: a prefix needs 4 letters"),
        ("{prefix: rare earth}", "6:20: prefix: a prefix is the beginning of one word"),
        ("[a, '+++']", "6:15: when: no letter or digit is left"),
        ('"\\u200b\\u00ad"', "6:11: when: no letter or digit is left"),
        ("C*", "6:11: when: only 'c' is left"),
        ("$5 billion", "6:11: when: nothing is called '$5 billion'; for money write {phrase"),
        ("[a, $orez]", "6:15: when: nothing is called '$orez'; did you mean '$ores'?"),
        ("$ada-nort", "6:11: when: nothing is called '$ada-nort'; did you mean '$ada-north'?"),
        ("$role:trade-envoi", "'$role:trade-envoi'; did you mean '$role:trade-envoy'?"),
        ("[Ada: North]", "6:12: when: a colon made this a key and a value; put the words in"),
    ],
)  # fmt: skip
def test_a_mistake_under_when_is_told_once_and_where_it_stands(when: str, words: str) -> None:
    (only,) = problems(watch=rule(when))
    assert words in only


def test_a_list_that_leads_back_to_itself_is_refused() -> None:
    text = "version: 1\nlists:\n  one: [$two, a]\n  two: [[$one]]\nrules: []\n"
    assert problems(watch=text) == [
        "watch/more.yaml:3:3: $one leads back to itself",
        "watch/more.yaml:4:3: $two leads back to itself",
    ]


_terms = st.text(st.characters(exclude_categories=("C", "Z")), min_size=2, max_size=20).filter(
    lambda t: (
        sum(c.isalnum() for c in fold(t).text) > 1
        and t[0] != "$"
        and t == t.strip('"“”„«»「」\x85\ufeff')
    )
)


@settings(deadline=None)
@given(_terms)
def test_any_term_in_quotes_comes_back_as_written(words: str) -> None:
    escaped = words.replace("'", "''")
    assert condition(f"['{escaped}']") == AnyOf((Term(normalize("NFC", words)),))
