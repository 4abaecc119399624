"""Phrases of the desk, found in texts.

Every word a desk knows has a code point, so a text becomes a short string, a phrase another,
and finding phrases is finding strings. A text is one string for each `View`: each is a way of
comparing words, with codes of its own. A word of no phrase is `UNKNOWN`.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_left
from collections.abc import Iterator
from enum import IntEnum
from itertools import chain, takewhile
from string import ascii_lowercase

from wirebell.core.text import HYPHENS
from wirebell.desk.values import Term
from wirebell.matching.forms import cases, singular, spelled_out
from wirebell.matching.scanning import Scan, Scanner
from wirebell.matching.tokens import Token, chunk_tokens, chunks, tokens

Span = tuple[int, int]
"""[start, end) in tokens."""

UNKNOWN = "\x00"
BARRIER = "\x01"
"""Stands between two places; no phrase holds it."""

_FIRST_CODE = 0xE000  # above the surrogates
_LONGEST_CHUNK = 32  # longer ones are rubbish, and do not come again
_MEMO_CAP = 500_000  # chunks; some 100 MB if ever reached


class View(IntEnum):
    """A way of comparing words."""

    TERM = 0  # regardless of case and plural
    NAME = 1  # regardless of case
    ALONE = 2  # like NAME, but only with a capital: "he" is not He Lifeng
    EXACT = 3  # as printed


class Vocabulary(dict[str, str]):
    """Gives codes to words while a desk is compiled; then the memo of chunk -> codes.

    A chunk's codes are those of its first token in every view, then of its second, and so on.
    Threads may share it without a lock once the desk is compiled: a value depends on its key
    alone, so that two threads that miss at once store the same; storing and clearing are atomic.
    """

    def __init__(self) -> None:
        super().__init__()
        self._known: list[dict[str, str]] = [{} for _ in View]
        self._longest = [0 for _ in View]  # beginning of a word, in letters
        self._next = _FIRST_CODE

    def code(self, view: View, word: str) -> str:
        """The code of a word of a rule: `Token.cased` for EXACT, else `Token.folded`.

        Words that are forms of each other share one. With a star at its end a word stands for
        all that begin so and are not known otherwise. Ask again when all words have been given.
        """
        if word.endswith("*"):
            self._longest[view] = max(self._longest[view], len(word) - 1)
        forms = [singular(word) if view is View.TERM else word]
        if view is not View.EXACT:
            forms += sorted(cases(forms[0]))
        elif len(word) > 1 and word.isupper():
            forms.append(f"{word}s")  # "EVs"
        known = self._known[view]
        shared = {known[form] for form in forms if form in known}
        code = min(shared, default=chr(self._next))
        self._next += not shared
        if len(shared) > 1:  # a form of two words: what was two is one from now on
            forms += [form for form, other in known.items() if other in shared]
        known.update(dict.fromkeys(forms, code))
        return code

    def begun(self, view: View, beginning: str) -> list[str]:
        """The codes of all words that begin so. Ask when all words have been given."""
        known = self._known[view]
        forms = sorted(known)
        after = forms[bisect_left(forms, beginning) :]
        return sorted({known[form] for form in takewhile(lambda f: f.startswith(beginning), after)})

    def pack(self, text: str) -> str:
        """The codes of a text, as of a chunk."""
        return "".join(map(self.__getitem__, chunks(text)))

    def __missing__(self, chunk: str) -> str:
        codes = "".join(map(self._codes, chunk_tokens(chunk)))
        if len(chunk) <= _LONGEST_CHUNK:
            if len(self) >= _MEMO_CAP:
                self.clear()
            self[chunk] = codes
        return codes

    def _codes(self, token: Token) -> str:
        """The code of a word of a text in every view, in their order."""
        return (
            self._look_up(View.TERM, singular(token.broken), singular(token.folded))
            + self._look_up(View.NAME, token.broken, token.folded)
            + self._look_up(View.ALONE, token.folded if token.cased[:1].isupper() else "")
            + self._look_up(View.EXACT, token.cased)
        )

    def _look_up(self, view: View, *words: str) -> str:
        longest = min(self._longest[view], len(words[-1]))
        beginnings = (f"{words[-1][:length]}*" for length in range(longest, 0, -1))
        known = self._known[view]
        return next((known[key] for key in chain(words, beginnings) if key in known), UNKNOWN)


class Phrases:
    """Collects phrases while a desk is compiled; once `close`d, finds them in texts."""

    def __init__(self) -> None:
        self.vocabulary = Vocabulary()
        self.names: set[int] = set()  # in full; each masks the shorter ones inside it
        self._numbers: dict[tuple[str, View, bool, bool], int] = {}
        self._owners: dict[str, list[int]] = {}
        self._given: list[tuple[int, View, list[str]]] = []
        self._owners_of: list[list[int]] = []
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
        for number, view, words in self._given:
            *head, last = (self.vocabulary.code(view, word) for word in words)
            begun = words[-1].endswith("*")
            for code in self.vocabulary.begun(view, words[-1][:-1]) if begun else (last,):
                self._owners.setdefault("".join((*head, code)), []).append(number)
        self._scan = scanner(tuple(self._owners))
        self._owners_of = list(self._owners.values())

    def find(self, packed: str) -> dict[int, set[Span]]:
        """Where phrases stand in a packed text."""
        size = len(packed) // len(View) + 1
        found: dict[int, set[Span]] = {}
        views = BARRIER.join(packed[view :: len(View)] for view in View)
        for start, end, string in self._scan(views):
            for number in self._owners_of[string]:
                found.setdefault(number, set()).add((start % size, end % size))
        return found

    def _phrase(
        self, words: str, view: View, *, prefix: bool = False, initial: bool = False
    ) -> int:
        key = (words, view, prefix, initial)
        if key in self._numbers:
            return self._numbers[key]
        number = self._numbers[key] = len(self._numbers)
        text = unicodedata.normalize("NFC", words)
        variants = dict.fromkeys((text, spelled_out(text)))
        for spelling in chain(*(_spellings(v, view, prefix, initial) for v in variants)):
            for word in spelling:
                self.vocabulary.code(view, word)
            self._given.append((number, view, spelling))
        return number


def _spellings(text: str, view: View, prefix: bool, initial: bool) -> Iterator[list[str]]:
    """The words of a phrase, and again with each pair of neighbours run together.

    What is written with a hyphen also stands without ("e-mail", "email"); what is written with
    a space stands with a soft hyphen or zero-width space in its place.
    """
    found = [token for token in tokens(text) if token.folded]
    words = [token.cased if view is View.EXACT else token.folded for token in found]
    if not words:
        return
    if prefix:
        words[-1] += "*"
    yield words
    if initial and len(words) == 2:
        yield from ([words[0], letter, words[1]] for letter in ascii_lowercase)
    for at in range(len(words) - 1):
        hyphened = text[found[at].end : found[at + 1].start] in tuple(HYPHENS)
        for glue in ("-", "") if hyphened else ("-",):
            yield [*words[:at], f"{words[at]}{glue}{words[at + 1]}", *words[at + 2 :]]
