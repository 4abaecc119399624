"""Everything Wirebell raises on purpose, in one tree.

WirebellError
├── SettingsError      the environment or .env says something we cannot use
├── DeskError          the analysts' files hold mistakes; carries every Problem
├── ParseError         bytes that are not what they were said to be
├── StorageError       the database cannot be used
│   ├── StorageBusy    locked for longer than we wait; trying again can help
│   ├── SchemaBehind   the tables are older or newer than the code
│   └── LeaseLost      somebody else holds what we were working on
├── NotFound           what somebody named is not there: a rule, an article, a commit
└── ServerError        Prefect's server or worker does not do what it should

Each one names its subject, ends with what the reader can do, and knows whether trying
again can help. What a *feed* or a *delivery* suffers is not raised: it travels as a value
(`Failure`, `Outcome`), because it is news about the world and not about the program.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


class WirebellError(Exception):
    """What every deliberate error shares.

    Args:
        subject: the thing that is wrong: a file, a feed id, a channel's name. Never a secret.
        problem: what is wrong with it, in words.
        advice: what the reader can do about it, as a sentence.
    """

    retryable: ClassVar[bool] = False

    def __init__(self, subject: str, problem: str, advice: str = "") -> None:
        super().__init__(subject, problem, advice)
        self.subject = subject
        self.problem = problem
        self.advice = advice

    def __str__(self) -> str:
        sentence = f"{self.subject}: {self.problem}"
        stop = "" if sentence.endswith("?") else "."
        return f"{sentence}{stop} {self.advice}" if self.advice else sentence


class SettingsError(WirebellError):
    """A setting that cannot be used."""


class ParseError(WirebellError):
    """Bytes that are not what they were said to be, such as HTML where a feed was due."""


class StorageError(WirebellError):
    """The database cannot be used."""


class StorageBusy(StorageError):
    """The database stayed locked for longer than we wait."""

    retryable = True


class SchemaBehind(StorageError):
    """The tables do not fit this version of the code."""


class LeaseLost(StorageError):
    """Another worker took over what we were working on; our result is not written."""


class NotFound(WirebellError):
    """What somebody named is not there: a rule, an article, a commit."""


class ServerError(WirebellError):
    """Prefect's server or worker does not do what it should."""

    retryable = True


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One mistake in an analyst's file: where, what, and what to do.

    `file` is relative to the desk's folder; `line` and `column` count from 1.
    """

    file: str
    line: int
    column: int
    words: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.words}"


class DeskError(WirebellError):
    """The analysts' files hold mistakes. All of them are listed, in reading order."""

    def __init__(self, folder: str, problems: tuple[Problem, ...]) -> None:
        ordered = tuple(sorted(set(problems)))
        count = "1 mistake" if len(ordered) == 1 else f"{len(ordered)} mistakes"
        super().__init__(folder, count, "Mend each line listed and check again")
        self.problems = ordered

    def __str__(self) -> str:
        return "\n".join([f"{self.subject}: {self.problem}", *map(str, self.problems)])

    def __reduce__(self) -> tuple[type[DeskError], tuple[str, tuple[Problem, ...]]]:
        return type(self), (self.subject, self.problems)
