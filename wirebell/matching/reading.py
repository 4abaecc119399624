"""One article under the rules: where its phrases, sentences and paragraphs stand.

Positions are numbers of tokens, counted through all places with a gap of one between two.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from wirebell.core.matches import Evidence
from wirebell.core.news import Article
from wirebell.core.text import sentences
from wirebell.matching.tokens import tokens
from wirebell.matching.vocabulary import BARRIER

Span = tuple[int, int]
"""[start, end) in tokens."""


class Hit(NamedTuple):
    """A term or person found: where, as written by the analyst, and whom it names."""

    start: int
    end: int
    term: str
    who: str = ""


class _Sentence(NamedTuple):
    start: int  # of the first token
    paragraph: int
    place: int
    at: Span  # in characters of the place


class Reading:
    """An article's words, packed. Belongs to one call; everything beyond `codes` is lazy."""

    def __init__(self, article: Article, places: Sequence[str], pack: Callable[[str], str]) -> None:
        self.article = article
        self.found: Mapping[int, Sequence[Span]] = {}
        self.credited: dict[tuple[str, bool], list[Hit]] = {}
        self._places = places
        self._texts = [article.words_of(place) for place in places]
        self._pack = pack
        packed = [pack(text) for text in self._texts]
        self.codes = BARRIER.join(packed)
        self._bases = [0]
        for codes in packed[:-1]:
            self._bases.append(self._bases[-1] + len(codes) + 1)
        self._clean: dict[int, list[Span]] = {}
        self._sentences: list[_Sentence] = []
        self._starts: list[int] = []
        self._offsets: dict[int, list[Span]] = {}

    def place(self, position: int) -> str:
        """The field or region a token stands in."""
        return self._places[bisect_right(self._bases, position) - 1]

    def words(self, place: str) -> int:
        """How many tokens a place holds."""
        number = self._places.index(place)
        ends = [*(base - 1 for base in self._bases[1:]), len(self.codes)]
        return ends[number] - self._bases[number]

    def spans(self, phrase: int) -> list[Span]:
        """Where a phrase stands, in reading order, never across the end of a sentence."""
        clean = self._clean.get(phrase)
        if clean is None:
            clean = self._clean[phrase] = [
                (start, end)
                for start, end in sorted(self.found.get(phrase, ()))
                if end - start == 1 or self.sentence(start) == self.sentence(end - 1)
            ]
        return clean

    def sentence(self, position: int) -> int:
        """The number of the sentence a token stands in, counted through all places."""
        if not self._starts:
            self._sentences = list(self._cut())
            self._starts = [sentence.start for sentence in self._sentences]
        return bisect_right(self._starts, position) - 1

    def paragraph(self, position: int) -> int:
        """The number of the paragraph a token stands in, counted through all places."""
        number = self.sentence(position)
        return self._sentences[number].paragraph

    def evidence(self, hit: Hit) -> Evidence:
        """A hit in characters of the place it stands in."""
        start, _ = self._offset(hit.start)
        _, end = self._offset(hit.end - 1)
        place = bisect_right(self._bases, hit.start) - 1
        surface = self._texts[place][start:end]
        return Evidence(hit.term, self._places[place], start, end, surface, hit.who)

    def _cut(self) -> list[_Sentence]:
        cut: list[_Sentence] = []
        paragraph = 0
        for place, (text, base) in enumerate(zip(self._texts, self._bases, strict=True)):
            paragraph, start, before = paragraph + 1, base, 0
            for at in sentences(text):
                paragraph += "\n" in text[before : at[0]]
                cut.append(_Sentence(start, paragraph, place, at))
                start += len(self._pack(text[slice(*at)]))
                before = at[1]
        return cut

    def _offset(self, position: int) -> Span:
        """The characters behind a token; only the sentences asked about are read again."""
        number = self.sentence(position)
        sentence = self._sentences[number]
        offsets = self._offsets.get(number)
        if offsets is None:
            first, last = sentence.at
            words = tokens(self._texts[sentence.place][first:last])
            offsets = [(first + word.start, first + word.end) for word in words]
            self._offsets[number] = offsets
        return offsets[position - sentence.start]
