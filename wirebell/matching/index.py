"""The phrases and people of a desk, and what must stand in an article before a rule can fire."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain

from wirebell.desk import values
from wirebell.matching.people import Someone
from wirebell.matching.phrases import Phrases
from wirebell.matching.scanning import Scanner

Need = frozenset[int]
"""Phrases of which one must stand in an article for a condition to hold."""

_CHEAPEST: list[type] = [
    values.Term, values.AnyOf, values.Named, values.NoneOf,
    values.Who, values.Role, values.AllOf, values.AtLeast, values.Near,
]  # fmt: skip


class Index:
    """What compiling a desk makes; `needs` has for each rule what must stand, the rarest first."""

    def __init__(self, desk: values.Desk, scanner: Scanner) -> None:
        self.phrases = Phrases()
        # By the identity of what is in the desk: hashing a term costs more than finding it.
        self.terms: dict[int, int] = {}
        self.cheapest_first: dict[int, list[values.Condition]] = {}
        self.people = {person.id: Someone(person, self.phrases) for person in desk.people}
        self.offices: dict[str, list[tuple[Someone, values.Office]]] = {}
        for someone in self.people.values():
            for office in someone.person.roles:
                self.offices.setdefault(office.role, []).append((someone, office))
        needs = [self.needed(rule.when) for rule in desk.rules]
        wanted = Counter(chain.from_iterable(map(chain.from_iterable, needs)))
        self.needs = [sorted(rule, key=lambda need: sum(wanted[p] for p in need)) for rule in needs]
        for someone in self.people.values():
            someone.context = [*chain(*map(self._context, someone.person.needs_near))]
        self.phrases.close(scanner)

    def needed(self, condition: values.Condition) -> list[Need]:
        """Everything that must stand for a condition to hold. Takes in its phrases."""
        match condition:
            case values.Term():
                phrase = self.terms[id(condition)] = self.phrases.term(condition)
                return [frozenset((phrase,))]
            case values.Who(id_):
                return [self.people[id_].anchor]
            case values.Role(id_):
                held = self.offices.get(id_, ())
                titles = [self.phrases.term(values.Term(office.title)) for _, office in held]
                return [frozenset(titles).union(*(who.anchor for who, _ in held))]
            case values.AllOf(parts) | values.Near(parts):
                self.cheapest_first[id(condition)] = sorted(
                    parts, key=lambda part: _CHEAPEST.index(type(part))
                )
                return [need for part in parts for need in self.needed(part)]
            case values.NoneOf(of):
                self._one_of(of)  # takes them in
                return []
        widest = self._one_of(condition.of)
        return [] if widest is None else [widest]

    def _context(self, condition: values.Condition) -> Iterator[tuple[int, tuple[str, ...]]]:
        """The phrases of which one makes a context, and where each counts."""
        if parts := values.parts_of(condition):
            yield from chain(*map(self._context, parts))
        else:
            places = condition.places if isinstance(condition, values.Term) else ()
            yield from ((phrase, places) for need in self.needed(condition) for phrase in need)

    def _one_of(self, parts: Iterable[values.Condition]) -> Need | None:
        """What one of some alternatives needs, or None if one of them needs nothing."""
        needs = [self.needed(part) for part in parts]
        return Need(chain(*(min(need, key=len) for need in needs))) if all(needs) else None
