"""The phrases and people of a desk, and what must stand in an article before a rule can fire."""

from __future__ import annotations

from collections.abc import Iterable

from wirebell.core.news import FIELDS
from wirebell.desk import values
from wirebell.matching.people import People
from wirebell.matching.phrases import Phrases
from wirebell.matching.scanning import Scanner

Anchor = frozenset[int] | None
"""Phrases of which one must stand in an article for a condition to hold; None: no such set."""


class Index:
    """What compiling a desk makes. `places` are those its rules look at, the usual fields first.

    `anchors` has one for each rule. Raises KeyError if a rule names a person the desk lacks.
    """

    def __init__(self, desk: values.Desk, scanner: Scanner) -> None:
        self.phrases = Phrases()
        self.people = People(desk.people, self.phrases)
        self.places: list[str] = list(FIELDS)
        self.anchors = [self.anchor(rule.when) for rule in desk.rules]
        for someone in self.people.by_id.values():
            someone.context = self._widest(someone.person.needs_near) or frozenset()
        self.phrases.close(scanner)

    def anchor(self, condition: values.Condition) -> Anchor:
        """The anchor of a condition. Takes in its phrases and places while the desk is compiled."""
        match condition:
            case values.Term(places=places):
                self.places += [place for place in places if place not in self.places]
                return frozenset((self.phrases.term(condition),))
            case values.Who(id_):
                return self.people.by_id[id_].anchor
            case values.Role(id_):
                held = self.people.offices.get(id_, ())
                titles = [self.phrases.term(values.Term(office.title)) for _, office in held]
                return frozenset(titles).union(*(self.people.by_id[who].anchor for who, _ in held))
            case values.AllOf(parts) | values.Near(parts):
                anchors = [a for part in parts if (a := self.anchor(part)) is not None]
                return min(anchors, key=self.phrases.commonness, default=None)
            case values.NoneOf(of):
                self._widest(of)  # takes them in
                return None
        return self._widest(condition.of)

    def _widest(self, parts: Iterable[values.Condition]) -> Anchor:
        """The anchor of alternatives: all of theirs, or None if one of them has none."""
        anchors = [self.anchor(part) for part in parts]
        known = [anchor for anchor in anchors if anchor is not None]
        return frozenset[int]().union(*known) if len(known) == len(anchors) else None
