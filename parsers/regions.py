"""Whose words are whose: a page cut into blocks, each under the region it stands in."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString

from parsers.phrases import PHRASES, compiled, count_words, heads, role_of, word_set
from wirebell.core.text import clean

STORY = ""
"""The label of blocks that may be story. Others: REGIONS, "lead", "key_points", "furniture"."""

_BREAK = "\v"  # what a <br> leaves in a run of words
_MOST_PROSE = {"comments": 0.9}  # readers may well write more than the reporter
_STANDFIRST_WORDS = 6
_PRINTED = ("caption", "credit")  # what a span may be, beside its own paragraph
_UNSEEN, _INLINE = word_set("unseen"), word_set("inline")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_CLASSES = (f"(?P<{region}>{words})" for region, words in PHRASES["classes"].items())
_CLASS = compiled(f"(?<![a-z])(?:{'|'.join(_CLASSES)})(?![a-z])")


@dataclass(frozen=True, slots=True, eq=False)
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
    def is_item(self) -> bool:
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

    @property
    def within(self) -> list[int]:
        """The ids of its owner and of every element around that, inside out."""
        return [id(self.owner), *map(id, self.owner.parents)]


def read_blocks(soup: BeautifulSoup) -> tuple[Block, ...]:
    """Every block of a page in reading order, labelled by where it stands and what it says."""
    cutter = _Cutter()
    cutter.cut(soup, soup)
    places = _places(soup, prose_in(cutter.blocks))
    return tuple(_labelled((block, places[id(block.owner)]) for block in cutter.blocks))


def prose_in(blocks: Iterable[Block]) -> Counter[int]:
    """Words of prose in each element, by its id; what holds equal prose stands inside out."""
    words: Counter[int] = Counter()
    for block in blocks:
        if block.is_prose:
            for element in block.within:
                words[element] += block.words
    return words


class _Cutter:
    """Cuts a page: a block ends where the owner of the words changes, and at two line breaks."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self._run: list[tuple[str, bool]] = []  # words, and whether they are inside a link

    def cut(self, tag: Tag, owner: Tag, *, linked: bool = False) -> None:
        for node in tag.children:
            broken = bool(self._run) and self._run[-1][0] == _BREAK
            if type(node) is NavigableString:  # its subclasses are comments, scripts, doctypes
                if node.strip() or not broken:
                    self._run.append((str(node), linked))
            elif not isinstance(node, Tag) or node.name in _UNSEEN:
                continue
            elif node.name == "br":
                if broken:
                    self._end(owner)
                else:
                    self._run.append((_BREAK, linked))
            elif node.name in _INLINE and not (node.name == "span" and _region(node) in _PRINTED):
                self.cut(node, owner, linked=linked or node.name == "a")
            else:
                self._end(owner)
                self.cut(node, node, linked=linked)
                self._end(node)

    def _end(self, owner: Tag) -> None:
        text = " ".join(clean("".join(piece for piece, _ in self._run)).split())
        if text:
            linked = count_words(" ".join(piece for piece, inside in self._run if inside))
            self.blocks.append(Block(text, owner, count_words(text), linked))
        self._run = []


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
    if region := _class_region(names):
        return region
    if "author" in (*tag.get_attribute_list("rel"), *tag.get_attribute_list("itemprop")):
        return "byline"
    if tag.has_attr("hidden") or "display:none" in str(tag.get("style", "")).replace(" ", ""):
        return "furniture"
    return str(PHRASES["tags"].get(tag.name, STORY))


@lru_cache(maxsize=4096)
def _class_region(names: str) -> str:
    found = _CLASS.search(_CAMEL.sub("-", names).replace("_", "-"))
    return found.lastgroup or STORY if found else STORY


def _labelled(placed: Iterable[tuple[Block, str]]) -> Iterable[Block]:
    """Blocks labelled by place and words, and by the heading they stand under."""
    heading, told = STORY, False
    for block, place in placed:
        role = role_of(block.text, linked=block.is_linked)
        worded = place == STORY or (place == "caption" and role == "credit")
        heading, label = _headed(block, role if worded else place, heading, told=told)
        told = told or (label == STORY and block.is_prose)
        yield replace(block, label=label)


def _headed(block: Block, label: str, heading: str, *, told: bool) -> tuple[str, str]:
    """The heading in force after a block, and the block's label; `told` once a story began.

    A heading labels the list under "Key points", the links under "Related", all under "Comments".
    """
    if heading == "comments" or (told and block.is_heading and heads("comments", block.text)):
        return "comments", label or "comments"
    if heads("key_points", block.text):
        return "key_points", "furniture"
    if heading == "key_points" and block.is_item and label in (STORY, "furniture"):
        return heading, heading
    if heading == "related" and (block.is_item or block.is_linked):
        return heading, label or heading
    if label == "lead" and (told or block.words < _STANDFIRST_WORDS):
        return STORY, STORY  # a heading within the story, set like a standfirst
    return "related" if label == "related" and block.words <= 6 else STORY, label
