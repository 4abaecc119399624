"""The phrases and people of a desk, and what must stand in an article before a rule can fire."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from wirebell.core.news import FIELDS
from wirebell.desk.values import (
    AllOf,
    Condition,
    Desk,
    Near,
    NoneOf,
    Role,
    Term,
    Who,
)
from wirebell.matching.people import People
from wirebell.matching.phrases import Phrases
from wirebell.matching.scanning import Scanner

Anchor = frozenset[int] | None
"""Phrases of which one must stand in an article for a condition to hold; None: no such set."""


class Index:
    """What compiling a desk makes. `places` are those its rules look at, the usual fields first.

    `anchors` has one for each rule. Raises KeyError if a rule names a person the desk lacks.
    """

    def __init__(self, desk: Desk, scanner: Scanner) -> None:
        self.phrases = Phrases()
        self.people = People(desk.people, self.phrases)
        self.places: list[str] = list(FIELDS)
        self.anchors = [self.anchor(rule.when) for rule in desk.rules]
        for person in desk.people:
            self._widest(person.needs_near)
        self.phrases.close(scanner)

    def anchor(self, condition: Condition) -> Anchor:
        """The anchor of a condition. Takes in its phrases and places until the desk is compiled."""
        match condition:
            case Term(places=places):
                self.places += [place for place in places if place not in self.places]
                return frozenset((self.phrases.term(condition),))
            case Who(id_):
                return self.people.by_id[id_].anchor
            case Role(id_):
                held = self.people.offices.get(id_, ())
                titles = [self.phrases.term(Term(office.title)) for _, office in held]
                return frozenset(titles).union(*(self.people.by_id[who].anchor for who, _ in held))
            case AllOf(parts) | Near(parts):
                return self._rarest(parts)
            case NoneOf(of):
                self._widest(of)
                return None
        return self._widest(condition.of)

    def _rarest(self, parts: Sequence[Condition]) -> Anchor:
        """The anchor of parts that are all required: of theirs, what lets fewest through."""
        anchors = [anchor for part in parts if (anchor := self.anchor(part)) is not None]
        rarity = self.phrases.commonness
        return min(anchors, key=lambda a: sum(rarity[phrase] for phrase in a), default=None)

    def _widest(self, parts: Iterable[Condition]) -> Anchor:
        """The anchor of alternatives: all of theirs, or None if one of them has none."""
        anchors = [self.anchor(part) for part in parts]
        known = [anchor for anchor in anchors if anchor is not None]
        return frozenset().union(*known) if len(known) == len(anchors) else None
