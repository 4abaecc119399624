"""Answers about rules in words: Markdown for terminals and Prefect's pages, HTML for a file."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from wirebell.core.text import one_line

_BARS = "▁▂▃▄▅▆▇█"


def report(template: str, **facts: Any) -> str:
    """A page of `templates/`, with text from outside made harmless."""
    return _PAGES.get_template(template).render(**facts)


def inert(text: str, limit: int = 160) -> str:
    """Text from outside within Markdown: no markup of its own, no table cell broken."""
    plain = one_line(text, limit)
    return "".join(f"&#{ord(char)};" if char in "<>&[]()|*_`#\\!" else char for char in plain)


def _bars(counts: Iterable[int]) -> str:
    """A bar of text for each count, the highest as high as a line; none for 0."""
    heights = list(counts)
    top = max(heights, default=0)
    return "".join(_BARS[(count * 8 - 1) // top] if count else "·" for count in heights)


_PAGES = Environment(
    loader=PackageLoader("wirebell.pipeline"),
    autoescape=select_autoescape(["html"]),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_PAGES.filters |= {"inert": inert, "bars": _bars}
