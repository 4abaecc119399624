"""People and organisations: which of an article's words name whom.

A longer name masks the shorter ones inside it: "Wang Wentao" is not Wang Yi, "Perdue Farms" not
David Perdue. What is left of a person's names then counts, a surname alone only as
`surname_alone` says.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from wirebell.core.news import FIELDS
from wirebell.desk.values import Office, Person, Term
from wirebell.matching.nearness import distance
from wirebell.matching.phrases import Phrases
from wirebell.matching.reading import Reading, Sighting
from wirebell.matching.tokens import tokens

NEEDS_NEAR = 40
"""Words within which a bare alias needs one of its person's `needs_near`."""


@dataclass(frozen=True, slots=True)
class Naming:
    """One way of writing a person: as the analyst wrote it, and its phrase.

    A `bare` one is a single word that needs the person's context near.
    """

    written: str
    phrase: int
    bare: bool = False


class Someone:
    """A person or organisation, compiled."""

    def __init__(self, person: Person, phrases: Phrases) -> None:
        self.person = person
        self.namings = tuple(_namings(person, phrases))
        self._surname: tuple[Naming, ...] = ()
        if person.surname and person.surname_alone != "never":
            # After the full name a surname is no bare one: the name vouches for it.
            bare = person.surname_alone == "always"
            self._surname = (Naming(person.surname, phrases.name(person.surname), bare),)
        self._masks = [phrases.term(Term(mask)) for mask in person.masked_by]
        juniors = ("Jr", "Sr") if person.kind == "person" else ()
        self._juniors = [phrases.term(Term(junior)) for junior in juniors]

    @property
    def anchor(self) -> frozenset[int]:
        """The phrases of which one must stand in an article that names this person."""
        always = self._surname if self.person.surname_alone == "always" else ()
        return frozenset(naming.phrase for naming in (*self.namings, *always))

    def credit(self, reading: Reading, context: Sequence[Sighting] | None) -> list[Sighting]:
        """Where the article names this person, in all its fields.

        A bare naming counts near one of `context`; None asks for no context.
        """
        if not self.anchor & reading.found.keys():
            return []
        masks = [span for mask in self._masks for span in reading.spans(mask)] + reading.names
        juniors = {start for junior in self._juniors for start, _ in reading.spans(junior)}

        def stands(namings: Sequence[Naming]) -> Iterator[Sighting]:
            for naming in namings:
                for start, end in reading.spans(naming.phrase):
                    sighting = Sighting(start, end, naming.written, self.person.id)
                    masked = any(a <= start and end <= b and b - a > end - start for a, b in masks)
                    if masked or end in juniors or reading.place(start) not in FIELDS:
                        continue
                    if not naming.bare or context is None or _is_near(reading, sighting, context):
                        yield sighting

        found = list(stands(self.namings))
        if found or self.person.surname_alone == "always":
            found += stands(self._surname)
        return found


class People:
    """The people of a desk, compiled, and who held which office when."""

    def __init__(self, people: Sequence[Person], phrases: Phrases) -> None:
        self.by_id = {person.id: Someone(person, phrases) for person in people}
        self.names = {n.phrase for someone in self.by_id.values() for n in someone.namings}
        self.offices: dict[str, list[tuple[str, Office]]] = {}
        for person in people:
            for office in person.roles:
                self.offices.setdefault(office.role, []).append((person.id, office))


def holds_on(office: Office, day: date | None) -> bool:
    """Whether an office is held on a day, both ends included; None asks for who holds it now."""
    if day is None:
        return office.end is None
    return (office.start or day) <= day <= (office.end or day)


def _namings(person: Person, phrases: Phrases) -> Iterator[Naming]:
    given_first = person.kind == "person" and person.name_order == "given_first"
    yield Naming(person.name, phrases.name(person.name, initial=given_first))
    family = person.surname or person.name.split()[0]
    given = person.name.removeprefix(f"{family} ")
    if person.name_order == "family_first" and given != person.name:
        yield Naming(person.name, phrases.name(f"{given} {family}"))
    for alias in person.aliases:
        as_written = alias.exact or alias.prefix
        phrase = phrases.term(alias) if as_written else phrases.name(alias.words)
        words = tokens(alias.words)
        yield Naming(alias.words, phrase, len(words) == 1 and words[0].folded.isascii())


def _is_near(reading: Reading, one: Sighting, others: Sequence[Sighting]) -> bool:
    return any(
        0 < max(distance(one, other), distance(other, one)) <= NEEDS_NEAR
        and reading.place(one.start) == reading.place(other.start)
        for other in others
    )
