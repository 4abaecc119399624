"""Near: one of each operand within a distance, and how far they miss it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator
from itertools import takewhile
from operator import attrgetter
from typing import Literal

from wirebell.matching.conditions import Node, rarest
from wirebell.matching.reading import Hit, Reading

_ENOUGH = 100  # hits: nobody reads more evidence, and a page of one word repeated stays cheap
_START = attrgetter("start")

Within = int | Literal["sentence", "paragraph"]
_Reaches = Callable[[Hit, Hit], bool]


def near(words: str, parts: tuple[Node, ...], within: Within, ordered: bool) -> Node:
    """One hit of each part, no two overlapping, the outermost two within reach."""

    def combinations(reading: Reading) -> Iterator[list[Hit]]:
        return _combinations(_operands(parts, reading), _reach(reading, within), ordered)

    def hits(reading: Reading) -> list[Hit]:
        found: set[Hit] = set()
        for combined in combinations(reading):
            found.update(combined)
            if len(found) >= _ENOUGH:
                break
        return sorted(found)

    def holds(reading: Reading) -> bool:
        return any(combinations(reading))

    def miss(reading: Reading) -> str:
        operands = _operands(parts, reading)
        absent = [part.words for part, found in zip(parts, operands, strict=True) if not found]
        if absent:
            return f"{' and '.join(absent)}: nowhere"
        apart = min(_spreads(operands, reading), default=None)
        if apart is None:
            return "never in the same place"
        limit = f"limit {within}" if isinstance(within, int) else f"not in one {within}"
        return f"{apart} words apart, {limit}{', in this order' if ordered else ''}"

    return Node(words, rarest(parts), hits, holds, miss, parts)


def distance(left: Hit, right: Hit) -> int:
    """Words from the end of `left` to the start of `right`: neighbours are 1 apart."""
    return right.start - left.end + 1


def _operands(parts: tuple[Node, ...], reading: Reading) -> list[list[Hit]]:
    return [sorted(part.hits(reading)) for part in parts]


def _reach(reading: Reading, within: Within) -> _Reaches:
    if within == "sentence":
        return lambda a, b: reading.sentence(a.start) == reading.sentence(b.start)
    if within == "paragraph":
        return lambda a, b: reading.paragraph(a.start) == reading.paragraph(b.start)
    limit = within
    return lambda a, b: distance(a, b) <= limit and reading.place(a.start) == reading.place(b.start)


def _combinations(
    operands: list[list[Hit]], reaches: _Reaches, ordered: bool
) -> Iterator[list[Hit]]:
    """For each hit that can come first: it, and whatever combines with it."""
    if not all(operands):
        return
    for number, hits in enumerate(operands[:1] if ordered else operands):
        others = operands[:number] + operands[number + 1 :]
        for hit in hits:
            windows = [_window(hit, other, reaches) for other in others]
            if ordered:
                windows = _in_order(windows)
            if all(windows) and _can_choose(windows):
                yield [hit, *(found for window in windows for found in window)]


def _window(first: Hit, hits: list[Hit], reaches: _Reaches) -> list[Hit]:
    after = bisect_left(hits, first.end, key=_START)
    return list(takewhile(lambda hit: reaches(first, hit), hits[after : after + _ENOUGH]))


def _in_order(windows: list[list[Hit]]) -> list[list[Hit]]:
    """Only the hits that stand in a chain of one from each window, each after the one before."""
    kept = windows[:1]
    for window in windows[1:]:
        earliest = min((hit.end for hit in kept[-1]), default=0)
        kept.append([hit for hit in window if kept[-1] and hit.start >= earliest])
    for at in range(len(kept) - 2, -1, -1):
        latest = max((hit.start for hit in kept[at + 1]), default=0)
        kept[at] = [hit for hit in kept[at] if hit.end <= latest]
    return kept


def _can_choose(windows: list[list[Hit]], taken: tuple[Hit, ...] = ()) -> bool:
    """Whether one hit of each window can be taken so that no two overlap."""
    return not windows or any(
        _can_choose(windows[1:], (*taken, hit))
        for hit in windows[0]
        if all(hit.end <= other.start or other.end <= hit.start for other in taken)
    )


def _spreads(operands: list[list[Hit]], reading: Reading) -> Iterator[int]:
    """For each hit as the first: how far away the farthest of its nearest partners stands."""
    for number, hits in enumerate(operands):
        others = operands[:number] + operands[number + 1 :]
        for hit in hits:
            partners = [
                other[at]
                for other in others
                if (at := bisect_left(other, hit.end, key=_START)) < len(other)
                and reading.place(other[at].start) == reading.place(hit.start)
            ]
            if len(partners) == len(others):
                yield max((distance(hit, partner) for partner in partners), default=0)
