"""People and organisations: which of an article's words name whom.

A longer name masks the shorter ones inside it: "Wang Wentao" is not Wang Yi, "Perdue Farms" not
David Perdue. What is left of a person's names then counts, a surname alone only as
`surname_alone` says.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from wirebell.core.news import FIELDS
from wirebell.desk.values import Condition, Office, Person
from wirebell.matching.conditions import Node
from wirebell.matching.nearness import distance
from wirebell.matching.phrases import Phrase, Phrases
from wirebell.matching.reading import Hit, Reading, Span

NEEDS_NEAR = 40
"""Words within which a bare alias needs one of its person's `needs_near`."""


@dataclass(frozen=True, slots=True)
class Naming:
    """One way of writing a person: as the analyst wrote it, its phrase, what masks it.

    A `bare` one is a single word that needs the person's context near.
    """

    written: str
    phrase: Phrase
    bare: bool = False
    longer: tuple[Phrase, ...] = ()


@dataclass(frozen=True, slots=True)
class Someone:
    """A person or organisation, compiled: name and aliases, the surname, what to stand near."""

    person: Person
    namings: tuple[Naming, ...]
    surname: Naming | None
    juniors: tuple[Phrase, ...]
    context: Node | None = None

    @property
    def names(self) -> frozenset[Phrase]:
        """The phrases of which one must stand in an article that names this person."""
        surname = self.surname if self.person.surname_alone == "always" else None
        namings = (*self.namings, surname) if surname else self.namings
        return frozenset(naming.phrase for naming in namings)

    def credit(self, reading: Reading) -> list[Hit]:
        """Where the article names this person, in all its fields."""
        key = (self.person.id, self.context is None)
        if key not in reading.credited:
            reading.credited[key] = self._credit(reading)
        return reading.credited[key]

    def _credit(self, reading: Reading) -> list[Hit]:
        hits = [hit for naming in self.namings for hit in self._stands(reading, naming)]
        alone = self.person.surname_alone
        if self.surname and (alone == "always" or (alone == "after_full" and hits)):
            hits += self._stands(reading, self.surname)
        return hits

    def _stands(self, reading: Reading, naming: Naming) -> Iterator[Hit]:
        masks = _all_spans(reading, naming.longer)
        juniors = {start for start, _ in _all_spans(reading, self.juniors)}
        needed = self.context.hits(reading) if naming.bare and self.context else None
        for start, end in reading.spans(naming.phrase.number):
            hit = Hit(start, end, naming.written, self.person.id)
            inside = any(a <= start and end <= b for a, b in masks)
            if inside or end in juniors or reading.place(start) not in FIELDS:
                continue
            if needed is None or any(_is_near(reading, hit, other) for other in needed):
                yield hit


def _all_spans(reading: Reading, phrases: Iterable[Phrase]) -> list[Span]:
    return [span for phrase in phrases for span in reading.spans(phrase.number)]


def _is_near(reading: Reading, one: Hit, other: Hit) -> bool:
    apart = max(distance(one, other), distance(other, one))
    return 0 < apart <= NEEDS_NEAR and reading.place(one.start) == reading.place(other.start)


def holds_on(office: Office, day: date | None) -> bool:
    """Whether an office is held on a day, both ends included; None asks for who holds it now."""
    if day is None:
        return office.end is None
    return (office.start or day) <= day <= (office.end or day)


class People:
    """Compiles the people of a desk. Every name of the desk masks the shorter ones inside it."""

    def __init__(self, people: Iterable[Person], phrases: Phrases) -> None:
        self._phrases = phrases
        self._juniors = (phrases.term("Jr"), phrases.term("Sr"))
        self._people = {person.id: person for person in people}
        self._namings = {p.id: tuple(self._write(p)) for p in self._people.values()}
        self._longer: dict[tuple[str, ...], set[Phrase]] = {}
        for naming in (naming for namings in self._namings.values() for naming in namings):
            for inner in _inner(naming.phrase.words):
                self._longer.setdefault(inner, set()).add(naming.phrase)

    def someone(self, id_: str, context: Node | None = None) -> Someone:
        """The person or organisation of that id.

        Raises:
            KeyError: the desk has nobody of that id.
        """
        person = self._people[id_]
        namings = tuple(self._masked(person, naming) for naming in self._namings[id_])
        surname = None
        if person.surname:
            # After the full name a surname is no bare one: the name vouches for it.
            bare = person.surname_alone == "always"
            written = Naming(person.surname, self._phrases.name(person.surname), bare)
            surname = self._masked(person, written)
        juniors = self._juniors if person.kind == "person" else ()
        return Someone(person, namings, surname, juniors, context)

    def needs(self, id_: str) -> tuple[Condition, ...]:
        """What the bare aliases of a person need near."""
        return self._people[id_].needs_near

    def holders(self, role: str) -> dict[str, list[Office]]:
        """Everybody who held a role, by id, with the times."""
        held = {
            person.id: [office for office in person.roles if office.role == role]
            for person in self._people.values()
        }
        return {id_: offices for id_, offices in held.items() if offices}

    def _write(self, person: Person) -> Iterator[Naming]:
        given_first = person.kind == "person" and person.name_order == "given_first"
        yield Naming(person.name, self._phrases.name(person.name, initial=given_first))
        family = person.surname or person.name.split()[0]
        given = person.name.removeprefix(f"{family} ")
        if person.name_order == "family_first" and given != person.name:
            yield Naming(person.name, self._phrases.name(f"{given} {family}"))
        for alias in person.aliases:
            if alias.exact or alias.prefix:
                term = self._phrases.term(alias.words, exact=alias.exact, prefix=alias.prefix)
            else:
                term = self._phrases.name(alias.words)
            yield Naming(alias.words, term, bare=len(term.words) == 1 and term.words[0].isascii())

    def _masked(self, person: Person, naming: Naming) -> Naming:
        words = naming.phrase.words
        own = [self._phrases.term(mask) for mask in person.masked_by]
        longer = {phrase for phrase in own if words in _inner(phrase.words)}
        longer |= self._longer.get(words, set())
        return replace(naming, longer=tuple(sorted(longer, key=lambda phrase: phrase.number)))


def _inner(words: tuple[str, ...]) -> set[tuple[str, ...]]:
    """Every shorter run of words inside some words."""
    ends = range(1, len(words) + 1)
    return {words[start:end] for end in ends for start in range(end)} - {words}
