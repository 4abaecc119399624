"""Conditions, compiled: each can say whether it holds in an article, where, and why not."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from wirebell.matching.phrases import Phrase
from wirebell.matching.reading import Hit, Reading

Anchor = frozenset[Phrase] | None
"""Phrases of which one must stand in an article for the condition to hold; None: no such set."""


def cost(anchor: frozenset[Phrase]) -> float:
    """How often an anchor lets a rule through to be judged, as a guess."""
    return sum(phrase.commonness for phrase in anchor)


def cheapest(anchors: Sequence[Anchor]) -> Anchor:
    """Of several anchors that are each required, the rarest."""
    return min((anchor for anchor in anchors if anchor is not None), key=cost, default=None)


def widest(anchors: Sequence[Anchor]) -> Anchor:
    """The anchor of alternatives: all of theirs, if each has one."""
    known = [anchor for anchor in anchors if anchor is not None]
    return frozenset[Phrase]().union(*known) if len(known) == len(anchors) else None


@dataclass(frozen=True, slots=True)
class Node(ABC):
    """A compiled condition: its words as an explanation gives them, and its parts."""

    words: str
    parts: tuple[Node, ...] = ()

    @property
    @abstractmethod
    def anchor(self) -> Anchor:
        """What must stand in an article before this is worth judging."""

    @abstractmethod
    def hits(self, reading: Reading) -> list[Hit]:
        """What makes it hold, in any order; empty where it does not."""

    def holds(self, reading: Reading) -> bool:
        """Whether it holds."""
        return bool(self.hits(reading))

    def miss(self, reading: Reading) -> str:
        """How nearly it holds, for one that does not; "" where there is nothing to say."""
        return ""


@dataclass(frozen=True, slots=True)
class Leaf(Node):
    """A term in some places."""

    phrase: Phrase = field(kw_only=True)
    places: frozenset[str] = field(kw_only=True)

    @property
    def anchor(self) -> Anchor:
        return frozenset({self.phrase})

    def hits(self, reading: Reading) -> list[Hit]:
        return [
            Hit(start, end, self.words)
            for start, end in reading.spans(self.phrase.number)
            if reading.place(start) in self.places
        ]

    def miss(self, reading: Reading) -> str:
        elsewhere = {reading.place(start) for start, _ in reading.spans(self.phrase.number)}
        return f"only in {', '.join(sorted(elsewhere))}" if elsewhere else "nowhere"


@dataclass(frozen=True, slots=True)
class AnyNode(Node):
    """One of its parts holds."""

    @property
    def anchor(self) -> Anchor:
        return widest([part.anchor for part in self.parts])

    def holds(self, reading: Reading) -> bool:
        return any(part.holds(reading) for part in self.parts)

    def hits(self, reading: Reading) -> list[Hit]:
        return [hit for part in self.parts for hit in part.hits(reading)]

    def miss(self, reading: Reading) -> str:
        misses = {part.miss(reading) for part in self.parts} - {"", "nowhere"}
        return "; ".join(sorted(misses)) or "none of them"


@dataclass(frozen=True, slots=True)
class AllNode(Node):
    """Each of its parts holds. `order` has the parts again, the cheapest to judge first."""

    order: tuple[Node, ...] = field(kw_only=True)

    @property
    def anchor(self) -> Anchor:
        return cheapest([part.anchor for part in self.parts])

    def holds(self, reading: Reading) -> bool:
        return all(part.holds(reading) for part in self.order)

    def hits(self, reading: Reading) -> list[Hit]:
        if not self.holds(reading):
            return []
        return [hit for part in self.parts for hit in part.hits(reading)]

    def miss(self, reading: Reading) -> str:
        for part in self.parts:
            if not part.holds(reading):
                return f"{part.words}: {part.miss(reading)}"
        return ""


@dataclass(frozen=True, slots=True)
class NoneNode(Node):
    """None of its parts holds. It never anchors a rule, and leaves no evidence."""

    @property
    def anchor(self) -> Anchor:
        return None

    def holds(self, reading: Reading) -> bool:
        return not any(part.holds(reading) for part in self.parts)

    def hits(self, reading: Reading) -> list[Hit]:
        return []

    def miss(self, reading: Reading) -> str:
        there = [part.words for part in self.parts if part.holds(reading)]
        return f"{', '.join(there)} is there"


@dataclass(frozen=True, slots=True)
class AtLeastNode(Node):
    """Its parts stand at least `count` times, all together; overlapping ones count once."""

    count: int = field(kw_only=True)

    @property
    def anchor(self) -> Anchor:
        return widest([part.anchor for part in self.parts]) if self.count > 0 else None

    def holds(self, reading: Reading) -> bool:
        return _disjoint(self._all(reading)) >= self.count

    def hits(self, reading: Reading) -> list[Hit]:
        return self._all(reading) if self.holds(reading) else []

    def miss(self, reading: Reading) -> str:
        return f"found {_disjoint(self._all(reading))}, needs {self.count}"

    def _all(self, reading: Reading) -> list[Hit]:
        return [hit for part in self.parts for hit in part.hits(reading)]


def _disjoint(hits: list[Hit]) -> int:
    """How many of the hits can be counted without counting a word twice."""
    counted = end = 0
    for hit in sorted(hits, key=lambda hit: hit.end):
        if hit.start >= end:
            counted, end = counted + 1, hit.end
    return counted


@dataclass(frozen=True, slots=True)
class PeopleNode(Node):
    """A person, an organisation or the holders of an office, wherever the article names them."""

    credit: Callable[[Reading], list[Hit]] = field(kw_only=True)
    names: frozenset[Phrase] = field(kw_only=True)
    places: frozenset[str] = field(kw_only=True)

    @property
    def anchor(self) -> Anchor:
        return self.names

    def hits(self, reading: Reading) -> list[Hit]:
        return [hit for hit in self.credit(reading) if reading.place(hit.start) in self.places]

    def miss(self, reading: Reading) -> str:
        if self.credit(reading):
            return "only in places the rule leaves out"
        if any(reading.spans(phrase.number) for phrase in self.names):
            return "the name stands only inside a longer one, or alone where that does not count"
        return "nowhere"
