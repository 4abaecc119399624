"""What YAML refuses, said so that an analyst can mend it, and read on as if it were mended."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ruamel.yaml.error import MarkedYAMLError, StreamMark, YAMLError
from ruamel.yaml.reader import ReaderError

_VALUE = re.compile(r"^(\s*(?:- +)*(?:[^\s:'\"\[{#-][^:'\"\[{]*:\s+)?)(\S.*?)\s*$")
_COLON = re.compile(r":\s")


@dataclass(frozen=True, slots=True)
class Refusal:
    """A place YAML cannot read, why, and the text with its line mended (None: it cannot be)."""

    line: int
    column: int
    words: str
    mended: str | None = None


def explain(error: YAMLError, text: str) -> Refusal:
    """Say what `error` means for the one who wrote `text`. Lines and columns count from 1."""
    lines = text.split("\n")
    if isinstance(error, ReaderError):
        mended = f"{text[: error.position]} {text[error.position + 1 :]}"
        words = "an invisible control character stands here; delete it"
        return Refusal(*position(text, error.position), words, mended)
    if not isinstance(error, MarkedYAMLError) or error.problem_mark is None:
        return Refusal(1, 1, "this is not YAML; compare it with a shipped file")
    line, column = _place(text, error.problem_mark)
    begun = _place(text, error.context_mark) if error.context_mark else (line, column)
    problem, context = error.problem or "", error.context or ""
    here = lines[line - 1]
    if "flow" in context:
        return _bracket(lines, (line, column), begun)
    if "quoted scalar" in context:
        line, column = begun
        words = "this quote is opened and never closed; a quote inside is written twice: ''"
        if "escape" in problem:
            words = r"a \ means something between double quotes; use single quotes"
    elif here[:column].strip(" ") == "\t":
        words = "a tab stands here; indent with spaces"
        return Refusal(line, column, words, _untabbed(lines, line))
    elif "cannot start any token" in problem:
        words = f"{here[column - 1]} at the beginning means something in YAML; put it in quotes"
    elif "mapping values" in problem and not _COLON.search(here[: column - 1]):
        words = "this key is indented further than the one above, or the line above lacks its colon"
        return Refusal(line, column, words)
    elif "mapping values" in problem:
        words = "a second colon means something in YAML; put the words after the first in quotes"
    elif "block scalar" in context:
        words = "| or > at the beginning means something in YAML; put it in quotes"
    elif "<scalar>" in problem:
        words = "words follow the closing quote; put the whole in one pair of quotes"
    elif "block end" in problem:
        return Refusal(
            line, column, "this does not line up with the lines above; check the spaces before it"
        )
    else:
        words = "YAML cannot read this; put it in quotes"
    return Refusal(line, column, words, _quoted(lines, line))


def position(text: str, index: int) -> tuple[int, int]:
    """Line and column of a character, as editors count them.

    ruamel also counts U+2028, U+2029 and U+0085 as ends of lines; text pasted from the web has
    them.
    """
    return text.count("\n", 0, index) + 1, index - text.rfind("\n", 0, index)


def _place(text: str, mark: StreamMark) -> tuple[int, int]:
    return position(text, mark.index)


def _bracket(lines: list[str], found: tuple[int, int], begun: tuple[int, int]) -> Refusal:
    sign = lines[begun[0] - 1][begun[1] - 1 : begun[1]]
    if " #" in lines[begun[0] - 1][begun[1] - 1 :]:
        words, place = "# begins a comment here; put what it belongs to in quotes", begun
    elif found == begun:
        words, place = "something is missing before this; or put it in quotes", found
    elif found[0] != begun[0]:
        words, place = f"this {sign} is never closed, or a comma is missing after it", begun
    else:
        words = f"a comma or the closing sign of {sign} is missing before this; or put it in quotes"
        place = found
    return Refusal(*place, words, _quoted(lines, begun[0]))


def _quoted(lines: list[str], line: int) -> str | None:
    """The text with the value on `line` in quotes, or None if that changes nothing."""
    found = _VALUE.match(lines[line - 1])
    if not found:
        return None
    value = found.group(2)
    if len(value) > 1 and value[0] == value[-1] == "'":
        return None  # quoted already, and still refused
    value = value.replace("'", "''")
    return "\n".join([*lines[: line - 1], f"{found.group(1)}'{value}'", *lines[line:]])


def _untabbed(lines: list[str], line: int) -> str:
    """The text with spaces for the tabs before `line`, as deep as the line above asks for."""
    above = next((other.rstrip() for other in reversed(lines[: line - 1]) if other.strip()), "")
    body = lines[line - 1].lstrip()
    indent = lines[line - 1][: len(lines[line - 1]) - len(body)].expandtabs(2)
    if above.endswith(":"):
        indent = " " * (len(above) - len(above.lstrip(" -")) + 2)
    return "\n".join([*lines[: line - 1], indent + body, *lines[line:]])
