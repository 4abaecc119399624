"""One article under the rules: where its phrases, sentences and paragraphs stand.

Positions are numbers of tokens, counted through all places with a gap of one between two.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence, Set
from functools import cached_property
from typing import NamedTuple

from wirebell.core.matches import Evidence
from wirebell.core.news import Article
from wirebell.core.text import sentences
from wirebell.matching.phrases import Phrases, Span
from wirebell.matching.tokens import tokens
from wirebell.matching.vocabulary import BARRIER, View


class Sighting(NamedTuple):
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
    """An article's words and the phrases `found` among them. Belongs to one call.

    `places` names the fields and regions to read, `names` the phrases that name somebody.
    """

    def __init__(
        self, article: Article, places: Sequence[str], phrases: Phrases, names: Set[int]
    ) -> None:
        self.article = article
        self.credited: dict[tuple[str, bool], list[Sighting]] = {}
        self._places = places
        self._texts = [article.words_of(place) for place in places]
        self._phrases = phrases
        self._names = names
        packed = [phrases.pack(text) for text in self._texts]
        self._bases = [0]
        for codes in packed:
            self._bases.append(self._bases[-1] + len(codes) // len(View) + 1)
        self.found = phrases.find((BARRIER * len(View)).join(packed))
        self._clean: dict[int, list[Span]] = {}
        self._offsets: dict[int, list[Span]] = {}

    def place(self, position: int) -> str:
        """The field or region a token stands in."""
        return self._places[bisect_right(self._bases, position) - 1]

    def words(self, place: str) -> int:
        """How many tokens a place holds."""
        number = self._places.index(place)
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

    @cached_property
    def names(self) -> list[Span]:
        """Where somebody is named in full, whoever it is."""
        return [span for phrase in self._names & self.found.keys() for span in self.spans(phrase)]

    def sentence(self, position: int) -> int:
        """The number of the sentence a token stands in, counted through all places."""
        return bisect_right(self._sentences, position, key=lambda sentence: sentence.start) - 1

    def paragraph(self, position: int) -> int:
        """The number of the paragraph a token stands in, counted through all places."""
        return self._sentences[self.sentence(position)].paragraph

    def evidence(self, sighting: Sighting) -> Evidence:
        """A sighting in characters of the place it stands in."""
        start, _ = self._offset(sighting.start)
        _, end = self._offset(sighting.end - 1)
        place = bisect_right(self._bases, sighting.start) - 1
        surface = self._texts[place][start:end]
        return Evidence(sighting.term, self._places[place], start, end, surface, sighting.who)

    @cached_property
    def _sentences(self) -> list[_Sentence]:
        cut: list[_Sentence] = []
        paragraph = 0
        for place, text in enumerate(self._texts):
            paragraph, start, before = paragraph + 1, self._bases[place], 0
            for at in sentences(text):
                paragraph += "\n" in text[before : at[0]]
                cut.append(_Sentence(start, paragraph, place, at))
                start += len(self._phrases.pack(text[slice(*at)])) // len(View)
                before = at[1]
        return cut

    def _offset(self, position: int) -> Span:
        """The characters behind a token; only the sentences asked about are read again."""
        number = self.sentence(position)
        sentence = self._sentences[number]
        if number not in self._offsets:
            first, last = sentence.at
            words = tokens(self._texts[sentence.place][first:last])
            self._offsets[number] = [(first + word.start, first + word.end) for word in words]
        return self._offsets[number][position - sentence.start]
