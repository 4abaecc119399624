"""From what analysts wrote to what is judged: conditions become nodes, words become phrases."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from wirebell.core.news import FIELDS, Article
from wirebell.desk import values
from wirebell.matching import conditions
from wirebell.matching.conditions import Node
from wirebell.matching.nearness import near
from wirebell.matching.people import People, Someone, holds_on
from wirebell.matching.phrases import Phrase, Phrases
from wirebell.matching.reading import Hit, Reading


class Compiler:
    """Compiles the rules of one desk. `places` lists what they look at, the usual fields first."""

    def __init__(self, desk: values.Desk) -> None:
        self.phrases = Phrases()
        self.places: list[str] = list(FIELDS)
        self._people = People(desk.people, self.phrases)
        self._left_out: frozenset[str] = frozenset()
        self._in_context = False
        self._known: dict[tuple[str, bool], Someone] = {}

    def rule(self, rule: values.Rule) -> Node:
        """The condition of a rule, in the places it does not leave out."""
        self._left_out = frozenset(rule.not_in)
        return self._node(rule.when)

    def _node(self, condition: values.Condition) -> Node:
        match condition:
            case values.Term():
                return self._term(condition)
            case values.Who(id_):
                return self._who(id_)
            case values.Role(id_):
                return self._role(id_)
            case values.Named(name, of):
                return conditions.any_of(f"${name}", self._nodes(of))
            case values.AnyOf(of):
                parts = self._nodes(of)
                return conditions.any_of(_listed(parts, "or"), parts)
            case values.AllOf(of):
                parts = self._nodes(of)
                return conditions.all_of(_listed(parts, "and"), parts, sorted(parts, key=_work))
            case values.NoneOf(of):
                parts = self._nodes(of)
                return conditions.none_of(f"none of {_listed(parts, 'or')}", parts)
            case values.AtLeast(count, of):
                parts = self._nodes(of)
                return conditions.at_least(
                    f"at least {count} of {_listed(parts, 'or')}", parts, count
                )
            case values.Near(operands, within, ordered):
                parts = self._nodes(operands)
                scope = f"{within} words" if isinstance(within, int) else f"a {within}"
                words = f"{_listed(parts, 'then' if ordered else 'and')} within {scope}"
                return near(words, parts, within, ordered)

    def _nodes(self, conditions: Sequence[values.Condition]) -> tuple[Node, ...]:
        return tuple(self._node(condition) for condition in conditions)

    def _places(self, asked: Sequence[str] = ()) -> frozenset[str]:
        places = frozenset(asked or FIELDS) - self._left_out
        self.places += sorted(places.difference(self.places))
        return places

    def _term(self, written: values.Term) -> Node:
        phrase = self.phrases.term(written.words, exact=written.exact, prefix=written.prefix)
        return conditions.term(written.words, phrase, self._places(written.places))

    def _who(self, id_: str) -> Node:
        someone = self._someone(id_)
        return conditions.named(f"${id_}", someone.credit, someone.names, self._places())

    def _role(self, id_: str) -> Node:
        """Whoever holds the office on the article's day, and the office's own words."""
        offices = self._people.holders(id_)
        holders = [(self._someone(holder), times) for holder, times in offices.items()]
        titles = [
            conditions.term(title, self.phrases.term(title), frozenset(FIELDS))
            for title in sorted({office.title for times in offices.values() for office in times})
        ]
        names = [someone.names for someone, _ in holders]
        anchor = frozenset[Phrase]().union(*names, conditions.widest(titles) or ())

        def credit(reading: Reading) -> list[Hit]:
            day = _day(reading.article)
            hits = [hit for title in titles for hit in title.hits(reading)]
            for someone, times in holders:
                if any(holds_on(office, day) for office in times):
                    hits += someone.credit(reading)
            return hits

        return conditions.named(f"$role:{id_}", credit, anchor, self._places())

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
        return conditions.any_of(_listed(parts, "or"), parts)


def _day(article: Article) -> date | None:
    known = article.published or article.modified
    return known.date() if known else None


def _work(node: Node) -> tuple[bool, int]:
    """What to judge first: single terms and people, then lists, the short ones first."""
    return bool(node.parts), len(node.parts)


def _listed(parts: Sequence[Node], last: str) -> str:
    """The parts as a person lists them, many of them cut short."""
    words = [part.words for part in parts]
    if len(words) > 4:
        words = [*words[:3], f"{len(words) - 3} more"]
    return f" {last} ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))
