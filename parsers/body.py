"""The story and nothing else: three readings of a page, and a vote among them.

trafilatura proposes twice (its default loses fewer words, its precise setting brings fewer
foreign ones; neither wins on every set of pages), the blocks of the soup are a third reading.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from lxml import etree

from parsers.markup import Markup
from parsers.phrases import count_words, letters, split_dateline, split_sign_offs
from parsers.regions import STORY, Block, prose_in

FLOOR = 60
"""Words under which a page's text is a teaser, not the story."""

_SHORT = 25  # letters under which a block is compared whole, not searched for


@dataclass(frozen=True, slots=True)
class Body:
    """The chosen story: paragraphs, what was taken off them, and how far readings agree."""

    paragraphs: tuple[str, ...]
    datelines: tuple[str, ...] = ()
    sign_offs: tuple[str, ...] = ()
    confidence: float = 0.0


def read_body(markup: Markup, blocks: Sequence[Block], *, title: str, stated: str = "") -> Body:
    """Choose the story of a page; `stated` is the body its JSON-LD claims, used if we find less.

    The confidence is the share of the readings that keep a word of the story, on average.
    """
    story = [b for b in blocks if b.label == STORY and b.linked * 10 < b.words * 8]
    main = _main_element(story)
    readings = (_propose(markup.tree, precise=False), _propose(markup.tree, precise=True))
    voted = [
        _Vote(
            block,
            not block.is_linked and main in block.within,
            sum(reading.keeps(block.text) for reading in readings),
        )
        for block in story
    ]
    chosen = _choose(voted)
    words = sum(vote.block.words for vote in chosen)
    agreed = sum(vote.block.words * vote.count for vote in chosen) / (len(readings) + 1)
    lines = [vote.block.text for vote in chosen if letters(vote.block.text) != letters(title)]
    if count_words(stated) > max(FLOOR, words * 2):
        lines, agreed = stated.splitlines(), 0
    return replace(tidy(lines), confidence=round(agreed / words, 3) if words else 0.0)


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
    """What trafilatura keeps of a page, ready to be asked whether it keeps a block."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.lines = {letters(line) for line in lines}
        self.all = "\n".join(letters(line) for line in lines)

    def keeps(self, text: str) -> bool:
        told = letters(text)
        return told in self.lines or (len(told) >= _SHORT and told in self.all)


@dataclass(frozen=True, slots=True)
class _Vote:
    """A block, whether it stands in the main element, and how many proposals keep it."""

    block: Block
    inside: bool
    proposals: int

    @property
    def count(self) -> int:
        return self.inside + self.proposals

    @property
    def look(self) -> tuple[object, ...]:
        """How the block is typeset: its element's name and class, and its parent's."""
        owner, parent = self.block.owner, self.block.owner.parent
        classes = tuple(owner.get_attribute_list("class"))
        above = (parent.name, *parent.get_attribute_list("class")) if parent else ()
        return (owner.name, classes, above)


def _propose(tree: Any, *, precise: bool) -> _Reading:
    """What trafilatura would keep, nothing where it gives up."""
    import trafilatura  # a quarter second to import: paid by those who read pages

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # a page without text is no news
    try:
        text = trafilatura.extract(tree, favor_precision=precise, include_comments=False) or ""
    except (etree.LxmlError, RecursionError, ValueError, TypeError, AttributeError):
        text = ""
    cells = (cell.strip() for line in text.splitlines() for cell in line.split("|"))
    return _Reading([cell.removeprefix("- ") for cell in cells if cell.strip("- ")])


def _main_element(story: Sequence[Block]) -> int:
    """The id of the deepest element that holds most (7 in 10) of the prose; 0 for none."""
    prose = prose_in(story)
    most = max(prose.values(), default=0)
    holders = [element for element, words in prose.items() if words * 10 >= most * 7]
    return min(holders, key=prose.__getitem__, default=0)


def _choose(voted: Sequence[_Vote]) -> list[_Vote]:
    """Blocks two readings keep, and prose or headings one keeps where they stand well.

    That is between the sure ones, or typeset like one of them: trafilatura may stop at the
    first of several equal sections.
    """
    sure = [place for place, vote in enumerate(voted) if vote.count >= 2]
    if not sure:
        return [vote for vote in voted if vote.inside]
    looks = {voted[place].look for place in sure}

    def stands_well(place: int, vote: _Vote) -> bool:
        between = sure[0] < place < sure[-1]
        if vote.block.is_heading:
            return between and vote.inside and not vote.block.linked
        return vote.block.is_prose and (between or (vote.inside and vote.look in looks))

    return [
        vote
        for place, vote in enumerate(voted)
        if vote.count >= 2 or (vote.count and stands_well(place, vote))
    ]
