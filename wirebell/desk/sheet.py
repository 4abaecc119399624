"""One YAML file as text, lists and mappings, every one of which knows its line and column.

They are made from ruamel's YAML 1.2 events and not from its values: an event still has the words
as the analyst wrote them (301, on, null, 0123) and where they stand.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from contextlib import suppress
from importlib.resources import files
from typing import Any, TypeAlias

from ruamel.yaml import YAML
from ruamel.yaml import events as yaml
from ruamel.yaml.error import MarkedYAMLError, StreamMark, YAMLError

from wirebell.core.errors import Problem
from wirebell.core.text import clean
from wirebell.desk.values import Place

SENTENCES: dict[str, dict[str, str]] = tomllib.loads(
    files("wirebell.desk").joinpath("sentences.toml").read_text("utf-8")
)

_MOST_MENDS = 12  # each costs another reading of the file
_OTHER_BREAKS = re.compile("[\r\x85\u2028\u2029]")  # lines to YAML, not to an editor
_INVISIBLE = re.compile("[^\t\n -~\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_TABBED = re.compile(r"^[ -]*\t", re.MULTILINE)
_DASH_JOINED = re.compile(r"\n[ \t]*- ")
_JOINED_COMMENT = re.compile(r"[ \t]+#\S")
_DASHED = re.compile(r"^( *)-(?=[a-z_]+:(?: |$))", re.MULTILINE)
_ONLY_PURE = re.compile(r"\t|[|>][-+0-9]*#")  # taken by the reader in C, refused by YAML 1.2
_VALUE = re.compile(r"(\s*(?:- +)*(?:[^\s:'\"\[{#-][^:'\"\[{]*:\s+)?)(\S.*?)\s*")


class Text(str):
    """Words as they were written."""

    __slots__ = ("place",)
    place: Place

    def __new__(cls, words: str, place: Place) -> Text:
        """`words`, standing at `place`."""
        text = super().__new__(cls, words)
        text.place = place
        return text


class Items(list["Tree"]):
    """A list."""

    def __init__(self, place: Place) -> None:
        super().__init__()
        self.place = place


class Keys(dict[Text, "Tree"]):
    """A mapping."""

    def __init__(self, place: Place) -> None:
        super().__init__()
        self.place = place


Tree: TypeAlias = Text | Items | Keys


def find(tree: Tree, *path: str) -> Iterator[Tree]:
    """What stands at `path`; each item where there is a list, each key where it says "*"."""
    if isinstance(tree, Items):
        for item in tree:
            yield from find(item, *path)
    elif not path:
        yield tree
    elif isinstance(tree, Keys):
        key, *rest = path
        if key == "*":
            yield from tree
        elif key in tree:
            yield from find(tree[Text(key, tree.place)], *rest)


def texts(tree: Tree, *path: str) -> Iterator[Text]:
    """Of what stands at `path`, the texts."""
    return (found for found in find(tree, *path) if isinstance(found, Text))


def _events(text: str) -> list[Any]:
    """What YAML reads: the reader in C where both agree, the other where it says why not."""
    if not _ONLY_PURE.search(text):
        with suppress(YAMLError):
            return list(YAML(typ="safe").parse(text))
    with suppress(ValueError, OverflowError):  # of "\UFFFFFFFF", which only the one in C names
        return list(YAML(typ="safe", pure=True).parse(text))
    return list(YAML(typ="safe").parse(text))


def position(text: str, index: int) -> tuple[int, int]:
    """Line and column of a character, as editors count them."""
    return text.count("\n", 0, index) + 1, index - text.rfind("\n", 0, index)


class Sheet:
    """A file as far as it can be read, with every mistake of its YAML.

    A line that YAML refuses is read once more as the advice would have it (in quotes), so that
    the mistakes behind it are found in the same pass. `remarks` stop nothing. The tree of a
    file that cannot be read is empty.
    """

    def __init__(self, file: str, text: str) -> None:
        self.problems: list[Problem] = []
        self.remarks: list[Problem] = []
        self.tree = Keys(Place(file, 1, 1))
        self._text = _OTHER_BREAKS.sub(" ", text.replace("\r\n", "\n"))
        self._wrong_at_each(_INVISIBLE, "invisible")
        self._text = _INVISIBLE.sub(" ", self._text)
        while True:
            try:
                tree = self._root(iter(_events(self._text)))
            except YAMLError as error:
                if not self._mend(error):
                    return
            except RecursionError:
                self._wrong(self.tree.place, "too_deep")
                return
            else:
                break
        if isinstance(tree, Keys):
            self.tree = tree
        else:
            self._wrong(self.tree.place, "empty" if tree is None else "no_keys")

    def _wrong(self, place: Place, sentence: str, **facts: str | int) -> str:
        self.problems.append(place.problem(SENTENCES["file"][sentence].format(**facts)))
        return ""

    def _wrong_at_each(self, pattern: re.Pattern[str], sentence: str) -> None:
        for found in pattern.finditer(self._text):
            place = Place(self.tree.place.file, *position(self._text, found.end() - 1))
            self._wrong(place, sentence)

    def _place(self, mark: StreamMark) -> Place:
        return Place(self.tree.place.file, mark.line + 1, mark.column + 1)

    def _mend(self, error: YAMLError) -> bool:
        """Tell what YAML refuses and put its line in quotes; False if that is of no use."""
        if not isinstance(error, MarkedYAMLError) or not (mark := error.problem_mark):
            return bool(self._wrong(self.tree.place, "no_yaml"))
        if _DASHED.search(self._text):
            self._wrong_at_each(_DASHED, "dash")
            self._text = _DASHED.sub(r"\1- ", self._text)
            return True
        context, begun = error.context or "", error.context_mark
        if begun and begun.line != mark.line and ("flow" in context or "quoted" in context):
            mark = begun  # YAML noticed only where the file ends
        sign = self._text[mark.index : mark.index + 1]
        if sign == "\t":
            self._wrong_at_each(_TABBED, "tab")
            return False
        said = f"{context} {error.problem}"
        words = next(ours for theirs, ours in SENTENCES["yaml"].items() if theirs in said)
        problem = self._place(mark).problem(words.replace("{sign}", sign))
        lines = self._text.split("\n")
        value = _VALUE.fullmatch(lines[mark.line])
        told = problem in self.problems
        self.problems.append(problem)
        if told or not value or len(self.problems) > _MOST_MENDS:
            return False
        quoted = value[2].replace("'", "''")
        lines[mark.line] = f"{value[1]}'{quoted}'" if value[2] != "---" else ""
        self._text = "\n".join(lines)
        return True

    def _root(self, events: Iterator[Any]) -> Tree | None:
        tree = None
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                if tree is not None:
                    raise MarkedYAMLError(problem="another document", problem_mark=event.start_mark)
                tree = self._tree(next(events), self.tree.place, events)
        return tree

    def _tree(self, event: Any, key: Place | None, events: Iterator[Any]) -> Tree:
        """What begins with `event`, as it was written. What is empty stands where `key` does."""
        place = self._place(event.start_mark)
        if signed := bool(event.anchor or str(event.tag).startswith("!")):
            self._wrong(place, "sign", sign=self._text[event.start_mark.index])
        if isinstance(event, yaml.MappingStartEvent):
            return self._keys(place, events)
        if isinstance(event, yaml.SequenceStartEvent):
            items = Items(place)
            while not isinstance(event := next(events), yaml.SequenceEndEvent):
                items.append(self._tree(event, None, events))
            return items
        if signed:
            return Text("", place)
        if not event.style:
            place = place if event.value else key or place
            self._check_plain(event, place)
        return Text(clean(event.value), place)

    def _keys(self, place: Place, events: Iterator[Any]) -> Keys:
        keys = Keys(place)
        while not isinstance(event := next(events), yaml.MappingEndEvent):
            key = self._tree(event, None, events)
            tree = self._tree(next(events), key.place, events)
            if not isinstance(key, Text):
                self._wrong(key.place, "no_key")
            elif keys.setdefault(key, tree) is not tree:
                first = next(other.place.line for other in keys if other == key)
                self._wrong(key.place, "twice", key=repr(str(key)), line=first)
        return keys

    def _check_plain(self, event: Any, place: Place) -> None:
        """Words without quotes stand as they are, unless YAML took something away from them."""
        begin, end = event.start_mark.index, event.end_mark.index
        if not event.value:
            self._wrong(place, "nothing")
        elif _JOINED_COMMENT.match(self._text, end):
            self.remarks.append(place.problem(SENTENCES["file"]["comment"]))
        if _DASH_JOINED.search(self._text, begin, end):
            self._wrong(place, "joined")
