"""What a rule found in an article, and how to say so."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How loudly to tell. In the wire services' order, loudest first."""

    FLASH = "flash"  # at once; breaks quiet hours and caps
    URGENT = "urgent"  # at once within the reader's hours
    ROUTINE = "routine"  # in the next digest

    @property
    def rank(self) -> int:
        """2 for flash, 1 for urgent, 0 for routine: compare with this, not by name."""
        return {"flash": 2, "urgent": 1, "routine": 0}[self.value]


@dataclass(frozen=True, slots=True)
class Evidence:
    """Words that made a rule fire.

    `article.words_of(field)[start:end] == surface`, in characters of the original text.
    `term` is what the analyst wrote; `who` the id of the person or organisation, or "".
    """

    term: str
    field: str
    start: int
    end: int
    surface: str
    who: str = ""


@dataclass(frozen=True, slots=True)
class Match:
    """One rule that fired on one article, with every piece of evidence, in reading order."""

    rule: str
    severity: Severity
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause of a rule, judged: the words of the clause, whether it holds, and why.

    `note` tells the nearest miss of a clause that does not hold ("31 words apart, limit 25").
    """

    words: str
    holds: bool
    evidence: tuple[Evidence, ...] = ()
    clauses: tuple[Clause, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a rule fires on an article, or which clause fails first."""

    rule: str
    fires: bool
    clause: Clause
    nearest_miss: str = ""
