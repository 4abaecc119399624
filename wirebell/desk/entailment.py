"""What conditions say about each other, whatever the article: one implied by another, one that
can never hold.

What is claimed follows, but for a word or two of a distance; what follows is not always found.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import permutations

from wirebell.core.news import FIELDS, REGIONS
from wirebell.core.text import fold
from wirebell.desk import values
from wirebell.desk.values import AllOf, AnyOf, Condition, Near, NoneOf, Term, parts_of

_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|[^\W_]+(?:'[^\W_]+)*")
_LEFT_OUT = re.compile(r"'s\b|(?<=[^\W\d])\.")
_SCOPES = ("sentence", "paragraph")
_EVERYWHERE = frozenset((*FIELDS, *REGIONS))


def implies(one: Condition, other: Condition) -> bool:
    """Whether `other` holds wherever `one` does."""
    if one is other:
        return True
    match one, other:
        case (AnyOf(of) | values.Named(_, of), _):
            return all(implies(part, other) for part in of)
        case (_, AllOf(of)):
            return all(implies(one, part) for part in of)
        case (Term(), Term()):
            return _narrower(one, other)
        case (Near(), Near()) if _closer(one, other):
            return True
        case (NoneOf(absent), NoneOf(of)):
            return all(any(implies(part, gone) for gone in absent) for part in of)
        case (_, AnyOf(of) | values.Named(_, of)) if any(implies(one, part) for part in of):
            return True
        case (AllOf(of) | Near(of), _):
            return any(implies(part, other) for part in of)
        case (values.AtLeast(count, of), values.AtLeast(least, all_)) if count >= least:
            return all(any(implies(part, wide) for wide in all_) for part in of)
        case (values.AtLeast(_, of), _):
            return all(implies(part, other) for part in of)
    return one == other


def standing(condition: Condition, left_out: frozenset[str]) -> frozenset[str]:
    """The places in which a condition can stand if those `left_out` do not count; none: never."""
    match condition:
        case Term(places=places):
            return frozenset(places or FIELDS) - left_out
        case values.Who() | values.Role():
            return frozenset(FIELDS) - left_out
        case NoneOf():
            return _EVERYWHERE
        case Near(operands):
            return _EVERYWHERE.intersection(*(standing(part, left_out) for part in operands))
        case AllOf(of):
            barred = tuple(gone for part in of if isinstance(part, NoneOf) for gone in part.of)
            clash = any(implies(part, AnyOf(barred)) for part in of)
            possible = all(standing(part, left_out) for part in of) and not clash
            return _EVERYWHERE if possible else frozenset()
    return frozenset[str]().union(*(standing(part, left_out) for part in condition.of))


def keys(condition: Condition) -> frozenset[str]:
    """The words, beginnings of words (with a star) and names a condition speaks of."""
    match condition:
        case Term(words):
            found = _words(words, exact=False)
            begun = {f"{word[:end]}*" for word in found for end in range(4, len(word) + 1)}
            return frozenset(begun.union(found))
        case values.Who(id_) | values.Role(id_):
            return frozenset((f"${id_}",))
    return frozenset[str]().union(*map(keys, parts_of(condition)))


def needed(condition: Condition) -> list[frozenset[str]]:
    """Sets of keys; of each, one is among the keys of any condition that implies this one."""
    match condition:
        case NoneOf():
            return []
        case AllOf(of) | Near(of):
            return [need for part in of for need in needed(part)]
        case Term(words, prefix=prefix):
            longest = max(_words(words, exact=False), key=len, default="")
            return [frozenset((longest + "*" * prefix,))]
        case values.Who() | values.Role():
            return [keys(condition)]
    each = [needed(part) for part in condition.of]
    return [frozenset[str]().union(*(min(of, key=len) for of in each))] if all(each) else []


def _narrower(one: Term, other: Term) -> bool:
    """Whether one term cannot stand anywhere without the other standing in it."""
    if other.exact > one.exact or not {*(one.places or FIELDS)} <= {*(other.places or FIELDS)}:
        return False
    have, want = _words(one.words, other.exact), _words(other.words, other.exact)
    if other.prefix:
        return any(word.startswith(want[-1]) for word in have)
    starts = range(0 if one.prefix else len(have) - len(want) + 1)
    return any(have[at : at + len(want)] == want for at in starts)


def _closer(one: Near, other: Near) -> bool:
    """Whether what stands as near as `one` asks stands as near as `other` does."""
    if isinstance(one.within, int) and isinstance(other.within, int):
        wide = one.within <= other.within
    else:
        wide = one.within == other.within or (one.within, other.within) == _SCOPES
    if not wide or other.ordered > one.ordered:
        return False
    rows = permutations(one.operands, len(other.operands))
    orders = [one.operands] if other.ordered else rows
    return any(
        len(row) == len(other.operands) and all(map(implies, row, other.operands)) for row in orders
    )


@lru_cache(maxsize=100_000)
def _words(text: str, exact: bool) -> list[str]:
    bare = _LEFT_OUT.sub("", text.replace("’", "'"))
    return _WORD.findall(bare if exact else fold(bare).text)
