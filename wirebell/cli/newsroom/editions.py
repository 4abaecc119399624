"""What the outlets publish at each stage, printed from the templates under stages/.

A stage holds only what is new in it; everything published before stays on the wire. Templates
count their dates back from one instant: `ago(hours=3) | iso`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime
from functools import partial
from hashlib import sha256
from pathlib import PurePosixPath
from typing import Final
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined

STAGES: Final = ("baseline", "morning", "update")
"""Yesterday's stories; the morning; what the morning grew into."""

_NEW_YORK = ZoneInfo("America/New_York")
_KINDS = {".xml": "application/xml", ".rdf": "application/rdf+xml"}


@dataclass(frozen=True, slots=True)
class Document:
    """One address as the press serves it. `changed` is when its bytes last did."""

    body: bytes
    content_type: str
    etag: str
    changed: datetime


def print_editions(now: datetime, base: str) -> dict[str, dict[str, Document]]:
    """Every stage's documents by path ("/meridian/feed.xml"), dated back from `now`.

    `base` is the press's own address, for the links in feeds and pages.
    """
    printer = _printer(now, base)
    editions: dict[str, dict[str, Document]] = {}
    edition: dict[str, Document] = {}
    for hours, stage in zip((20, 1, 0), STAGES, strict=True):
        changed = (now - timedelta(hours=hours)).replace(microsecond=0)
        prefix = f"{stage}/"
        names = [name for name in printer.list_templates() if name.startswith(prefix)]
        fresh = {f"/{name.removeprefix(prefix)}": _print(printer, name, changed) for name in names}
        edition = edition | fresh
        editions[stage] = edition
    return editions


def _printer(now: datetime, base: str) -> Environment:
    printer = Environment(
        loader=PackageLoader("wirebell.cli.newsroom", "stages"),
        undefined=StrictUndefined,
        trim_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701 - every word is ours, and some of the XML is broken on purpose
    )
    printer.globals |= {"base": base, "ago": lambda **spans: now - timedelta(**spans)}
    iso = partial(datetime.isoformat, timespec="seconds")
    printer.filters |= {"iso": iso, "rfc822": format_datetime, "stamp": _stamp}
    return printer


def _print(printer: Environment, name: str, changed: datetime) -> Document:
    body = printer.get_template(name).render().encode()
    # an outlet that answers with a web page where its feed was says so in its headers too
    is_page = body.lstrip().startswith(b"<!doctype html>")
    kind = "text/html" if is_page else _KINDS[PurePosixPath(name).suffix]
    return Document(body, kind, f'"{sha256(body).hexdigest()[:16]}"', changed)


def _stamp(instant: datetime) -> str:
    """As papers print it: June 5, 2025 11:10 am ET."""
    local = instant.astimezone(_NEW_YORK)
    half = "am" if local.hour < 12 else "pm"
    return f"{local:%B} {local.day}, {local.year} {local.hour % 12 or 12}:{local:%M} {half} ET"
