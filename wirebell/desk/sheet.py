"""One YAML file as text, lists and mappings, every one of which knows its line and column.

They are made from ruamel's YAML 1.2 nodes and not from its values: a node still has the words
as the analyst wrote them (301, on, null, 0123) and where they stand.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from importlib.resources import files
from typing import TypeAlias

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, StreamMark, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

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
                root = YAML(typ="safe", pure=True).compose(self._text)
                tree = self._tree(root, self.tree.place) if root else None
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
        lines[mark.line] = f"{value[1]}'{quoted}'"
        self._text = "\n".join(lines)
        return True

    def _tree(self, node: Node, key: Place) -> Tree:
        """`node` as it was written. What is empty stands where its key does."""
        place = self._place(node.start_mark)
        if node.anchor or str(node.tag).startswith("!"):
            sign = self._text[node.start_mark.index]
            return Text(self._wrong(place, "sign", sign=sign), place)
        if isinstance(node, MappingNode):
            return self._keys(node, place)
        if isinstance(node, SequenceNode):
            items = Items(place)
            items.extend(self._tree(item, self._place(item.start_mark)) for item in node.value)
            return items
        if isinstance(node, ScalarNode) and not node.style:
            place = place if node.value else key
            self._check_plain(node, place)
        return Text(clean(node.value), place)

    def _keys(self, node: MappingNode, place: Place) -> Keys:
        keys = Keys(place)
        for written, value in node.value:
            here = self._place(written.start_mark)
            if not isinstance(written, ScalarNode):
                self._wrong(here, "no_key")
                continue
            key = Text(clean(written.value), here)
            tree = self._tree(value, here)
            if keys.setdefault(key, tree) is not tree:
                first = next(other.place.line for other in keys if other == key)
                self._wrong(here, "twice", key=repr(str(key)), line=first)
        return keys

    def _check_plain(self, node: Node, place: Place) -> None:
        """Words without quotes stand as they are, unless YAML took something away from them."""
        begin, end = node.start_mark.index, node.end_mark.index
        if not node.value:
            self._wrong(place, "nothing")
        elif _JOINED_COMMENT.match(self._text, end):
            self.remarks.append(place.problem(SENTENCES["file"]["comment"]))
        if _DASH_JOINED.search(self._text, begin, end):
            self._wrong(place, "joined")
