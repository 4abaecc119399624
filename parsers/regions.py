"""Whose words are whose: a page cut into blocks, each under the region it stands in."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString

from parsers.markup import glimpse
from parsers.phrases import (
    PATTERNS,
    REGION_OF_TAG,
    WORDS,
    count_words,
    fit,
    letters,
    opening,
    role_of,
)
from wirebell.core.text import clean

STORY = ""
"""The label of blocks that may be story. Others: REGIONS, "lead", "key_points", "furniture"."""

_TWO_BREAKS = re.compile("\v[\\s\x02\x03]*\v")  # a <br> is read as a vertical tab
_LINKED = re.compile("\x02([^\x02\x03]*)\x03")  # marks around words in links; `clean` removes them
_MOST_PROSE = {"comments": 0.9}  # readers may well write more than the reporter
_WAYS = ("a", "form", "input", "button", "iframe")  # what a box that leads elsewhere has
_STANDFIRST_WORDS = 6
_CAPTION_WORDS = 40
_MOST_CAPTIONS = 0.4  # of a page's prose
_FOLDED = 40  # words
_BIO_AFTER = 4  # paragraphs; reporters who are in the news stand higher
_HEADLINES = 20  # h1 elements looked at
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_APART = ("caption", "credit")  # what a span inside other words may be
_SEAM = re.compile(r"(?<=[a-z])(?=[A-Z])|[-_]+")  # aB, a_b, a__b, a--b


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
        return self.owner.name in _HEADINGS

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
    places, captions = _places(soup, prose_in(soup, blocks)), _captions(soup, blocks)
    heading, told, names = STORY, 0, ""
    for block in blocks:
        role, place = role_of(block.text, linked=block.is_linked), places[id(block.owner)]
        place = place or ("caption" if block in captions else STORY)
        worded = place == STORY or (place == "caption" and role == "credit")
        heading, block.label = _headed(block, role if worded else place, heading, told=told > 0)
        told += block.label == STORY and block.is_prose
        if block.label == "byline" and not told:
            names += letters(block.text)
        elif told >= _BIO_AFTER and not block.label and opening(block.text) in names:
            block.label = "byline"  # who wrote it, told under the story
    return blocks


def prose_in(soup: BeautifulSoup, blocks: Iterable[Block]) -> Counter[int]:
    """Words of prose in each element, by its id."""
    return _summed(soup, ((block.owner, block.words) for block in blocks if block.is_prose))


def _summed(soup: BeautifulSoup, parts: Iterable[tuple[Tag, int]]) -> Counter[int]:
    """For each element, by its id, the sum of what it and all in it weigh."""
    sums: Counter[int] = Counter()
    for tag, weight in parts:
        sums[id(tag)] += weight
    for tag in reversed(soup.find_all(True)):  # from the leaves up
        sums[id(tag.parent)] += sums[id(tag)]
    return sums


def _captions(soup: BeautifulSoup, blocks: Sequence[Block]) -> set[Block]:
    """The few words, set as no paragraph, that an element holds beside its picture."""
    words = _summed(soup, ((block.owner, block.words) for block in blocks))
    pictures = _summed(soup, ((tag, 1) for tag in soup.find_all(["img", "video"])))
    found = []
    for block in blocks:
        frames = [id(tag) for tag in (block.owner, block.owner.parent) if tag]
        alone = any(pictures[frame] and words[frame] == block.words for frame in frames)
        set_apart = block.owner.name not in ("p", "li", "td") and not block.is_heading
        if alone and set_apart and block.words <= _CAPTION_WORDS:
            found.append(block)
    told, beside = (sum(b.words for b in some if b.is_prose) for some in (blocks, found))
    return set() if beside > _MOST_CAPTIONS * told else {*found}  # a story told beside pictures


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
        elif node.name in WORDS["inline"] and not (node.name == "span" and region(node) in _APART):
            yield from _pieces(node, owner, linked=linked or node.name == "a")
        else:
            yield node, ""  # even an empty one parts the words around it
            yield from _pieces(node, node, linked=linked)


def _places(soup: BeautifulSoup, prose: Counter[int]) -> dict[int, str]:
    """The region of each element by its name and class, inherited by what it holds.

    A name alone does not make a region: an element that holds the headline or a good part of
    the page's prose is the story, whatever it is called ("has-comments").
    """
    headline = _headline(soup)
    holds_headline = {id(parent) for parent in headline.parents} if headline else set()
    others = _other_articles(soup, headline)
    places = {id(soup): STORY}
    for tag in soup.find_all(True):
        outer = places[id(tag.parent)]
        own = STORY if id(tag) in holds_headline else region(tag)
        if own == "related" and prose[id(tag)] and not tag.find(_WAYS):
            own = STORY  # it leads nowhere: a standfirst called "teaser", the rest of the story
        if (
            own == STORY
            and _is_hidden(tag)
            and (prose[id(tag)] < _FOLDED or not tag.find_parent("article"))
        ):
            own = "furniture"  # a message; what is longer may be the rest of a story folded away
        own = "related" if own == STORY and id(tag) in others else own
        most = 0.9 if others.get(id(tag)) else _MOST_PROSE.get(own, 0.4)
        if prose[id(tag)] > most * prose[id(soup)]:
            own = STORY
        inner = outer in (STORY, "furniture") or (outer == "caption" and own == "credit")
        places[id(tag)] = own if own and inner else outer
    return places


def _headline(soup: BeautifulSoup) -> Tag | None:
    """The h1 that the page's title has most words of: another may be a logo, or a box's."""
    title = glimpse(soup.title) if soup.title else ""
    heads = soup.find_all("h1", limit=_HEADLINES)
    return max(heads, key=lambda h1: fit(glimpse(h1), title), default=None)


def _other_articles(soup: BeautifulSoup, headline: Tag | None) -> dict[int, bool]:
    """The ids of the <article>s beside the one of the headline, of the teasers in that one, of
    the cards outside and of boxes headed "Related"; with whether each has an h1 of its own.

    A teaser's heading leads elsewhere; a live page's bulletins are <article>s, too.
    """
    heads = [h for h in soup.find_all(_HEADINGS) if PATTERNS["related"].match(glimpse(h))]
    begun = (h for h in heads if h.parent and glimpse(h.parent).startswith(glimpse(h)))
    boxes = {id(h.parent): False for h in begun if len(glimpse(h).split()) <= 6}
    home = headline and headline.find_parent("article")
    if home is None:
        return boxes
    inside = {id(tag) for tag in home.find_all(True)} | {id(home)}
    linked = (h for h in soup.find_all(_HEADINGS) if id(h) not in inside and _links(h))
    cards = {id((heading.find_parent("a") or heading).parent): False for heading in linked}
    articles = (tag for tag in soup.find_all("article") if tag is not home)
    others = (a for a in articles if id(a) not in inside or _links(a.find(_HEADINGS)))
    return boxes | cards | {id(tag): tag.find("h1") is not None for tag in others}


def _links(heading: object) -> bool:
    ways = isinstance(heading, Tag) and (heading.find("a", href=True), heading.find_parent("a"))
    return any(isinstance(way, Tag) and "#" not in str(way.get("href", "#")) for way in ways or ())


def region(tag: Tag) -> str:
    """The region an element's own name, class and id speak of."""
    names = " ".join((*tag.get_attribute_list("class"), *tag.get_attribute_list("id"))[:12])
    if found := PATTERNS["class"].search(_SEAM.sub("-", names)):
        return found.lastgroup or STORY
    if "author" in (*tag.get_attribute_list("rel"), *tag.get_attribute_list("itemprop")):
        return "byline"
    return REGION_OF_TAG.get(tag.name, STORY)


