"""Near: one of each operand within a distance, and how far they miss it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice, takewhile
from operator import attrgetter
from typing import Literal

from wirebell.matching.conditions import Anchor, Node, cheapest
from wirebell.matching.reading import Hit, Reading

_ENOUGH = 100  # hits: nobody reads more evidence, and a page of one word repeated stays cheap


def distance(left: Hit, right: Hit) -> int:
    """Words from the end of `left` to the start of `right`: neighbours are 1 apart."""
    return right.start - left.end + 1


@dataclass(frozen=True, slots=True)
class NearNode(Node):
    """Hits of all operands, one of each, not overlapping, the outermost two within reach."""

    within: int | Literal["sentence", "paragraph"] = field(kw_only=True)
    ordered: bool = field(kw_only=True)

    @property
    def anchor(self) -> Anchor:
        return cheapest([part.anchor for part in self.parts])

    def holds(self, reading: Reading) -> bool:
        return next(self._combinations(reading), None) is not None

    def hits(self, reading: Reading) -> list[Hit]:
        found: set[Hit] = set()
        for hits in self._combinations(reading):
            found.update(hits)
            if len(found) >= _ENOUGH:
                break
        return sorted(found)

    def miss(self, reading: Reading) -> str:
        operands = self._operands(reading)
        for part, hits in zip(self.parts, operands, strict=True):
            if not hits:
                return f"{part.words} is nowhere"
        apart = min(_spreads(reading, operands), default=0)
        if not apart:
            return "never in the same place"
        if not isinstance(self.within, int):
            return f"{apart} words apart, in different {self.within}s or in another order"
        return f"{apart} words apart, limit {self.within}" + (
            ", in another order" if apart <= self.within else ""
        )

    def _operands(self, reading: Reading) -> list[list[Hit]]:
        return [sorted(part.hits(reading)) for part in self.parts]

    def _combinations(self, reading: Reading) -> Iterator[list[Hit]]:
        """For each hit that can be the first: it and what combines with it, operand by operand."""
        operands = self._operands(reading)
        if not all(operands):
            return
        for first, hits in enumerate(operands[:1] if self.ordered else operands):
            others = operands[:first] + operands[first + 1 :]
            for hit in hits:
                windows = [self._window(reading, hit, other) for other in others]
                if self.ordered:
                    windows = _in_order(windows)
                if all(windows) and _can_choose(windows):
                    yield [hit, *(found for window in windows for found in window)]

    def _window(self, reading: Reading, first: Hit, hits: list[Hit]) -> list[Hit]:
        after = islice(hits, bisect_left(hits, first.end, key=_START), None)
        return list(islice(takewhile(lambda hit: self._reaches(reading, first, hit), after), 100))

    def _reaches(self, reading: Reading, first: Hit, last: Hit) -> bool:
        if self.within == "sentence":
            return reading.sentence(first.start) == reading.sentence(last.start)
        if self.within == "paragraph":
            return reading.paragraph(first.start) == reading.paragraph(last.start)
        near = distance(first, last) <= self.within
        return near and reading.place(first.start) == reading.place(last.start)


_START = attrgetter("start")


def _in_order(windows: list[list[Hit]]) -> list[list[Hit]]:
    """Only the hits that stand in a chain of one from each window, each after the one before."""
    kept: list[list[Hit]] = []
    for window in windows:
        earliest = min((hit.end for hit in kept[-1]), default=None) if kept else 0
        kept.append([] if earliest is None else [hit for hit in window if hit.start >= earliest])
    for at in range(len(kept) - 2, -1, -1):
        latest = max((hit.start for hit in kept[at + 1]), default=0)
        kept[at] = [hit for hit in kept[at] if hit.end <= latest]
    return kept


def _can_choose(windows: list[list[Hit]], taken: tuple[Hit, ...] = ()) -> bool:
    """Whether one hit of each window can be taken so that no two overlap."""
    if not windows:
        return True
    return any(
        _can_choose(windows[1:], (*taken, hit))
        for hit in windows[0]
        if all(hit.end <= other.start or other.end <= hit.start for other in taken)
    )


def _spreads(reading: Reading, operands: list[list[Hit]]) -> Iterator[int]:
    """For each hit as the first of all: how far the farthest of its nearest partners stands."""
    for first, hits in enumerate(operands):
        others = operands[:first] + operands[first + 1 :]
        for hit in hits:
            ats = [bisect_left(other, hit.end, key=_START) for other in others]
            if all(at < len(other) for at, other in zip(ats, others, strict=True)):
                partners = [other[at] for at, other in zip(ats, others, strict=True)]
                if {reading.place(partner.start) for partner in partners} == {
                    reading.place(hit.start)
                }:
                    yield max(distance(hit, partner) for partner in partners)
