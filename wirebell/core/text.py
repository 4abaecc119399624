"""Text as people mean it: folded for comparing, cut into sentences, cleaned for showing."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

HYPHENS = "-\u2010\u2011\ufe63\uff0d"
"""What joins the halves of a compound. Dashes between clauses (en, em) are not among them."""

_INVISIBLE = frozenset("\u00ad\u200b\u200c\u200d\u2060\ufeff\u180e\u034f\ufe0e\ufe0f")
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_UNSEEN = _INVISIBLE | _BIDI
_SAME = str.maketrans(
    dict.fromkeys(HYPHENS, "-")
    | dict.fromkeys("\u2018\u2019\u201b\u02bc\uff07\u00b4", "'")
    | dict.fromkeys("\u201c\u201d\u201f\uff02", '"')
    | {"ı": "i", "ł": "l", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe"}  # no mark to take away
)
_MARKED_SCRIPTS = ("LATIN", "GREEK", "CYRILLIC")
_LINE_BREAKS = frozenset("\x85\u2028\u2029")  # those beyond ASCII
_MOST_MARKS = 30
"""Marks on one character that are read; Unicode's own limit (UAX 15, Stream-Safe Text).

No language needs more than a few. Normalising sorts the marks of a character in quadratic
time, so a page of nothing but marks would keep a process busy for hours.
"""


@dataclass(frozen=True, slots=True)
class Folded:
    """Folded text that knows where each of its characters came from.

    `starts[i]` and `ends[i]` are the span in the original behind `text[i]`; both are None when
    the fold moved nothing and offsets are equal.
    """

    text: str
    starts: tuple[int, ...] | None = None
    ends: tuple[int, ...] | None = None

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The span of the original behind the non-empty `text[start:end]`."""
        if self.starts is None or self.ends is None:
            return start, end
        return self.starts[start], self.ends[end - 1]


def fold(text: str) -> Folded:
    """Make equal what readers take for equal, and remember where it stood.

    Case, diacritics on Latin, Greek and Cyrillic letters, ligatures, width, curly quotes,
    kinds of hyphen and of space, soft hyphens and zero-width characters do not matter.
    Marks that change a letter (kana, Indic scripts) stay. Folding twice changes nothing.
    """
    if text.isascii():
        return Folded(text.lower())
    out: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for found in _pieces(text).finditer(text):
        start, end = found.span()
        piece = found.group()
        if piece.isascii():
            out.append(piece.lower())
            starts += range(start, end)
            ends += range(start + 1, end + 1)
        else:
            folded = fold_character(piece[: _MOST_MARKS + 1])
            out.append(folded)
            starts += [start] * len(folded)
            ends += [end] * len(folded)
    return Folded("".join(out), tuple(starts), tuple(ends))


def _pieces(text: str) -> re.Pattern[str]:
    """What parts `text` into runs of plain ASCII and single characters with their marks."""
    joining = "".join(sorted(c for c in set(text) if not c.isascii() and joins(c)))
    if not joining:
        return re.compile(r"[\x00-\x7f]+|[^\x00-\x7f]")
    return re.compile(rf"[\x00-\x7f]+(?![{joining}])|[\s\S][{joining}]*")


@lru_cache(maxsize=4096)
def joins(char: str) -> bool:
    """Whether `char` belongs to the one before: a mark, a later jamo of Hangul, invisible.

    Asked of the compatible form, because half-width voicing marks and jamo are letters.
    """
    first = unicodedata.normalize("NFKC", char)[0]
    jamo = "\u1160" <= first <= "\u11ff" or "\ud7b0" <= first <= "\ud7ff"
    return char in _UNSEEN or jamo or unicodedata.category(first).startswith("M")


@lru_cache(maxsize=8192)
def fold_character(character: str) -> str:
    """What `fold` makes of one character and its marks."""
    visible = "".join(_spaced(c) for c in character if c not in _UNSEEN)
    plain = unicodedata.normalize("NFKC", visible.translate(_SAME)).translate(_SAME).casefold()
    apart = unicodedata.normalize("NFKD", plain)[: _MOST_MARKS + 1]
    return unicodedata.normalize("NFC", _without_marks(apart)).translate(_SAME)


def _spaced(char: str) -> str:
    if char.isascii() or not char.isspace():
        return char
    return "\n" if char in _LINE_BREAKS else " "


def _without_marks(apart: str) -> str:
    """`apart` without the marks that stand on letters of the marked scripts."""
    kept: list[str] = []
    marked = False
    for char in apart:
        if not unicodedata.combining(char):
            marked = unicodedata.name(char, "").startswith(_MARKED_SCRIPTS)
            kept.append(char)
        elif not marked:
            kept.append(char)
    return "".join(kept)


