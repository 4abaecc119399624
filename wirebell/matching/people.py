"""People and organisations: which of an article's words name whom.

A longer name masks the shorter ones inside it: "Wang Wentao" is not Wang Yi, "Perdue Farms" not
David Perdue. What is left of a person's names then counts, a surname alone only as
`surname_alone` says.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from wirebell.desk.values import Office, Person, Term
from wirebell.matching.phrases import Phrases
from wirebell.matching.reading import Reading, Sighting
from wirebell.matching.tokens import tokens

NEEDS_NEAR = 40
"""Words within which a bare alias needs one of its person's `needs_near`."""


class _Naming(NamedTuple):
    written: str
    phrase: int
    bare: bool = False  # a single word, which needs the person's context near
    places: tuple[str, ...] = ()  # where it counts; () everywhere


class Someone:
    """A person or organisation, compiled.

    `anchor` are the phrases of which one must stand in an article that names them, `context`
    those of which one must stand near a bare naming if the person `needs_near` anything, each
    with the places in which it counts, () everywhere.
    """

    def __init__(self, person: Person, phrases: Phrases) -> None:
        self.person = person
        self._namings = tuple(_namings(person, phrases))
        self.anchor = frozenset(naming.phrase for naming in self._namings)
        phrases.names |= self.anchor
        self.context: list[tuple[int, tuple[str, ...]]] = []
        self._surname: tuple[_Naming, ...] = ()
        if person.surname and person.surname_alone != "never":
            # After the full name a surname is no bare one: the name vouches for it.
            always = person.surname_alone == "always"
            surname = _Naming(person.surname, phrases.name(person.surname), bare=always)
            self._surname = (surname,)
            if always:
                self.anchor |= {surname.phrase}
        self._masks = [phrases.term(Term(mask)) for mask in person.masked_by]
        juniors = ("Jr", "Sr") if person.kind == "person" else ()
        self._juniors = [phrases.term(Term(junior)) for junior in juniors]

    def credit(self, reading: Reading) -> list[Sighting]:
        """Where the article names this person, in all its fields."""
        if self.person.id not in reading.credited:
            found = self._stands(reading, self._namings)
            if found or self.person.surname_alone == "always":
                found += self._stands(reading, self._surname)
            reading.credited[self.person.id] = found
        return reading.credited[self.person.id]

    def _stands(self, reading: Reading, namings: Sequence[_Naming]) -> list[Sighting]:
        spans = [(naming, *span) for naming in namings for span in reading.spans(naming.phrase)]
        if not spans:
            return []
        masks = reading.all_spans(self._masks) + reading.names
        longer = {n: [s for s in masks if s[1] - s[0] > n] for n in {b - a for _, a, b in spans}}
        juniors = {start for start, _ in reading.all_spans(self._juniors)}
        return [
            Sighting(start, end, naming.written, self.person.id)
            for naming, start, end in spans
            if end not in juniors
            and start < reading.fields_end
            and (not naming.places or reading.place(start) in naming.places)
            and not any(a <= start and end <= b for a, b in longer[end - start])
            and (not naming.bare or self._in_context(reading, start, end))
        ]

    def _in_context(self, reading: Reading, start: int, end: int) -> bool:
        return not self.person.needs_near or any(
            0 < max(a - end, start - b) + 1 <= NEEDS_NEAR
            and (place := reading.place(a)) == reading.place(start)
            and (not places or place in places)
            for phrase, places in self.context
            for a, b in reading.spans(phrase)
        )


def holds_on(office: Office, day: date | None) -> bool:
    """Whether an office is held on a day, both ends included; None asks for who holds it now."""
    if day is None:
        return office.end is None
    return (office.start or day) <= day <= (office.end or day)


def _namings(person: Person, phrases: Phrases) -> Iterator[_Naming]:
    given_first = person.kind == "person" and person.name_order == "given_first"
    yield _Naming(person.name, phrases.name(person.name, initial=given_first))
    family = person.surname or person.name.split()[0]
    given = person.name.removeprefix(f"{family} ")
    if person.name_order == "family_first" and given != person.name:
        yield _Naming(person.name, phrases.name(f"{given} {family}"))
    for alias in person.aliases:
        as_written = alias.exact or alias.prefix
        phrase = phrases.term(alias) if as_written else phrases.name(alias.words)
        words = tokens(alias.words)
        bare = len(words) == 1 and words[0].folded.isascii()
        yield _Naming(alias.words, phrase, bare, alias.places)
