"""Whose words are whose: a page cut into blocks, each under the region it stands in."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString, PageElement

from parsers.phrases import count_words, is_key_points, opens_comments, role_of
from wirebell.core.news import REGIONS, Regions
from wirebell.core.text import clean

STORY = ""
"""The label of blocks that may be story. Others: REGIONS, "lead", "key_points", "furniture"."""

_BREAK = "\v"  # what a <br> leaves in a run of words
_MASS_LIMIT = 0.4
_COMMENTS_LIMIT = 0.9  # readers may well write more than the reporter
_PIECES = 100
_STANDFIRST_WORDS = 6
_UNSEEN = frozenset(
    "head script style noscript template svg button select textarea iframe object math".split()
)
_INLINE = frozenset(
    "a abbr acronym b bdi bdo big br cite code data del dfn em font i img ins kbd label mark q s "
    "samp small span strike strong sub sup time tt u var wbr".split()
)
_BY_TAG = {
    "nav": "furniture", "footer": "furniture", "aside": "furniture", "form": "furniture",
    "dialog": "furniture", "menu": "furniture", "figure": "caption", "figcaption": "caption",
    "address": "byline",
}  # fmt: skip
_BY_WORD = {
    word: label
    for label, words in {
        "byline": "byline bylines author authors contributor contributors",
        "caption": "caption captions figcaption figure",
        "credit": "credit credits photographer",
        "newsletter": "newsletter newsletters signup subscribe",
        "related": "related recirc recirculation recommended recommendation recommendations "
        "trending popular outbrain taboola readmore morefrom teaser teasers",
        "comments": "comments commentlist disqus respond",
        "furniture": "nav navigation navbar menu breadcrumb breadcrumbs share sharing social "
        "cookie cookies consent gdpr advert advertisement ads sponsored footer toolbar "
        "pagination tags taglist modal popup overlay sidebar rail copyright disclaimer",
    }.items()
    for word in words.split()
}
_BY_PHRASE = {
    "key_points": re.compile(r"key-?(?:points|takeaways|facts)|takeaways|at-a-glance|what-to-know"),
    "lead": re.compile(
        r"standfirst|subhead(?:line)?\b|sub-?title|\bdek\b|\bdeck\b|article-summary"
    ),
}
_WORD = re.compile(r"[a-z]+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """One paragraph, item or heading as printed, and the element that owns it.

    `label` is the region it stands in; `words` and `linked` count its words and those of them
    inside links.
    """

    text: str
    owner: Tag
    label: str
    words: int
    linked: int
    item: bool

    @property
    def is_heading(self) -> bool:
        """Whether it is marked as a heading."""
        return self.owner.name in ("h1", "h2", "h3", "h4", "h5", "h6")

    @property
    def is_prose(self) -> bool:
        """Whether it reads as sentences rather than as a label or a link."""
        return self.words >= 8 and self.linked * 2 < self.words and not self.is_heading


@dataclass(slots=True)
class _Place:
    """Where in the tree the reader stands."""

    owner: Tag
    linked: bool = False
    item: bool = False


def read_blocks(soup: BeautifulSoup) -> tuple[Block, ...]:
    """Every block of a page in reading order, labelled by where it stands and what it says."""
    blocks, tags = _cut(soup)
    labels = _labels(blocks, tags, soup)
    placed = (replace(block, label=labels.get(id(block.owner), STORY)) for block in blocks)
    return tuple(_under_headings([_worded(block) for block in placed]))


def regions_of(blocks: Iterable[Block]) -> Regions:
    """The pieces of each region, as printed, each once, at most 100."""
    found: dict[str, dict[str, None]] = {name: {} for name in REGIONS}
    for block in blocks:
        pieces = found.get(block.label)
        if pieces is not None and len(pieces) < _PIECES:
            pieces[block.text] = None
    return Regions(**{name: tuple(pieces) for name, pieces in found.items()})


def _cut(soup: BeautifulSoup) -> tuple[list[Block], list[Tag]]:
    """One pass over the tree: a block ends where the element that owns the words changes.

    Two line breaks in a row end one as well.
    """
    places: dict[int, _Place] = {id(soup): _Place(soup)}
    blocks: list[Block] = []
    tags: list[Tag] = []
    run: list[tuple[str, bool]] = []
    at = _Place(soup)
    for node in soup.descendants:
        place = places.get(id(node.parent))
        if place is None or not _is_seen(node):
            continue
        if isinstance(node, Tag):
            tags.append(node)
            place = places[id(node)] = _enter(node, place)
        piece = _piece(node)
        broken = bool(run) and run[-1][0] == _BREAK
        if place.owner is not at.owner or (broken and piece == _BREAK):
            blocks.extend(_block(run, at))
            run = []
        at = place
        if piece.strip() or (piece and not broken):
            run.append((piece, place.linked))
    return [*blocks, *_block(run, at)], tags


def _piece(node: PageElement) -> str:
    if isinstance(node, Tag):
        return _BREAK if node.name == "br" else ""
    return str(node)


def _is_seen(node: PageElement) -> bool:
    if isinstance(node, Tag):
        return node.name not in _UNSEEN
    return type(node) is NavigableString  # its subclasses are comments, scripts, doctypes


def _enter(tag: Tag, outer: _Place) -> _Place:
    inline = tag.name in _INLINE and not (
        tag.name == "span" and _named(tag) in ("caption", "credit")
    )
    return _Place(
        outer.owner if inline else tag,
        outer.linked or tag.name == "a",
        outer.item or tag.name == "li",
    )


def _block(run: list[tuple[str, bool]], place: _Place) -> tuple[Block, ...]:
    """The block a run of words makes: one, or none if they are all white space."""
    text = " ".join(clean("".join(piece for piece, _ in run)).split())
    if not text:
        return ()
    linked = count_words(" ".join(piece for piece, inside in run if inside))
    return (Block(text, place.owner, STORY, count_words(text), linked, place.item),)


def _labels(blocks: list[Block], tags: list[Tag], soup: BeautifulSoup) -> dict[int, str]:
    """The region of each element by its name and class, inherited by what it holds.

    A name alone does not make a region: an element that holds the headline or a good part of
    the page's prose is the story, whatever it is called ("has-comments").
    """
    mass = _masses(blocks, tags)
    total = mass.get(id(soup), 0)
    headline = soup.find("h1")
    holds_headline = {id(parent) for parent in headline.parents} if headline else set()
    labels: dict[int, str] = {}
    for tag in tags:
        outer = labels.get(id(tag.parent), STORY)
        own = STORY if id(tag) in holds_headline else _named(tag)
        limit = _COMMENTS_LIMIT if own == "comments" else _MASS_LIMIT
        if own and mass.get(id(tag), 0) > limit * total:
            own = STORY
        inner = outer in (STORY, "furniture") or (outer == "caption" and own == "credit")
        labels[id(tag)] = own if own and inner else outer
    return labels


def _masses(blocks: list[Block], tags: list[Tag]) -> dict[int, int]:
    """Words of prose in each element, counted from the leaves up."""
    mass: dict[int, int] = {}
    for block in blocks:
        if block.is_prose:
            mass[id(block.owner)] = mass.get(id(block.owner), 0) + block.words
    for tag in reversed(tags):
        if id(tag) in mass:
            mass[id(tag.parent)] = mass.get(id(tag.parent), 0) + mass[id(tag)]
    return mass


def _named(tag: Tag) -> str:
    """The region an element's own name, class and id speak of."""
    names = " ".join((*tag.get_attribute_list("class"), *tag.get_attribute_list("id"))[:12])
    names = _CAMEL.sub("-", names).lower()
    for region, pattern in _BY_PHRASE.items():
        if pattern.search(names.replace("_", "-")):
            return region
    if "author" in tag.get_attribute_list("rel") or "author" in tag.get_attribute_list("itemprop"):
        return "byline"
    for word in _WORD.findall(names):
        if word in _BY_WORD:
            return _BY_WORD[word]
    if tag.has_attr("hidden") or "display:none" in str(tag.get("style", "")).replace(" ", ""):
        return "furniture"
    return _BY_TAG.get(tag.name, STORY)


