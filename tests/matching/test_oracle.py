"""The matcher against the oracle, on random rules and texts, with either scanner."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.oracle import disagreements
from tests.matching.desks import desk, rule
from tests.matching.oracle import PEOPLE, WORDS, fired
from wirebell.core.news import FIELDS, Article
from wirebell.desk.values import (
    AllOf,
    AnyOf,
    AtLeast,
    Condition,
    Desk,
    Named,
    Near,
    NoneOf,
    Term,
    Who,
)
from wirebell.matching import compile_desk
from wirebell.matching.scanning import native_scanner, slice_scanner

GAPS = st.sampled_from([" "] * 8 + ["-", "\u00a0", "\u2011", ", ", ". ", ".\n", "; ", "\n"])
terms = st.builds(
    Term,
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).flatmap(
        lambda words: st.sampled_from([" ", "-"]).map(lambda gap: gap.join(words))
    ),
    exact=st.booleans(),
    prefix=st.sampled_from([False, False, False, True]),
    places=st.sampled_from([(), (), ("title",), ("text", "lead")]),
)
leaves: st.SearchStrategy[Condition] = terms | st.sampled_from([Who(p.id) for p in PEOPLE])
lists = st.lists(leaves, min_size=1, max_size=3).map(tuple)
operands: st.SearchStrategy[Condition] = leaves | lists.map(AnyOf)
nears = st.builds(
    Near,
    st.lists(operands, min_size=2, max_size=3).map(tuple),
    st.sampled_from([1, 2, 4, 8, "sentence", "paragraph"]),
    st.booleans(),
)
counts = st.builds(AtLeast, st.integers(1, 4), lists)
conditions: st.SearchStrategy[Condition] = st.recursive(
    leaves | nears | counts | st.builds(Named, st.just("list"), lists),
    lambda inner: st.lists(inner, min_size=1, max_size=3).flatmap(
        lambda parts: st.sampled_from(
            [AnyOf(tuple(parts)), AllOf(tuple(parts)), NoneOf(tuple(parts))]
        )
    ),
    max_leaves=6,
)
rules = st.lists(
    st.tuples(conditions, st.sampled_from([(), (), ("title",)])), min_size=1, max_size=8
).map(
    lambda made: desk(
        *(rule(when, f"r{n}", not_in=left) for n, (when, left) in enumerate(made)), people=PEOPLE
    )
)
texts = st.lists(st.tuples(st.sampled_from(WORDS), GAPS), max_size=25).map(
    lambda pairs: "".join(word + gap for word, gap in pairs)
)
articles = st.builds(
    lambda title, lead, text: Article("u", title, text, lead=lead), texts, texts, texts
)


@settings(max_examples=200)
@given(rules, st.lists(articles, min_size=1, max_size=3))
def test_the_matcher_fires_what_the_oracle_fires(made: Desk, read: list[Article]) -> None:
    native, sliced = (compile_desk(made, scanner=s) for s in (native_scanner, slice_scanner))
    for article in read:
        matches = native.match(article)
        assert [match.rule for match in matches] == fired(made, article)
        assert sliced.match(article) == matches
        told = (rule.id for rule in made.rules if native.explain(rule.id, article).fires)
        assert native.firing(article) == tuple(told)  # judged only so far, and judged whole
        for match in matches:
            for mark in match.evidence:
                assert mark.field in FIELDS
                assert article.words_of(mark.field)[mark.start : mark.end] == mark.surface
                assert mark.surface.strip() == mark.surface != ""


@pytest.mark.parametrize("seed", [11, 12])
def test_they_agree_on_ten_thousand_pairs(seed: int) -> None:
    total, differing = disagreements(seed, rules=100, articles=100)
    assert total > 500
    assert differing == 0
