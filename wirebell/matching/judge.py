"""Conditions judged on one article: whether each holds, by what, and why not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from wirebell.core.news import FIELDS
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
from wirebell.matching import nearness
from wirebell.matching.index import Index
from wirebell.matching.people import holds_on
from wirebell.matching.reading import Reading, Sighting


class Judge:
    """Judges conditions on one article; what stands in a place `left_out` does not count.

    People named in a context count by their names alone (`in_context`): two who need each
    other would never end.
    """

    def __init__(
        self, index: Index, reading: Reading, left_out: Sequence[str], in_context: bool = False
    ) -> None:
        self._index = index
        self._reading = reading
        self._left_out = left_out
        self._in_context = in_context

    def holds(self, condition: Condition) -> bool:
        """Whether a condition holds."""
        match condition:
            case AnyOf(of) | Named(_, of):
                return any(map(self.holds, of))
            case AllOf(of):
                return all(map(self.holds, of))
            case NoneOf(of):
                return not any(map(self.holds, of))
            case AtLeast(count, of):
                return self._count(of) >= count
            case Near():
                return any(
                    nearness.combinations(condition, self._operands(condition), self._reading)
                )
        return bool(self.sightings(condition))

    def sightings(self, condition: Condition) -> list[Sighting]:
        """What makes a condition hold, in any order; nothing where it does not hold."""
        match condition:
            case Term(words):
                spans = self._reading.spans(self._index.phrases.term(condition))
                found = [Sighting(*span, words) for span in spans]
                return [s for s in found if self._counts(s, condition.places)]
            case Who() | Role():
                return [s for s in self._credited(condition) if self._counts(s)]
            case Near():
                return nearness.sightings(condition, self._operands(condition), self._reading)
            case NoneOf():
                return []
            case AllOf() | AtLeast() if not self.holds(condition):
                return []
        return self._all(condition.of)

    def miss(self, condition: Condition) -> str:
        """How nearly a condition holds that does not."""
        match condition:
            case AnyOf(of) | Named(_, of):
                return (
                    "; ".join(sorted({self.miss(part) for part in of} - {"nowhere"})) or "nowhere"
                )
            case AllOf(of):
                first = next(part for part in of if not self.holds(part))
                return f"{words_of(first)}: {self.miss(first)}"
            case NoneOf(of):
                return f"{', '.join(words_of(part) for part in of if self.holds(part))} is there"
            case AtLeast(count, of):
                return f"found {self._count(of)}, needs {count}"
            case Near(parts):
                operands = self._operands(condition)
                absent = [
                    words_of(p) for p, found in zip(parts, operands, strict=True) if not found
                ]
                if absent:
                    return f"{' and '.join(absent)}: nowhere"
                return nearness.miss(condition, operands, self._reading)
            case Who() | Role() if self._credited(condition):
                return "only in places the rule leaves out"
        names = self._index.anchor(condition) or ()
        places = {self._reading.place(a) for name in names for a, _ in self._reading.spans(name)}
        if not places:
            return "nowhere"
        if isinstance(condition, Term):
            return f"only in {', '.join(sorted(places))}"
        return "the name stands only where it does not count"

    def _credited(self, named: Who | Role) -> list[Sighting]:
        """Where the article names somebody, or an office by its own words, in all its fields."""
        if isinstance(named, Who):
            return self._credit(named.id)
        known = self._reading.article.published or self._reading.article.modified
        day = known.date() if known else None
        held = self._index.people.offices.get(named.id, ())
        titles = sorted({office.title for _, office in held})
        holders = [who for who, office in held if holds_on(office, day)]
        return self._all(map(Term, titles)) + [s for who in holders for s in self._credit(who)]

    def _credit(self, id_: str) -> list[Sighting]:
        key = (id_, self._in_context)
        if key not in self._reading.credited:
            someone = self._index.people.by_id[id_]
            context = None
            if someone.person.needs_near and not self._in_context:
                judge = Judge(self._index, self._reading, (), in_context=True)
                context = judge._all(someone.person.needs_near)
            self._reading.credited[key] = someone.credit(self._reading, context)
        return self._reading.credited[key]

    def _counts(self, sighting: Sighting, places: Sequence[str] = ()) -> bool:
        place = self._reading.place(sighting.start)
        return place in (places or FIELDS) and place not in self._left_out

    def _count(self, parts: Iterable[Condition]) -> int:
        """How often the parts stand, all together; a word counts only once."""
        counted = end = 0
        for sighting in sorted(self._all(parts), key=lambda s: s.end):
            if sighting.start >= end:
                counted, end = counted + 1, sighting.end
        return counted

    def _operands(self, near: Near) -> list[list[Sighting]]:
        return [sorted(self.sightings(part)) for part in near.operands]

    def _all(self, parts: Iterable[Condition]) -> list[Sighting]:
        return [sighting for part in parts for sighting in self.sightings(part)]


def words_of(condition: Condition) -> str:
    """A condition in the words of an explanation."""
    match condition:
        case Term(words):
            return words
        case Who(id_):
            return f"${id_}"
        case Role(id_):
            return f"$role:{id_}"
        case Named(name):
            return f"${name}"
        case AnyOf(of):
            return _listed(of, "or")
        case AllOf(of):
            return _listed(of, "and")
        case NoneOf(of):
            return f"none of {_listed(of, 'or')}"
        case AtLeast(count, of):
            return f"at least {count} of {_listed(of, 'or')}"
        case Near(operands, within, ordered):
            scope = f"{within} words" if isinstance(within, int) else f"a {within}"
            return f"{_listed(operands, 'then' if ordered else 'and')} within {scope}"


def parts_of(condition: Condition) -> tuple[Condition, ...]:
    """The conditions a condition is made of."""
    if isinstance(condition, Term | Who | Role):
        return ()
    return condition.operands if isinstance(condition, Near) else condition.of


def _listed(parts: Sequence[Condition], last: str) -> str:
    """The parts as a person lists them, many of them cut short."""
    words = [words_of(part) for part in parts]
    if len(words) > 4:
        words = [*words[:3], f"{len(words) - 3} more"]
    return f" {last} ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))
