"""One article under the rules: where its phrases, sentences and paragraphs stand.

Positions are numbers of tokens, counted through all places.
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
from wirebell.matching.phrases import Phrases, Span, Spelling
from wirebell.matching.tokens import Token, tokens

_PIECE = re.compile(r"\S+")


class Sighting(NamedTuple):
    """A term or person found: where, as written by the analyst, and whom it names."""

    start: int
    end: int
    term: str
    who: str = ""


class Line:
    """One line of a place, and which pieces of its article are printed there."""

    def __init__(self, place: str, offset: int, text: str, pieces: range) -> None:
        self.place = place
        self.offset = offset  # of the line in the place
        self.text = text
        self.pieces = pieces

    @cached_property
    def starts(self) -> list[int]:
        """Where each piece begins."""
        return [at.start() for at in _PIECE.finditer(self.text)]

    @cached_property
    def sentences(self) -> list[int]:
        """Where each sentence begins."""
        return [start for start, _ in sentences(self.text)]


class Reading:
    """An article's words and the phrases `found` among them. Belongs to one call.

    What only few phrases ask for is worked out then: which piece of the text a token is in, and
    where in its line that piece begins.
    """

    def __init__(self, article: Article, phrases: Phrases) -> None:
        self.article = article
        self.credited: dict[str, list[Sighting]] = {}
        self._phrases = phrases
        self._lines: list[Line] = []
        self._line_ends: list[int] = []  # in pieces
        self._pieces: list[str] = []  # between white space
        in_fields = self._take_in(FIELDS)
        self._take_in(REGIONS)
        self._codes = phrases.vocabulary.pack(self._pieces)
        self._packed = "".join(self._codes)
        self._strings, self.found = phrases.find(self._packed)
        self.fields_end = len(self._packed) - len("".join(self._codes[in_fields:]))
        self._clean: dict[int, list[Span]] = {}
        self._tokens: dict[int, list[Token]] = {}

    def place(self, position: int) -> str:
        """The field or region a token stands in."""
        return self._line(self._piece(position)).place

    def words(self, place: str) -> int:
        """How many tokens a place holds."""
        lines = (line for line in self._lines if line.place == place)
        return sum(len(self._codes[piece]) for line in lines for piece in line.pieces)

    def printed(self) -> list[Token]:
        """Every word of the fields, in reading order."""
        texts = (line.text for line in self._lines if line.place in FIELDS)
        return [token for text in texts for token in tokens(text)]

    def spans(self, phrase: int) -> list[Span]:
        """Where a phrase stands, in reading order, never across the end of a sentence."""
        if phrase not in self.found:
            return []
        if phrase not in self._clean:
            sharing = self._phrases.spellings(phrase, self._packed, self._strings)
            self._clean[phrase] = sorted(s for words, s in sharing if self._reads(*s, words))
        return self._clean[phrase]

    def all_spans(self, phrases: Iterable[int]) -> list[Span]:
        """Where any of some phrases stands."""
        return [span for phrase in phrases for span in self.spans(phrase)]

    @cached_property
    def names(self) -> list[Span]:
        """Where somebody is named in full, whoever it is."""
        return self.all_spans(self._phrases.names & self.found)

    def sentence(self, position: int) -> tuple[int, int]:
        """The sentence a token stands in: its line and number."""
        line, start = self._start(position)
        return line.pieces.start, bisect_right(line.sentences, start)

    def paragraph(self, position: int) -> int:
        """The paragraph a token stands in, by its first piece."""
        return self._line(self._piece(position)).pieces.start

    def evidence(self, sighting: Sighting) -> Evidence:
        """A sighting in characters of the place it stands in."""
        line, start = self._start(sighting.start)
        last = self._token(sighting.end - 1)
        end = self._start(sighting.end - 1)[1] + last.end - last.start
        at, surface = line.offset, line.text[start:end]
        return Evidence(sighting.term, line.place, at + start, at + end, surface, sighting.who)

    def _take_in(self, places: Iterable[str]) -> int:
        """Cut the lines of some places into pieces; how many there are now."""
        for place in places:
            offset = 0
            for text in self.article.words_of(place).split("\n"):
                if cut := text.split():
                    first = len(self._pieces)
                    self._pieces += cut
                    self._line_ends.append(len(self._pieces))
                    self._lines.append(Line(place, offset, text, range(first, len(self._pieces))))
                offset += len(text) + 1
        return len(self._pieces)

    @cached_property
    def _ends(self) -> list[int]:
        return list(accumulate(map(len, self._codes)))

    def _piece(self, position: int) -> int:
        return bisect_right(self._ends, position)

    def _line(self, piece: int) -> Line:
        return self._lines[bisect_right(self._line_ends, piece)]

    def _token(self, position: int) -> Token:
        piece = self._piece(position)
        if piece not in self._tokens:
            self._tokens[piece] = tokens(self._pieces[piece])
        return self._tokens[piece][position - self._ends[piece]]

    def _start(self, position: int) -> tuple[Line, int]:
        """The line of a token, and where in it the token begins."""
        piece = self._piece(position)
        line = self._line(piece)
        return line, line.starts[piece - line.pieces.start] + self._token(position).start

    def _unbroken(self, first: int, last: int, spelling: Spelling | None) -> bool:
        """Whether no line ends between two tokens, nor a sentence but where a spelling does."""
        left, right = self._piece(first), self._piece(last)
        line = self._line(left)
        if right not in line.pieces:
            return False
        if spelling and spelling.stops:
            return True
        begun = line.pieces.start
        start = line.starts[left - begun]
        end = line.starts[right - begun] + len(self._pieces[right])
        if one_sentence(line.text, start, end):
            return True  # none ends in the pieces that hold them: neither need be cut
        return one_sentence(line.text, self._start(first)[1], self._start(last)[1])

    def _reads(self, start: int, end: int, spelling: Spelling | None) -> bool:
        """Whether tokens are the words of a spelling, with no end of a sentence between them."""
        if end - start > 1 and not self._unbroken(start, end - 1, spelling):
            return False
        return not spelling or spelling.fits([*map(self._token, range(start, end))])
