"""Other forms of one word: plurals, and the endings and particles other languages hang on it.

Forms are worked out once for each word of a rule, never for a text: a text's word is compared as
it stands. There is no stemming; "trumped" is no form of "trump". Every function takes and
gives folded words (`Token.folded`).
"""

from __future__ import annotations

import re

# Not the plural of what they would be without their s.
_NOT_PLURAL = frozenset(
    "news goods arms customs means mars series species physics politics economics wales texas "
    "always perhaps does has was its his this thus plus bias chaos".split()
)
_SIBILANT = re.compile(r"(?:s|x|z|ch|sh)$")
_KOREAN = (
    "은 는 이 가 을 를 의 에 에서 에게 에는 에도 와 과 도 로 으로 만 까지 부터 보다 처럼 측".split()
)
_ARABIC = "و ف ب ك ل".split()
_ARABIC_THE = "ال وال فال بال كال لل ولل".split()
_CYRILLIC = "а я у ю о е ы и ь ом ем ым им ои еи ою ею ам ям ами ями ах ях ов ев".split()
_CYRILLIC_VOWELS = "аяуюоеыиь"
_UMLAUTS = {ord(a): b for a, b in zip("äöüÄÖÜ", ["ae", "oe", "ue", "Ae", "Oe", "Ue"], strict=True)}


def plurals(word: str) -> set[str]:
    """The plural of an English word, and the singular it may be the plural of."""
    if not (word.isascii() and word.isalpha()) or len(word) < 3:
        return set()
    found = {f"{word}s"}
    if _SIBILANT.search(word) or word.endswith("o"):
        found.add(f"{word}es")
    if word.endswith("y") and word[-2] not in "aeiou":
        found.add(f"{word[:-1]}ies")
    return (found | _singulars(word)) - _NOT_PLURAL


def _singulars(word: str) -> set[str]:
    if word in _NOT_PLURAL or len(word) < 4 or not word.endswith("s") or word[-2] in "siu":
        return set()
    if word.endswith("ies") and len(word) > 4:
        return {f"{word[:-3]}y"}
    if word.endswith("es") and (_SIBILANT.search(word[:-2]) or word.endswith("oes")):
        return {word[:-2], word[:-1]}
    return {word[:-1]}


def cases(word: str) -> set[str]:
    """The forms a name takes too: Korean particles, Arabic prefixes, Slavic case endings."""
    first = word[:1]
    if "가" <= first <= "힣" and len(word) > 1:
        return {word + particle for particle in _KOREAN}
    if "\u0621" <= first <= "\u064a" and len(word) > 2:
        return _arabic(word)
    if "\u0400" <= first <= "\u04ff" and len(word) > 3:
        stem = word[:-1] if word[-1] in _CYRILLIC_VOWELS else word
        return {stem, *(stem + ending for ending in _CYRILLIC)} - {word}
    return set()


def _arabic(word: str) -> set[str]:
    bare = word.removeprefix("ال")
    return {p + word for p in _ARABIC} | {p + bare for p in _ARABIC_THE} - {word}


def spelled_out(text: str) -> str:
    """`text` with ä, ö, ü written ae, oe, ue, as wires without umlauts print them."""
    return text.translate(_UMLAUTS)
