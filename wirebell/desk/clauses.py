"""A `when:`: the shape of its terms, lists and keys, and the conditions they are made into."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    ValidationInfo,
    model_validator,
)
from typing_extensions import TypeAliasType

from wirebell.desk import values
from wirebell.desk.names import Names, did_you_mean, nearest
from wirebell.desk.sheet import SENTENCES, Keys
from wirebell.desk.sheet import Text as Written
from wirebell.desk.spelling import Distance, Phrase, Place, Prefix, Several, Some, Term

MISPLACED = SENTENCES["misplaced"]
"""What to do with keys that belong elsewhere."""


class Shape(BaseModel):
    """A mapping without a key we do not know."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _known_keys(cls, given: Any, info: ValidationInfo[Names]) -> Any:
        """Tell of unknown keys, and read on as if each were the known one most like it."""
        known = [field.alias or name for name, field in cls.model_fields.items()]
        for key in [*given] if isinstance(given, Keys) else ():
            if key not in known:
                near = nearest(key, known)
                hint = did_you_mean(key, known) or "; there are " + ", ".join(known)
                misplaced = "-" if key.startswith("-") else key
                words = MISPLACED.get(misplaced, f"there is no such key here{hint}")
                shown = key if "/" not in key else "this"  # an address may hold a secret
                info.context.problems.append(key.place.problem(f"{shown}: {words}"))
                value = given.pop(key)
                if near:
                    given.setdefault(Written(near, key.place), value)
        return given

    def given(self) -> dict[str, Any]:
        """What was written, by the names of the values; the rest is the values' own default."""
        return {name: getattr(self, name) for name in self.model_fields_set}


def term(words: Written, exact: bool = False, **more: Any) -> values.Term:
    """The value of words that stand in a file."""
    return values.Term(str(words), exact, at=words.place, **more)


class PhraseShape(Shape):
    """A phrase where `in` says, in the case it is written in if `case: exact`."""

    phrase: Some[Phrase]
    places: Some[Place] = Field((), alias="in")
    case: Literal["exact"] | None = None

    def terms(self) -> tuple[values.Term, ...]:
        """One for each phrase."""
        exact = self.case == "exact"
        return tuple(term(words, exact, places=self.places) for words in self.phrase)


class PrefixShape(Shape):
    """Words that begin so."""

    prefix: Some[Prefix]
    places: Some[Place] = Field((), alias="in")

    def terms(self) -> tuple[values.Term, ...]:
        """One for each prefix."""
        return tuple(term(words, prefix=True, places=self.places) for words in self.prefix)


def branch_of(value: Any) -> str | None:
    """The branch of a union that `value` belongs to; None if it belongs to none."""
    if not isinstance(value, dict):
        return "<list>" if isinstance(value, list) else "<term>"
    return next((branch for branch, keys in BRANCHES.items() if keys & {*value}), None)


BRANCHES = {
    "<phrase>": {"phrase"},
    "<prefix>": {"prefix"},
    "<combination>": {"any", "all", "none", "near", "none_near", "at_least"},
    "<example>": {"text", "because"},
}
"""The keys that say which mapping is meant, by the tag pydantic puts into an error's path."""

_SOME = Field(min_length=1)
_by_branch = Discriminator(branch_of)
_Flat = (
    Annotated[Term, Tag("<term>")]
    | Annotated[PhraseShape, Tag("<phrase>")]
    | Annotated[PrefixShape, Tag("<prefix>")]
)
Operand = TypeAliasType(
    "Operand",
    "Annotated[_Flat | Annotated[tuple[Operand, ...], _SOME, Tag('<list>')], _by_branch]",
)
"""A term, a name, or a list of them: what stands under near, at_least and lists."""

Condition = TypeAliasType(
    "Condition",
    "Annotated[_Flat | Annotated[tuple[Condition, ...], _SOME, Tag('<list>')]"
    " | Annotated[CombinationShape, Tag('<combination>')], _by_branch]",
)
_Pair = Annotated[Several[Operand], Field(min_length=2)]


class AtLeastShape(Shape):
    """So many occurrences, all together."""

    count: int = Field(ge=1, le=50)
    of: Some[Operand]


class CombinationShape(Shape):
    """Conditions joined: each key that is written must hold."""

    any: Some[Condition] = ()
    all: Some[Condition] = ()
    none: Some[Condition] = ()
    near: _Pair = ()
    none_near: _Pair = ()
    within: Distance | None = None
    ordered: bool = False
    at_least: AtLeastShape | None = None

    @model_validator(mode="after")
    def _near_has_its_distance(self) -> CombinationShape:
        if self.near and self.none_near:
            raise ValueError("near and none_near share one within; make each an item under all")
        if (self.near or self.none_near) and self.within is None:
            raise ValueError("near needs within: a number of words, sentence or paragraph")
        if not (self.near or self.none_near) and {"within", "ordered"} & self.model_fields_set:
            raise ValueError("within and ordered go beside near")
        return self


def rings(shape: Condition) -> bool:
    """True if something must be found for `shape` to hold.

    A rule of which this is false, such as one of nothing but `none`, would ring on almost
    every article there is.
    """
    if isinstance(shape, tuple):
        return all(map(rings, shape))
    if not isinstance(shape, CombinationShape):
        return True
    found = bool(shape.near or shape.at_least) or any(map(rings, shape.all))
    return found or bool(shape.any and all(map(rings, shape.any)))


@dataclass(frozen=True)
class Reader:
    """Makes conditions of shapes that passed. `lists` are those of all files by name."""

    lists: Mapping[str, tuple[Operand, ...]]
    _shared: dict[str, values.Named] = field(default_factory=dict)

    def read(self, shape: Condition | Operand) -> values.Condition:
        """What a `when:` or an operand says."""
        if isinstance(shape, Written):
            return self._named(shape)
        if isinstance(shape, tuple):
            return values.AnyOf(self.each(shape))
        if isinstance(shape, CombinationShape):
            parts = tuple(self._parts(shape))
            return parts[0] if len(parts) == 1 else values.AllOf(parts)
        terms = shape.terms()
        return terms[0] if len(terms) == 1 else values.AnyOf(terms)

    def each(self, shapes: Iterable[Condition | Operand]) -> tuple[values.Condition, ...]:
        """Every one of `shapes`, read."""
        return tuple(self.read(shape) for shape in shapes)

    def _parts(self, shape: CombinationShape) -> Iterator[values.Condition]:
        if shape.all:
            yield values.AllOf(self.each(shape.all))
        if shape.any:
            yield values.AnyOf(self.each(shape.any))
        if shape.near and shape.within:
            yield values.Near(self.each(shape.near), shape.within, shape.ordered)
        if shape.at_least:
            yield values.AtLeast(shape.at_least.count, self.each(shape.at_least.of))
        if shape.none:
            yield values.NoneOf(self.each(shape.none))
        if shape.none_near and shape.within:
            apart = values.Near(self.each(shape.none_near), shape.within, shape.ordered)
            yield values.NoneOf((apart,))

    def _named(self, text: Written) -> values.Condition:
        if text.startswith("$role:"):
            return values.Role(text.removeprefix("$role:"))
        if not text.startswith("$"):
            return term(text)
        name = text[1:]
        if name not in self.lists:
            return values.Who(name)
        if name not in self._shared:
            self._shared[name] = values.Named(name, self.each(self.lists[name]))
        return self._shared[name]
