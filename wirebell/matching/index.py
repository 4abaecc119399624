"""The phrases and people of a desk, and what must stand in an article before a rule can fire."""

from __future__ import annotations

from collections.abc import Iterable

from wirebell.desk import values
from wirebell.matching.people import Someone
from wirebell.matching.phrases import Phrases
from wirebell.matching.scanning import Scanner

Anchor = frozenset[int] | None
"""Phrases of which one must stand in an article for a condition to hold; None: no such set."""


class Index:
    """What compiling a desk makes; `anchors` has one for each rule."""

    def __init__(self, desk: values.Desk, scanner: Scanner) -> None:
        self.phrases = Phrases()
        self.people = {person.id: Someone(person, self.phrases) for person in desk.people}
        self.offices: dict[str, list[tuple[Someone, values.Office]]] = {}
        for someone in self.people.values():
            for office in someone.person.roles:
                self.offices.setdefault(office.role, []).append((someone, office))
        self.anchors = [self.anchor(rule.when) for rule in desk.rules]
        for someone in self.people.values():
            someone.context = self._widest(someone.person.needs_near) or frozenset()
        self.phrases.close(scanner)

    def anchor(self, condition: values.Condition) -> Anchor:
        """The anchor of a condition. Takes in its phrases while the desk is compiled."""
        match condition:
            case values.Term():
                return frozenset((self.phrases.term(condition),))
            case values.Who(id_):
                return self.people[id_].anchor
            case values.Role(id_):
                held = self.offices.get(id_, ())
                titles = [self.phrases.term(values.Term(office.title)) for _, office in held]
                return frozenset(titles).union(*(who.anchor for who, _ in held))
            case values.AllOf(parts) | values.Near(parts):
                anchors = [a for part in parts if (a := self.anchor(part)) is not None]
                return min(anchors, key=len, default=None)
            case values.NoneOf(of):
                self._widest(of)  # takes them in
                return None
        return self._widest(condition.of)

    def _widest(self, parts: Iterable[values.Condition]) -> Anchor:
        """The anchor of alternatives: all of theirs, or None if one of them has none."""
        anchors = [self.anchor(part) for part in parts]
        known = [anchor for anchor in anchors if anchor is not None]
        return frozenset[int]().union(*known) if len(known) == len(anchors) else None
