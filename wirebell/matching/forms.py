"""Other forms of one word: plurals, and the endings and particles other languages hang on it.

An English plural is taken off the words of rules and texts alike. What other scripts hang on a
word is put on the rule's word, never taken off a text's: there it may be part of the word. No
other stemming: "trumped" is no form of "trump". Words are given and taken folded.
"""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from pathlib import Path

LANGUAGES = tomllib.loads(Path(__file__).with_name("languages.toml").read_text("utf-8"))

_NOT_PLURAL = frozenset(LANGUAGES["not_plural"].split())
_ENGLISH = re.compile(r"[a-z-]{4,}")
_PLURAL = re.compile(
    r"(?<=[a-z][^aeiou])(?P<y>ies?)$"  # treaties
    r"|(?<=[a-z]{3})(?:(?<=[sxzo])|(?<=[cs]h))es?$"  # taxes; houses, so that house is hous too
    r"|(?<=[^siu])s$"
)
_UMLAUTS = str.maketrans(LANGUAGES["umlauts"])


@lru_cache(maxsize=1 << 15)
def singular(word: str) -> str:
    """The key an English word shares with its plural, not always a word; others as they are."""
    if word[-1:] not in "se" or word in _NOT_PLURAL or not _ENGLISH.fullmatch(word):
        return word
    return _PLURAL.sub(lambda found: "y" if found["y"] else "", word)


def cases(word: str) -> set[str]:
    """The forms a word takes too: Korean particles, Arabic prefixes, Slavic case endings."""
    for script in () if word.isascii() else LANGUAGES["scripts"]:
        if re.match(script["shape"], word):
            stem = re.sub(script["loose"], "", word)
            before, after = script["before"].split(), script["after"].split()
            return {stem, *(p + stem for p in before), *(stem + a for a in after)} - {word}
    return set()


def spelled_out(text: str) -> str:
    """`text` with ä, ö, ü written ae, oe, ue, as wires without umlauts print them."""
    return text.translate(_UMLAUTS)
