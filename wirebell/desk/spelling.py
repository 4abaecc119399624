"""How single words of the desk are written: durations, times, days, zones, ids, addresses.

What the models' fields are made of. A function takes the text as written and returns its value
or raises ValueError, with a sentence for the one who wrote it where sentences.toml has none. No
sentence repeats what may be a secret. `Names` is handed in as the validation's context.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time, timedelta
from functools import cache
from typing import Annotated, Any, Literal, TypeVar
from zoneinfo import available_timezones

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    InstanceOf,
    ValidationInfo,
    WithJsonSchema,
)
from pydantic_core import CoreSchema, core_schema

from wirebell.core.text import fold
from wirebell.core.urls import on_the_wire
from wirebell.desk.names import Names, did_you_mean
from wirebell.desk.sheet import SENTENCES
from wirebell.desk.sheet import Text as Written

_LEAST_PREFIX = 4  # shorter ones fire on half the dictionary (Factiva asks for 3, Pulsar 4)
_UNITS = {"d": "days", "h": "hours", "m": "minutes", "s": "seconds"}
_QUOTES = ' "“”„«»「」'
_OTHER_SIGNS = re.compile(r"\w\*|\s(?:AND|OR|NOT)\s")  # of archives; no such rule would ring
_SIGNED = re.compile(r"[a-z](?:\+\+|#)")  # C++ and C#, which matching knows
_zones = cache(available_timezones)


def _duration(text: str) -> timedelta:
    parts = re.findall(r"(\d+)(\D)", text)
    length = timedelta(**{_UNITS[unit]: int(number) for number, unit in parts})
    if not length:
        raise ValueError
    return length


def _clock_time(text: str) -> time:
    return time.fromisoformat(text.strip().zfill(len("08:00")))


def _quiet_hours(text: str) -> tuple[time, time]:
    begins, ends = (_clock_time(part) for part in text.replace("–", "-").split("-"))
    if begins == ends:
        raise ValueError
    return begins, ends


def _day(text: str) -> date | None:
    return None if text in ("null", "~") else date.fromisoformat(text)


def _distance(text: str) -> str | int:
    return int(text) if text.isdigit() else text


def _rate(text: str) -> float:
    """Messages a second."""
    count, unit = text.split("/")
    return int(count) / timedelta(**{_UNITS[unit]: 1}).total_seconds()


def _zone(text: str) -> str:
    if text not in _zones():
        hint = did_you_mean(text, _zones()) or "; write one such as America/New_York"
        raise ValueError(f"there is no zone {text!r}{hint}")
    return text


def _address(text: str) -> str:
    on_the_wire(text)
    return text


def _selector(text: str) -> str:
    from soupsieve import SelectorSyntaxError, compile  # most desks watch no page

    try:
        compile(text)
    except (SelectorSyntaxError, NotImplementedError, RecursionError):
        raise ValueError("this is no CSS selector; try it in a browser's inspector") from None
    return text


def _unquoted(text: Written, info: ValidationInfo[Names]) -> Written:
    """A term without the quotes around it, which are remarked on."""
    bare = text.strip().strip(_QUOTES)
    if bare != text.strip():
        remark = f"the quotes around {bare!r} are not part of the term; left out"
        info.context.remarks.append(text.place.problem(remark))
    return Written(bare, text.place)


def _words(text: Written) -> Written:
    """A word or phrase that can be found: something to compare must be left of it."""
    folded = fold(text).text
    kept = [char for char in folded if char.isalnum()]
    if not kept:
        raise ValueError("no letter or digit is left of this term")
    if len(kept) == 1 and kept[0].isascii() and len(text) > 1 and not _SIGNED.fullmatch(folded):
        raise ValueError(f"only {kept[0]!r} is left of this term: signs are not compared")
    return text


def _prefix(text: Written) -> Written:
    if sum(char.isalnum() for char in fold(text).text) < _LEAST_PREFIX:
        raise ValueError(f"a prefix needs {_LEAST_PREFIX} letters or more")
    if len(text.split()) > 1:
        raise ValueError("a prefix is the beginning of one word; for several write a phrase")
    return text


def _term(text: Written, info: ValidationInfo[Names]) -> Written:
    """A term, or what a dollar names: a list, a person, an organisation, an office."""
    if text.startswith("$"):
        info.context.require(text, "$name")
        return text
    if who := info.context.called.get(fold(text).text):
        remark = f"{str(text)!r} is somebody in people.yaml; did you mean '${who}'?"
        info.context.remarks.append(text.place.problem(remark))
    if _OTHER_SIGNS.search(text):
        remark = "AND, OR, NOT and * are no signs here; write all, any, none or prefix"
        info.context.remarks.append(text.place.problem(remark))
    return _words(text)


def declared(*kinds: str) -> AfterValidator:
    """The name of something of one of these kinds."""

    def check(word: str, info: ValidationInfo[Names]) -> str:
        info.context.require(word, *kinds)
        return word

    return AfterValidator(check)


@dataclass(frozen=True)
class _Spelt:
    """Text that fits a pattern of sentences.toml and can be read; else its sentence is said."""

    kind: str
    read: Callable[[str], Any] = str

    def __get_pydantic_core_schema__(self, _: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        text = core_schema.str_schema(pattern=f"^(?:{SENTENCES['pattern'][self.kind]})$")
        return core_schema.custom_error_schema(
            core_schema.no_info_after_validator_function(self.read, text),
            custom_error_type="spelling",
            custom_error_message=SENTENCES["spelling"][self.kind],
        )


class _OrOne:
    """Tells the editor, too, that one item may stand where a list is due."""

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        many = handler(schema)
        return {"anyOf": [many, many["items"]]}


_listed = BeforeValidator(lambda given: given if isinstance(given, list) else [given])
_ANY_SCALAR = WithJsonSchema({"type": ["string", "number", "boolean", "null"]})

Item = TypeVar("Item")
Several = Annotated[tuple[Item, ...], _listed, _OrOne()]
Some = Annotated[tuple[Item, ...], Field(min_length=1), _listed, _OrOne()]
Text = Annotated[str, Field(min_length=1)]
Address = Annotated[str, _Spelt("address", _address)]
Header = Annotated[str, _Spelt("header")]
Id = Annotated[str, _Spelt("id")]
Language = Annotated[str, _Spelt("language")]
Mail = Annotated[str, _Spelt("mail")]
Selector = Annotated[Text, AfterValidator(_selector)]
Slack = Annotated[str, _Spelt("slack")]
Secret = Annotated[str, _Spelt("secret")]
_Bare = Annotated[InstanceOf[Written], AfterValidator(_unquoted)]
Phrase = Annotated[_Bare, AfterValidator(_words), _ANY_SCALAR]
Words = Annotated[Phrase, AfterValidator(str)]
Term = Annotated[_Bare, AfterValidator(_term), _ANY_SCALAR]
Prefix = Annotated[Phrase, AfterValidator(_prefix)]
Duration = Annotated[timedelta, _Spelt("duration", _duration)]
Clock = Annotated[time, _Spelt("clock", _clock_time)]
Rate = Annotated[float, _Spelt("rate", _rate)]
Quiet = Annotated[tuple[time, time], _Spelt("quiet", _quiet_hours)]
Day = Annotated[
    date | None,
    _Spelt("day", _day),
    WithJsonSchema({"type": ["string", "null"], "format": "date"}),
]
Distance = Annotated[
    int | Literal["sentence", "paragraph"],
    _Spelt("distance", _distance),
    WithJsonSchema({"anyOf": [{"type": "integer"}, {"enum": ["sentence", "paragraph"]}]}),
]
Zone = Annotated[str, AfterValidator(_zone)]
Tier = Annotated[int, Field(ge=1, le=4)]
Recipient = Annotated[str, declared("recipient")]
Place = Literal[
    "title", "lead", "key_points", "text", "byline", "caption", "credit", "sign_off",
    "dateline", "newsletter", "related", "comments",
]  # fmt: skip
"""A field or region of an article; a test holds it against core's own list."""
