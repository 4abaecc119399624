"""The shape of a `when:`: terms, lists, and the keys that join them."""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeAlias

from pydantic import (
    BaseModel,
    BeforeValidator,
    Discriminator,
    Field,
    RootModel,
    Tag,
    model_validator,
)

from wirebell.desk.shapes import Distance, Place, Prefix, Shape, Term, Words


def kind_of(value: Any) -> str | None:
    """The branch of a condition that `value` belongs to; None if it belongs to none."""
    if isinstance(value, str):
        return "<term>"
    if isinstance(value, list):
        return "<list>"
    keys = value if isinstance(value, dict) else {}
    return next((tag for tag, shape in BRANCHES.items() if _keys(shape) & {*keys}), None)


def _keys(shape: type[BaseModel]) -> set[str]:
    return {*shape.model_fields} - {"places", "case", "within", "ordered"}


class PhraseShape(Shape):
    """A phrase where `in` says, in the case it is written in if `case: exact`."""

    phrase: tuple[Words, ...] = Field(min_length=1)
    places: tuple[Place, ...] = Field((), alias="in", min_length=1)
    case: Literal["exact"] | None = None


class PrefixShape(Shape):
    """Words that begin so."""

    prefix: tuple[Prefix, ...] = Field(min_length=1)
    places: tuple[Place, ...] = Field((), alias="in", min_length=1)


class OperandsShape(RootModel[tuple["Operand", ...]]):
    """A list where any one will do: terms, names and lists."""

    root: tuple[Operand, ...] = Field(min_length=1)


class ListShape(RootModel[tuple["Condition", ...]]):
    """A list where any one will do, of whatever may stand under `when:`."""

    root: tuple[Condition, ...] = Field(min_length=1)


def _operand_kind(value: Any) -> str | None:
    kind = kind_of(value)
    return None if kind == "<combination>" else kind


Operand: TypeAlias = Annotated[
    Annotated[Term, Tag("<term>")]
    | Annotated[OperandsShape, Tag("<list>")]
    | Annotated[PhraseShape, Tag("<phrase>")]
    | Annotated[PrefixShape, Tag("<prefix>")],
    Discriminator(_operand_kind),
]
"""A term, a name, or a list of them: what stands under near, at_least and lists."""

SharedList: TypeAlias = Annotated[
    tuple[Operand, ...],
    Field(min_length=1),
    BeforeValidator(lambda given: given if isinstance(given, list) else [given]),
]


class AtLeastShape(Shape):
    """So many occurrences, all together."""

    count: int = Field(ge=1, le=50)
    of: tuple[Operand, ...] = Field(min_length=1)


class CombinationShape(Shape):
    """Conditions joined: each key that is written must hold."""

    any: tuple[Condition, ...] = Field((), min_length=1)
    all: tuple[Condition, ...] = Field((), min_length=1)
    none: tuple[Condition, ...] = Field((), min_length=1)
    near: tuple[Operand, ...] = Field((), min_length=2)
    none_near: tuple[Operand, ...] = Field((), min_length=2)
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


Condition: TypeAlias = Annotated[
    Annotated[Term, Tag("<term>")]
    | Annotated[ListShape, Tag("<list>")]
    | Annotated[PhraseShape, Tag("<phrase>")]
    | Annotated[PrefixShape, Tag("<prefix>")]
    | Annotated[CombinationShape, Tag("<combination>")],
    Discriminator(kind_of),
]

BRANCHES: dict[str, type[BaseModel]] = {
    "<phrase>": PhraseShape,
    "<prefix>": PrefixShape,
    "<combination>": CombinationShape,
}
"""The mappings a condition can be, by the tag pydantic puts into an error's path."""

OperandsShape.model_rebuild()  # they were read before what they hold was named
ListShape.model_rebuild()
CombinationShape.model_rebuild()


def rings(shape: Condition | Operand) -> bool:
    """True if something must be found for `shape` to hold.

    A rule of which this is false, such as one of nothing but `none`, would ring on almost
    every article there is.
    """
    if isinstance(shape, ListShape):
        return all(map(rings, shape.root))
    if not isinstance(shape, CombinationShape):
        return True
    found = bool(shape.near or shape.at_least) or any(map(rings, shape.all))
    return found or bool(shape.any and all(map(rings, shape.any)))
