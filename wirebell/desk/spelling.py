"""How single words of the desk are written: durations, times, days, zones, ids, addresses.

Each function takes the text as written and returns its value, or raises ValueError with a
sentence for the one who wrote it. No sentence repeats what may be a secret. The types below
them are what the models' fields are made of; `Names` is handed in as the validation's context.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
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
    ValidationInfo,
    WithJsonSchema,
)
from pydantic_core import CoreSchema, core_schema

from wirebell.core.text import fold
from wirebell.desk.names import Names, did_you_mean
from wirebell.desk.sheet import SENTENCES
from wirebell.desk.sheet import Text as Written

_LEAST_PREFIX = 4  # shorter ones fire on half the dictionary (Factiva asks for 3, Pulsar 4)
_DURATION = re.compile(
    r"(?:(?P<days>\d{1,5})d)?(?:(?P<hours>\d{1,5})h)?"
    r"(?:(?P<minutes>\d{1,5})m)?(?:(?P<seconds>\d{1,5})s)?",
    re.ASCII,
)
_CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)", re.ASCII)
_QUOTES = ' "“”„«»「」'
_zones = cache(available_timezones)


def _duration(text: str) -> timedelta:
    found = _DURATION.fullmatch(text)
    parts = found.groupdict("0") if found else {}
    length = timedelta(**{unit: int(number) for unit, number in parts.items()})
    if not length:
        raise ValueError("write a length of time, such as 90s, 5m or 1h")
    return length


def _clock_time(text: str) -> time:
    found = _CLOCK.fullmatch(text.strip())
    if not found:
        raise ValueError("write a time of day, such as 08:00")
    return time(int(found[1]), int(found[2]))


def _quiet_hours(text: str) -> tuple[time, time]:
    start, dash, end = text.replace("–", "-").partition("-")
    if not dash:
        raise ValueError("write two times with a dash, such as 22:00-06:30")
    begins, ends = _clock_time(start), _clock_time(end)
    if begins == ends:
        raise ValueError("these hours end when they begin")
    return begins, ends


def _day(text: str) -> date | None:
    if text in ("null", "~"):
        return None
    with suppress(ValueError):
        if len(text) == len("2025-06-05"):
            return date.fromisoformat(text)
    raise ValueError("write a day that exists as year-month-day, such as 2025-06-05")


def _zone(text: str) -> str:
    if text not in _zones():
        hint = did_you_mean(text, _zones()) or "; write one such as America/New_York"
        raise ValueError(f"there is no zone {text!r}{hint}")
    return text


def _distance(text: str) -> str | int:
    """500 words are the most that Factiva and Lexis take."""
    if text in ("sentence", "paragraph"):
        return text
    if text.isascii() and text.isdigit() and 1 <= int(text) <= 500:
        return int(text)
    raise ValueError("write a number of words up to 500, or sentence, or paragraph")


def _unquoted(text: Any, info: ValidationInfo[Names]) -> Any:
    """A term without the quotes around it, which are remarked on."""
    if not isinstance(text, Written):
        return text
    bare = text.strip(_QUOTES)
    if bare != text.strip():
        remark = f"the quotes around {bare!r} are not part of the term; left out"
        info.context.remarks.append(text.place.problem(remark))
    return Written(bare, text.place)


def _words(text: str) -> str:
    """A word or phrase that can be found: something to compare must be left of it."""
    kept = [char for char in fold(text).text if char.isalnum()]
    if not kept:
        raise ValueError("no letter or digit is left of this term")
    if len(kept) == 1 and kept[0].isascii() and len(text) > 1:
        raise ValueError(f"only {kept[0]!r} is left of this term: signs are not compared")
    return text


def _prefix(text: str) -> str:
    if sum(char.isalnum() for char in fold(text).text) < _LEAST_PREFIX:
        raise ValueError(f"a prefix needs {_LEAST_PREFIX} letters or more")
    if len(text.split()) > 1:
        raise ValueError("a prefix is the beginning of one word; for several write a phrase")
    return text


def _term(text: Written, info: ValidationInfo[Names]) -> str:
    """A term, or what a dollar names: a list, a person, an organisation, an office."""
    if text.startswith("$"):
        info.context.require(text, "$name")
        return text
    if who := info.context.called.get(fold(text).text):
        remark = f"{str(text)!r} is somebody in people.yaml; did you mean '${who}'?"
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
    """Text that fits a pattern of sentences.toml, which says what to write instead."""

    kind: str

    def __get_pydantic_core_schema__(self, _: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.custom_error_schema(
            core_schema.str_schema(pattern=f"^(?:{SENTENCES['pattern'][self.kind]})$"),
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


def _from_text(read: Callable[[str], Any]) -> BeforeValidator:
    """What `read` makes of a text; nothing else will do."""

    def check(given: Any) -> Any:
        if isinstance(given, str):
            return read(given)
        raise ValueError("write one text here, not a list")

    return BeforeValidator(check)


def _pattern(pattern: str) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "pattern": f"^{pattern}$"})


_listed = BeforeValidator(lambda given: given if isinstance(given, list) else [given])
_ANY_SCALAR = WithJsonSchema({"type": ["string", "number", "boolean", "null"]})
_TIME = r"\d?\d:\d\d"

Item = TypeVar("Item")
Several = Annotated[tuple[Item, ...], _listed, _OrOne()]
Some = Annotated[tuple[Item, ...], Field(min_length=1), _listed, _OrOne()]
Text = Annotated[str, Field(min_length=1)]
Address = Annotated[str, _Spelt("address")]
Id = Annotated[str, _Spelt("id")]
Language = Annotated[str, _Spelt("language")]
Mail = Annotated[str, _Spelt("mail")]
Slack = Annotated[str, _Spelt("slack")]
Secret = Annotated[str, _Spelt("secret")]
Words = Annotated[str, AfterValidator(_words), BeforeValidator(_unquoted), _ANY_SCALAR]
Term = Annotated[str, BeforeValidator(_term), BeforeValidator(_unquoted), _ANY_SCALAR]
Prefix = Annotated[Words, AfterValidator(_prefix)]
Duration = Annotated[timedelta, _from_text(_duration), _pattern(r"(\d+d)?(\d+h)?(\d+m)?(\d+s)?")]
Clock = Annotated[time, _from_text(_clock_time), _pattern(_TIME)]
Quiet = Annotated[tuple[time, time], _from_text(_quiet_hours), _pattern(f"{_TIME} ?[-–] ?{_TIME}")]
Day = Annotated[
    date | None,
    _from_text(_day),
    WithJsonSchema({"type": ["string", "null"], "format": "date"}),
]
Distance = Annotated[int | Literal["sentence", "paragraph"], _from_text(_distance)]
Zone = Annotated[str, AfterValidator(_zone)]
Tier = Annotated[int, Field(ge=1, le=4)]
Recipient = Annotated[str, declared("recipient")]
Place = Literal[
    "title", "lead", "key_points", "text", "byline", "caption", "credit", "sign_off",
    "dateline", "newsletter", "related", "comments",
]  # fmt: skip
"""A field or region of an article; a test holds it against core's own list."""
