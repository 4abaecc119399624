"""Values kept whole, as JSON text: what goes in comes out equal."""

from __future__ import annotations

from typing import Generic, TypeVar

from pydantic import TypeAdapter

from wirebell.core.alerts import Alert
from wirebell.core.matches import Evidence
from wirebell.core.news import Entry

T = TypeVar("T")


class Payload(Generic[T]):
    """One type of value and its JSON. Fields added later need a default to read older rows."""

    def __init__(self, adapter: TypeAdapter[T]) -> None:
        self._adapter = adapter

    def to_text(self, value: T) -> str:
        """The value as one line of JSON."""
        return self._adapter.dump_json(value).decode("utf-8")

    def from_text(self, text: str) -> T:
        """The value again."""
        return self._adapter.validate_json(text)


ENTRY = Payload(TypeAdapter(Entry))
ALERT = Payload(TypeAdapter(Alert))
EVIDENCE = Payload(TypeAdapter(tuple[Evidence, ...]))
SENTENCES = Payload(TypeAdapter(tuple[str, ...]))
FILES = Payload(TypeAdapter(tuple[tuple[str, str], ...]))
