"""Phrases of the desk, found in texts.

A text is a string of the codes of its words, a phrase another, and finding phrases is finding
strings. Where codes take in more than a phrase means, its `Spelling` is compared word by word,
which only what was found costs.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from enum import IntEnum
from functools import lru_cache
from itertools import chain, pairwise, product
from operator import itemgetter
from typing import NamedTuple

from wirebell.core.text import HYPHENS, sentences
from wirebell.desk.values import Term
from wirebell.matching.forms import cases, spelled_out
from wirebell.matching.scanning import Scan, Scanner
from wirebell.matching.tokens import Token, tokens
from wirebell.matching.vocabulary import INITIAL, Vocabulary, word_keys

Span = tuple[int, int]
"""[start, end) in tokens."""


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
        if word.folded == INITIAL:
            return len(token.folded) == 1
        if self.view is View.EXACT:
            plural = f"{word.cased}s" if len(word.cased) > 1 and word.cased.isupper() else ""
            return token.cased in (word.cased, plural) or _begins(token.cased, word.cased)
        if self.view is View.TERM:
            have, forms = {*word_keys(*token[:3])}, {*word_keys(*word[:2])}
        else:
            have, forms = {token.folded, token.broken}, {word.folded}
        if self.view is View.ALONE and not token.cased[:1].isupper():
            return False
        forms.update(*map(cases, forms))
        return not forms.isdisjoint(have) or _begins(token.folded, word.folded)


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
        codes_of = lru_cache(None)(lambda word: sorted(self.vocabulary.codes(word)))
        for number, words, spelling in self._given:
            codes = [*map(codes_of, words)]
            if spelling is None and max(map(len, codes)) > 1:
                spelling = Spelling(View.TERM, tuple(words))
            strings = self._strings.setdefault(number, [])
            for string in map("".join, product(*codes)):
                owners.setdefault(string, []).append(number)
                strings.append((numbers.setdefault(string, len(numbers)), string, spelling))
        self._scan = scanner(tuple(owners))
        self._owners = list(owners.values())

    def find(self, packed: str) -> tuple[set[int], set[int]]:
        """The strings found in a packed text, and the phrases that therefore may stand there."""
        strings = set(map(_number, self._scan(packed)))
        return strings, set(chain.from_iterable(map(self._owners.__getitem__, strings)))

    def spellings(
        self, phrase: int, packed: str, strings: set[int]
    ) -> Iterator[tuple[Spelling | None, Span]]:
        """Where words stand that share the codes of a phrase, and what to compare them with."""
        for number, string, spelling in self._strings[phrase]:
            start = packed.find(string) if number in strings else -1
            while start >= 0:
                yield spelling, (start, start + len(string))
                start = packed.find(string, start + 1)

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
        yield [words[0], Token(INITIAL, "", "", 0, 0), words[1]]
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
