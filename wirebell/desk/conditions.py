"""Conditions: the checked shape of a `when:` made into its value, names resolved."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from wirebell.desk import clauses
from wirebell.desk.values import (
    AllOf,
    AnyOf,
    AtLeast,
    Condition,
    Named,
    Near,
    NoneOf,
    Role,
    Term,
    Who,
)


@dataclass(slots=True)
class Reader:
    """Reads shapes that passed the clauses. `sigils` says what each `$name` is."""

    sigils: Mapping[str, str]
    lists: Mapping[str, tuple[clauses.Operand, ...]]
    _named: dict[str, Named] = field(default_factory=dict)

    def read(self, shape: clauses.Condition | clauses.Operand) -> Condition:
        """What a `when:`, an operand or an alias says."""
        match shape:
            case str():
                return self._term(shape)
            case clauses.ListShape():
                return AnyOf(self.each(shape.root))
            case clauses.OperandsShape():
                return AnyOf(self.each(shape.root))
            case clauses.PhraseShape():
                return _either(phrases(shape))
            case clauses.PrefixShape():
                return _either([Term(p, prefix=True, places=shape.places) for p in shape.prefix])
            case _:
                parts = tuple(self._parts(shape))
                return parts[0] if len(parts) == 1 else AllOf(parts)

    def each(self, shapes: Iterable[clauses.Condition | clauses.Operand]) -> tuple[Condition, ...]:
        """Every one of `shapes`, read."""
        return tuple(self.read(shape) for shape in shapes)

    def _parts(self, shape: clauses.CombinationShape) -> Iterator[Condition]:
        if shape.all:
            yield AllOf(self.each(shape.all))
        if shape.any:
            yield AnyOf(self.each(shape.any))
        if shape.near:
            yield self._near(shape.near, shape)
        if shape.at_least:
            yield AtLeast(shape.at_least.count, self.each(shape.at_least.of))
        if shape.none:
            yield NoneOf(self.each(shape.none))
        if shape.none_near:
            yield NoneOf((self._near(shape.none_near, shape),))

    def _near(self, operands: tuple[clauses.Operand, ...], shape: clauses.CombinationShape) -> Near:
        assert shape.within is not None  # noqa: S101 - the model lets no near pass without it
        return Near(self.each(operands), shape.within, ordered=shape.ordered)

    def _term(self, text: str) -> Condition:
        if not text.startswith("$"):
            return Term(text)
        name = text[1:]
        if name.startswith("role:"):
            return Role(name.removeprefix("role:"))
        if self.sigils[name] != "list":
            return Who(name)
        if name not in self._named:
            self._named[name] = Named(name, self.each(self.lists[name]))
        return self._named[name]


def phrases(shape: clauses.PhraseShape) -> tuple[Term, ...]:
    """The terms of `{phrase, in, case}`."""
    exact = shape.case == "exact"
    return tuple(Term(words, exact=exact, places=shape.places) for words in shape.phrase)


def _either(terms: Iterable[Term]) -> Condition:
    found = tuple(terms)
    return found[0] if len(found) == 1 else AnyOf(found)
