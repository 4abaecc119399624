"""Conditions, compiled: each can say whether it holds in an article, where, and why not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from wirebell.matching.phrases import Phrase
from wirebell.matching.reading import Hit, Reading

Anchor = frozenset[Phrase] | None
"""Phrases of which one must stand in an article for a condition to hold; None: no such set."""


@dataclass(frozen=True, slots=True)
class Node:
    """A compiled condition.

    `words` are its words as an explanation gives them. `hits` finds what makes it hold, in any
    order, and nothing where it does not hold; `miss` says how nearly it holds where it does not.
    """

    words: str
    anchor: Anchor
    hits: Callable[[Reading], list[Hit]]
    holds: Callable[[Reading], bool]
    miss: Callable[[Reading], str]
    parts: tuple[Node, ...] = ()


def rarest(parts: Iterable[Node]) -> Anchor:
    """The anchor of parts that are all required: of theirs, the one that lets fewest through."""
    anchors = (part.anchor for part in parts if part.anchor is not None)
    return min(anchors, key=lambda a: sum(phrase.commonness for phrase in a), default=None)


def widest(parts: Iterable[Node]) -> Anchor:
    """The anchor of alternatives: all of theirs, or None if one of them has none."""
    found: set[Phrase] = set()
    for part in parts:
        if part.anchor is None:
            return None
        found |= part.anchor
    return frozenset(found)


def term(words: str, phrase: Phrase, places: frozenset[str]) -> Node:
    """A term stands in one of these places."""

    def hits(reading: Reading) -> list[Hit]:
        spans = reading.spans(phrase.number)
        return [Hit(a, b, words) for a, b in spans if reading.place(a) in places]

    def miss(reading: Reading) -> str:
        elsewhere = {reading.place(start) for start, _ in reading.spans(phrase.number)}
        return f"only in {', '.join(sorted(elsewhere))}" if elsewhere else "nowhere"

    def holds(reading: Reading) -> bool:
        return phrase.number in reading.found and bool(hits(reading))

    return Node(words, frozenset({phrase}), hits, holds, miss)


def named(
    words: str,
    credit: Callable[[Reading], list[Hit]],
    names: frozenset[Phrase],
    places: frozenset[str],
) -> Node:
    """Somebody whom `credit` finds is named in one of these places, by one of these names."""

    def hits(reading: Reading) -> list[Hit]:
        return [hit for hit in credit(reading) if reading.place(hit.start) in places]

    def miss(reading: Reading) -> str:
        if credit(reading):
            return "only in places the rule leaves out"
        if any(reading.spans(phrase.number) for phrase in names):
            return "the name stands only where it does not count"
        return "nowhere"

    return Node(words, names, hits, lambda r: bool(hits(r)), miss)


def any_of(words: str, parts: tuple[Node, ...]) -> Node:
    """One of the parts holds."""

    def miss(reading: Reading) -> str:
        misses = {part.miss(reading) for part in parts} - {"nowhere"}
        return "; ".join(sorted(misses)) or "nowhere"

    def holds(reading: Reading) -> bool:
        return any(part.holds(reading) for part in parts)

    return Node(words, widest(parts), lambda r: _hits(parts, r), holds, miss, parts)


def all_of(words: str, parts: tuple[Node, ...], order: Sequence[Node]) -> Node:
    """Each of the parts holds; `order` has them again, the cheapest to judge first."""

    def holds(reading: Reading) -> bool:
        return all(part.holds(reading) for part in order)

    def hits(reading: Reading) -> list[Hit]:
        return _hits(parts, reading) if holds(reading) else []

    def miss(reading: Reading) -> str:
        first = next(part for part in parts if not part.holds(reading))
        return f"{first.words}: {first.miss(reading)}"

    return Node(words, rarest(parts), hits, holds, miss, parts)


def none_of(words: str, parts: tuple[Node, ...]) -> Node:
    """None of the parts holds. It never anchors a rule, and leaves no evidence."""

    def holds(reading: Reading) -> bool:
        return not any(part.holds(reading) for part in parts)

    def miss(reading: Reading) -> str:
        return f"{', '.join(part.words for part in parts if part.holds(reading))} is there"

    return Node(words, None, lambda _: [], holds, miss, parts)


def at_least(words: str, parts: tuple[Node, ...], count: int) -> Node:
    """The parts stand `count` times, all together; a word counts only once."""

    def found(reading: Reading) -> int:
        counted = end = 0
        for hit in sorted(_hits(parts, reading), key=lambda hit: hit.end):
            if hit.start >= end:
                counted, end = counted + 1, hit.end
        return counted

    def holds(reading: Reading) -> bool:
        return found(reading) >= count

    def hits(reading: Reading) -> list[Hit]:
        return _hits(parts, reading) if holds(reading) else []

    def miss(reading: Reading) -> str:
        return f"found {found(reading)}, needs {count}"

    return Node(words, widest(parts) if count > 0 else None, hits, holds, miss, parts)


def _hits(parts: Iterable[Node], reading: Reading) -> list[Hit]:
    return [hit for part in parts for hit in part.hits(reading)]
