"""The words of a desk as code points, and the codes of the words of a text.

Every word a desk knows has a code point, so a text becomes a short string. Words that may be
forms of each other share a code; a word of no phrase is `UNKNOWN`.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from functools import lru_cache
from itertools import chain, starmap, takewhile
from typing import cast

from wirebell.matching.forms import cases, singular
from wirebell.matching.tokens import HAN_RUN, Token, chunk_tokens, chunks, folded_word

UNKNOWN = "\x00"
INITIAL = "?"
"""In a name: any single letter."""

_FIRST_CODE = 0xE000  # above the surrogates
_LONGEST_CHUNK = 32  # longer ones are rubbish, and do not come again
_MEMO_CAP = 300_000  # chunks; some 50 MB if ever reached


class Vocabulary(dict[str, str]):
    """Gives codes to words while a desk is compiled; then the memo of chunk -> codes.

    Threads may share it without a lock once the desk is compiled: a value depends on its key
    alone, so that two threads that miss at once store the same; storing and clearing are atomic.
    """

    def __init__(self) -> None:
        super().__init__()
        self._known: dict[str, str] = {}
        self._sorted: list[str] = []
        self._beginnings: list[int] = []  # their lengths in letters, the longest first
        self._printed: set[str] = set()
        self._remembered = lru_cache(_MEMO_CAP)(self._code)
        self._next = _FIRST_CODE

    def take(self, word: Token) -> None:
        """Give a word of a rule its code; words that are forms of each other share one."""
        for key in word_keys(*word[:2]):
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
        # All that `singular` can make a key of, and more: no other word needs a closer look.
        ends = ("", "s", "e", "es")
        self._printed = {key + end for end in ends for key in self._sorted}
        self._printed.update(
            f"{key[:-1]}{end}" for key in self._sorted if key[-1] == "y" for end in ("ie", "ies")
        )

    def codes(self, word: Token) -> set[str]:
        """The codes that tokens can have which a word of a rule stands for."""
        if word.folded == INITIAL:
            keys: Iterable[str] = (key for key in self._sorted if len(key) == 1)
        elif word.folded.endswith("*"):
            begun = word.folded[:-1]
            after = self._sorted[bisect_left(self._sorted, begun) :]
            # Of a plural the key can be shorter than its beginning.
            cut = (begun[: len(begun) - n] + y for n in (1, 2, 3) for y in ("", "y"))
            keys = chain(takewhile(lambda key: key.startswith(begun), after), cut)
        else:  # of "mps" the text may print the plural MPs, which is an MP
            own = word_keys(*word[:2])
            keys = (*own, *(key[:-1] for key in own if key[-1] == "s"))
        return {self._known[key] for key in keys if key in self._known}

    def pack(self, cut: list[str]) -> list[str]:
        """The codes of each of the pieces of a text that stand between white space."""
        packed = list(map(self.get, cut))
        if None in packed:
            unknown = [number for number, codes in enumerate(packed) if codes is None]
            new = {cut[number] for number in unknown}
            if HAN_RUN.search(together := " ".join(new)):
                new = {chunk for chunk in chunks(together) if chunk not in self}
            self._learn([chunk for chunk in new if len(chunk) <= _LONGEST_CHUNK])
            for number in unknown:
                packed[number] = self[cut[number]]
        return cast(list[str], packed)

    def _learn(self, new: list[str]) -> None:
        """Remember the codes of chunks."""
        if len(self) + len(new) > _MEMO_CAP:
            self.clear()
        for chunk in new:
            if word := folded_word(chunk):
                self[chunk] = self._glance(word)
            elif all(words := [*map(folded_word, chunk.split("-"))]):
                self[chunk] = "".join(map(self._glance, words))
            else:
                self[chunk] = self[chunk]  # cut into tokens

    def _glance(self, word: str) -> str:
        """The code of a folded word: most are of no rule."""
        if word in self._printed or self._beginnings or len(word) < 2:
            return self._remembered(word, word)
        return UNKNOWN

    def __missing__(self, piece: str) -> str:
        if len(parts := chunks(piece)) > 1:  # Han, which comes again, as a piece of it does not
            return "".join(map(self.__getitem__, parts))
        return "".join(starmap(self._code, (token[:3] for token in chunk_tokens(piece))))

    def _code(self, folded: str, cased: str, broken: str = "") -> str:
        for key in word_keys(folded, cased, broken):
            if key in self._known:
                return self._known[key]
        initial = self._known.get(INITIAL, "") if len(folded) == 1 else ""
        return self._begun(folded) or initial or UNKNOWN

    def _begun(self, folded: str) -> str:
        """The code of the longest beginning of a word that is known, or ""."""
        for length in self._beginnings:
            if (beginning := f"{folded[:length]}*") in self._known:
                return self._known[beginning]
        return ""


@lru_cache(maxsize=1 << 16)
def word_keys(folded: str, cased: str, broken: str = "") -> tuple[str, ...]:
    """What a word shares with its forms; "MPs" is a plural in capitals, though "mps" is none."""
    key = singular(folded)
    if broken:
        return singular(broken), key
    if cased[-1:] == "s" and len(cased) > 2 and cased[:-1].isupper():
        return folded[:-1], key
    return (key,)
