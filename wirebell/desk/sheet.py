"""One YAML file as text, lists and mappings, every piece of which knows its line and column.

The tree is built from ruamel's YAML 1.2 events and not from its values: an event still has the
words as the analyst wrote them (301, on, null, 0123) and where they stand, the mistakes can be
collected, and 1,000 rules take half the time.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import accumulate

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from wirebell.core.errors import Problem
from wirebell.core.text import clean
from wirebell.desk.syntax import explain
from wirebell.desk.values import Place

Path = tuple[str | int, ...]
Tree = str | list["Tree"] | dict[str, "Tree"]

_MOST_DEPTH = 24  # far more than a rule needs, far less than Python's own limit
_MOST_MENDS = 12  # each costs another reading of the file
_DASH_JOINED = re.compile(r"\n[ \t]*- ")
_QUOTE = "put it in quotes"


@dataclass(slots=True)
class Sheet:
    """A file read: its tree, and the place of every key and value by its path.

    `problems` stop the desk, `remarks` do not; on the lines in `broken` the tree is a guess.
    The tree of a file that could not be read is empty.
    """

    file: str
    tree: Tree = field(default_factory=dict)
    places: dict[Path, Place] = field(default_factory=dict)
    keys: dict[Path, Place] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    remarks: list[Problem] = field(default_factory=list)
    broken: frozenset[int] = frozenset()

    def at(self, *path: str | int) -> Tree | None:
        """What stands at `path`, or None."""
        here: Tree | None = self.tree
        for step in path:
            if isinstance(here, dict) and isinstance(step, str):
                here = here.get(step)
            elif isinstance(here, list) and isinstance(step, int):
                here = here[step]
            else:
                return None
        return here

    def texts(self, *path: str | int) -> Iterator[tuple[str, Path]]:
        """The texts at `path`, be it one or a list of them, each with its own path."""
        here = self.at(*path)
        if isinstance(here, str):
            yield here, path
        elif isinstance(here, list):
            yield from ((item, (*path, i)) for i, item in enumerate(here) if isinstance(item, str))

    def paths(self, *path: str | int) -> Iterator[Path]:
        """The path of each item of the list or mapping at `path`."""
        here = self.at(*path)
        if isinstance(here, list | dict):
            yield from (
                (*path, step) for step in (here if isinstance(here, dict) else range(len(here)))
            )

    def place(self, *path: str | int) -> Place:
        """Where `path` stands, or the nearest thing around it."""
        while path and path not in self.places:
            path = path[:-1]
        return self.places.get(path, Place(self.file, 1, 1))

    def wrong(self, place: Place, words: str) -> None:
        """Keep a mistake."""
        self.problems.append(Problem(self.file, place.line, place.column, words))


def read_sheet(file: str, text: str) -> Sheet:
    """Read a file as far as it can be read, with every mistake of its YAML.

    What YAML refuses is read once more as the advice would have it (in quotes), so that the
    mistakes behind it are found in the same pass.
    """
    refused: list[Problem] = []
    mended: str | None = text.replace("\r\n", "\n")
    while True:
        sheet = Sheet(file)
        try:
            if mended is not None:
                _Reading(sheet, mended).read()
            break
        except YAMLError as error:
            refusal = explain(error, mended or text)
            refused.append(Problem(file, refusal.line, refusal.column, refusal.words))
            mended = refusal.mended if len(refused) < _MOST_MENDS else None
    lines = {problem.line for problem in refused}
    sheet.problems = refused + [p for p in sheet.problems if p.line not in lines]
    sheet.broken = frozenset(problem.line for problem in sheet.problems)
    return sheet


class _Reading:
    """One pass over the events of a file."""

    def __init__(self, sheet: Sheet, text: str) -> None:
        self._sheet = sheet
        self._text = text
        self._lines = text.split("\n")
        self._starts = list(accumulate((len(line) + 1 for line in self._lines), initial=0))
        self._events: Iterator[Event] = YAML(typ="safe", pure=True).parse(text)

    def read(self) -> None:
        tree: Tree = {}
        documents = 0
        for event in self._events:
            if isinstance(event, DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self._wrong(event, "a second document begins here; take the --- away")
                    break
                tree = self._value(next(self._events), ())
        if isinstance(tree, dict):
            self._sheet.tree = tree
        elif tree:
            words = "write keys such as 'rules:' here; a dash and a colon need a space after them"
            self._sheet.wrong(self._sheet.place(), words)

    def _value(self, event: Event, path: Path) -> Tree:
        self._sheet.places[path] = self._place(event)
        if isinstance(event, AliasEvent):
            return self._wrong(event, f"a * at the beginning means something in YAML; {_QUOTE}")
        if getattr(event, "anchor", None):
            self._wrong(event, f"a & at the beginning means something in YAML; {_QUOTE}")
        if (getattr(event, "tag", None) or "").startswith("!"):
            self._wrong(event, f"a ! at the beginning means something in YAML; {_QUOTE}")
        if isinstance(event, ScalarEvent):
            return _safe(event.value if event.style else self._plain(event, path))
        if len(path) > _MOST_DEPTH:
            self._wrong(event, "this is nested too deeply; name the inner parts under lists:")
            return self._skip()
        return self._list(path) if isinstance(event, SequenceStartEvent) else self._mapping(path)

    def _list(self, path: Path) -> Tree:
        items: list[Tree] = []
        while not isinstance(event := next(self._events), SequenceEndEvent):
            items.append(self._value(event, (*path, len(items))))
        return items

    def _mapping(self, path: Path) -> Tree:
        items: dict[str, Tree] = {}
        while not isinstance(event := next(self._events), MappingEndEvent):
            key = self._key(event)
            first = self._sheet.keys.setdefault((*path, key), self._place(event))
            if key in items:
                self._wrong(event, f"{key!r} is here twice; the first is on line {first.line}")
                self._value(next(self._events), (*path, key, "twice"))
            else:
                items[key] = self._value(next(self._events), (*path, key))
        return items

    def _key(self, event: Event) -> str:
        if isinstance(event, ScalarEvent):
            return _safe(event.value)
        self._wrong(event, f"a key must be a word; {_QUOTE}")
        return "" if isinstance(event, AliasEvent) else self._skip()

    def _plain(self, event: ScalarEvent, path: Path) -> str:
        """Text without quotes: as it stands, unless YAML took something away from it."""
        begin, end = event.start_mark.index, event.end_mark.index
        place = self._sheet.keys.get(path) or self._place(event)
        if not event.value and path:
            self._sheet.places[path] = place
            line = self._lines[place.line - 1]
            hint = f"# begins a comment: {_QUOTE}" if " #" in line else "fill it in or take it away"
            self._sheet.wrong(place, f"nothing is written here; {hint}")
        elif re.match(r"[ \t]+#\S", self._text[end : end + 9]):
            words = f"# begins a comment; if it belongs to the words, {_QUOTE}"
            self._sheet.remarks.append(Problem(place.file, place.line, place.column, words))
        if _DASH_JOINED.search(self._text, begin, end):
            self._wrong(event, "the dash below is indented too far and was joined to this line")
        return str(event.value)

    def _skip(self) -> str:
        depth = 1
        while depth:
            event = next(self._events)
            depth += isinstance(event, SequenceStartEvent | MappingStartEvent)
            depth -= isinstance(event, SequenceEndEvent | MappingEndEvent)
        return ""

    def _place(self, event: Event) -> Place:
        index = event.start_mark.index
        line = bisect_right(self._starts, index)
        return Place(self._sheet.file, line, index - self._starts[line - 1] + 1)

    def _wrong(self, event: Event, words: str) -> str:
        self._sheet.wrong(self._place(event), words)
        return ""


def _safe(words: str) -> str:
    """`words` without the control characters an escape can bring in and no database takes."""
    return words if words.isascii() and words.isprintable() else clean(words)