# The look-behind lets a run of stops be tried once, not from each of its characters.
_END = re.compile(r"(?<![.!?…])[.!?…]+[\"'’”)\]»]*(?=\s)|[。！？｡]+[」』”）]*|\n+")
_ABBREVIATIONS = frozenset(
    "mr mrs ms dr prof sen rep gov gen lt col sgt st jr sr inc corp co ltd vs etc al "
    "jan feb mar apr jun jul aug sep sept oct nov dec mon tue wed thu fri sat sun approx est "
    "dept univ assn bros messrs hon rev adm capt cmdr maj pres amb".split()
)
_BEFORE_NUMBERS = frozenset(("no", "nos", "fig"))  # "No. 5", but "The answer was no."
_OPENERS = frozenset(
    "the a an and but he she it they we i in on at for this that these those there his her its "
    "their our as if when while after before since until by with from to who what why how "
    "meanwhile however still yet also some many most both last next".split()
)
_WORD_BEFORE = re.compile(r"(\S+)$")
_WORD_AFTER = re.compile(r"\s*[\"'“‘(\[«]*([^\s\"'’”,.;:!?]+)")


def sentences(text: str) -> tuple[tuple[int, int], ...]:
    """The spans of the sentences of `text`, without the white space around them.

    A line break always ends one. A full stop after an initial, a title, a month or an
    abbreviation such as "U.S." ends one only before a word that opens sentences ("The").
    """
    spans: list[tuple[int, int]] = []
    start = 0
    for found in _END.finditer(text):
        if not _is_end(text, found):
            continue
        _keep(text, start, found.end(), spans)
        start = found.end()
    _keep(text, start, len(text), spans)
    return tuple(spans)


def one_sentence(text: str, start: int, end: int) -> bool:
    """Whether no sentence of `text` ends between the beginnings of two of its words."""
    return not any(_is_end(text, found) for found in _END.finditer(text, start, end))


def _keep(text: str, start: int, end: int, spans: list[tuple[int, int]]) -> None:
    piece = text[start:end]
    kept = piece.strip()
    if kept:
        first = start + len(piece) - len(piece.lstrip())
        spans.append((first, first + len(kept)))


def _is_end(text: str, found: re.Match[str]) -> bool:
    if not found.group().startswith(".") or "\n" in found.group():
        return True
    after = _WORD_AFTER.match(text, found.end())
    following = after.group(1) if after else ""
    if following[:1].islower():
        return False
    before = _WORD_BEFORE.search(text, max(0, found.start() - 24), found.start())
    word = before.group(1).lstrip("(\"'“‘[") if before else ""
    if word.lower() in _BEFORE_NUMBERS:
        return not following[:1].isdigit()
    abbreviated = word.lower() in _ABBREVIATIONS or _is_initials(word)
    return not abbreviated or following.lower() in _OPENERS


def _is_initials(word: str) -> bool:
    """True for the letters before the last stop of "U.S.", "J.", "a.m."."""
    letters = word.split(".")
    return all(len(letter) == 1 and letter.isalpha() for letter in letters)


_NEW_LINE = re.compile("\r\n|[\x0b\x0c\r\x85\u2028\u2029]")
_UNWANTED = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\u200b\u2060\ufeff\u180e\u034f"
    + "".join(sorted(_BIDI))
    + "]"
)


def clean(text: str) -> str:
    """Text from outside, made safe to store and to show: nothing visible is lost.

    Control characters, lone surrogates, zero-width and direction-changing characters go
    (PostgreSQL refuses the first two, mail servers the second); every kind of line break
    becomes a newline; of the marks on one character 30 stay; what is left is NFC. The two
    joiners stay: Persian, Hindi and family emoji are spelt with them.
    """
    if text.isascii() and text.replace("\n", " ").isprintable():
        return text
    kept = _UNWANTED.sub("", _NEW_LINE.sub("\n", text))
    return _with_few_marks(unicodedata.normalize("NFC", _with_few_marks(kept)))


def _with_few_marks(text: str) -> str:
    if text.isascii():
        return text
    marks = "".join(sorted(c for c in set(text) if unicodedata.combining(c)))
    if not marks:
        return text
    return re.sub(rf"([{marks}]{{{_MOST_MARKS}}})[{marks}]+", r"\1", text)


def one_line(text: str, limit: int = 0) -> str:
    """`text` cleaned, on one line, cut at a word to at most `limit` characters if given."""
    line = " ".join(clean(text).split())
    if not limit or len(line) <= limit:
        return line
    cut = line[: limit - 1]
    return (cut.rsplit(" ", 1)[0] if " " in cut[limit // 2 :] else cut).rstrip() + "…"
