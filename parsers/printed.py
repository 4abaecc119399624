"""The dates a reader sees: those printed around the headline."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from bs4 import Tag

from parsers.dates import MODIFIED, on_day_of, parted
from parsers.markup import glimpse
from parsers.phrases import letters
from parsers.regions import Block, look_of, region

ELSEWHERE = ("related", "comments", "newsletter")
"""Regions that speak of other articles."""
_STAMP_WORDS = 14  # of a line that prints the dates of an article
_LONGEST = 400  # characters of it
_BEFORE, _AFTER = 6, 15  # blocks around the headline among which such a line stands
_TIMED = re.compile("date|time|stamp|epoch|publ|updat|modif|^title$", re.IGNORECASE)
_MACHINE = re.compile(r"\w{3} .*\d{4} .*|\d{4}-\d\d-\d\d.*|20\d{6}T.*|1\d{9}(?:\d{3})?")
_CHANGED = re.compile("modif|updat", re.IGNORECASE)
Printed = list[tuple[str, str]]  # where a date stands, and how it is printed


def printed_dates(title: str, blocks: Sequence[Block]) -> tuple[Printed, Printed]:
    """The dates of the first print, and of changes, as printed around the headline.

    Attributes come first, which say it for machines. What stands further off is the date of
    today, or of other articles.
    """
    times: tuple[Printed, Printed] = [], []
    lines: tuple[Printed, Printed] = [], []
    for block in _near(title, blocks):
        if block.words > 3 * _STAMP_WORDS:
            continue
        for tag in (block.owner, *block.owner.find_all(True, limit=10)):
            for name, value in tag.attrs.items() if glimpse(tag) in block.text else ():
                if _TIMED.search(name) and _MACHINE.fullmatch(str(value).strip()):
                    times[_is_change(tag, name)].append(("time", str(value).strip()))
        most = _STAMP_WORDS * (2 if block.label == "byline" else 1)  # it has names, too
        firsts, changes = parted(block.text[:_LONGEST], most)
        lines[0].extend(("printed", piece) for piece in firsts)
        day = lines[0][-1][1] if lines[0] else ""
        lines[1].extend(("printed", on_day_of(piece, day)) for piece in changes)
    return times[0] + lines[0], times[1] + lines[1]


def printed_bylines(title: str, blocks: Sequence[Block]) -> Iterator[list[str]]:
    """The bylines of a page, each in its lines: those that stand together, set alike, are one.

    After them comes what is marked as the author's within a line of other words around the
    headline. A byline's words are parted where its elements are: "By" may be one of its own.
    """
    for look, run in groupby(blocks, lambda b: look_of(b.owner) if b.label == "byline" else None):
        if look:
            yield [w if letters(w := glimpse(b.owner)) == letters(b.text) else b.text for b in run]
    for block in _near(title, blocks):
        spans = block.owner.find_all(["span", "a"], limit=5)
        yield [glimpse(tag) for tag in spans if region(tag) == "byline"]


def _near(title: str, blocks: Sequence[Block]) -> list[Block]:
    place = next((n for n, b in enumerate(blocks) if b.is_heading and b.text == title), 0)
    near = blocks[max(0, place - _BEFORE) : place + _AFTER]
    return [block for block in near if block.label not in (*ELSEWHERE, "caption", "credit")]


def _is_change(time: Tag, attribute: str) -> bool:
    """Whether a time tells of a change: by its element's name, its words or those before it."""
    around = [time.parent] if time.parent and glimpse(time.parent) == glimpse(time) else []
    classes = (name for tag in (time, *around) for name in tag.get_attribute_list("class"))
    named = " ".join((attribute, str(time.get("itemprop")), *map(str, classes)))
    if "publi" in named.lower():
        return False
    before = time.find_previous(string=re.compile(r"\w"))
    said = f"{str(before)[-25:]} {glimpse(time)[:25]}"
    return bool(_CHANGED.search(named) or MODIFIED.search(said))
