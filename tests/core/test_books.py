"""Tallies add up."""

from __future__ import annotations

from collections import Counter
from dataclasses import fields

from hypothesis import given
from hypothesis import strategies as st

from wirebell.core.books import Books, FeedLine, Tally

COUNT = st.integers(min_value=0, max_value=10**6)
OUTCOMES = st.dictionaries(
    st.sampled_from(["rung", "copy", "unmatched", "failed"]), st.integers(1, 1000)
).map(Counter)
LINES = st.lists(st.builds(FeedLine, st.text(max_size=3), st.just("ok"), COUNT), max_size=3)
TALLIES = st.builds(Tally, *[COUNT] * (len(fields(Tally)) - 2), OUTCOMES, LINES.map(tuple))


@given(TALLIES, TALLIES, TALLIES)
def test_batches_may_be_summed_in_any_grouping(a: Tally, b: Tally, c: Tally) -> None:
    assert (a + b) + c == a + (b + c)


@given(TALLIES)
def test_an_empty_run_adds_nothing(tally: Tally) -> None:
    assert tally + Tally() == tally == Tally() + tally
    assert sum([tally, tally], Tally()) == tally + tally


@given(TALLIES, TALLIES)
def test_every_count_is_the_sum_of_its_parts(a: Tally, b: Tally) -> None:
    total = a + b
    for field in fields(Tally):
        assert getattr(total, field.name) == getattr(a, field.name) + getattr(b, field.name)


def test_adding_leaves_the_parts_alone() -> None:
    a = Tally(outcomes=Counter(rung=1))
    b = Tally(outcomes=Counter(rung=2))
    assert (a + b).outcomes == {"rung": 3}
    assert (a.outcomes, b.outcomes) == ({"rung": 1}, {"rung": 2})


def test_books_are_whole_when_no_sum_fails() -> None:
    books = Books(1, 0, Counter(rung=1), 1, Counter(sent=1), 1)
    assert books.whole
    assert not Books(2, 0, Counter(rung=1), 1, Counter(sent=1), 1, ("one entry is lost",)).whole
