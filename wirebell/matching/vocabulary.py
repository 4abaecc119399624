"""The words of a desk as an alphabet: a text becomes a short string for each way of comparing.

Every word a desk knows has a code point, every other word of a text is `UNKNOWN`. So a phrase
is a short string too, and finding phrases is finding strings.
"""

from __future__ import annotations

from bisect import bisect_left
from enum import IntEnum
from itertools import chain, takewhile

from wirebell.matching.forms import cases, singular
from wirebell.matching.tokens import Token, chunk_tokens, pieces

UNKNOWN = "\x00"
BARRIER = "\x01"
"""Stands between two places; no phrase holds it."""

_FIRST_CODE = 0xE000  # above the surrogates
_LONGEST_CHUNK = 32  # longer ones are running Chinese or rubbish, and do not come again
_MEMO_CAP = 500_000  # chunks; some 100 MB if ever reached


class View(IntEnum):
    """A way of comparing words. Each word of a text has a code in every one."""

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
        """The code of a word of a rule: `Token.cased` for EXACT, else `Token.folded`."""
        forms = [singular(word) if view is View.TERM else word]
        if view is not View.EXACT:
            forms += sorted(cases(forms[0]))
        elif len(word) > 1 and word.isupper():
            forms.append(f"{word}s")  # "EVs"
        return self._share(view, forms)

    def begin(self, view: View, beginning: str) -> None:
        """Let words that begin so, and are not known otherwise, have a code of their own."""
        self._longest[view] = max(self._longest[view], len(beginning))
        self._share(view, [f"{beginning}*"])

    def beginning(self, view: View, beginning: str) -> set[str]:
        """The codes of all words that begin so. Ask when all words have been given."""
        known = self._known[view]
        forms = sorted(known)
        begun = forms[bisect_left(forms, beginning) :]
        return {known[form] for form in takewhile(lambda f: f.startswith(beginning), begun)}

    def pack(self, text: str) -> str:
        """The codes of a text, as of a chunk."""
        return "".join(map(self.__getitem__, text.split()))

    def __missing__(self, chunk: str) -> str:
        if len(chunk) > _LONGEST_CHUNK:
            parts = pieces(chunk)
            if len(parts) > 1:
                return "".join(map(self.__getitem__, parts))
            return "".join(map(self._codes, chunk_tokens(chunk)))
        if len(self) >= _MEMO_CAP:
            self.clear()
        codes = self[chunk] = "".join(map(self._codes, chunk_tokens(chunk)))
        return codes

    def _codes(self, token: Token) -> str:
        """The code of a word of a text in every view."""
        whole = token.folded if token.cased[:1].isupper() else ""
        return (
            self._look_up(View.TERM, singular(token.broken), singular(token.folded))
            + self._look_up(View.NAME, token.broken, token.folded)
            + self._look_up(View.ALONE, whole)
            + self._look_up(View.EXACT, token.cased)
        )

    def _look_up(self, view: View, *words: str) -> str:
        longest = min(self._longest[view], len(words[-1]))
        begun = (f"{words[-1][:length]}*" for length in range(longest, 0, -1))
        known = self._known[view]
        return next((known[key] for key in chain(words, begun) if key in known), UNKNOWN)

    def _share(self, view: View, forms: list[str]) -> str:
        """One code for words that are forms of each other."""
        known = self._known[view]
        code = next((known[form] for form in forms if form in known), "")
        if not code:
            code = chr(self._next)
            self._next += 1
        for form in forms:
            known.setdefault(form, code)
        return code
