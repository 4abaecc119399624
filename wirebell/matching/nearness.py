"""Near: one sighting of each operand, no two overlapping, the outermost two within reach.

Neighbours are one word apart.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator
from functools import partial
from itertools import takewhile

from wirebell.desk.values import Near
from wirebell.matching.reading import Reading, Sighting

_ENOUGH = 100  # sightings: nobody reads more, and a page of one word repeated stays cheap

Operands = list[list[Sighting]]
"""The sightings of each operand, in reading order."""

_Reaches = Callable[[Sighting, Sighting], bool]


def find(near: Near, operands: Operands, reading: Reading) -> list[Sighting]:
    """Of each sighting that can come first: it, and what combines with it.

    In any order that is all within its reach (a reader wants the three who negotiate marked,
    not the nearest one); in the rule's order the nearest.
    """
    found: set[Sighting] = set()
    reaches = _reach(near, reading)
    for number, sightings in enumerate(operands[:1] if near.ordered else operands):
        others = operands[:number] + operands[number + 1 :]
        if not near.ordered:
            others.sort(key=len)  # the rarest fails first: overlapping terms cost no hours
        for first in sightings:
            nearest = [_after(first, other)[:1] for other in others]
            if not all(one and reaches(first, *one) for one in nearest):
                continue  # before every combination of the others is tried in vain
            combined = _combine((first,), others, reaches, near.ordered)
            found.update(combined)
            if combined and not near.ordered:
                reached = partial(reaches, first)
                found.update(*(takewhile(reached, _after(first, other)) for other in others))
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


def _reach(near: Near, reading: Reading) -> _Reaches:
    if isinstance(limit := near.within, int):
        return lambda a, b: (
            b.start - a.end < limit and reading.place(a.start) == reading.place(b.start)
        )
    unit = reading.sentence if near.within == "sentence" else reading.paragraph
    return lambda a, b: unit(a.start) == unit(b.start)


def _combine(
    taken: tuple[Sighting, ...], others: Operands, reaches: _Reaches, ordered: bool
) -> tuple[Sighting, ...]:
    """`taken` and one of each of the others that reaches its first; () if they do not combine."""
    if not others:
        return taken
    candidates = _after(taken[-1] if ordered else taken[0], others[0])
    if ordered:  # what begins only after the first candidate leaves no more room than it does
        candidates = [c for c in candidates if c.start < candidates[0].end]
    for found in takewhile(lambda candidate: reaches(taken[0], candidate), candidates):
        if all(found.end <= other.start or other.end <= found.start for other in taken):
            combined = _combine((*taken, found), others[1:], reaches, ordered)
            if combined:
                return combined
    return ()


def _after(first: Sighting, others: list[Sighting]) -> list[Sighting]:
    start = bisect_left(others, first.end, key=lambda other: other.start)
    return others[start : start + _ENOUGH]


def _spreads(operands: Operands, reading: Reading) -> Iterator[int]:
    """For each sighting as the first: how far the farthest of its nearest partners stands."""
    for number, sightings in enumerate(operands):
        others = operands[:number] + operands[number + 1 :]
        for first in sightings:
            partners = [after[0] for other in others if (after := _after(first, other))]
            partners = [p for p in partners if reading.place(p.start) == reading.place(first.start)]
            if len(partners) == len(others):
                yield max((partner.start - first.end + 1 for partner in partners), default=0)
