"""What the models of the analysts' files are made of: the mapping, and the single values.

A value that refers to something declared elsewhere asks `Names`, which is handed in as the
validation's context.
"""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Annotated, Any, Literal, get_origin

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    WithJsonSchema,
    model_validator,
)

from wirebell.desk import spelling
from wirebell.desk.names import Names


class Shape(BaseModel):
    """A mapping without a key we do not know. One item where a list is due is a list of one."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _one_is_a_list(cls, given: Any) -> Any:
        if not isinstance(given, dict):
            return given
        lists = {
            field.alias or name
            for name, field in cls.model_fields.items()
            if get_origin(field.annotation) is tuple
        }
        return {
            key: [value] if key in lists and not isinstance(value, list) else value
            for key, value in given.items()
        }

    def given(self) -> dict[str, Any]:
        """What was written, by the names of the values; the rest is the values' own default."""
        return {name: getattr(self, name) for name in self.model_fields_set}


def declared(*kinds: str) -> AfterValidator:
    """The name of something of one of these kinds."""

    def check(word: str, info: ValidationInfo) -> str:
        if isinstance(info.context, Names):
            info.context.require(word, *kinds)
        return word

    return AfterValidator(check)


def _sigil(text: str, info: ValidationInfo) -> str:
    """A term, or what a dollar names: a list, a person, an organisation, an office."""
    bare = spelling.unquoted(text)
    if not bare.startswith("$"):
        return spelling.term(bare)
    if isinstance(info.context, Names):
        info.context.require_sigil(bare)
    return bare


def _written(pattern: str) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "pattern": pattern})


_ANY_SCALAR = WithJsonSchema({"type": ["string", "number", "boolean", "null"]})
_CLOCK = r"\d?\d:\d\d"
_ID = r"[a-z0-9]+(?:[-_][a-z0-9]+)*"
_LANGUAGE = r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*"

Text = Annotated[str, Field(min_length=1)]
Id = Annotated[
    str,
    AfterValidator(spelling.matching(_ID, "write a-z in lower case and digits, joined by hyphens")),
    _written(f"^{_ID}$"),
]
Words = Annotated[str, AfterValidator(spelling.term), _ANY_SCALAR]
Term = Annotated[str, AfterValidator(_sigil), _ANY_SCALAR]
Prefix = Annotated[str, AfterValidator(spelling.prefix), _ANY_SCALAR]
Duration = Annotated[
    timedelta, BeforeValidator(spelling.duration), _written(r"^(\d+d)?(\d+h)?(\d+m)?(\d+s)?$")
]
Clock = Annotated[time, BeforeValidator(spelling.clock_time), _written(f"^{_CLOCK}$")]
Quiet = Annotated[
    tuple[time, time],
    BeforeValidator(spelling.quiet_hours),
    _written(f"^{_CLOCK} ?[-–] ?{_CLOCK}$"),
]
Day = Annotated[
    date | None,
    BeforeValidator(spelling.day),
    WithJsonSchema({"type": ["string", "null"], "format": "date"}),
]
Distance = Annotated[int | Literal["sentence", "paragraph"], BeforeValidator(spelling.distance)]
Zone = Annotated[str, AfterValidator(spelling.zone)]
Language = Annotated[
    str,
    AfterValidator(spelling.matching(_LANGUAGE, "write a language tag, such as en or zh-Hans")),
    _written(f"^{_LANGUAGE}$"),
]
Tier = Annotated[int, Field(ge=1, le=4)]
Recipient = Annotated[str, declared("recipient")]
Place = Literal[
    "title", "lead", "key_points", "text", "byline", "caption", "credit", "sign_off",
    "dateline", "newsletter", "related", "comments",
]  # fmt: skip
"""A field or region of an article; a test holds it against core's own list."""
