"""One article under the rules: where its phrases, sentences and paragraphs stand.

Positions are numbers of tokens, counted through all places with a gap of one between two.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from functools import cached_property
from math import inf
from typing import NamedTuple

from wirebell.core.matches import Evidence
from wirebell.core.news import FIELDS, REGIONS, Article
from wirebell.core.text import sentences
from wirebell.matching.phrases import BARRIER, Phrases, Span, View
from wirebell.matching.tokens import Token, tokens

PLACES = (*FIELDS, *REGIONS)


class Sighting(NamedTuple):
    """A term or person found: where, as written by the analyst, and whom it names."""

    start: int
    end: int
    term: str
    who: str = ""


class Reading:
    """An article's words and the phrases `found` among them. Belongs to one call."""

    def __init__(self, article: Article, phrases: Phrases) -> None:
        self.article = article
        self.credited: dict[str, list[Sighting]] = {}
        self._texts = [article.words_of(place) for place in PLACES]
        self._pack = phrases.vocabulary.pack
        self._names = phrases.names
        packed = [self._pack(text) for text in self._texts]
        self._bases = [0]
        for codes in packed:
            self._bases.append(self._bases[-1] + len(codes) // len(View) + 1)
        self.found = phrases.find((BARRIER * len(View)).join(packed))
        self._clean: dict[int, list[Span]] = {}
        self._tokens: dict[int, list[Token]] = {}

    def place(self, position: int) -> str:
        """The field or region a token stands in."""
        return PLACES[bisect_right(self._bases, position) - 1]

    def words(self, place: str) -> int:
        """How many tokens a place holds."""
        number = PLACES.index(place)
        return self._bases[number + 1] - self._bases[number] - 1

    def spans(self, phrase: int) -> list[Span]:
        """Where a phrase stands, in reading order, never across the end of a sentence."""
        if phrase not in self._clean:
            self._clean[phrase] = [
                (start, end)
                for start, end in sorted(self.found.get(phrase, ()))
                if end - start == 1 or self.sentence(start) == self.sentence(end - 1)
            ]
        return self._clean[phrase]

    def all_spans(self, phrases: Iterable[int]) -> list[Span]:
        """Where any of some phrases stands."""
        return [span for phrase in phrases for span in self.spans(phrase)]

    @cached_property
    def names(self) -> list[Span]:
        """Where somebody is named in full, whoever it is."""
        return self.all_spans(self._names & self.found.keys())

    def sentence(self, position: int) -> tuple[int, int]:
        """The first token of the sentence a token stands in, the number of its paragraph."""
        return self._sentences[bisect_right(self._sentences, (position, inf)) - 1]

    def evidence(self, sighting: Sighting) -> Evidence:
        """A sighting in characters of the place it stands in."""
        place = bisect_right(self._bases, sighting.start) - 1
        text, base = self._texts[place], self._bases[place]
        if place not in self._tokens:
            self._tokens[place] = tokens(text)
        start = self._tokens[place][sighting.start - base].start
        end = self._tokens[place][sighting.end - 1 - base].end
        surface = text[start:end]
        return Evidence(sighting.term, PLACES[place], start, end, surface, sighting.who)

    @cached_property
    def _sentences(self) -> list[tuple[int, int]]:
        cut: list[tuple[int, int]] = []
        paragraph = 0
        for text, base in zip(self._texts, self._bases, strict=False):
            paragraph, start, before = paragraph + 1, base, 0
            for a, b in sentences(text):
                paragraph += "\n" in text[before:a]
                cut.append((start, paragraph))
                start += len(self._pack(text[a:b])) // len(View)
                before = b
        return cut
