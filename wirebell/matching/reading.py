"""One article under the rules: where its phrases, sentences and paragraphs stand.

Positions are numbers of tokens, counted through all places with a gap of one between two.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple

from wirebell.core.matches import Evidence
from wirebell.core.news import FIELDS, REGIONS, Article
from wirebell.core.text import one_sentence, sentences
from wirebell.matching.phrases import BARRIER, Phrases, Span, Spelling, Vocabulary
from wirebell.matching.tokens import Token, tokens

PLACES = (*FIELDS, *REGIONS)
_PIECE = re.compile(r"\S+")


class Sighting(NamedTuple):
    """A term or person found: where, as written by the analyst, and whom it names."""

    start: int
    end: int
    term: str
    who: str = ""


class Passage:
    """The words of one place, and where they are printed."""

    def __init__(self, place: str, text: str, vocabulary: Vocabulary) -> None:
        self.place = place
        self.text = text
        self._pieces, self._codes = vocabulary.pack(text)
        self.packed = "".join(self._codes)
        self._tokens: dict[int, list[Token]] = {}

    def token(self, number: int) -> tuple[int, Token]:
        """A token and the offset its own offsets count from."""
        piece = bisect_right(self._ends, number)
        if piece not in self._tokens:
            self._tokens[piece] = tokens(self._pieces[piece])
        token = self._tokens[piece][number - self._ends[piece]]
        return self._begins(piece), token

    def _begins(self, piece: int) -> int:
        return self._spaced[piece] if self._spaced else self._lengths[piece] + piece

    def start(self, number: int) -> int:
        """Where a token begins in the text."""
        offset, token = self.token(number)
        return offset + token.start

    def sentence(self, number: int) -> int:
        """The number of the sentence a token stands in."""
        return bisect_right(self._sentences, self.start(number))

    def unbroken(self, first: int, last: int, spelling: Spelling | None) -> bool:
        """Whether no sentence ends between two tokens but where a spelling says so itself."""
        piece = bisect_right(self._ends, last)
        start, end = self._begins(bisect_right(self._ends, first)), self._begins(piece)
        if one_sentence(self.text, start, end + len(self._pieces[piece])):
            return True  # none ends in the pieces that hold them: neither need be cut
        start, end = self.start(first), self.start(last)
        if spelling and spelling.stops:
            return "\n" not in self.text[start:end]
        return one_sentence(self.text, start, end)

    @cached_property
    def _ends(self) -> list[int]:
        return list(accumulate(map(len, self._codes)))

    @cached_property
    def _lengths(self) -> list[int]:
        return list(accumulate(map(len, self._pieces), initial=0))

    @cached_property
    def _spaced(self) -> list[int]:
        """Where each piece begins, if more than one space or line break parts some."""
        single = self._lengths[-1] + len(self._pieces) == len(self.text) + 1
        return [] if single else [at.start() for at in _PIECE.finditer(self.text)]

    @cached_property
    def _sentences(self) -> list[int]:
        return [start for start, _ in sentences(self.text)]


class Reading:
    """An article's words and the phrases `found` among them. Belongs to one call."""

    def __init__(self, article: Article, phrases: Phrases) -> None:
        self.article = article
        self.credited: dict[str, list[Sighting]] = {}
        self._phrases = phrases
        texts = ((place, article.words_of(place)) for place in PLACES)
        self._passages = [Passage(*both, phrases.vocabulary) for both in texts if both[1]]
        ends = accumulate((len(passage.packed) + 1 for passage in self._passages), initial=0)
        self._bases = list(ends)
        self._found = phrases.find(BARRIER.join([passage.packed for passage in self._passages]))
        self.found = self._found.phrases
        self.fields_end = self._bases[sum(p.place in FIELDS for p in self._passages)]
        self._clean: dict[int, list[Span]] = {}

    def place(self, position: int) -> str:
        """The field or region a token stands in."""
        return self._passage(position)[0].place

    def words(self, place: str) -> int:
        """How many tokens a place holds."""
        return sum(len(passage.packed) for passage in self._passages if passage.place == place)

    def printed(self) -> list[Token]:
        """Every word of the fields, in reading order."""
        fields = (passage for passage in self._passages if passage.place in FIELDS)
        return [token for passage in fields for token in tokens(passage.text)]

    def spans(self, phrase: int) -> list[Span]:
        """Where a phrase stands, in reading order, never across the end of a sentence."""
        if phrase not in self.found:
            return []
        if phrase not in self._clean:
            self._clean[phrase] = sorted(
                span
                for spelling, span in self._phrases.spellings(phrase, self._found)
                if self._reads(*span, spelling)
            )
        return self._clean[phrase]

    def all_spans(self, phrases: Iterable[int]) -> list[Span]:
        """Where any of some phrases stands."""
        return [span for phrase in phrases for span in self.spans(phrase)]

    @cached_property
    def names(self) -> list[Span]:
        """Where somebody is named in full, whoever it is."""
        return self.all_spans(self._phrases.names & self.found)

    def sentence(self, position: int) -> tuple[str, int]:
        """The sentence a token stands in: its place and number."""
        passage, number = self._passage(position)
        return passage.place, passage.sentence(number)

    def paragraph(self, position: int) -> tuple[str, int]:
        """The paragraph a token stands in: its place and number."""
        passage, number = self._passage(position)
        return passage.place, passage.text.count("\n", 0, passage.start(number))

    def evidence(self, sighting: Sighting) -> Evidence:
        """A sighting in characters of the place it stands in."""
        passage, first = self._passage(sighting.start)
        offset, last = passage.token(first + sighting.end - sighting.start - 1)
        start, end = passage.start(first), offset + last.end
        surface = passage.text[start:end]
        return Evidence(sighting.term, passage.place, start, end, surface, sighting.who)

    def _passage(self, position: int) -> tuple[Passage, int]:
        number = bisect_right(self._bases, position) - 1
        return self._passages[number], position - self._bases[number]

    def _token(self, position: int) -> Token:
        passage, number = self._passage(position)
        return passage.token(number)[1]

    def _reads(self, start: int, end: int, spelling: Spelling | None) -> bool:
        """Whether tokens are the words of a spelling, with no end of a sentence between them."""
        passage, number = self._passage(start)
        if end - start > 1 and not passage.unbroken(number, number + end - start - 1, spelling):
            return False
        return not spelling or spelling.fits([*map(self._token, range(start, end))])
