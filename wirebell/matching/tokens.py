"""Words of a text, as the rules see them: folded keys with offsets into the original.

One token is a word, a dotted acronym (`U.S.`), a number (`1,000`), a short `&` name (`AT&T`), or a
single character of a script written without spaces. A hyphen parts two tokens. E-mail addresses
and URLs are one token each that equals no word.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from wirebell.core.text import Folded, fold, fold_character, joins
from wirebell.matching.forms import LANGUAGES

_HAN = "\u3400-\u4dbf\u4e00-\u9fff"
_UNSPACED = (
    _HAN + "\u3005-\u3007\u3040-\u30ff\uf900-\ufaff\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
    "\U00020000-\U0003ffff"
)
_LETTER = rf"[^\W_{_UNSPACED}]"
_END = rf"(?!{_LETTER})"
# Vowel signs and points are no letters to `re`, but a word does not end at one.
_SIGN = (
    "[\u0300-\u036f\u0591-\u05bd\u05bf-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u0900-\u0963"
    "\u0966-\u0dff]"
)
_RUN = rf"{_LETTER}+(?:{_SIGN}+{_LETTER}*)*"
_ELIDED = "|".join(LANGUAGES["elided"].split())
_SUFFIX = rf"(?:s|(?<={_LETTER}{{3}}')(?:{'|'.join(LANGUAGES['turkish'].split())})){_END}"
# The lookbehinds let an address begin only where its run of characters does: on a chunk of a
# million hyphens every other position fails at once, and the scan stays linear.
_ADDRESS = (
    r"(?<![a-z0-9])(?:https?://|www\.)[!-~]+"
    r"|(?<![a-z0-9_.+-])[a-z0-9_.+-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+"
    r"|(?<![a-z0-9.-])(?:[a-z0-9-]+\.)+[a-z]{2,}/[!-~]*"
)
_WORD = (
    rf"(?<!{_LETTER})(?!\d){_LETTER}(?:\.(?!\d){_LETTER})+\.?{_END}"  # U.S.
    r"|\d{1,3}(?:,\d{3})+(?:\.\d+)?(?!\d)|\d+(?:\.\d+)+"  # 1,000 and 301.5
    rf"|{_LETTER}{{1,2}}(?:&{_LETTER}{{1,2}})+{_END}|(?!\d){_LETTER}(?:\+\+|\#){_END}"  # AT&T, C++
    rf"|[{_UNSPACED}]|{_RUN}(?:'(?!{_SUFFIX}){_RUN})*"  # O'Brien
)
_ELISION = rf"(?:(?<!{_LETTER})(?:{_ELIDED})'(?!s{_END})(?={_LETTER}))?"
_TOKEN = re.compile(rf"(?P<address>{_ADDRESS})|{_ELISION}(?P<word>{_WORD})(?:'{_SUFFIX})?")
_INVISIBLE = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
CHUNK = re.compile(rf"[{_HAN}]|[^\s{_HAN}]+")
HAN_RUN = re.compile(f"[{_HAN}]+")
_ALONE = re.compile(f"[{_UNSPACED}]")
_AROUND = "\"'“”‘’«»„()[],.;:!?…–—-"
_STRAIGHT = str.maketrans("‘’“”", "''\"\"")
_COMMA = {ord(","): None}
# Punctuation inside a word, and the points of Arabic and Hebrew that newspapers leave out.
_POINTS = dict.fromkeys(
    [ord("."), ord("'"), 0x640, 0x670, *range(0x591, 0x5C8), *range(0x64B, 0x660)]
)


class Token(NamedTuple):
    """A word: its keys, and the span [start, end) of what a reader would mark.

    `folded` compares regardless of case, `cased` with the case as printed, both without
    diacritics, inner stops and apostrophes. `broken` is `folded` with a hyphen where the text
    may break inside it (soft hyphen, zero-width space), or "". All are empty for an address.
    """

    folded: str
    cased: str
    broken: str
    start: int
    end: int


def tokens(text: str) -> list[Token]:
    """The tokens of `text` in reading order, a possessive or elided article left off.

    They are those of its `chunks`: no token depends on its neighbours, which is what lets the
    tokens of a chunk be remembered.
    """
    return [
        Token(folded, cased, broken, at.start() + start, at.start() + end)
        for at in CHUNK.finditer(text)
        for folded, cased, broken, start, end in chunk_tokens(at.group())
    ]


def chunks(text: str) -> list[str]:
    """`text` cut at white space, and around every Han character."""
    return HAN_RUN.sub(lambda run: f" {' '.join(run.group())} ", text).split()


def chunk_tokens(chunk: str) -> list[Token]:
    """The tokens of one chunk."""
    word = _without_possessive(chunk.strip(_AROUND))
    if word.isascii() and word.isalnum():
        start = chunk.index(word)
        return [Token(word.lower(), word, "", start, start + len(word))]
    plain = chunk.translate(_STRAIGHT)
    folded = fold(plain)
    return [_token(plain, folded, found) for found in _TOKEN.finditer(folded.text)]


def folded_word(chunk: str) -> str:
    """The only word of a chunk, folded; "" of a chunk that takes a closer look."""
    word = chunk.strip(_AROUND)
    if not word.isalnum():
        word = _without_possessive(word)
    if word[-1:] == "s" and word[:-1].isupper():
        return ""  # the case of the others counts
    if word.isascii():
        return word.lower() if word.isalnum() else ""
    folded = word.translate(_LETTERS) if word.isalpha() else ""
    return folded if folded.isalpha() else ""


def _without_possessive(word: str) -> str:
    return word.removesuffix("'s").removesuffix("’s")


class _Letters(dict[int, str]):
    """What `str.translate` makes of letters; a space of those that are not read one by one."""

    def __missing__(self, code: int) -> str:
        folded = fold_character(letter := chr(code))
        if joins(letter) or _ALONE.search(folded):
            folded = " "
        self[code] = folded
        return folded


_LETTERS = _Letters()


def _token(chunk: str, folded: Folded, found: re.Match[str]) -> Token:
    if found.lastgroup == "address":
        return Token("", "", "", *folded.span(*found.span()))
    a, b = found.span("word")
    start, end = folded.span(a, b)
    end = start + len(chunk[start:end].rstrip(_INVISIBLE))
    key, cased, broken = found["word"], chunk[a:b], ""
    if folded.starts is not None and folded.ends is not None:
        behind = [chunk[folded.starts[at] : folded.ends[at]] for at in range(a, b)]
        printed = list(zip(key, behind, strict=True))
        cased = "".join(k.upper() if p[0].isupper() else k for k, p in printed)
        broken = "".join(k + "-" * ("\u00ad" in p or "\u200b" in p) for k, p in printed)
        broken = broken.rstrip("-")
        broken = broken if "-" in broken else ""
    if not key.isalnum():
        left_out = _COMMA if key[0].isdigit() else _POINTS
        key, cased = key.translate(left_out), cased.translate(left_out)
    return Token(key, cased, broken, start, end)
