"""Answers about rules in words: Markdown for terminals and Prefect's pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from wirebell.core.text import one_line

_BARS = "▁▂▃▄▅▆▇█"


def report(template: str, **facts: Any) -> str:
    """A page of `templates/`, with text from outside made harmless."""
    return _PAGES.get_template(template).render(**facts)


def inert(text: str, limit: int = 160) -> str:
    """Text from outside within Markdown: no markup of its own, no table cell broken.

    Backslashes, because Prefect's pages print character references as they stand; they print
    backslashes inside links as they stand, so that no feed text may be the words of a link.
    """
    plain = one_line(text, limit)
    return "".join(f"\\{char}" if char in "<>&[]()|*_`#\\!~" else char for char in plain)


def _bars(counts: Mapping[str, int], days: Sequence[str]) -> str:
    """A bar of text for each day, the highest as high as a line; a dot for a day with none."""
    top = max(counts.values(), default=0)
    return "".join(_BARS[(counts[day] * 8 - 1) // top] if counts[day] else "·" for day in days)


_PAGES = Environment(  # noqa: S701 - Markdown, in which `inert` makes harmless
    loader=PackageLoader("wirebell.pipeline"),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_PAGES.filters |= {"inert": inert, "bars": _bars}
