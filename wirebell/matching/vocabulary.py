"""The words of a desk as an alphabet: one code point for every class of words of a text.

Every word of every term is a *lexeme* that accepts some words of a text: its forms, or what
begins with it, perhaps only in a certain case. All words of a text that the same lexemes
accept are one class, and a class is one code point. So an article becomes a short string, a
phrase a few short strings, and finding phrases is finding strings.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum

from wirebell.core.text import fold
from wirebell.matching.tokens import SOFT_BREAK, Token, chunk_tokens, pieces

UNKNOWN = "\x00"
"""The code of a word no lexeme accepts."""
BARRIER = "\x01"
"""Stands between two places; no phrase holds it."""


class Case(StrEnum):
    """How the printed case bears on a lexeme."""

    ANY = "any"
    EXACT = "exact"  # as written
    CAPITAL = "capital"  # begins with a capital, as names do: "he" is not He Lifeng


class Vocabulary:
    """Collects lexemes while a desk is compiled; `alphabet()` closes it."""

    def __init__(self) -> None:
        self._lexemes: dict[tuple[frozenset[str], Case, bool], int] = {}
        self._forms: dict[Case, dict[str, set[int]]] = {case: {} for case in Case}
        self._prefixes: dict[Case, dict[str, set[int]]] = {Case.ANY: {}, Case.EXACT: {}}

    def lexeme(self, forms: frozenset[str], case: Case = Case.ANY, prefix: bool = False) -> int:
        """The lexeme that accepts these words, or with `prefix` what begins with them.

        `forms` are compared with `Token.folded`, or for `Case.EXACT` with `Token.cased`.
        """
        key = (forms, case, prefix)
        number = self._lexemes.setdefault(key, len(self._lexemes))
        table = self._prefixes[case] if prefix else self._forms[case]
        for form in forms:
            table.setdefault(form, set()).add(number)
        return number

    def accepting(self, token: Token) -> frozenset[int]:
        """The lexemes that accept a word of a text."""
        found: set[int] = set()
        for case, key in _keys(token):
            if accepted := self._forms[case].get(key):
                found |= accepted
            if prefixes := self._prefixes.get(case):
                for length in range(1, len(key) + 1):
                    found.update(prefixes.get(key[:length], ()))
        return frozenset(found)

    def alphabet(self) -> Alphabet:
        """One code for every class of words that can occur."""
        classes = {self.accepting(token) for token in self._samples()}
        return Alphabet(self, sorted(classes - {frozenset()}, key=sorted))

    def _samples(self) -> Iterator[Token]:
        """At least one word of every class: known words, known beginnings, in every case."""
        exact = _by_folded(self._forms[Case.EXACT])
        beginnings = _by_folded(self._prefixes[Case.EXACT])
        for known in self._known():
            folded = known.replace(SOFT_BREAK, "")
            printed = {_NO_LETTER, *exact.get(folded, ())}
            if folded in self._forms[Case.CAPITAL]:
                printed.add(_NO_CAPITAL)
            for begun, cased in beginnings.items():
                if folded.startswith(begun):
                    printed.update(beginning + _NO_LETTER for beginning in cased)
            broken = known if known != folded else ""
            yield from (Token(folded, cased, broken, 0, 0) for cased in printed)

    def _known(self) -> set[str]:
        whole = self._forms[Case.ANY].keys() | self._forms[Case.CAPITAL].keys()
        whole |= _by_folded(self._forms[Case.EXACT]).keys()
        begun = self._prefixes[Case.ANY].keys() | _by_folded(self._prefixes[Case.EXACT]).keys()
        return whole | begun | {beginning + _NO_LETTER for beginning in begun}


# No word of a text holds these, so they stand for any print that no exact word asks for: small,
# and with a capital. "neodymi" and the first is a word that only the prefix accepts.
_NO_LETTER = "\uffff"
_NO_CAPITAL = "\U00010400"


def _keys(token: Token) -> Iterator[tuple[Case, str]]:
    yield Case.ANY, token.folded
    yield Case.EXACT, token.cased
    if token.cased[:1].isupper():
        yield Case.CAPITAL, token.folded
    if token.broken:
        yield Case.ANY, token.broken


def _by_folded(cased: Iterable[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for word in cased:
        found.setdefault(fold(word).text, []).append(word)
    return found


_LONGEST_CHUNK = 32  # longer ones are running Chinese or rubbish, and do not come again
_MEMO_CAP = 1_000_000  # chunks; some 150 MB if ever reached


class Alphabet:
    """Turns text into codes. Immutable but for its memo."""

    def __init__(self, vocabulary: Vocabulary, classes: list[frozenset[int]]) -> None:
        self._memo = _Memo(vocabulary, dict(zip(classes, _codes(), strict=False)))
        self._spelled: dict[int, list[str]] = {}
        for lexemes, code in self._memo.codes.items():
            for lexeme in lexemes:
                self._spelled.setdefault(lexeme, []).append(code)

    def spell(self, lexeme: int) -> list[str]:
        """The codes of the classes a lexeme accepts."""
        return self._spelled[lexeme]

    def pack(self, text: str) -> str:
        """`text` as one code for each of its `tokens`."""
        return "".join(map(self._memo.__getitem__, text.split()))


class _Memo(dict[str, str]):
    """chunk -> codes, worked out once for each chunk ever seen.

    Safe to share between threads without a lock: a value depends on its key alone, so that two
    threads that miss at once store the same, and storing and clearing are atomic.
    """

    def __init__(self, vocabulary: Vocabulary, codes: dict[frozenset[int], str]) -> None:
        super().__init__()
        self.codes = codes
        self._vocabulary = vocabulary

    def __missing__(self, chunk: str) -> str:
        if len(chunk) > _LONGEST_CHUNK:
            parts = pieces(chunk)
            return "".join(map(self._code if len(parts) == 1 else self.__getitem__, parts))
        if len(self) >= _MEMO_CAP:
            self.clear()
        codes = self[chunk] = self._code(chunk)
        return codes

    def _code(self, chunk: str) -> str:
        accepting, codes = self._vocabulary.accepting, self.codes
        return "".join(codes.get(accepting(token), UNKNOWN) for token in chunk_tokens(chunk))


def _codes() -> Iterator[str]:
    """Code points after the two reserved ones, the surrogates left out."""
    return (chr(number) for number in range(2, 0x110000) if not 0xD800 <= number < 0xE000)
