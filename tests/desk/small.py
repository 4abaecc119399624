"""A small sound desk, to be spoilt one piece at a time."""

from __future__ import annotations

from datetime import date

import pytest

from wirebell.core.errors import DeskError
from wirebell.desk import Desk, lint, load_desk_text
from wirebell.desk.values import Condition

FEEDS = """\
version: 1
feeds:
  - {id: harbour, name: Harbour Wire, url: https://harbour.example/feed, tags: [press]}
"""
PEOPLE = """\
version: 1
people:
  - id: ada-north
    name: Ada North
    roles: [{role: trade-envoy, title: Trade Envoy, from: 2024-01-01}]
organisations:
  - {id: customs-board, name: Customs Board}
"""
CHANNELS = """\
version: 1
channels:
  mail: ${env:WIREBELL_MAIL}
  slack: ${env:WIREBELL_SLACK}
recipients:
  - {name: ana, mail: ana@desk.example}
routes:
  - {to: ana}
"""
WATCH = """\
version: 1
lists:
  ores: [gallium, tungsten]
rules:
  - id: ores-move
    why: ores decide
    owner: ana
    tags: [minerals]
    when: $ores
    examples: {match: [Gallium fell.]}
"""
SMALL = {
    "feeds.yaml": FEEDS,
    "people.yaml": PEOPLE,
    "channels.yaml": CHANNELS,
    "watch/ores.yaml": WATCH,
}


def desk_with(**changed: str) -> Desk:
    """The small desk with some files in other words, `watch` being one more watch file."""
    files = dict(SMALL)
    for name, text in changed.items():
        files["watch/more.yaml" if name == "watch" else f"{name}.yaml"] = text
    return load_desk_text(files.items())


def notes(today: date = date(2025, 6, 5), **changed: str) -> list[str]:
    """Every remark on the small desk so changed."""
    desk = desk_with(**changed)
    return sorted({*desk.notes, *map(str, lint(desk, today))})


def problems(**changed: str) -> list[str]:
    """Every mistake the loader finds in the small desk so changed."""
    with pytest.raises(DeskError) as caught:
        desk_with(**changed)
    return [str(problem) for problem in caught.value.problems]


def rule(when: str, more: str = "") -> str:
    """A watch file of one rule, `when` beginning at line 6, column 11."""
    return (
        "version: 1\nrules:\n  - id: one\n    why: because\n    owner: ana\n"
        f"    when: {when}\n    examples: {{match: [x y]}}\n{more}"
    )


def condition(when: str) -> Condition:
    """What `when` means."""
    return next(r for r in desk_with(watch=rule(when)).rules if r.id == "one").when
