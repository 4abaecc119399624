"""The analysts' folder read into one checked value."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from wirebell.core.errors import DeskError, Problem
from wirebell.desk import assembly
from wirebell.desk.clauses import BRANCHES
from wirebell.desk.models import FILES
from wirebell.desk.names import Names, did_you_mean, gather
from wirebell.desk.sheet import SENTENCES, Items, Keys, Sheet, Text, Tree, position
from wirebell.desk.values import Desk

_COLON = "a colon made this a key and a value; put the words in quotes"
_FILE = SENTENCES["file"]
_OURS = re.compile(r"(feeds|people|channels)\.yaml|watch/\w[\w.-]*\.yaml", re.ASCII)


def load_desk(folder: Path) -> Desk:
    """Read everything analysts wrote in `folder`, or say everything that is wrong with it.

    Reads feeds.yaml, people.yaml, channels.yaml and watch/*.yaml.

    Raises:
        DeskError: at least one mistake; lists every one as file:line:column.
    """
    return _assembled(str(folder), *read_folder(folder))


def load_desk_text(files: Iterable[tuple[str, str]], unread: Sequence[Problem] = ()) -> Desk:
    """The desk out of (path, text) pairs, as `Desk.files` keeps them. Like `load_desk`.

    `unread` are mistakes of files that could not be read and are not among `files`.

    Raises:
        DeskError: at least one mistake; lists every one as file:line:column.
    """
    return _assembled("the desk", files, [*unread])


def read_folder(folder: Path) -> tuple[list[tuple[str, str]], list[Problem]]:
    """The (path, text) pairs of a desk's folder, and what cannot be read or would not be.

    Raises:
        DeskError: there is no such folder.
    """
    if not folder.is_dir():
        problem = Problem(".", 1, 1, "there is no such folder; set WIREBELL_RULES or make it")
        raise DeskError(str(folder), (problem,))
    files: list[tuple[str, str]] = []
    problems: list[Problem] = []
    for path in {*folder.glob("*.y*ml"), *folder.glob("watch/**/*.y*ml")}:
        if path.name.startswith("."):
            continue  # an editor's own
        name = path.relative_to(folder).as_posix()
        if not _OURS.fullmatch(name):
            hint = did_you_mean(name, [f"{kind}.yaml" for kind in FILES]) if "/" not in name else ""
            problems.append(Problem(name, 1, 1, _FILE["stray"] + hint))
            continue
        try:
            files.append((name, path.read_bytes().decode("utf-8-sig")))
        except OSError as error:
            problems.append(Problem(name, 1, 1, f"{_FILE['unreadable']}: {error.strerror}"))
        except UnicodeDecodeError as error:
            good = error.object[: error.start].decode()  # not of the file: a mark is cut off
            problems.append(Problem(name, *position(good, len(good)), _FILE["no_utf8"]))
    return files, problems


def _assembled(subject: str, given: Iterable[tuple[str, str]], unread: list[Problem]) -> Desk:
    """Check every file, whatever is wrong with the others, before anything is refused."""
    files = tuple(sorted(given))
    sheets = [Sheet(name, text) for name, text in files]
    trees = [sheet.tree for sheet in sheets if sheet.tree]
    unread = unread + _missing({*dict(files)} | {problem.file for problem in unread})
    names = gather(trees, complete=not unread and len(trees) == len(sheets))
    shapes = [(shape, tree) for tree in trees if (shape := _checked(tree, names))]
    problems = unread + [problem for sheet in sheets for problem in sheet.problems]
    broken = {(problem.file, problem.line) for problem in problems}
    problems += [found for found in names.problems if (found.file, found.line) not in broken]
    if problems:
        raise DeskError(subject, tuple(problems))
    desk = assembly.desk(_hash(files), files, shapes)
    found = {remark for sheet in sheets for remark in sheet.remarks} | {*names.remarks}
    return replace(desk, notes=tuple(map(str, sorted(found))))


def _missing(names: set[str]) -> list[Problem]:
    """Sentences for what a desk cannot do without. A desk may know nobody by name."""
    wanted = [name for name in ("feeds.yaml", "channels.yaml") if name not in names]
    found = [Problem(name, 1, 1, "there is no such file") for name in wanted]
    if not any(name.startswith("watch/") for name in names):
        found.append(Problem("watch", 1, 1, "there are no rules; write watch/NAME.yaml"))
    return found


def _checked(tree: Keys, names: Names) -> BaseModel | None:
    model = FILES[re.split(r"[./]", tree.place.file)[0]]
    try:
        return model.model_validate(tree, context=names)
    except ValidationError as error:
        names.problems += _complaints(tree, error)
        return None


def _hash(files: tuple[tuple[str, str], ...]) -> str:
    """sha-256 over every path and text, each with its length so that none runs into the next."""
    digest = hashlib.sha256()
    for name, text in files:
        for part in (name.encode(), text.encode()):
            digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()


def _complaints(tree: Keys, error: ValidationError) -> Iterator[Problem]:
    """Each thing a model found wrong with the file `tree`."""
    for detail in error.errors(include_url=False):
        kind, loc = detail["type"], detail["loc"]
        key, here = _walk(tree, loc)
        if kind == "missing":
            yield here.place.problem(f"{loc[-1]} is missing")
        elif kind != "too_short" or len(detail["input"]) < detail["ctx"]["min_length"]:
            place = key.place if loc[-1] == "[key]" else here.place
            yield place.problem(f"{key}: {_words(detail)}")


def _walk(tree: Tree, loc: tuple[int | str, ...]) -> tuple[Text, Tree]:
    """The last key and the last value on the way; tags of branches are no part of the file."""
    key = Text("", tree.place)
    for step in loc:
        if isinstance(tree, Items) and isinstance(step, int):
            tree = tree[step]
        elif isinstance(tree, Keys) and step in tree:
            key = next(key for key in tree if key == step)
            tree = tree[key]
    return key, tree


def _words(detail: ErrorDetails) -> str:
    kind, given, context = detail["type"], detail["input"], detail.get("ctx", {})
    if kind == "value_error":
        return str(context["error"])
    if kind in ("string_type", "is_instance_of"):
        return _COLON if isinstance(given, dict) else "write one text here, not a list"
    if kind.startswith("union_tag"):
        return _no_branch(given)
    if kind in ("enum", "literal_error"):
        choice = context["expected"].replace("'", "")
        return f"write {choice}{did_you_mean(str(given), choice.replace(' or ', ', ').split(', '))}"
    known = SENTENCES["value"].get(kind)
    return known.format(**context) if known else detail["msg"]


def _no_branch(given: Any) -> str:
    """A mapping or list stands where a term, a name or a condition is due."""
    if not isinstance(given, dict):
        return "write one text here, not a list"
    known = [key for keys in BRANCHES.values() for key in keys]
    key, value = next(iter(given.items()), ("", ""))
    if key in known:
        return f"{key} cannot stand here; write a term, a $name or a list"
    near = did_you_mean(key, known)
    if len(given) == 1 and isinstance(value, str) and not near:
        return f"{_COLON}: '{key}: {value}'"
    return f"there is no key {key!r} here{near}"
