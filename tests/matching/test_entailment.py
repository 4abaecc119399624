"""The laws of wirebell.desk.entailment, held against the matcher."""

from __future__ import annotations

from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.matching.desks import desk, rule, story
from wirebell.desk.entailment import implies, keys, needed, standing
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
    Who,
)
from wirebell.matching import compile_desk

WORDS = ("tin", "ore", "tin ore", "Tin", "tinsmith", "rare", "rare ore")
PEOPLE = (Person("ada", "Ada North"),)


def _several(parts: st.SearchStrategy[Condition]) -> st.SearchStrategy[tuple[Condition, ...]]:
    return st.lists(parts, min_size=1, max_size=3).map(tuple)


def _longer(parts: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
    plain = _several(_leaves)
    pairs = st.lists(_leaves, min_size=2, max_size=3).map(tuple)
    scopes = st.sampled_from(("sentence", "paragraph"))
    return (
        _several(parts).map(AnyOf)
        | _several(parts).map(AllOf)
        | _several(parts).map(NoneOf)
        | plain.map(lambda of: Named("some", of))
        | st.builds(Near, pairs, scopes, st.booleans())
        | st.builds(AtLeast, st.integers(1, 3), plain)
    )


_leaves: st.SearchStrategy[Condition] = (
    st.builds(
        Term,
        st.sampled_from(WORDS),
        exact=st.booleans(),
        places=st.sampled_from(((), ("title",), ("title", "text"))),
    )
    | st.just(Term("tins", prefix=True))
    | st.just(Who("ada"))
)
_conditions = st.recursive(_leaves, _longer, max_leaves=6)
_texts = st.lists(
    st.sampled_from((*WORDS, "Ada North", ".", "and", "\n")), min_size=1, max_size=12
).map(" ".join)


@settings(max_examples=400)
@given(_conditions, _conditions, st.lists(st.tuples(_texts, _texts), min_size=1, max_size=6))
@example(AnyOf((Term("tin"),)), Named("some", (Term("ore"), Term("tin"))), [("", "tin")])
def test_what_is_claimed_of_two_conditions_holds_on_every_text(
    one: Condition, other: Condition, texts: list[tuple[str, str]]
) -> None:
    matcher = compile_desk(desk(rule(one, "one"), rule(other, "other"), people=PEOPLE))
    fired = [
        {id_ for id_ in ("one", "other") if matcher.explain(id_, story(text, title)).fires}
        for title, text in texts
    ]
    if implies(one, other):
        assert {"one"} not in fired
        if standing(one, frozenset()):
            assert all(need & keys(one) for need in needed(other))
    if not standing(one, frozenset()):
        assert not any("one" in ids for ids in fired)


@given(_conditions)
def test_a_condition_implies_itself(one: Condition) -> None:
    assert implies(one, one)
