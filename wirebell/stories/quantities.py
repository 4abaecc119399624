"""A sentence in plain words: how it writes its numbers, units and days is not what it says.

"Thirty-two", "32" and "三十二" are 32, "$2.5bn" is 2500000000 dollar, "Wed." is wednesday, and
"ruled out" says not.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Set
from decimal import Decimal
from functools import cache, lru_cache
from itertools import chain

from wirebell.stories.words import forms_of, lines, listed, table, tokens, unspaced

_NUMBER = re.compile(r"\d[\d,]{0,26}(?:\.\d+)?")
_DECIMAL = re.compile(r"\d+,\d\d?")  # 3,5 as the continent writes it
_HAN = re.compile("[\u4e00-\u9fff]")
_LONG, _LONGEST, _DENIED = 6, 40, 4  # letters of words that may be spelt otherwise, are denied


def plain_words(sentence: str) -> list[str]:
    """The words of a sentence, folded, each number, unit and day written in one way."""
    plain = rewritten(sentence, "rewritten", *["rewritten_han"] * bool(_HAN.search(sentence)))
    return list(_counted(map(spelt, tokens(plain))))


def is_number(word: str) -> bool:
    """Whether a word from `plain_words` is a number, in digits or as an amount ("half")."""
    return word in listed("amounts") or _NUMBER.fullmatch(word) is not None


@lru_cache(maxsize=65536)
def spelt(word: str) -> str:
    """A word in one of the ways it is spelt: units and days in full, long words as in America."""
    for british, american in _rewriting("spellings") if _LONG <= len(word) <= _LONGEST else ():
        word = british.sub(american, word)
    return table("units").get(word, word)


def exchanged(came: Set[str], gone: Set[str]) -> bool:
    """Whether a word that came says the opposite of one that went, or stands for another unit."""
    ours, theirs = ([place for word in words for place in _places(word)] for words in (came, gone))
    return any(row == other and one != two for row, one in ours for other, two in theirs)


@lru_cache(maxsize=65536)
def _places(word: str) -> frozenset[tuple[str, str]]:
    """The rows in which a word excludes others, and its place in each: its own, the one of what
    its first syllable denies ("unlikely"), and those of the list.
    """
    denied = {start for start in listed("reversing") if word.startswith(start)}
    rests = {
        (word.removeprefix(start), start) for start in denied if len(word) - len(start) >= _DENIED
    }
    return frozenset({(word, ""), *rests, *_rows().get(word, ())})


@cache
def _rows() -> dict[str, set[tuple[str, str]]]:
    found: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for row in " ".join(lines("exclusive")).split("/"):
        for word in row.split():
            for form in forms_of(word):
                found[spelt(form)].add((row, word))
    return found


def rewritten(sentence: str, *lists: str) -> str:
    """A sentence with what these lists say otherwise; "initials": United States is US."""
    for written, plain in chain.from_iterable(map(_rewriting, lists)):
        sentence = written.sub(plain, sentence)
    return sentence


@cache
def _rewriting(name: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    counted = "".join(listed("counted"))
    rules = (line.replace("COUNTED", counted).partition(" => ") for line in lines(name))
    return tuple((re.compile(old, re.IGNORECASE), new.strip('"')) for old, _, new in rules)


def _counted(words: Iterable[str]) -> Iterator[str]:
    """The words, those of one number as one: "three", "thousand", "two", "hundred" are 3200.

    One in words, and one between Han scales, goes on with what is less than its last scale.
    """
    numbers, scales, tens = table("numbers") | table("ones"), table("scales"), listed("tens")
    scaled: list[tuple[Decimal, Decimal]] | None = None  # (scale, amount) of what is being read
    part, last, room, in_words, han = Decimal(0), Decimal(0), Decimal(0), False, False
    for word in (*words, ""):
        scale, digits = Decimal(scales.get(word, 0)), bool(_NUMBER.fullmatch(word))
        plain = word.replace(",", "." if _DECIMAL.fullmatch(word) else "") if digits else ""
        value, after = Decimal(plain or numbers.get(word, -1)), Decimal(10 * (word in tens))
        if scaled is not None:
            fits = han and len(word) < 3 if digits else in_words
            if scale and (part or scale > last):
                while scaled and scaled[-1][0] < scale:
                    part += scaled.pop()[1]
                scaled.append((scale, part * scale))
                part, last, room, han = Decimal(0), scale, scale, unspaced(word)
                continue
            if fits and 0 <= value < room:
                part, room = part + value, after
                continue
            yield f"{sum((amount for _, amount in scaled), part).normalize():f}"
        scaled, han, in_words = None, False, not digits
        if scale or (value >= 0 and word != "one"):  # which alone is an article
            scaled, part = [(scale, scale)], Decimal(0) if scale else value
            last, room = scale, scale or after
        elif word:
            yield word
