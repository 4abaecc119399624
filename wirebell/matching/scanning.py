"""Finding every one of many short strings in a long one, overlapping ones too."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib.util import find_spec

Hit = tuple[int, int, int]
"""Where a string begins and ends, and its number."""

Scan = Callable[[str], list[Hit]]
"""text -> every occurrence of a string, in any order."""

Scanner = Callable[[Sequence[str]], Scan]
"""The scan for some non-empty, distinct strings."""


def best_scanner(strings: Sequence[str]) -> Scan:
    """The fastest scan this machine has: daachorse has no wheel on some platforms."""
    return native_scanner(strings) if find_spec("daachorse") else slice_scanner(strings)


def native_scanner(strings: Sequence[str]) -> Scan:
    """An Aho-Corasick automaton (daachorse): one pass however many strings there are."""
    from daachorse import CharwiseDoubleArrayAhoCorasick

    return CharwiseDoubleArrayAhoCorasick(list(strings)).find_overlapping


def slice_scanner(strings: Sequence[str]) -> Scan:
    """Look up slices of the text: those as long as a string that begins with the same letter."""
    numbers = {string: number for number, string in enumerate(strings)}
    lengths: dict[str, set[int]] = {}
    for string in strings:
        lengths.setdefault(string[0], set()).add(len(string))
    return (
        lambda text: [
            (start, start + length, number)
            for start, first in enumerate(text)
            for length in lengths.get(first, ())
            if start + length <= len(text)  # a slice past the end is a shorter string
            and (number := numbers.get(text[start : start + length])) is not None
        ]
    )
