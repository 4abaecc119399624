"""What YAML refuses, said so that an analyst can mend it, and read on as if it were mended."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.reader import ReaderError

_VALUE = re.compile(r"^(\s*(?:- +)*(?:[^\s:'\"\[{#-][^:'\"\[{]*:\s+)?)(\S.*?)\s*$")
_COLON = re.compile(r":\s")


@dataclass(frozen=True, slots=True)
class Refusal:
    """A line YAML cannot read: where, why, and the text with that line mended (None: cannot)."""

    line: int
    column: int
    words: str
    mended: str | None = None


def explain(error: YAMLError, text: str) -> Refusal:
    """Say what `error` means for the one who wrote `text`. Lines and columns count from 1."""
    if isinstance(error, ReaderError):
        return _control(text, error.position)
    if not isinstance(error, MarkedYAMLError) or error.problem_mark is None:
        return Refusal(1, 1, "this is not YAML; compare it with a shipped file")
    problem, mark, begun = error.problem or "", error.problem_mark, error.context_mark
    lines = text.split("\n")
    line = lines[mark.line] if mark.line < len(lines) else ""
    if "'\\t'" in problem or line[: mark.column + 1].strip(" ") == "\t":
        words = "a tab stands here; indent with spaces"
        return Refusal(mark.line + 1, mark.column + 1, words, _untabbed(lines, mark.line))
    if "cannot start any token" in problem:
        words = f"{line[mark.column]} at the beginning means something in YAML; put it in quotes"
        return Refusal(mark.line + 1, mark.column + 1, words, _quoted(lines, mark.line))
    if "mapping values are not allowed" in problem:
        return _colon(lines, mark.line, mark.column)
    if "quoted scalar" in (error.context or "") and begun:
        words = "this quote is opened and never closed; a quote inside is written twice: ''"
        if "escape" in problem:
            words = r"a \ means something between double quotes; use single quotes"
        return Refusal(begun.line + 1, begun.column + 1, words, _quoted(lines, begun.line))
    if "flow" in (error.context or "") and begun:
        return _bracket(lines, (mark.line, mark.column), (begun.line, begun.column))
    if "<scalar>" in problem and "block" in (error.context or ""):
        words = "words follow the closing quote; put the whole in one pair of quotes"
        return Refusal(mark.line + 1, mark.column + 1, words, _quoted(lines, mark.line))
    if "block end" in problem:
        words = "this does not line up with the lines above; check the spaces before it"
        return Refusal(mark.line + 1, mark.column + 1, words)
    if "block scalar" in (error.context or ""):
        words = "| or > at the beginning means something in YAML; put it in quotes"
        return Refusal(mark.line + 1, mark.column + 1, words, _quoted(lines, mark.line))
    return Refusal(mark.line + 1, mark.column + 1, "YAML cannot read this; put it in quotes")


def _control(text: str, position: int) -> Refusal:
    before = text[:position]
    line, column = before.count("\n") + 1, position - before.rfind("\n")
    mended = f"{before} {text[position + 1 :]}"
    return Refusal(line, column, "an invisible control character stands here; delete it", mended)


def _colon(lines: list[str], line: int, column: int) -> Refusal:
    if _COLON.search(lines[line][:column]):
        words = "a second colon means something in YAML; put the words after the first in quotes"
        return Refusal(line + 1, column + 1, words, _quoted(lines, line))
    words = "this key is indented further than the one above, or the line above lacks its colon"
    return Refusal(line + 1, column + 1, words)


def _bracket(lines: list[str], found: tuple[int, int], begun: tuple[int, int]) -> Refusal:
    sign = lines[begun[0]][begun[1]]
    if " #" in lines[begun[0]][begun[1] :]:
        words, found = "# begins a comment here; put what it belongs to in quotes", begun
    elif found[0] != begun[0]:
        words = f"this {sign} is never closed, or a comma is missing after it"
        found = begun
    else:
        words = f"a comma or the closing sign of {sign} is missing before this; or put it in quotes"
    return Refusal(found[0] + 1, found[1] + 1, words, _quoted(lines, begun[0]))


def _quoted(lines: list[str], line: int) -> str | None:
    """The text with the value on `line` in quotes, or None if that changes nothing."""
    found = _VALUE.match(lines[line])
    if not found:
        return None
    value = found.group(2).replace("'", "''")
    if value.startswith("''") and value.endswith("''") and len(value) > 4:
        return None  # quoted already, and still refused
    return "\n".join([*lines[:line], f"{found.group(1)}'{value}'", *lines[line + 1 :]])


def _untabbed(lines: list[str], line: int) -> str:
    """The text with spaces for the tabs before `line`, as deep as the line above asks for."""
    above = next((other.rstrip() for other in reversed(lines[:line]) if other.strip()), "")
    body = lines[line].lstrip()
    indent = lines[line][: len(lines[line]) - len(body)].expandtabs(2)
    if above.endswith(":"):
        indent = " " * (len(above) - len(above.lstrip(" -")) + 2)
    return "\n".join([*lines[:line], indent + body, *lines[line + 1 :]])
