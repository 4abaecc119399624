"""Phrases of the desk, each under a number, and the strings of codes that stand for them."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from string import ascii_lowercase

from wirebell.core.text import HYPHENS
from wirebell.desk.values import Term
from wirebell.matching.forms import spelled_out
from wirebell.matching.scanning import Scan, Scanner
from wirebell.matching.tokens import tokens
from wirebell.matching.vocabulary import BARRIER, View, Vocabulary

Span = tuple[int, int]
"""[start, end) in tokens."""


class Phrases:
    """Collects phrases while a desk is compiled; once `close`d, finds them in texts.

    `commonness` guesses for each phrase how many texts hold it. Without a history the guess is
    Lucene Monitor's: the longer, the rarer.
    """

    def __init__(self) -> None:
        self.commonness: list[float] = []
        self._vocabulary = Vocabulary()
        self._numbers: dict[tuple[str, View, bool, bool], int] = {}
        self._owners: dict[str, list[int]] = {}
        self._open: list[tuple[int, View, str, str]] = []
        self._found_by: list[list[int]] = []
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
        for number, view, head, beginning in self._open:
            for code in sorted(self._vocabulary.beginning(view, beginning)):
                self._owners.setdefault(head + code, []).append(number)
        self._scan = scanner(tuple(self._owners))
        self._found_by = list(self._owners.values())

    def pack(self, text: str) -> str:
        """`text` as codes: for each token, one for each view."""
        return self._vocabulary.pack(text)

    def find(self, packed: str) -> dict[int, set[Span]]:
        """Where phrases stand in a packed text."""
        size = len(packed) // len(View) + 1
        views = BARRIER.join(packed[view :: len(View)] for view in View)
        found: dict[int, set[Span]] = {}
        for start, end, string in self._scan(views):
            span = (start % size, end % size)
            for number in self._found_by[string]:
                found.setdefault(number, set()).add(span)
        return found

    def _phrase(
        self, words: str, view: View, *, prefix: bool = False, initial: bool = False
    ) -> int:
        key = (words, view, prefix, initial)
        if key not in self._numbers:
            number = self._numbers[key] = len(self.commonness)
            text = unicodedata.normalize("NFC", words)
            self.commonness.append(1 / (len(text.encode()) or 1) ** 2)
            for variant in dict.fromkeys((text, spelled_out(text))):
                for spelling in _spellings(variant, view is View.EXACT, initial):
                    self._file(number, view, spelling, prefix)
        return self._numbers[key]

    def _file(self, number: int, view: View, spelling: list[str], prefix: bool) -> None:
        whole = spelling[:-1] if prefix else spelling
        codes = "".join(self._vocabulary.code(view, word) for word in whole)
        if prefix:
            self._vocabulary.begin(view, spelling[-1])
            self._open.append((number, view, codes, spelling[-1]))
        else:
            self._owners.setdefault(codes, []).append(number)


def _spellings(text: str, exact: bool, initial: bool) -> Iterator[list[str]]:
    """The words of a phrase, and again with each pair of neighbours run together.

    What is written with a hyphen also stands without ("e-mail", "email"); what is written with
    a space stands with a soft hyphen or zero-width space in its place.
    """
    found = [token for token in tokens(text) if token.folded]
    words = [token.cased if exact else token.folded for token in found]
    if words:
        yield words
    if initial and len(words) == 2:
        yield from ([words[0], letter, words[1]] for letter in ascii_lowercase)
    for at in range(len(words) - 1):
        hyphened = text[found[at].end : found[at + 1].start] in tuple(HYPHENS)
        for glue in ("-", "") if hyphened else ("-",):
            yield [*words[:at], f"{words[at]}{glue}{words[at + 1]}", *words[at + 2 :]]
