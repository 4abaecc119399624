"""Near: one sighting of each operand, no two overlapping, the outermost two within reach."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator
from itertools import takewhile

from wirebell.desk.values import Near
from wirebell.matching.reading import Reading, Sighting

_ENOUGH = 100  # sightings: nobody reads more, and a page of one word repeated stays cheap

Operands = list[list[Sighting]]
"""The sightings of each operand, in reading order."""


def combinations(near: Near, operands: Operands, reading: Reading) -> Iterator[list[Sighting]]:
    """For each sighting that can come first: it, and whatever combines with it."""
    if not all(operands):
        return
    reaches = _reach(near, reading)
    for number, sightings in enumerate(operands[:1] if near.ordered else operands):
        others = operands[:number] + operands[number + 1 :]
        for first in sightings:
            windows = [_window(first, other, reaches) for other in others]
            if near.ordered:
                windows = _in_order(windows)
            if all(windows) and _can_choose(windows):
                yield [first, *(found for window in windows for found in window)]


def sightings(near: Near, operands: Operands, reading: Reading) -> list[Sighting]:
    """Every sighting that is part of a combination, until there are enough."""
    found: set[Sighting] = set()
    for combined in combinations(near, operands, reading):
        found.update(combined)
        if len(found) >= _ENOUGH:
            break
    return sorted(found)


def miss(near: Near, operands: Operands, reading: Reading) -> str:
    """How far apart the nearest of operands that all stand somewhere are."""
    apart = min(_spreads(operands, reading), default=None)
    if apart is None:
        return "never in the same place"
    limit = f"limit {near.within}" if isinstance(near.within, int) else f"not in one {near.within}"
    return f"{apart} words apart, {limit}{', in this order' if near.ordered else ''}"


def distance(left: Sighting, right: Sighting) -> int:
    """Words from the end of `left` to the start of `right`: neighbours are 1 apart."""
    return right.start - left.end + 1


def _reach(near: Near, reading: Reading) -> Callable[[Sighting, Sighting], bool]:
    if isinstance(limit := near.within, int):
        return lambda a, b: (
            distance(a, b) <= limit and reading.place(a.start) == reading.place(b.start)
        )
    unit = reading.sentence if near.within == "sentence" else reading.paragraph
    return lambda a, b: unit(a.start) == unit(b.start)


def _window(
    first: Sighting, others: list[Sighting], reaches: Callable[[Sighting, Sighting], bool]
) -> list[Sighting]:
    after = _first_after(first, others)
    return list(takewhile(lambda other: reaches(first, other), others[after : after + _ENOUGH]))


def _first_after(first: Sighting, others: list[Sighting]) -> int:
    return bisect_left(others, first.end, key=lambda other: other.start)


def _in_order(windows: list[list[Sighting]]) -> list[list[Sighting]]:
    """Only what stands in a chain of one from each window, each after the one before."""
    kept = windows[:1]
    for window in windows[1:]:
        earliest = min((found.end for found in kept[-1]), default=0)
        kept.append([found for found in window if kept[-1] and found.start >= earliest])
    for at in range(len(kept) - 2, -1, -1):
        latest = max((found.start for found in kept[at + 1]), default=0)
        kept[at] = [found for found in kept[at] if found.end <= latest]
    return kept


def _can_choose(windows: list[list[Sighting]], taken: tuple[Sighting, ...] = ()) -> bool:
    """Whether one sighting of each window can be taken so that no two overlap."""
    return not windows or any(
        _can_choose(windows[1:], (*taken, found))
        for found in windows[0]
        if all(found.end <= other.start or other.end <= found.start for other in taken)
    )


def _spreads(operands: Operands, reading: Reading) -> Iterator[int]:
    """For each sighting as the first: how far the farthest of its nearest partners stands."""
    for number, sightings in enumerate(operands):
        others = operands[:number] + operands[number + 1 :]
        for first in sightings:
            after = [
                other[at] for other in others if (at := _first_after(first, other)) < len(other)
            ]
            partners = [p for p in after if reading.place(p.start) == reading.place(first.start)]
            if len(partners) == len(others):
                yield max((distance(first, partner) for partner in partners), default=0)
