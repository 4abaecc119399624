"""What a model finds wrong, said at the line and column of the analyst's own word."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from wirebell.core.errors import Problem
from wirebell.desk.clauses import BRANCHES, CombinationShape
from wirebell.desk.sheet import Path, Sheet
from wirebell.desk.spelling import did_you_mean

_WORDS = {
    "tuple_type": "write a list, [one, another], or each on its own line after a dash",
    "bool_parsing": "write true or false",
    "int_parsing": "write a whole number",
    "int_from_float": "write a whole number",
    "string_too_short": "nothing is written here",
    "string_pattern_mismatch": "write letters a-z in lower case and digits, joined by hyphens",
    "model_type": "write keys and values here, each 'key: value'",
    "model_attributes_type": "write keys and values here, each 'key: value'",
    "dict_type": "write keys and values here, each 'key: value'",
}
_QUOTES = "a colon made this a key and a value; put the words in quotes"


def complaints(sheet: Sheet, model: type[BaseModel], error: ValidationError) -> Iterator[Problem]:
    """Each thing `model` found wrong with `sheet`, one sentence a line of the file."""
    for detail in error.errors(include_url=False):
        path = _path(sheet, detail["loc"])
        if detail["type"] == "extra_forbidden":
            place = sheet.keys[path]
            words = _unknown_key(str(path[-1]), detail, model)
        else:
            place, words = sheet.place(*path), _words(detail)
        if detail["type"] == "missing":
            yield sheet.say(place, f"{detail['loc'][-1]} is missing")
            continue
        keys = [step for step in path if isinstance(step, str)]
        yield sheet.say(place, f"{keys[-1]}: {words}" if keys else words)


def _path(sheet: Sheet, loc: tuple[int | str, ...]) -> Path:
    """The steps of `loc` that stand in the file: tags of branches and absent keys left out."""
    path: Path = ()
    for step in loc:
        if sheet.at(*path, step) is not None:
            path = (*path, step)
    return path


def _words(detail: ErrorDetails) -> str:
    kind, given = detail["type"], detail["input"]
    if kind == "value_error":
        return str(detail["ctx"]["error"])
    if kind == "string_type":
        return _QUOTES if isinstance(given, dict) else "write one text here, not a list"
    if kind in ("union_tag_not_found", "union_tag_invalid"):
        return _no_branch(given)
    if kind in ("enum", "literal_error"):
        choice = detail["ctx"]["expected"]
        near = did_you_mean(str(given), choice.replace(" or ", ", ").replace("'", "").split(", "))
        return f"write {choice}{near}"
    if kind == "too_short":
        least = detail["ctx"]["min_length"]
        return f"write at least {'one' if least == 1 else least}"
    return _WORDS.get(kind) or detail["msg"].replace("Input should be", "this should be")


def _no_branch(given: Any) -> str:
    """A mapping stands where a term, a name or a condition is due."""
    keys = list(given) if isinstance(given, dict) else []
    known = [*CombinationShape.model_fields, "phrase", "prefix"]
    if len(keys) == 1 and isinstance(given[keys[0]], str) and not did_you_mean(keys[0], known):
        return f"{_QUOTES}: '{keys[0]}: {given[keys[0]]}'"
    if keys and keys[0] in known:
        return f"{keys[0]} cannot stand here; write a term, a $name or a list"
    near = did_you_mean(keys[0], known) if keys else ""
    return f"no key {keys[0]!r} is known here{near}" if keys else "write a term, a $name or a list"


def _unknown_key(key: str, detail: ErrorDetails, model: type[BaseModel]) -> str:
    here = _shape_at(model, detail["loc"][:-1])
    known = [field.alias or name for name, field in here.model_fields.items()]
    near = did_you_mean(key, known)
    return f"there is no such key here{near or '; there are ' + ', '.join(known)}"


def _shape_at(model: type[BaseModel], loc: tuple[int | str, ...]) -> type[BaseModel]:
    for step in loc:
        if step in BRANCHES:
            model = BRANCHES[str(step)]
        for name, field in model.model_fields.items():
            if step == (field.alias or name):
                model = next(_models_in(field.annotation), model)
                break
    return model


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _models_in(inner)
