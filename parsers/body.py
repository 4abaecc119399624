"""The story and nothing else: three readings of a page, and a choice among them.

trafilatura proposes twice (its default loses fewer words, its precise setting brings fewer
foreign ones; neither wins on every set of pages), the blocks of the soup are a third reading.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from bs4 import Tag
from lxml import etree

from parsers.markup import Markup
from parsers.phrases import count_words, letters, split_dateline, split_sign_offs, tokens
from parsers.regions import STORY, Block

FLOOR = 60
"""Words under which a page's text is a teaser, not the story."""

_SHORT = 25  # letters under which a block is compared whole, not searched for
_RUN = 4  # words in a row that two readings must share to agree


@dataclass(frozen=True, slots=True)
class Body:
    """The chosen story: paragraphs, what was taken off them, and how far readings agree."""

    paragraphs: tuple[str, ...]
    datelines: tuple[str, ...] = ()
    sign_offs: tuple[str, ...] = ()
    confidence: float = 0.0


def read_body(markup: Markup, blocks: Sequence[Block], *, title: str, stated: str = "") -> Body:
    """Choose the story of a page; `stated` is the body its JSON-LD claims, used if we find less."""
    default, precise = _propose(markup.tree, precise=False), _propose(markup.tree, precise=True)
    own = _own_reading(blocks)
    chosen = _choose(blocks, _Reading(default), _Reading(precise), {id(b) for b in own})
    lines = [block.text for block in chosen]
    apart = _Reading([block.text for block in blocks if block.label != STORY])
    spare = [line for line in default if not apart.keeps(line)]
    if _words(spare) > max(FLOOR, _words(lines) * 2):
        lines = spare
    if count_words(stated) > max(FLOOR, _words(lines) * 2):
        lines = [line for line in stated.splitlines() if line.strip()]
    body = tidy([line for line in lines if letters(line) != letters(title)])
    agreed = agreement([b.text for b in own], default)
    return replace(body, confidence=round(agreed, 3))


def tidy(lines: Sequence[str]) -> Body:
    """Paragraphs without dateline, sign-offs and immediate repetitions."""
    paragraphs: list[str] = []
    datelines: list[str] = []
    sign_offs: list[str] = []
    for line in lines:
        story, offs = split_sign_offs(line)
        sign_offs.extend(offs)
        if not paragraphs:
            dateline, story = split_dateline(story)
            datelines.extend([dateline] if dateline else [])
        if story and story not in paragraphs[-2:]:
            paragraphs.append(story)
    return Body(tuple(paragraphs), tuple(datelines), tuple(sign_offs))


class _Reading:
    """One proposal, ready to be asked whether it keeps a block."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.lines = {letters(line) for line in lines}
        self.all = "\n".join(letters(line) for line in lines)

    def keeps(self, text: str) -> bool:
        told = letters(text)
        return told in self.lines or (len(told) >= _SHORT and told in self.all)


def _words(lines: Sequence[str]) -> int:
    return sum(count_words(line) for line in lines)


def _propose(tree: Any, *, precise: bool) -> list[str]:
    """The lines trafilatura would keep, [] where it finds nothing or gives up."""
    if tree is None:
        return []
    import trafilatura  # a quarter second to import: paid by those who read pages

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # a page without text is no news
    try:
        text = trafilatura.extract(tree, favor_precision=precise, include_comments=False)
    except (etree.LxmlError, RecursionError, ValueError, TypeError, AttributeError):
        return []
    cells = (cell.strip() for line in (text or "").splitlines() for cell in line.split("|"))
    return [line for cell in cells if (line := cell.removeprefix("- ")).strip("- ")]


def _own_reading(blocks: Sequence[Block]) -> list[Block]:
    """The unlabelled blocks of the element in which the prose lies."""
    inside = _main_element([block for block in blocks if block.label == STORY and block.is_prose])
    return [
        block
        for block in blocks
        if block.label == STORY and block.linked * 2 < block.words
        and (id(block.owner) in inside or any(id(p) in inside for p in block.owner.parents))
    ]  # fmt: skip


def _main_element(prose: Sequence[Block]) -> set[int]:
    """The id of the deepest element that holds most (7 in 10) of the prose, as a set."""
    mass: Counter[int] = Counter()
    depth: dict[int, int] = {}
    for block in prose:
        chain: list[Tag] = [block.owner, *block.owner.parents]
        for level, element in enumerate(reversed(chain)):
            mass[id(element)] += block.words
            depth[id(element)] = level
    total = sum(block.words for block in prose)
    holders = [key for key, words in mass.items() if words * 10 >= total * 7]
    return {max(holders, key=depth.__getitem__)} if holders else set()


def _choose(
    blocks: Sequence[Block], default: _Reading, precise: _Reading, own: set[int]
) -> list[Block]:
    """Blocks two readings keep, and prose or headings one keeps where they stand well.

    That is between the sure ones, or typeset like one of them: trafilatura may stop at the
    first of several equal sections. What is nearly all link is never story.
    """
    story = [b for b in blocks if b.label == STORY and b.linked * 10 < b.words * 8]
    votes = [(id(b) in own) + default.keeps(b.text) + precise.keeps(b.text) for b in story]
    sure = [place for place, count in enumerate(votes) if count >= 2]
    if not sure:
        return [block for block in story if id(block) in own]
    looks = {_look(story[place]) for place in sure}

    def stands_well(place: int, block: Block) -> bool:
        between = sure[0] < place < sure[-1]
        if block.is_heading:
            return id(block) in own and not block.linked and between
        return block.is_prose and (between or (id(block) in own and _look(block) in looks))

    return [
        block
        for place, block in enumerate(story)
        if votes[place] >= 2 or (votes[place] and stands_well(place, block))
    ]


def _look(block: Block) -> tuple[object, ...]:
    """How a block is typeset: its element's name and class, and its parent's."""
    parent = block.owner.parent
    classes = tuple(block.owner.get_attribute_list("class"))
    above = (parent.name, *parent.get_attribute_list("class")) if parent else ()
    return (block.owner.name, classes, above)


def agreement(one: Sequence[str], other: Sequence[str]) -> float:
    """How far two readings agree: F1 over runs of four words, 0 to 1."""
    left, right = _runs(one), _runs(other)
    shared = (left & right).total()
    return 2 * shared / (left.total() + right.total()) if shared else 0.0


def _runs(lines: Sequence[str]) -> Counter[tuple[str, ...]]:
    words = tokens(" ".join(lines))
    return Counter(zip(*(words[i:] for i in range(_RUN)), strict=False))
