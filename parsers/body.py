"""The story and nothing else: three readings of a page, and a vote among them.

trafilatura proposes twice (its default loses fewer words, its precise setting brings fewer
foreign ones; neither wins on every set of pages), the blocks of the soup are a third reading.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

from bs4 import BeautifulSoup
from lxml import etree

from parsers.phrases import count_words, letters, split_dateline, split_sign_offs
from parsers.regions import STORY, Block, look_of, prose_in

FLOOR = 60
"""Words under which a page's text is a teaser, not the story."""

MOST_ELEMENTS = 10_000
"""Elements up to which trafilatura is asked; the richest of 181 pages has 3,229. It takes minutes
over 48,000 of them: such a page is read by its soup alone, at a confidence of a third."""

_SHORT = 25  # letters under which a block is compared whole, not searched for


@dataclass(frozen=True, slots=True)
class Body:
    """The chosen story: paragraphs, what was taken off them, and how far readings agree."""

    paragraphs: tuple[str, ...]
    datelines: tuple[str, ...] = ()
    sign_offs: tuple[str, ...] = ()
    confidence: float = 0.0


def read_body(
    soup: BeautifulSoup, tree: Any, blocks: Sequence[Block], *, title: str, stated: str = ""
) -> Body:
    """Choose the story of a page; `stated` is the body its JSON-LD claims, used if we find less.

    The confidence is the share of the readings that keep a word of the story, on average.
    """
    story = [b for b in blocks if b.label == STORY and b.linked * 10 < b.words * 8]
    main = _main_element(soup, story)
    own = {n for n, b in enumerate(story) if not b.is_linked and id(b.owner) in main}
    asked = tree if len(soup.find_all(True)) <= MOST_ELEMENTS else None
    readings = (own, _kept(story, asked, precise=False), _kept(story, asked, precise=True))
    votes = Counter(chain(*readings))
    chosen = _choose(story, own, votes)
    words = sum(story[place].words for place in chosen)
    if count_words(stated) > max(FLOOR, words * 2):
        return tidy(stated.splitlines())
    body = tidy([b.text for b in (story[n] for n in chosen) if letters(b.text) != letters(title)])
    kept = sum(story[place].words * votes[place] for place in chosen)
    return replace(body, confidence=round(kept / len(readings) / words, 3) if words else 0.0)


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


def _main_element(soup: BeautifulSoup, story: Sequence[Block]) -> set[int]:
    """The ids of the deepest element that holds most (7 in 10) of the prose and of all in it."""
    prose = prose_in(soup, story)
    if not prose[id(soup)]:
        return set()
    main = [tag for tag in soup.find_all(True) if prose[id(tag)] * 10 >= prose[id(soup)] * 7][-1]
    return {id(main), *map(id, main.find_all(True))}


def _kept(story: Sequence[Block], tree: Any, *, precise: bool) -> set[int]:
    """The places of the blocks that trafilatura keeps; none without a tree, or if it gives up."""
    if tree is None:
        return set()
    import trafilatura  # a quarter second to import: paid by those who read pages

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # a page without text is no news
    try:
        text = trafilatura.extract(tree, favor_precision=precise, include_comments=False) or ""
    except (etree.LxmlError, RecursionError, ValueError, TypeError, AttributeError):
        return set()
    lines = [letters(cell) for line in text.splitlines() for cell in line.split("|")]
    whole, known = "\n".join(lines), set(lines)
    told = [letters(block.text) for block in story]
    return {n for n, t in enumerate(told) if t in known or (len(t) >= _SHORT and t in whole)}


def _choose(story: Sequence[Block], own: set[int], votes: Counter[int]) -> list[int]:
    """The places two readings keep, and prose or headings one keeps where they stand well.

    That is between the sure ones, or typeset like one of them: trafilatura may stop at the
    first of several equal sections.
    """
    sure = sorted(place for place, count in votes.items() if count >= 2)
    if not sure:
        return sorted(own)
    looks = {look_of(story[place].owner) for place in sure}

    def stands_well(place: int) -> bool:
        block = story[place]
        between = sure[0] < place < sure[-1]
        if block.is_heading:
            return between and place in own and not block.linked
        return block.is_prose and (between or (place in own and look_of(block.owner) in looks))

    return [place for place in sorted(votes) if votes[place] >= 2 or stands_well(place)]
