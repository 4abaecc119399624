"""Phrases of the desk, each under a number, and the code strings that stand for them."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

from wirebell.core.text import HYPHENS
from wirebell.matching.forms import cases, plurals, spelled_out
from wirebell.matching.tokens import SOFT_BREAK, Token, tokens
from wirebell.matching.vocabulary import Alphabet, Case, Vocabulary

_INITIAL = frozenset("abcdefghijklmnopqrstuvwxyz")


@dataclass(frozen=True, slots=True)
class Phrase:
    """A term or name: its number, its folded words, and how common we guess it to be.

    Without a history the guess is Lucene Monitor's: the longer, the rarer.
    """

    number: int
    words: tuple[str, ...]
    commonness: float


@dataclass(frozen=True, slots=True)
class _Style:
    case: Case = Case.ANY
    prefix: bool = False
    name: bool = False
    initial: bool = False


class Phrases:
    """Collects phrases while a desk is compiled, then spells them in its alphabet."""

    def __init__(self) -> None:
        self._vocabulary = Vocabulary()
        self._phrases: dict[tuple[str, _Style], Phrase] = {}
        self._sequences: list[list[list[int]]] = []

    def term(self, words: str, *, exact: bool = False, prefix: bool = False) -> Phrase:
        """A term in any of its plural and case forms; `prefix` leaves its last word open."""
        return self._phrase(words, _Style(Case.EXACT if exact else Case.ANY, prefix))

    def name(self, words: str, *, initial: bool = False) -> Phrase:
        """A name: no plural, and one word alone needs its capital.

        `initial` also takes a single letter between two words ("Donald J. Trump").
        """
        alone = len(tokens(words)) == 1 and words[:1].isupper()
        case = Case.CAPITAL if alone else Case.ANY
        return self._phrase(words, _Style(case, name=True, initial=initial))

    def spell(self) -> tuple[Alphabet, dict[str, tuple[int, ...]]]:
        """The closed alphabet, and for each code string the numbers of its phrases."""
        alphabet = self._vocabulary.alphabet()
        owners: dict[str, set[int]] = {}
        for number, sequences in enumerate(self._sequences):
            for sequence in sequences:
                for codes in product(*map(alphabet.spell, sequence)):
                    owners.setdefault("".join(codes), set()).add(number)
        return alphabet, {codes: tuple(sorted(of)) for codes, of in owners.items()}

    def _phrase(self, words: str, style: _Style) -> Phrase:
        known = self._phrases.get((words, style))
        if known:
            return known
        text = unicodedata.normalize("NFC", words)
        found = [token for token in tokens(text) if token.folded]
        folded = tuple(token.folded for token in found)
        size = len("".join(folded).encode()) or 1
        phrase = Phrase(len(self._sequences), folded, 1 / size**2)
        self._phrases[words, style] = phrase
        self._sequences.append(list(self._spellings(text, found, style)) if found else [])
        return phrase

    def _spellings(self, text: str, found: list[Token], style: _Style) -> Iterator[list[int]]:
        """Sequences of lexemes: word by word, and with each pair of words run together.

        What is written with a hyphen also stands without ("e-mail", "email"); what is written
        with a space stands with a soft hyphen or zero-width space in its place.
        """
        last = len(found) - 1
        forms = [_forms(text[token.start : token.end], style.case, style.name) for token in found]
        words = [
            self._vocabulary.lexeme(form, style.case, style.prefix and at == last)
            for at, form in enumerate(forms)
        ]
        yield words
        if style.initial and len(words) == 2:
            yield [words[0], self._vocabulary.lexeme(_INITIAL, Case.CAPITAL), words[1]]
        for at in range(last):
            hyphen = text[found[at].end : found[at + 1].start] in tuple(HYPHENS)
            if style.case is Case.EXACT:
                joined = {found[at].cased + form for form in forms[at + 1] if hyphen}
            else:
                heads = [found[at].folded + SOFT_BREAK] + [found[at].folded] * hyphen
                joined = {head + form for head in heads for form in forms[at + 1]}
            if joined:
                prefix = style.prefix and at + 1 == last
                lexeme = self._vocabulary.lexeme(frozenset(joined), style.case, prefix)
                yield [*words[:at], lexeme, *words[at + 2 :]]


@lru_cache(maxsize=100_000)
def _forms(word: str, case: Case, name: bool) -> frozenset[str]:
    """The forms of one word: `Token.cased` for an exact term, else `Token.folded`."""
    spellings = tokens(word) + (tokens(spelled) if (spelled := spelled_out(word)) != word else [])
    if case is Case.EXACT:
        # A capital acronym takes a small s ("EVs"); nothing else may change.
        cased = {token.cased for token in spellings}
        return frozenset(cased | {f"{form}s" for form in cased if len(form) > 1 and form.isupper()})
    forms = {token.folded for token in spellings}
    if not name:
        forms |= {plural for form in forms for plural in plurals(form)}
    return frozenset(forms.union(*map(cases, forms)))
