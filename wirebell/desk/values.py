"""The desk as a value: everything analysts wrote, checked, with references resolved.

Frozen and picklable. Pydantic models and YAML stay behind `load_desk`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, time, timedelta
from typing import Literal

from wirebell.core.errors import Problem
from wirebell.core.feeds import Feed
from wirebell.core.matches import Severity


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the analysts' files something was written; lines and columns count from 1."""

    file: str
    line: int
    column: int

    def problem(self, words: str) -> Problem:
        """A mistake made here."""
        return Problem(self.file, self.line, self.column, words)


@dataclass(frozen=True, slots=True)
class Term:
    """A word or phrase; `exact` compares case, `prefix` matches words that begin so.

    `places` are fields or regions to look in, () for the four usual fields. `at`, where it was
    written, makes no difference.
    """

    words: str
    exact: bool = False
    prefix: bool = False
    places: tuple[str, ...] = ()
    at: Place | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Who:
    """A person or organisation of people.yaml, by id: `$scott-bessent`."""

    id: str


@dataclass(frozen=True, slots=True)
class Role:
    """The holder of an office on the article's day, or the office's words: `$role:ustr`."""

    id: str


@dataclass(frozen=True, slots=True)
class Named:
    """A shared list under its name: `$rare_earth`."""

    name: str
    of: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Holds if one of them does."""

    of: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AllOf:
    """Holds if each of them does."""

    of: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class NoneOf:
    """Holds if none of them does."""

    of: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Near:
    """Holds if one of each operand stands within a distance: words, a sentence, a paragraph."""

    operands: tuple[Condition, ...]
    within: int | Literal["sentence", "paragraph"]
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class AtLeast:
    """Holds if at least `count` occurrences of the operands are found, all together."""

    count: int
    of: tuple[Condition, ...]


Condition = Term | Who | Role | Named | AnyOf | AllOf | NoneOf | Near | AtLeast


def parts_of(condition: Condition) -> tuple[Condition, ...]:
    """The conditions a condition is made of."""
    if isinstance(condition, Term | Who | Role):
        return ()
    return condition.operands if isinstance(condition, Near) else condition.of


@dataclass(frozen=True, slots=True)
class Office:
    """A role somebody held: its id, the words for it, from a day to a day (None: open)."""

    role: str
    title: str
    start: date | None = None
    end: date | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """An official or an organisation, and the ways they are written.

    `surname_alone` says when the surname by itself counts: never, after the full name or an
    alias stood in the same article, or always. `masked_by` are longer names that are somebody
    else ("Perdue Farms").
    """

    id: str
    name: str
    kind: Literal["person", "organisation"] = "person"
    aliases: tuple[Term, ...] = ()
    surname: str = ""
    surname_alone: Literal["never", "after_full", "always"] = "after_full"
    name_order: Literal["given_first", "family_first"] = "given_first"
    roles: tuple[Office, ...] = ()
    masked_by: tuple[str, ...] = ()
    needs_near: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class Where:
    """Which articles a rule looks at; () and 0 mean all."""

    feeds: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    tiers: tuple[int, ...] = ()
    languages: tuple[str, ...] = ()
    min_words: int = 0


@dataclass(frozen=True, slots=True)
class Example:
    """A text an analyst says the rule must, or must not, fire on."""

    text: str
    fires: bool
    because: str
    place: Place


@dataclass(frozen=True, slots=True)
class Rule:
    """One watch. `to` names recipients it adds to those the routes choose.

    Operators are told when it has matched nothing for as long as `quiet`.
    """

    id: str
    when: Condition
    why: str
    place: Place
    title: str = ""
    severity: Severity = Severity.ROUTINE
    tags: tuple[str, ...] = ()
    to: tuple[str, ...] = ()
    where: Where = field(default_factory=Where)
    not_in: tuple[str, ...] = ()
    expires: date | None = None
    quiet: timedelta | None = None
    owner: str = ""
    examples: tuple[Example, ...] = ()


@dataclass(frozen=True, slots=True)
class Channel:
    """A way to reach people. `url` refers to a secret (`${env:WIREBELL_MAIL}`), never holds it.

    `fallback` is the channel that tells in its stead while it is broken, or "". `rate` is how
    many messages a second it may be given, None for what its kind stands.
    """

    id: str
    url: str
    place: Place
    fallback: str = ""
    rate: float | None = None


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who is told.

    `mail` and `slack` (a room) go by the channels of these names, `also` names further ones.
    `quiet` (start, end) and `digest_at` are local times in `zone`. `follows` lists tags and
    rule ids, () for everything a route sends.
    """

    name: str
    place: Place
    mail: str = ""
    slack: str = ""
    also: tuple[str, ...] = ()
    zone: str = "UTC"
    quiet: tuple[time, time] | None = None
    digest_at: tuple[time, ...] = (time(8, 0), time(13, 0), time(18, 0))
    follows: tuple[str, ...] = ()
    at_least: Severity = Severity.ROUTINE
    away_until: date | None = None


@dataclass(frozen=True, slots=True)
class Route:
    """Which alerts go to whom: those of `rules` or `tags`, all if both are empty."""

    to: tuple[str, ...]
    place: Place
    rules: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    at_least: Severity = Severity.ROUTINE


@dataclass(frozen=True, slots=True)
class RouteTest:
    """Who must be told when `rule` rings; None stands for the rule's own severity."""

    rule: str
    to: tuple[str, ...]
    place: Place
    severity: Severity | None = None


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything analysts wrote, whole and checked.

    `hash` identifies the content of `files`, each a path and its text, from which an accepted
    desk can be read again. `notes` are remarks that stop nothing. `author` is who committed it,
    "" where that is not known.
    """

    hash: str
    files: tuple[tuple[str, str], ...]
    feeds: tuple[Feed, ...] = ()
    people: tuple[Person, ...] = ()
    rules: tuple[Rule, ...] = ()
    channels: tuple[Channel, ...] = ()
    recipients: tuple[Recipient, ...] = ()
    routes: tuple[Route, ...] = ()
    tests: tuple[RouteTest, ...] = ()
    operators: tuple[str, ...] = ()
    heartbeat: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    author: str = ""
