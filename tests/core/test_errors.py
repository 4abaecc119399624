"""The tree of errors, and what each one carries."""

from __future__ import annotations

import pickle

import pytest

from wirebell.core import errors
from wirebell.core.errors import DeskError, Problem, StorageBusy, WirebellError


def _drawn(docstring: str) -> dict[str, str]:
    """Child and parent of every class drawn in the docstring's tree."""
    parents: dict[str, str] = {}
    above: list[str] = []
    for line in docstring.splitlines():
        name = line.lstrip("│├└─ ").partition(" ")[0]
        if not name.isidentifier() or (not name.startswith("WirebellError") and "──" not in line):
            continue
        depth = (len(line) - len(line.lstrip("│├└─ "))) // 4
        del above[depth:]
        if above:
            parents[name] = above[-1]
        above.append(name)
    return parents


def _tree(cls: type[WirebellError]) -> dict[str, str]:
    """Child and parent of every subclass written in `errors`."""
    found: dict[str, str] = {}
    for child in cls.__subclasses__():
        if child.__module__ == errors.__name__:
            found |= {child.__name__: cls.__name__} | _tree(child)
    return found


def test_the_tree_in_the_docstring_is_the_tree_in_the_code() -> None:
    assert _drawn(errors.__doc__ or "") == _tree(WirebellError)


def test_the_reader_of_the_drawing_sees_a_changed_branch() -> None:
    assert _drawn("WirebellError\n├── A      words\n│   └── B  words\n└── C") == {
        "A": "WirebellError",
        "B": "A",
        "C": "WirebellError",
    }


def test_an_error_says_what_is_wrong_and_what_to_do() -> None:
    error = StorageBusy("wirebell.db", "locked for 30 s", "Try again")
    assert str(error) == "wirebell.db: locked for 30 s. Try again"
    assert error.retryable
    assert str(WirebellError("mail", "refused")) == "mail: refused"
    assert not WirebellError("mail", "refused").retryable


@pytest.mark.parametrize("name", sorted(_tree(WirebellError).keys() - {"DeskError"}))
def test_an_error_crosses_a_process_border_whole(name: str) -> None:
    error = getattr(errors, name)("subject", "problem", "advice")
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is type(error)
    assert (again.subject, again.problem, again.advice) == ("subject", "problem", "advice")


def test_every_mistake_in_the_desk_is_listed_once_in_reading_order() -> None:
    late = Problem("watch/trade.yaml", 10, 3, "no such key")
    early = Problem("watch/trade.yaml", 9, 20, "is missing")
    first = Problem("feeds.yaml", 30, 1, "is missing")
    error = DeskError("rules", (late, first, early, late))
    assert error.problems == (first, early, late)
    assert str(error).splitlines() == [
        "rules: 3 mistakes",
        "feeds.yaml:30:1: is missing",
        "watch/trade.yaml:9:20: is missing",
        "watch/trade.yaml:10:3: no such key",
    ]
    again = pickle.loads(pickle.dumps(error))
    assert isinstance(again, DeskError)
    assert again.problems == error.problems
    assert str(again) == str(error)


def test_one_mistake_is_told_in_the_singular() -> None:
    error = DeskError("rules", (Problem("feeds.yaml", 1, 1, "is missing"),))
    assert str(error) == "rules: 1 mistake\nfeeds.yaml:1:1: is missing"


def test_a_question_is_not_closed_by_a_full_stop() -> None:
    asked = errors.NotFound("tlks", "no rule has this id; did you mean 'talks'?", "See rules")
    assert str(asked) == "tlks: no rule has this id; did you mean 'talks'? See rules"
