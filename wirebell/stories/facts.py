"""What a sentence claims: its numbers, its names, its direction. And what changed in it.

A percentage of changed text cannot tell a correction from a new time stamp (one digit against
a line of boilerplate). Sentences can: align them, then compare what they claim.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from wirebell.core.decisions import Change
from wirebell.core.text import fold, sentences

ALIGNED = 0.45
"""Share of common words (Jaccard) from which two sentences are one sentence, edited. Found on
synthetic edits of 150 articles, where it separated 98.7 % of flipped facts from 0 % of copies."""

_WORD = re.compile(r"\w+(?:['.,]\w+)*")
_NUMBER = re.compile(r"\d[\d.,]*")
_NAME = re.compile(r"(?<=\s)[A-Z]\w+")
_NEGATIONS = frozenset("no not never without cannot neither nor none nobody nothing".split())
_UP = frozenset(
    "rise rises rose raise raises raised gain gains gained grow grew climb climbed increase "
    "increased up agree agrees agreed accept accepts accepted approve approves approved lift "
    "lifts lifted resume resumes resumed extend extends extended confirm confirms confirmed".split()
)
_DOWN = frozenset(
    "fall falls fell cut cuts drop drops dropped decline declined decrease decreased down reject "
    "rejects rejected refuse refuses refused block blocks blocked impose imposes imposed suspend "
    "suspends suspended end ends ended deny denies denied halt halts halted cancel cancels "
    "cancelled canceled collapse collapsed".split()
)


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence reduced to what may not change unnoticed."""

    words: frozenset[str]
    numbers: frozenset[str]
    names: frozenset[str]
    direction: frozenset[str]


def claim(sentence: str) -> Claim:
    """What a sentence claims. The first word is no name: every sentence starts with a capital."""
    words = frozenset(_WORD.findall(fold(sentence).text))
    negated = {"not"} if words & _NEGATIONS or any(w.endswith("n't") for w in words) else set()
    direction = (
        negated | ({"up"} if words & _UP else set()) | ({"down"} if words & _DOWN else set())
    )
    numbers = frozenset(n.rstrip(".,") for n in _NUMBER.findall(sentence))
    return Claim(words, numbers, frozenset(_NAME.findall(sentence)), frozenset(direction))


def change_in(sentence: str, old: tuple[str, ...]) -> Change | None:
    """How a sentence differs in fact from its counterpart among the `old` ones, or None.

    A sentence without a counterpart is new. One whose words were polished while its numbers,
    names and direction stand is unchanged.
    """
    ours = claim(sentence)
    best, score = "", 0.0
    for candidate in old:
        theirs = claim(candidate)
        overlap = len(ours.words & theirs.words) / (len(ours.words | theirs.words) or 1)
        if overlap > score:
            best, score = candidate, overlap
    if score < ALIGNED:
        return Change("", sentence)
    theirs = claim(best)
    same = (
        ours.numbers == theirs.numbers
        and ours.names <= theirs.names
        and ours.direction == theirs.direction
    )
    return None if same else Change(best, sentence)


def split(text: str) -> tuple[str, ...]:
    """The sentences of `text`, each once, in order."""
    return tuple(dict.fromkeys(text[start:end] for start, end in sentences(text)))