def look_of(tag: Tag) -> tuple[object, ...]:
    """How an element is typeset: its name and class, and its parent's."""
    both = [one for one in (tag, tag.parent) if one]
    return tuple((one.name, *one.get_attribute_list("class")) for one in both)


def _is_hidden(tag: Tag) -> bool:
    return tag.has_attr("hidden") or "display:none" in str(tag.get("style", "")).replace(" ", "")


def _headed(block: Block, label: str, heading: str, *, told: bool) -> tuple[str, str]:
    """The heading in force after a block, and the block's label; `told` once a story began.

    A heading labels the list under "Key points", the links under "Related", all under "Comments".
    """
    comments = told and block.is_heading and PATTERNS["comments"].match(block.text)
    if comments or heading == "comments":
        return "comments", label or "comments"
    if PATTERNS["key_points"].match(block.text):
        return "key_points", "furniture"
    listed = block.owner.name == "li" or block.owner.find_parent("li") is not None
    if heading == "key_points" and listed and label in (STORY, "furniture"):
        return heading, heading
    if heading == "related" and (listed or block.is_linked):
        return heading, label or heading
    if label == "lead" and (told or block.words < _STANDFIRST_WORDS):
        return STORY, STORY  # a heading within the story, set like a standfirst
    return "related" if label == "related" and block.words <= 6 else STORY, label