def _worded(block: Block) -> Block:
    """A block whose place says nothing, labelled by its words."""
    if block.label not in (STORY, "caption"):
        return block
    role = role_of(block.text, linked=block.linked * 2 >= block.words)
    if block.label == "caption":
        return replace(block, label="credit") if role == "credit" else block
    return replace(block, label=role) if role else block


def _under_headings(blocks: list[Block]) -> Iterable[Block]:
    """Label the list under "Key points", the links under "Related", all under "Comments"."""
    heading, told = STORY, False
    for block in blocks:
        heading, label = _headed(block, heading, told=told)
        told = told or (label == STORY and block.is_prose)
        yield replace(block, label=label)


def _headed(block: Block, heading: str, *, told: bool) -> tuple[str, str]:
    """The heading in force after a block, and the block's label; `told` once a story began."""
    if heading == "comments" or (told and block.is_heading and opens_comments(block.text)):
        return "comments", block.label or "comments"
    if is_key_points(block.text):
        return "key_points", "furniture"
    if heading == "key_points" and block.item and block.label in (STORY, "furniture"):
        return heading, heading
    if heading == "related" and (block.item or block.linked * 2 >= block.words):
        return heading, block.label or heading
    if block.label == "lead" and (told or block.words < _STANDFIRST_WORDS):
        return STORY, STORY  # a heading within the story, set like a standfirst
    opens_links = block.label == "related" and block.words <= 6
    return "related" if opens_links else STORY, block.label
