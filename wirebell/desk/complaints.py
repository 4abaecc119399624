"""What a model finds wrong, said at the line and column of the analyst's own word."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from wirebell.core.errors import Problem
from wirebell.desk.clauses import BRANCHES, CombinationShape
from wirebell.desk.sheet import Path, Sheet
from wirebell.desk.spelling import did_you_mean, nearest
from wirebell.desk.values import Place

_MAPPING = "write keys and values here, each 'key: value'"
_WORDS = {
    "tuple_type": "write a list, [one, another], or each on its own line after a dash",
    "bool_parsing": "write true or false",
    "int_parsing": "write a whole number",
    "string_too_short": "nothing is written here",
    "model_type": _MAPPING,
    "dict_type": _MAPPING,
    "less_than_equal": "write {le} at most",
    "greater_than_equal": "write {ge} at least",
    "too_short": "write {min_length} or more",
}
_COLON = "a colon made this a key and a value; put the words in quotes"


def complaints(sheet: Sheet, model: type[BaseModel], error: ValidationError) -> Iterator[Problem]:
    """Each thing `model` found wrong with `sheet`, less what only follows from another."""
    meant: set[Path] = set()
    missing: list[Path] = []
    for detail in error.errors(include_url=False):
        kind, loc = detail["type"], detail["loc"]
        path = _path(sheet, loc)
        if kind == "missing":
            missing.append((*path, loc[-1]))
        elif kind == "extra_forbidden":
            known = _keys_at(model, loc[:-1])
            meant.add((*path[:-1], nearest(str(loc[-1]), known)))
            near = did_you_mean(str(loc[-1]), known) or "; there are " + ", ".join(known)
            yield _at(sheet.keys[path], f"{loc[-1]}: there is no such key here{near}")
        elif kind != "too_short" or len(detail["input"]) < detail["ctx"]["min_length"]:
            place = sheet.keys[path] if loc[-1] == "[key]" else sheet.place(*path)
            key = next((f"{step}: " for step in reversed(path) if isinstance(step, str)), "")
            yield _at(place, key + _words(detail))
    for path in missing:
        if path not in meant:
            yield _at(sheet.place(*path), f"{path[-1]} is missing")


def _at(place: Place, words: str) -> Problem:
    return Problem(place.file, place.line, place.column, words)


def _path(sheet: Sheet, loc: tuple[int | str, ...]) -> Path:
    """The steps of `loc` that stand in the file: tags of branches and absent keys left out."""
    path: Path = ()
    for step in loc:
        if sheet.at(*path, step) is not None:
            path = (*path, step)
    return path


def _words(detail: ErrorDetails) -> str:
    kind, given, context = detail["type"], detail["input"], detail.get("ctx", {})
    if kind == "value_error":
        return str(context["error"])
    if kind == "string_type":
        return _COLON if isinstance(given, dict) else "write one text here, not a list"
    if kind == "union_tag_not_found":
        return _no_branch(given)
    if kind in ("enum", "literal_error"):
        choice = context["expected"].replace("'", "")
        return f"write {choice}{did_you_mean(str(given), choice.replace(' or ', ', ').split(', '))}"
    return _WORDS.get(kind, detail["msg"]).format(**context)


def _no_branch(given: Any) -> str:
    """A mapping stands where a term, a name or a condition is due."""
    known = [*CombinationShape.model_fields, "phrase", "prefix"]
    key, value = next(iter(given.items()), ("", ""))
    if key in known:
        return f"{key} cannot stand here; write a term, a $name or a list"
    near = did_you_mean(key, known)
    if len(given) == 1 and isinstance(value, str) and not near:
        return f"{_COLON}: '{key}: {value}'"
    return f"there is no key {key!r} here{near}"


def _keys_at(model: type[BaseModel], loc: tuple[int | str, ...]) -> list[str]:
    """The keys an analyst may write where `loc` leads."""
    for step in loc:
        model = BRANCHES.get(str(step), model)
        for name, field in model.model_fields.items():
            if step == (field.alias or name):
                model = next(_models_in(field.annotation), model)
                break
    return [field.alias or name for name, field in model.model_fields.items()]


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _models_in(inner)
