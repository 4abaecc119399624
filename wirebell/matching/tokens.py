"""Words of a text, as the rules see them: folded keys with offsets into the original.

One token is a word, a dotted acronym (`U.S.`), a number (`1,000`), a short `&` name (`AT&T`), or a
single character of a script written without spaces. A hyphen parts two tokens. E-mail addresses
and URLs are one token each that equals no word.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from wirebell.core.text import Folded, fold

SOFT_BREAK = "\u00ad"
"""In `Token.broken`: where the text may break inside the word (soft hyphen, zero-width space)."""

_HAN = "\u3400-\u4dbf\u4e00-\u9fff"
_UNSPACED = (
    _HAN + "\u3005-\u3007\u3040-\u30ff\uf900-\ufaff\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
    "\U00020000-\U0003ffff"
)
_LETTER = rf"[^\W_{_UNSPACED}]"
# Vowel signs and points are no letters to `re`, but a word does not end at one.
_SIGN = (
    "[\u0300-\u036f\u0591-\u05bd\u05bf-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u0900-\u0963"
)
_SIGN += "\u0966-\u0dff]"
_RUN = rf"{_LETTER}+(?:{_SIGN}+{_LETTER}*)*"
# The lookbehinds let an address begin only where its run of characters does: on a chunk of a
# million hyphens every other position fails at once, and the scan stays linear.
_ADDRESS = (
    r"(?<![a-z0-9])(?:https?://|www\.)[!-~]+"
    r"|(?<![a-z0-9_.+-])[a-z0-9_.+-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+"
    r"|(?<![a-z0-9.-])(?:[a-z0-9-]+\.)+[a-z]{2,}/[!-~]*"
)
_ELIDED = "l|d|j|m|t|s|n|c|qu|jusqu|lorsqu|puisqu|quelqu|un|all|dall|dell|nell|sull|quell"
# What Turkish hangs on a name after an apostrophe ("Ankara'da"), as English does its 's.
_TURKISH = "d[ae]n?|t[ae]n?|n?[iu]n|y[aeiu]|n[aeiu]|d[ae]ki|t[ae]ki|l[aeiu]"
_TOKEN = re.compile(
    rf"(?P<address>{_ADDRESS})"
    rf"|(?:(?<!{_LETTER})(?:{_ELIDED})'(?!s(?!{_LETTER}))(?={_LETTER}))?(?P<word>"
    rf"(?<!{_LETTER})(?!\d){_LETTER}(?:\.(?!\d){_LETTER})+\.?(?!{_LETTER})"
    rf"|\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?(?!\d)|\d+(?:\.\d+)+"
    rf"|{_LETTER}{{1,2}}(?:&{_LETTER}{{1,2}})+(?!{_LETTER})|(?!\d){_LETTER}(?:\+\+|\#)(?!{_LETTER})"
    rf"|[{_UNSPACED}]"
    rf"|{_RUN}(?:'(?!(?:s|(?<={_LETTER}{{3}}')(?:{_TURKISH}))(?!{_LETTER})){_RUN})*"
    rf")(?:'s(?!{_LETTER})|(?<={_LETTER}{{3}})'(?:{_TURKISH})(?!{_LETTER}))?"
)
_INVISIBLE = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
_CHUNK = re.compile(r"\S+")
_PIECE = re.compile(rf"[{_HAN}]|[^{_HAN}]+")

# Letters Unicode does not take apart, marks above consonants that newspapers leave out, and the
# punctuation a token may hold inside.
_PLAIN: dict[int, str | None] = {
    ord(a): b for a, b in zip("łøđðħŁØĐÐĦ", "lodd" + "hLODDH", strict=True)
}
_PLAIN |= {ord("æ"): "ae", ord("œ"): "oe", ord("Æ"): "AE", ord("Œ"): "OE", ord("þ"): "th"}
_PLAIN[ord("Þ")] = "TH"
_PLAIN |= dict.fromkeys([ord("."), ord("'"), 0x640, 0x670, *range(0x64B, 0x660)])
_PLAIN |= dict.fromkeys([*range(0x591, 0x5BE), *range(0x5BF, 0x5C8)])


class Token(NamedTuple):
    """A word: its keys, and the span [start, end) of what a reader would mark.

    `folded` compares regardless of case, `cased` with the case as printed, both without
    diacritics, inner stops and apostrophes. `broken` is `folded` with `SOFT_BREAK` where the
    text may break, or "". All are empty for an address.
    """

    folded: str
    cased: str
    broken: str
    start: int
    end: int


def tokens(text: str) -> list[Token]:
    """The tokens of `text` in reading order, a possessive or elided article left off.

    The tokens of a text are those of its whitespace-parted chunks: no token depends on its
    neighbours, which is what lets a chunk be remembered.
    """
    return [
        token._replace(start=token.start + at.start(), end=token.end + at.start())
        for at in _CHUNK.finditer(text)
        for token in chunk_tokens(at.group())
    ]


def chunk_tokens(chunk: str) -> list[Token]:
    """The tokens of a text without white space."""
    folded = fold(chunk)
    return [_token(chunk, folded, found) for found in _TOKEN.finditer(folded.text)]


def pieces(chunk: str) -> list[str]:
    """`chunk` cut at every Han character: has the same tokens, and pieces that come again."""
    return _PIECE.findall(chunk)


def _token(chunk: str, folded: Folded, found: re.Match[str]) -> Token:
    if found.lastgroup == "address":
        return Token("", "", "", *folded.span(*found.span()))
    a, b = found.span("word")
    start, end = folded.span(a, b)
    end = start + len(chunk[start:end].rstrip(_INVISIBLE))
    key, cased, broken = found["word"], chunk[a:b], ""
    if folded.starts is not None and folded.ends is not None:
        cased = _as_printed(key, [chunk[at] for at in folded.starts[a:b]])
        broken = _with_breaks(key, [chunk[folded.starts[i] : folded.ends[i]] for i in range(a, b)])
    if key[0].isdigit():
        return Token(key.replace(",", ""), cased.replace(",", ""), broken, start, end)
    return Token(key.translate(_PLAIN), cased.translate(_PLAIN), broken, start, end)


def _as_printed(key: str, printed: list[str]) -> str:
    return "".join(k.upper() if p.isupper() else k for k, p in zip(key, printed, strict=True))


def _with_breaks(key: str, printed: list[str]) -> str:
    """`key` with a `SOFT_BREAK` after each character but the last that one stands behind."""
    broken = "".join(
        k + SOFT_BREAK if "\u00ad" in p or "\u200b" in p else k
        for k, p in zip(key, printed, strict=True)
    ).rstrip(SOFT_BREAK)
    return broken if SOFT_BREAK in broken else ""
