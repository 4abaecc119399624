"""The analysts' folder read into one checked value, and laid down again."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from pydantic import BaseModel, ValidationError

from wirebell.core.clock import Clock, system_clock
from wirebell.core.errors import DeskError, Problem
from wirebell.desk import assembly
from wirebell.desk.complaints import complaints
from wirebell.desk.conditions import Reader
from wirebell.desk.lint import remarks
from wirebell.desk.models import ChannelsFile, FeedsFile, PeopleFile, WatchFile
from wirebell.desk.names import Names, gather
from wirebell.desk.sheet import Sheet, read_sheet
from wirebell.desk.spelling import did_you_mean
from wirebell.desk.values import Desk

MOST_BYTES = 5_000_000
"""The size of a file that no desk writes by hand: about 10,000 rules."""

_MODELS: dict[str, type[BaseModel]] = {
    "feeds.yaml": FeedsFile,
    "people.yaml": PeopleFile,
    "channels.yaml": ChannelsFile,
}
_OURS = re.compile(r"(?:feeds|people|channels)\.yaml|watch/[A-Za-z0-9_][A-Za-z0-9._-]*\.yaml")


def load_desk(folder: Path, clock: Clock = system_clock) -> Desk:
    """Read everything analysts wrote in `folder`, or say everything that is wrong with it.

    Reads feeds.yaml, people.yaml, channels.yaml and watch/*.yaml. `clock` decides which rules
    have expired.

    Raises:
        DeskError: at least one mistake; lists every one as file:line:column.
    """
    if not folder.is_dir():
        problem = Problem(".", 1, 1, "there is no such folder; set WIREBELL_RULES or make it")
        raise DeskError(str(folder), (problem,))
    files: list[tuple[str, str]] = []
    problems: list[Problem] = []
    for path in _yaml_files(folder):
        name = path.relative_to(folder).as_posix()
        found = _stray(name) or _text(path, name)
        if isinstance(found, Problem):
            problems.append(found)
        else:
            files.append((name, found))
    return _assembled(str(folder), files, problems, clock)


def load_desk_text(
    files: Iterable[tuple[str, str]], subject: str = "the desk", clock: Clock = system_clock
) -> Desk:
    """The desk out of (path, text) pairs, as `Desk.files` keeps them. Like `load_desk`.

    Raises:
        DeskError: at least one mistake; lists every one as file:line:column.
    """
    given = list(files)
    problems = [stray for name, _ in given if (stray := _stray(name))]
    return _assembled(subject, [f for f in given if not _stray(f[0])], problems, clock)


def write_desk(files: tuple[tuple[str, str], ...], folder: Path) -> None:
    """Lay an accepted desk down again, as it was, so that it loads to the same hash.

    Raises:
        DeskError: a file's name leads out of the folder or belongs to no desk, or the folder
            holds other files of a desk, which would be read with these.
    """
    names = {name for name, _ in files}
    problems = [stray for name in names if (stray := _stray(name))]
    there = {path.relative_to(folder).as_posix() for path in _yaml_files(folder)}
    problems += [
        Problem(name, 1, 1, "this file is here already; choose an empty folder")
        for name in there - names
    ]
    if problems:
        raise DeskError(str(folder), tuple(problems))
    for name, text in files:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(f".{path.name}.{os.getpid()}")
        fresh.write_bytes(text.encode())
        fresh.replace(path)  # another process may be reading


def _yaml_files(folder: Path) -> list[Path]:
    found = {*folder.glob("*.y*ml"), *folder.glob("watch/**/*.y*ml")}
    return sorted(path for path in found if not path.name.startswith("."))


def _stray(name: str) -> Problem | None:
    if _OURS.fullmatch(name):
        return None
    near = did_you_mean(name, _MODELS) if "/" not in name else ""
    words = f"this file is not read; rules are in watch/NAME.yaml{near}"
    return Problem(name, 1, 1, words)


def _text(path: Path, name: str) -> str | Problem:
    try:
        if path.stat().st_size >= MOST_BYTES:
            return Problem(name, 1, 1, "this file has 5 MB or more; is it the right one?")
        data = path.read_bytes()
    except OSError as error:
        return Problem(name, 1, 1, f"this file cannot be read: {error.strerror}")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        column = len(data[data.rfind(b"\n", 0, error.start) + 1 : error.start].decode()) + 1
        words = "this is not UTF-8 text; save the file as UTF-8"
        return Problem(name, line, column, words)


def _assembled(
    subject: str, files: Sequence[tuple[str, str]], problems: list[Problem], clock: Clock
) -> Desk:
    ordered = tuple(sorted(files))
    sheets = [read_sheet(name, text) for name, text in ordered]
    unread = [sheet for sheet in sheets if not sheet.tree]
    problems += [_empty(sheet) for sheet in unread if not sheet.problems]
    problems += _missing({*dict(ordered)} | {problem.file for problem in problems})
    names = gather(sheets, complete=not problems and not unread)
    shapes = {sheet.file: _checked(sheet, names) for sheet in sheets if sheet.tree}
    for sheet in sheets:
        problems += sheet.problems
    if problems:
        raise DeskError(subject, tuple(problems))
    return _desk(ordered, sheets, shapes, names, clock)


def _empty(sheet: Sheet) -> Problem:
    return Problem(sheet.file, 1, 1, "this file is empty; README.md says what goes into it")


def _missing(names: set[str]) -> list[Problem]:
    """Sentences for what a desk cannot do without. A desk may know nobody by name."""
    wanted = [name for name in ("feeds.yaml", "channels.yaml") if name not in names]
    found = [Problem(name, 1, 1, "there is no such file") for name in wanted]
    if not any(name.startswith("watch/") for name in names):
        found.append(Problem("watch", 1, 1, "there are no rules; write watch/NAME.yaml"))
    return found


def _checked(sheet: Sheet, names: Names) -> BaseModel | None:
    model = _MODELS.get(sheet.file, WatchFile)
    try:
        return model.model_validate(sheet.tree, context=names)
    except ValidationError as error:
        found = complaints(sheet, model, error)
        sheet.problems += (problem for problem in found if problem.line not in sheet.broken)
        return None


def _desk(
    files: tuple[tuple[str, str], ...],
    sheets: Sequence[Sheet],
    shapes: Mapping[str, BaseModel | None],
    names: Names,
    clock: Clock,
) -> Desk:
    watches = [
        (shape, sheet) for sheet in sheets if isinstance(shape := shapes[sheet.file], WatchFile)
    ]
    reader = Reader(names.sigils, {k: v for shape, _ in watches for k, v in shape.lists.items()})
    desk = Desk(_hash(files), files)
    for sheet in sheets:
        match shapes[sheet.file]:
            case FeedsFile() as file:
                desk = replace(desk, feeds=assembly.feeds(file))
            case PeopleFile() as file:
                desk = replace(desk, people=assembly.people(file, reader))
            case ChannelsFile() as file:
                desk = replace(
                    desk,
                    channels=assembly.channels(file, sheet),
                    recipients=assembly.recipients(file, sheet),
                    routes=assembly.routes(file, sheet),
                )
            case WatchFile() as file:
                desk = replace(desk, rules=desk.rules + assembly.rules(file, sheet, reader))
    return replace(desk, notes=remarks(desk, sheets, names, clock().date()))


def _hash(files: tuple[tuple[str, str], ...]) -> str:
    """sha-256 over every path and text, each with its length so that none runs into the next."""
    digest = hashlib.sha256()
    for name, text in files:
        for part in (name.encode(), text.encode()):
            digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()
