"""One YAML file as text, lists and mappings, every piece of which knows its line and column.

The tree is built from ruamel's YAML 1.2 events and not from its values: an event still has the
words as the analyst wrote them (301, on, null, 0123) and where they stand, and every mistake
can be collected instead of the first one ending the reading.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

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
from wirebell.desk.syntax import explain
from wirebell.desk.values import Place

Path = tuple[str | int, ...]
Tree = str | list["Tree"] | dict[str, "Tree"]

_MOST_DEPTH = 24  # far more than a rule needs, far less than Python's own limit
_MOST_MENDS = 12  # each costs another reading of the file
_HASH = re.compile(r"[ \t]+#(\S)?")
_DASH_JOINED = re.compile(r"\n[ \t]*- ")


@dataclass(slots=True)
class Sheet:
    """A file read: its tree, and the place of every key and value by its path.

    `problems` stop the desk, `remarks` do not. A tree that could not be read is empty.
    """

    file: str
    text: str
    tree: Tree = field(default_factory=dict)
    places: dict[Path, Place] = field(default_factory=dict)
    keys: dict[Path, Place] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    remarks: list[Problem] = field(default_factory=list)

    def at(self, *path: str | int) -> Tree | None:
        """What stands at `path`, or None."""
        here: Tree | None = self.tree
        for step in path:
            if isinstance(here, dict) and isinstance(step, str):
                here = here.get(step)
            elif isinstance(here, list) and isinstance(step, int) and step < len(here):
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

    def count(self, *path: str | int) -> int:
        """How many items the list at `path` has; 0 where there is none."""
        here = self.at(*path)
        return len(here) if isinstance(here, list) else 0

    def place(self, *path: str | int) -> Place:
        """Where `path` stands, or the nearest thing around it."""
        while path and path not in self.places:
            path = path[:-1]
        return self.places.get(path, Place(self.file, 1, 1))

    def say(self, place: Place, words: str) -> Problem:
        """A sentence about a place in this file."""
        return Problem(self.file, place.line, place.column, words)


def read_sheet(file: str, text: str) -> Sheet:
    """Read a file as far as it can be read, with every mistake of its YAML.

    A line that YAML refuses is read once more as the advice would have it (in quotes), so that
    the mistakes behind it are found in the same pass.
    """
    problems: list[Problem] = []
    mended = text.replace("\r\n", "\n")
    while True:
        sheet = Sheet(file, mended)
        try:
            _Reading(sheet).read()
        except YAMLError as error:
            found = explain(error, mended)
            problems.append(sheet.say(Place(file, found.line, found.column), found.words))
            if found.mended is None or len(problems) > _MOST_MENDS:
                sheet = Sheet(file, mended)
            else:
                mended = found.mended
                continue
        broken = {problem.line for problem in problems}
        sheet.problems = problems + [p for p in sheet.problems if p.line not in broken]
        sheet.text = text
        return sheet


class _Reading:
    """One pass over the events of a file."""

    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet
        self._events: Iterator[Event] = YAML(typ="safe", pure=True).parse(sheet.text)

    def read(self) -> None:
        documents = 0
        for event in self._events:
            if isinstance(event, DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self._wrong(event, "a second document begins here; take the line --- away")
                    return
                tree = self._value(next(self._events), ())
                self._keep(tree)

    def _keep(self, tree: Tree) -> None:
        if isinstance(tree, dict):
            self._sheet.tree = tree
        elif tree:
            self._sheet.problems.append(
                self._sheet.say(
                    self._sheet.place(),
                    "a file is made of keys, such as 'rules:'; check that each dash and each "
                    "colon is followed by a space",
                )
            )

    def _value(self, event: Event, path: Path) -> Tree:
        self._sheet.places[path] = self._place(event)
        if isinstance(event, AliasEvent):
            return self._wrong(event, "a * at the beginning means something in YAML; " + _QUOTE)
        if getattr(event, "anchor", None):
            self._wrong(event, "a & at the beginning means something in YAML; " + _QUOTE)
        if (getattr(event, "tag", None) or "").startswith("!"):
            self._wrong(event, "a ! at the beginning means something in YAML; " + _QUOTE)
        if len(path) > _MOST_DEPTH and not isinstance(event, ScalarEvent):
            self._wrong(event, "this is nested too deeply; name the inner parts under lists:")
            return self._skip()
        if isinstance(event, SequenceStartEvent):
            return self._list(path)
        if isinstance(event, MappingStartEvent):
            return self._mapping(path)
        assert isinstance(event, ScalarEvent)  # noqa: S101 - the grammar has no fourth kind
        return self._text(event, path)

    def _list(self, path: Path) -> Tree:
        items: list[Tree] = []
        while not isinstance(event := next(self._events), SequenceEndEvent):
            items.append(self._value(event, (*path, len(items))))
        return items

    def _mapping(self, path: Path) -> Tree:
        items: dict[str, Tree] = {}
        while not isinstance(event := next(self._events), MappingEndEvent):
            key = self._key(event)
            inner = (*path, key)
            first = self._sheet.keys.get(inner)
            if first is None:
                self._sheet.keys[inner] = self._place(event)
                items[key] = self._value(next(self._events), inner)
            else:
                self._wrong(event, f"{key!r} is here twice; the first is on line {first.line}")
                self._value(next(self._events), (*inner, "twice"))
        return items

    def _key(self, event: Event) -> str:
        if isinstance(event, ScalarEvent):
            return str(event.value)
        self._wrong(event, "a key must be a word; put this in quotes")
        if isinstance(event, SequenceStartEvent | MappingStartEvent):
            self._skip()
        return "?"

    def _text(self, event: ScalarEvent, path: Path) -> str:
        value = str(event.value)
        if event.style:  # quoted or a block: as it stands
            return value
        source = self._sheet.text
        begin, end = event.start_mark.index, event.end_mark.index
        rest = source[end : (source + "\n").index("\n", end)]
        comment = _HASH.match(rest if end and not value else " " * (not value) + rest)
        if not value:
            if path:
                hint = f"what follows # is a comment; {_QUOTE}" if comment else _FILL
                self._wrong(event, f"nothing is written here; {hint}")
        elif comment and comment.group(1):
            words = f"what follows # is a comment; if it belongs to the words, {_QUOTE}"
            self._sheet.remarks.append(self._sheet.say(self._place(event), words))
        if _DASH_JOINED.search(source, begin, end):
            self._wrong(event, "the dash below is indented too far and was joined to this line")
        return value

    def _skip(self) -> str:
        depth = 1
        while depth:
            event = next(self._events)
            depth += isinstance(event, SequenceStartEvent | MappingStartEvent)
            depth -= isinstance(event, SequenceEndEvent | MappingEndEvent)
        return ""

    def _place(self, event: Event) -> Place:
        mark = event.start_mark
        return Place(self._sheet.file, mark.line + 1, mark.column + 1)

    def _wrong(self, event: Event, words: str) -> str:
        self._sheet.problems.append(self._sheet.say(self._place(event), words))
        return ""


_QUOTE = "put it in quotes"
_FILL = "fill it in or take the key away"
