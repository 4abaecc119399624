"""Whose words are whose: a page cut into blocks, each under the region it stands in."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString

from parsers.phrases import PATTERNS, REGION_OF_TAG, WORDS, count_words, role_of
from wirebell.core.text import clean

STORY = ""
"""The label of blocks that may be story. Others: REGIONS, "lead", "key_points", "furniture"."""

_TWO_BREAKS = re.compile("\v[\\s\x02\x03]*\v")  # a <br> is read as a vertical tab
_LINKED = re.compile("\x02([^\x02\x03]*)\x03")  # marks around words in links; `clean` removes them
_MOST_PROSE = {"comments": 0.9}  # readers may well write more than the reporter
_STANDFIRST_WORDS = 6
_APART = ("caption", "credit")  # what a span inside other words may be
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


@dataclass(slots=True, eq=False)
class Block:
    """One paragraph, item or heading as printed, and the element that owns it.

    `label` is the region it stands in; `words` and `linked` count its words and those of them
    inside links.
    """

    text: str
    owner: Tag
    words: int
    linked: int
    label: str = STORY

    @property
    def is_heading(self) -> bool:
        """Whether it is marked as a heading."""
        return self.owner.name in ("h1", "h2", "h3", "h4", "h5", "h6")

    @property
    def is_listed(self) -> bool:
        """Whether it stands in a list."""
        return self.owner.name == "li" or self.owner.find_parent("li") is not None

    @property
    def is_linked(self) -> bool:
        """Whether at least half of its words are links."""
        return self.linked * 2 >= self.words

    @property
    def is_prose(self) -> bool:
        """Whether it reads as sentences rather than as a label or a link."""
        return self.words >= 8 and not self.is_linked and not self.is_heading


def read_blocks(soup: BeautifulSoup) -> tuple[Block, ...]:
    """Every block of a page in reading order, labelled by where it stands and what it says."""
    blocks = tuple(_cut(soup))
    places = _places(soup, prose_in(soup, blocks))
    heading, told = STORY, False
    for block in blocks:
        role, place = role_of(block.text, linked=block.is_linked), places[id(block.owner)]
        worded = place == STORY or (place == "caption" and role == "credit")
        heading, block.label = _headed(block, role if worded else place, heading, told=told)
        told = told or (block.label == STORY and block.is_prose)
    return blocks


def prose_in(soup: BeautifulSoup, blocks: Iterable[Block]) -> Counter[int]:
    """Words of prose in each element, by its id."""
    words: Counter[int] = Counter()
    for block in blocks:
        if block.is_prose:
            words[id(block.owner)] += block.words
    for tag in reversed(soup.find_all(True)):  # from the leaves up
        words[id(tag.parent)] += words[id(tag)]
    return words


def _cut(soup: BeautifulSoup) -> Iterator[Block]:
    """The blocks: one ends where the owner of the words changes, and at two line breaks."""
    for _, run in groupby(_pieces(soup, soup), key=lambda piece: id(piece[0])):
        owners, pieces = zip(*run, strict=True)
        for part in _TWO_BREAKS.split("".join(pieces)):
            if text := " ".join(clean(part).split()):
                linked = count_words(" ".join(_LINKED.findall(part)))
                yield Block(text, owners[0], count_words(text), linked)


def _pieces(tag: Tag, owner: Tag, *, linked: bool = False) -> Iterator[tuple[Tag, str]]:
    """The words under `tag` with the element that owns each run of them."""
    for node in tag.children:
        if type(node) is NavigableString:  # its subclasses are comments, scripts, doctypes
            yield owner, f"\x02{node}\x03" if linked else str(node)
        elif not isinstance(node, Tag) or node.name in WORDS["unseen"]:
            continue
        elif node.name == "br":
            yield owner, "\v"
        elif node.name in WORDS["inline"] and not (node.name == "span" and _region(node) in _APART):
            yield from _pieces(node, owner, linked=linked or node.name == "a")
        else:
            yield node, ""  # even an empty one parts the words around it
            yield from _pieces(node, node, linked=linked)


def _places(soup: BeautifulSoup, prose: Counter[int]) -> dict[int, str]:
    """The region of each element by its name and class, inherited by what it holds.

    A name alone does not make a region: an element that holds the headline or a good part of
    the page's prose is the story, whatever it is called ("has-comments").
    """
    headline = soup.find("h1")
    holds_headline = {id(parent) for parent in headline.parents} if headline else set()
    places = {id(soup): STORY}
    for tag in soup.find_all(True):
        outer = places[id(tag.parent)]
        own = STORY if id(tag) in holds_headline else _region(tag)
        if prose[id(tag)] > _MOST_PROSE.get(own, 0.4) * prose[id(soup)]:
            own = STORY
        inner = outer in (STORY, "furniture") or (outer == "caption" and own == "credit")
        places[id(tag)] = own if own and inner else outer
    return places


def _region(tag: Tag) -> str:
    """The region an element's own name, class and id speak of."""
    names = " ".join((*tag.get_attribute_list("class"), *tag.get_attribute_list("id"))[:12])
    if found := PATTERNS["class"].search(_CAMEL.sub("-", names).replace("_", "-")):
        return found.lastgroup or STORY
    if "author" in (*tag.get_attribute_list("rel"), *tag.get_attribute_list("itemprop")):
        return "byline"
    if tag.has_attr("hidden") or "display:none" in str(tag.get("style", "")).replace(" ", ""):
        return "furniture"
    return REGION_OF_TAG.get(tag.name, STORY)


def _headed(block: Block, label: str, heading: str, *, told: bool) -> tuple[str, str]:
    """The heading in force after a block, and the block's label; `told` once a story began.

    A heading labels the list under "Key points", the links under "Related", all under "Comments".
    """
    comments = told and block.is_heading and PATTERNS["comments"].match(block.text)
    if comments or heading == "comments":
        return "comments", label or "comments"
    if PATTERNS["key_points"].match(block.text):
        return "key_points", "furniture"
    if heading == "key_points" and block.is_listed and label in (STORY, "furniture"):
        return heading, heading
    if heading == "related" and (block.is_listed or block.is_linked):
        return heading, label or heading
    if label == "lead" and (told or block.words < _STANDFIRST_WORDS):
        return STORY, STORY  # a heading within the story, set like a standfirst
    return "related" if label == "related" and block.words <= 6 else STORY, label
