"""From what analysts wrote to what is judged: conditions become nodes, words become phrases."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

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
    Role,
    Rule,
    Term,
    Who,
)
from wirebell.matching.conditions import (
    AllNode,
    AnyNode,
    AtLeastNode,
    Leaf,
    Node,
    NoneNode,
    PeopleNode,
)
from wirebell.matching.nearness import NearNode
from wirebell.matching.people import People, Someone, holds_on
from wirebell.matching.phrases import Phrase, Phrases
from wirebell.matching.reading import Hit, Reading


class Compiler:
    """Compiles the rules of one desk. `places` lists what they look at, the usual fields first."""

    def __init__(self, desk: Desk) -> None:
        self.phrases = Phrases()
        self.places: list[str] = list(FIELDS)
        self._people = People(desk.people, self.phrases)
        self._left_out: frozenset[str] = frozenset()
        self._in_context = False
        self._known: dict[tuple[str, bool], Someone] = {}

    def rule(self, rule: Rule) -> Node:
        """The condition of a rule, in the places it does not leave out."""
        self._left_out = frozenset(rule.not_in)
        return self._node(rule.when)

    def _node(self, condition: Condition) -> Node:
        match condition:
            case Term():
                return self._term(condition)
            case Who(id_):
                return self._who(id_)
            case Role(id_):
                return self._role(id_)
            case Named(name, of):
                return AnyNode(f"${name}", self._nodes(of))
            case AnyOf(of):
                parts = self._nodes(of)
                return AnyNode(_listed(parts, "or"), parts)
            case AllOf(of):
                parts = self._nodes(of)
                return AllNode(_listed(parts, "and"), parts, order=tuple(sorted(parts, key=_work)))
            case NoneOf(of):
                parts = self._nodes(of)
                return NoneNode(f"none of {_listed(parts, 'or')}", parts)
            case AtLeast(count, of):
                parts = self._nodes(of)
                return AtLeastNode(
                    f"at least {count} of {_listed(parts, 'or')}", parts, count=count
                )
            case Near(operands, within, ordered):
                parts = self._nodes(operands)
                scope = f"{within} words" if isinstance(within, int) else f"a {within}"
                words = f"{_listed(parts, 'then' if ordered else 'and')} within {scope}"
                return NearNode(words, parts, within=within, ordered=ordered)

    def _nodes(self, conditions: Sequence[Condition]) -> tuple[Node, ...]:
        return tuple(self._node(condition) for condition in conditions)

    def _places(self, asked: Sequence[str] = ()) -> frozenset[str]:
        places = frozenset(asked or FIELDS) - self._left_out
        self.places += sorted(places.difference(self.places))
        return places

    def _term(self, term: Term) -> Node:
        phrase = self.phrases.term(term.words, exact=term.exact, prefix=term.prefix)
        return Leaf(term.words, phrase=phrase, places=self._places(term.places))

    def _who(self, id_: str) -> Node:
        someone = self._someone(id_)
        return PeopleNode(
            f"${id_}", credit=someone.credit, names=someone.names, places=self._places()
        )

    def _role(self, id_: str) -> Node:
        """Whoever holds the office on the article's day, and the office's own words."""
        offices = self._people.holders(id_)
        holders = [(self._someone(holder), times) for holder, times in offices.items()]
        titles = tuple(
            Leaf(title, phrase=self.phrases.term(title), places=frozenset(FIELDS))
            for title in sorted({office.title for times in offices.values() for office in times})
        )
        names = frozenset[Phrase]().union(
            *(someone.names for someone, _ in holders), (leaf.phrase for leaf in titles)
        )

        def credit(reading: Reading) -> list[Hit]:
            day = _day(reading.article)
            hits = [hit for title in titles for hit in title.hits(reading)]
            for someone, times in holders:
                if any(holds_on(office, day) for office in times):
                    hits += someone.credit(reading)
            return hits

        return PeopleNode(f"$role:{id_}", credit=credit, names=names, places=self._places())

    def _someone(self, id_: str) -> Someone:
        key = (id_, self._in_context)
        if key not in self._known:
            self._known[key] = self._people.someone(id_, self._context(id_))
        return self._known[key]

    def _context(self, id_: str) -> Node | None:
        needed = self._people.needs(id_)
        if not needed or self._in_context:
            # People named in a context count by their names alone: two who need each other
            # would never end.
            return None
        left_out, self._left_out, self._in_context = self._left_out, frozenset(), True
        parts = self._nodes(needed)
        self._left_out, self._in_context = left_out, False
        return AnyNode(_listed(parts, "or"), parts)


def _day(article: Article) -> date | None:
    known = article.published or article.modified
    return known.date() if known else None


def _work(node: Node) -> tuple[bool, bool, int]:
    """What to judge first of several: terms before lists, lists before people and distances."""
    return not isinstance(node, Leaf), isinstance(node, PeopleNode | NearNode), len(node.parts)


def _listed(parts: Sequence[Node], last: str) -> str:
    """The parts as a person lists them, many of them cut short."""
    words = [part.words for part in parts]
    if len(words) > _LISTED:
        words = [*words[: _LISTED - 1], f"{len(words) - _LISTED + 1} more"]
    return f" {last} ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))


_LISTED = 4
