"""Conditions judged on one article: whether each holds, by what, and why not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import chain

from wirebell.core.news import FIELDS
from wirebell.desk import values
from wirebell.desk.values import Condition
from wirebell.matching import nearness
from wirebell.matching.index import Index
from wirebell.matching.nearest import nearest_name, nearest_words
from wirebell.matching.people import holds_on
from wirebell.matching.reading import Reading, Sighting


class Judge:
    """Judges conditions on one article; what stands in a place `left_out` does not count."""

    def __init__(self, index: Index, reading: Reading, left_out: Sequence[str]) -> None:
        self._index = index
        self._reading = reading
        self._left_out = left_out

    def holds(self, condition: Condition) -> bool:
        """Whether a condition holds, judged no further than that takes."""
        match condition:
            case values.Term():
                phrase = self._index.terms[id(condition)]
                return phrase in self._reading.found and self._stands(phrase, condition.places)
            case values.AnyOf(of) | values.Named(_, of):
                return any(map(self.holds, of))
            case values.AllOf():
                return all(map(self.holds, self._index.cheapest_first[id(condition)]))
            case values.NoneOf(of):
                return not any(map(self.holds, of))
        return self.find(condition) is not None

    def find(self, condition: Condition) -> list[Sighting] | None:
        """What makes a condition hold, in any order; None where it does not hold."""
        match condition:
            case values.Term():
                return self._term(condition, self._index.terms[id(condition)])
            case values.AnyOf(of) | values.Named(_, of):
                alternatives = [found for found in map(self.find, of) if found is not None]
                return list(chain(*alternatives)) if alternatives else None
            case values.AllOf():
                holding: list[Sighting] = []
                for part in self._index.cheapest_first[id(condition)]:
                    if (found := self.find(part)) is None:
                        return None
                    holding += found
                return holding
            case values.NoneOf(of):
                return None if any(map(self.holds, of)) else []
            case values.Who() | values.Role():
                return self._counting(self._named(condition), ())
            case values.AtLeast(count, of):
                return self._all(of) if self._count(of) >= count else None
            case values.Near():
                operands = []
                for part in condition.operands:
                    if (found := self.find(part)) is None:
                        return None
                    operands.append(sorted(found))
                return nearness.find(condition, operands, self._reading) or None

    def miss(self, condition: Condition) -> str:
        """How nearly a condition holds that does not."""
        match condition:
            case values.AnyOf(of) | values.Named(_, of):
                nearest = sorted({self.miss(part) for part in of} - {"nowhere"}, key=len)
                return "; ".join(nearest[:3]) or "nowhere"
            case values.AllOf(of):
                first = next(part for part in of if not self.holds(part))
                return f"{words_of(first)}: {self.miss(first)}"
            case values.NoneOf(of):
                there = [words_of(part) for part in of if self.holds(part)]
                return f"{', '.join(there)} is there"
            case values.AtLeast(count, of):
                return f"found {self._count(of)}, needs {count}"
            case values.Near(parts):
                operands = [sorted(self.find(part) or ()) for part in parts]
                pairs = zip(parts, operands, strict=True)
                if absent := [words_of(part) for part, found in pairs if not found]:
                    return f"{' and '.join(absent)}: nowhere"
                return nearness.miss(condition, operands, self._reading)
            case values.Who() | values.Role() if self._named(condition):
                return "only in places the rule leaves out"
        phrases = frozenset[int]().union(*self._index.needed(condition))
        places = {self._reading.place(a) for a, _ in self._reading.all_spans(phrases)}
        match condition:
            case values.Term():
                only = f"only in {', '.join(sorted(places))}" if places else ""
                return only or nearest_words(condition, self._reading.printed())
            case values.Who(id_) if not places:
                return nearest_name(self._index.people[id_].person, self._reading.printed())
        return "the name stands only where it does not count" if places else "nowhere"

    def _stands(self, phrase: int, places: Sequence[str]) -> bool:
        counts = self._counts(places)
        return any(counts(start) for start, _ in self._reading.spans(phrase))

    def _term(self, term: values.Term, phrase: int) -> list[Sighting] | None:
        stands = [Sighting(*span, term.words) for span in self._reading.spans(phrase)]
        return self._counting(stands, term.places)

    def _counting(self, found: list[Sighting], places: Sequence[str]) -> list[Sighting] | None:
        counts = self._counts(places)
        return [sighting for sighting in found if counts(sighting.start)] or None

    def _counts(self, places: Sequence[str]) -> Callable[[int], bool]:
        """Whether what begins with a token counts."""
        if not places and not self._left_out:
            return self._reading.fields_end.__gt__
        counting = set(places or FIELDS).difference(self._left_out)
        return lambda position: self._reading.place(position) in counting

    def _named(self, named: values.Who | values.Role) -> list[Sighting]:
        """Where the article names somebody, or an office by its own words, in all its fields."""
        if isinstance(named, values.Who):
            return self._index.people[named.id].credit(self._reading)
        known = self._reading.article.published or self._reading.article.modified
        day = known.date() if known else None
        held = self._index.offices.get(named.id, ())
        titles = (values.Term(title) for title in sorted({office.title for _, office in held}))
        stands = [self._term(title, self._index.phrases.term(title)) for title in titles]
        found = list(chain(*filter(None, stands)))
        holders = [who for who, office in held if holds_on(office, day)]
        return found + [s for who in holders for s in who.credit(self._reading)]

    def _count(self, parts: Iterable[Condition]) -> int:
        """How often the parts stand, all together; a word counts only once."""
        counted = end = 0
        for sighting in sorted(self._all(parts), key=lambda s: s.end):
            if sighting.start >= end:
                counted, end = counted + 1, sighting.end
        return counted

    def _all(self, parts: Iterable[Condition]) -> list[Sighting]:
        return [sighting for part in parts for sighting in self.find(part) or ()]


def words_of(condition: Condition) -> str:
    """A condition in the words of an explanation."""
    match condition:
        case values.Term(words):
            return words
        case values.Who(name) | values.Named(name):
            return f"${name}"
        case values.Role(id_):
            return f"$role:{id_}"
        case values.AnyOf(of):
            return _listed(of, "or")
        case values.AllOf(of):
            return _listed(of, "and")
        case values.NoneOf(of):
            return f"none of {_listed(of, 'or')}"
        case values.AtLeast(count, of):
            return f"at least {count} of {_listed(of, 'or')}"
        case values.Near(operands, within, ordered):
            scope = f"{within} words" if isinstance(within, int) else f"a {within}"
            return f"{_listed(operands, 'then' if ordered else 'and')} within {scope}"


def _listed(parts: Sequence[Condition], last: str) -> str:
    """The parts as a person lists them, many of them cut short."""
    words = [words_of(part) for part in parts]
    if len(words) > 4:
        words = [*words[:3], f"{len(words) - 3} more"]
    return f" {last} ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))
