"""Phrases of the desk, found in texts.

Every word a desk knows has a code point, so a text becomes a short string, a phrase another, and
finding phrases is finding strings. Words that may be forms of each other share a code; where
that takes in more than a phrase means, its `Spelling` is compared word by word, which only what
was found costs. A word of no phrase is `UNKNOWN`.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import IntEnum
from functools import lru_cache
from itertools import chain, pairwise, product, starmap, takewhile
from operator import itemgetter
from typing import NamedTuple, cast

from wirebell.core.text import HYPHENS, sentences
from wirebell.desk.values import Term
from wirebell.matching.forms import cases, singular, spelled_out
from wirebell.matching.scanning import Scan, Scanner
from wirebell.matching.tokens import (
    Token,
    chunk_tokens,
    chunks,
    folded_word,
    folded_words,
    has_han,
    key_of,
    tokens,
)

Span = tuple[int, int]
"""[start, end) in tokens."""

UNKNOWN = "\x00"
BARRIER = "\x01"
"""Stands between two places; no phrase holds it."""

_INITIAL = "?"  # in a name: any single letter
_FIRST_CODE = 0xE000  # above the surrogates
_LONGEST_CHUNK = 32  # longer ones are rubbish, and do not come again
_MEMO_CAP = 300_000  # chunks; some 50 MB if ever reached
_HYPHENS = tuple(HYPHENS)
_number = itemgetter(2)  # of a hit


class View(IntEnum):
    """A way of comparing words."""

    TERM = 0  # regardless of case and plural
    NAME = 1  # regardless of case
    ALONE = 2  # like NAME, but only with a capital: "he" is not He Lifeng
    EXACT = 3  # as printed


class Spelling(NamedTuple):
    """The words of a phrase; a star ends a word that is the beginning of others."""

    view: View
    words: tuple[Token, ...]
    stops: bool = False  # an end of a sentence is printed within it: "Yahoo! Inc"

    def fits(self, printed: Sequence[Token]) -> bool:
        """Whether tokens whose codes are those of these words are these words."""
        return all(map(self._same, self.words, printed))

    def _same(self, word: Token, token: Token) -> bool:
        if word.folded == _INITIAL:
            return len(token.folded) == 1
        if self.view is View.EXACT:
            plural = f"{word.cased}s" if len(word.cased) > 1 and word.cased.isupper() else ""
            return token.cased in (word.cased, plural) or _begins(token.cased, word.cased)
        if self.view is View.TERM:
            have, forms = {*_keys(*token[:3])}, {*_keys(*word[:2])}
        else:
            have, forms = {token.folded, token.broken}, {word.folded}
        if self.view is View.ALONE and not token.cased[:1].isupper():
            return False
        forms.update(*map(cases, forms))
        return not forms.isdisjoint(have) or _begins(token.folded, word.folded)


class Found(NamedTuple):
    """A packed text, the strings found in it, and the phrases that therefore may stand there."""

    packed: str
    strings: set[int]
    phrases: set[int]


class _Remembered(dict[str, str]):
    """What a function makes of a word, worked out when it is first asked for."""

    def __init__(self, make: Callable[[str], str]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, word: str) -> str:
        made = self[word] = self._make(word)
        return made


class Vocabulary(dict[str, str]):
    """Gives codes to words while a desk is compiled; then the memo of chunk -> codes.

    Threads may share it without a lock once the desk is compiled: a value depends on its key
    alone, so that two threads that miss at once store the same; storing and clearing are atomic.
    """

    def __init__(self) -> None:
        super().__init__()
        self._known: dict[str, str] = {}
        self._taken: set[Token] = set()
        self._sorted: list[str] = []
        self._beginnings: list[int] = []  # their lengths in letters, the longest first
        self._letters: list[str] = []
        self._printed: set[str] = set()
        self._codes = _Remembered(self._code_of)
        self._next = _FIRST_CODE

    def take(self, word: Token) -> None:
        """Give a word of a rule its code; words that are forms of each other share one."""
        if word in self._taken:
            return
        self._taken.add(word)
        for key in _keys(*word[:2]):
            if key in self._known:
                continue
            if key.isascii():  # has no other forms
                self._known[key], self._next = chr(self._next), self._next + 1
                continue
            forms = [key, *sorted(cases(key))]
            shared = {self._known[form] for form in forms if form in self._known}
            code = min(shared, default=chr(self._next))
            self._next += not shared
            if len(shared) > 1:  # a form of two words: what was two is one from now on
                forms += [form for form, other in self._known.items() if other in shared]
            self._known.update(dict.fromkeys(forms, code))

    def close(self) -> None:
        """All words have been taken: ready the looking up."""
        self._sorted = sorted(self._known)
        stars = {len(word) - 1 for word in self._sorted if word.endswith("*")}
        self._beginnings = sorted(stars, reverse=True)
        self._letters = [key for key in self._sorted if len(key) == 1]
        # All that `singular` can make a key of, and more: no other word needs a closer look.
        ends = ("", "s", "e", "es")
        self._printed = {key + end for end in ends for key in self._sorted}
        self._printed.update(
            f"{key[:-1]}{end}" for key in self._sorted if key[-1] == "y" for end in ("ie", "ies")
        )

    def codes(self, word: Token) -> set[str]:
        """The codes that tokens can have which a word of a rule stands for."""
        if word.folded == _INITIAL:
            keys: Iterable[str] = self._letters
        elif word.folded.endswith("*"):
            begun = word.folded[:-1]
            after = self._sorted[bisect_left(self._sorted, begun) :]
            # Of a plural the key can be shorter than its beginning.
            cut = (begun[: len(begun) - n] + y for n in (1, 2, 3) for y in ("", "y"))
            keys = chain(takewhile(lambda key: key.startswith(begun), after), cut)
        else:  # of "mps" the text may print the plural MPs, which is an MP
            own = _keys(*word[:2])
            keys = (*own, *(key[:-1] for key in own if key[-1] == "s"))
        return {self._known[key] for key in keys if key in self._known}

    def pack(self, text: str) -> tuple[list[str], list[str]]:
        """The pieces of a text between white space, and the codes of each."""
        cut = text.split()
        packed = list(map(self.get, cut))
        if None in packed:
            unknown = [number for number, codes in enumerate(packed) if codes is None]
            new = {cut[number] for number in unknown}
            if has_han(together := " ".join(new)):
                new = {chunk for chunk in chunks(together) if chunk not in self}
            self._learn([chunk for chunk in new if len(chunk) <= _LONGEST_CHUNK])
            for number in unknown:
                packed[number] = self[cut[number]]
        return cut, cast(list[str], packed)

    def _learn(self, new: list[str]) -> None:
        """Remember the codes of chunks: of single words, then of the others together."""
        if len(self) + len(new) > _MEMO_CAP:
            self.clear()
            self._codes.clear()
        others, telling = [], self._printed
        for chunk in new:
            if not (word := folded_word(chunk)):
                others.append(chunk)
            elif word in telling or self._beginnings or len(word) < 2:
                self[chunk] = self._codes[word]
            else:
                self[chunk] = UNKNOWN
        if others:
            self._learn_together(others)

    def _learn_together(self, new: list[str]) -> None:
        """Remember the codes of chunks that take a closer look, in one pass."""
        words, odd = folded_words(new)
        lines = "".join(map(self._codes.__getitem__, words)).split("\n")
        for number in odd:
            lines[number] = self[new[number]]
        self.update(zip(new, lines, strict=True))

    def _code_of(self, word: str) -> str:
        """The code of a folded word; few take more than one look."""
        if len(word) < 2 or not word.isalnum():
            return "\n" if word == "\n" else self._code(key := key_of(word), key)
        code = self._known.get(singular(word), "") if word in self._printed else ""
        return code or self._begun(word) or UNKNOWN

    def __missing__(self, piece: str) -> str:
        if len(parts := chunks(piece)) > 1:  # Han, which comes again, as a piece of it does not
            return "".join(map(self.__getitem__, parts))
        return "".join(starmap(self._code, (token[:3] for token in chunk_tokens(piece))))

    def _code(self, folded: str, cased: str, broken: str = "") -> str:
        for key in _keys(folded, cased, broken):
            if key in self._known:
                return self._known[key]
        initial = self._known.get(_INITIAL, "") if len(folded) == 1 else ""
        return self._begun(folded) or initial or UNKNOWN

    def _begun(self, folded: str) -> str:
        """The code of the longest beginning of a word that is known, or ""."""
        for length in self._beginnings:
            if (beginning := f"{folded[:length]}*") in self._known:
                return self._known[beginning]
        return ""


class Phrases:
    """Collects phrases while a desk is compiled; once `close`d, finds them in texts."""

    def __init__(self) -> None:
        self.vocabulary = Vocabulary()
        self.names: set[int] = set()  # in full; each masks the shorter ones inside it
        self._numbers: dict[tuple[str, View, bool, bool], int] = {}
        self._given: list[tuple[int, list[Token], Spelling | None]] = []
        self._owners: list[list[int]] = []
        self._strings: dict[int, list[tuple[int, str, Spelling | None]]] = {}
        self._scan: Scan

    def term(self, written: Term) -> int:
        """A term in its plural and case forms; a prefix as written, its last word open."""
        view = View.EXACT if written.exact else View.NAME if written.prefix else View.TERM
        return self._phrase(written.words, view, prefix=written.prefix)

    def name(self, words: str, *, initial: bool = False) -> int:
        """A name: no plural, and one word alone needs its capital.

        `initial` also takes a single letter between two words ("Donald J. Trump").
        """
        alone = len(tokens(words)) == 1 and words[:1].isupper()
        return self._phrase(words, View.ALONE if alone else View.NAME, initial=initial)

    def close(self, scanner: Scanner) -> None:
        """Ready the search; no phrase can be added afterwards."""
        self.vocabulary.close()
        owners: dict[str, list[int]] = {}
        numbers: dict[str, int] = {}
        codes_of: dict[Token, list[str]] = {}
        for number, words, spelling in self._given:
            codes = []
            for word in words:
                if word not in codes_of:
                    codes_of[word] = sorted(self.vocabulary.codes(word))
                codes.append(codes_of[word])
            if spelling is None and max(map(len, codes)) > 1:
                spelling = Spelling(View.TERM, tuple(words))
            strings = self._strings.setdefault(number, [])
            for string in map("".join, product(*codes)):
                owners.setdefault(string, []).append(number)
                strings.append((numbers.setdefault(string, len(numbers)), string, spelling))
        self._scan = scanner(tuple(owners))
        self._owners = list(owners.values())

    def find(self, packed: str) -> Found:
        """What may stand in a packed text."""
        strings = set(map(_number, self._scan(packed)))
        phrases = set(chain.from_iterable(map(self._owners.__getitem__, strings)))
        return Found(packed, strings, phrases)

    def spellings(self, phrase: int, found: Found) -> Iterator[tuple[Spelling | None, Span]]:
        """Where words stand that share the codes of a phrase, and what to compare them with."""
        for number, string, spelling in self._strings[phrase]:
            if number in found.strings:
                start = found.packed.find(string)
                while start >= 0:
                    yield spelling, (start, start + len(string))
                    start = found.packed.find(string, start + 1)

    def _phrase(
        self, words: str, view: View, *, prefix: bool = False, initial: bool = False
    ) -> int:
        key = (words, view, prefix, initial)
        if key in self._numbers:
            return self._numbers[key]
        number = self._numbers[key] = len(self._numbers)
        text = words if words.isascii() else unicodedata.normalize("NFC", words)
        variants = (text,) if text.isascii() else dict.fromkeys((text, spelled_out(text)))
        stops = any(stop in text for stop in "!?.") and len(sentences(text)) > 1
        sure = view is View.TERM and not stops and text.isascii()  # what has their codes is they
        for spelling in chain.from_iterable(_spellings(v, prefix, initial) for v in variants):
            for word in spelling:
                self.vocabulary.take(word)
            compared = None if sure else Spelling(view, tuple(spelling), stops)
            self._given.append((number, spelling, compared))
        return number


@lru_cache(maxsize=1 << 16)
def _keys(folded: str, cased: str, broken: str = "") -> tuple[str, ...]:
    """What a word shares with its forms; "MPs" is a plural in capitals, though "mps" is none."""
    key = singular(folded)
    if broken:
        return singular(broken), key
    if cased[-1:] == "s" and len(cased) > 2 and cased[:-1].isupper():
        return folded[:-1], key
    return (key,)


def _begins(printed: str, word: str) -> bool:
    return word.endswith("*") and printed.startswith(word[:-1])


def _spellings(text: str, prefix: bool, initial: bool) -> Iterator[list[Token]]:
    """The words of a phrase, and again with each pair of neighbours run together.

    What is written with a hyphen also stands without ("e-mail", "email"); what is written with
    a space stands with a soft hyphen or zero-width space in its place.
    """
    if simple := text.isascii() and text.replace(" ", "").isalnum():
        words = list(map(_word, text.split()))
    else:
        words = [token for token in tokens(text) if token.folded]
    if not words:
        return
    if prefix:
        words[-1] = _joined(words[-1], "*", Token("", "", "", 0, 0))
    yield words
    if initial and len(words) == 2:
        yield [words[0], Token(_INITIAL, "", "", 0, 0), words[1]]
    for at, (left, right) in enumerate(pairwise(words)):
        hyphen = not simple and text[left.end : right.start] in _HYPHENS
        for glue in ("-", "") if hyphen else ("-",):
            yield [*words[:at], _joined(left, glue, right), *words[at + 2 :]]


@lru_cache(maxsize=1 << 15)
def _word(word: str) -> Token:
    """A plain English word or number; where it stands is not known."""
    return Token(word.lower(), word, "", 0, 0)


def _joined(left: Token, glue: str, right: Token) -> Token:
    folded, cased = f"{left.folded}{glue}{right.folded}", f"{left.cased}{glue}{right.cased}"
    return Token(folded, cased, "", left.start, right.end)
