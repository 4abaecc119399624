"""What kind of page it is: none of a story at all, one of several, one that was corrected."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from urllib.parse import urljoin, urlsplit

from bs4 import BeautifulSoup

from parsers.body import FLOOR
from parsers.phrases import compiled, count_words, read_table
from wirebell.core.urls import url_key

STORY_WORDS = 300
"""Words from which a page is an article, whatever it says beside it of cookies."""
_SAID_EVERY = 40  # words; a wall speaks of little else
_TABLES = read_table("pages")
_PAGE = re.compile(
    r"(.+?)(?:[/?&_-]?(?:page|pagina|seite|p|s)[=/_-]?|[/_-])(\d{1,2})(?:\.s?html?)?/?"
)


_KINDS = [
    (kind["note"], *(compiled(kind.get(name, "")) for name in ("host", "title", "words")))
    for kind in _TABLES["kinds"]
]
KEEPING = frozenset(kind["note"] for kind in _TABLES["kinds"] if "keeps" in kind)
"""The kinds of pages whose head tells of the article yet."""
_LABELS = [
    (label["name"], compiled(label.get("title", "")), compiled(label["line"]))
    for label in _TABLES["labels"]
]
METERED = compiled(_TABLES["metered"])
"""What tells of a number of free articles."""


def host_of(url: str) -> str:
    """The host of an address, however it is reached ("m.", "amp.", "www."), "" for none."""
    with suppress(ValueError):
        return urlsplit(url_key(url)).hostname or ""
    return ""


def no_article(url: str, titles: Sequence[str], story: str, page: str) -> str:
    """What the page is instead of an article: by its host, its title, or what it harps on.

    `story` is what was found of one, `page` everything a reader sees. A story tells of itself:
    the page of a short one may be half banner. "" is an article.
    """
    texts = {said: count_words(said) for said in (page, story)}
    length = texts[story]
    if length < FLOOR:
        del texts[story]
    for note, host, title, harped in _KINDS if length < STORY_WORDS else ():
        named = host.match(url.partition("//")[2]) or any(map(title.fullmatch, titles))
        harps = (len(harped.findall(said)) * _SAID_EVERY >= max(n, 1) for said, n in texts.items())
        if named or (texts and all(harps)):
            return str(note)
    return ""


def corrections(
    titles: Sequence[str], lines: Sequence[str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What the publisher calls this version ("corrected"), and the lines that say why."""
    labels: list[str] = []
    notices: list[str] = []
    for name, of_title, of_line in _LABELS:
        said = [line for line in lines if of_line.match(line)]
        if said or any(map(of_title.fullmatch, titles)):
            labels.append(name)
            notices += said
    return tuple(labels), tuple(dict.fromkeys(notices))


def next_page(soup: BeautifulSoup, url: str) -> str:
    """The address the story goes on at, "" for none: a rel=next may mean another story."""
    own = _PAGE.fullmatch(url)
    expected = {(re.sub(r"(\.s?html?)?/?$", "", url), 2)}
    expected |= {(own[1], int(own[2]) + 1)} if own else set()
    for link in soup.find_all(["link", "a"], rel="next", href=True):
        with suppress(ValueError):
            found = _PAGE.fullmatch(urljoin(url, str(link["href"])))
            if found and (found[1], int(found[2])) in expected:
                return found[0]
    return ""
