"""What kind of page it is: none of a story at all, one of several, one that was corrected."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib.resources import files
from urllib.parse import urljoin, urlsplit

from bs4 import BeautifulSoup

from parsers.body import FLOOR
from parsers.phrases import count_words
from wirebell.core.text import one_line
from wirebell.core.urls import url_key

STORY_WORDS = 300
"""Words from which a page is an article, whatever it says beside it of cookies."""
_SAID_EVERY = 40  # words; a wall speaks of little else
_TABLES = tomllib.loads((files("parsers") / "pages.toml").read_text("utf-8"))
_PAGE = re.compile(
    r"(.+?)(?:[/?&_-]?(?:page|pagina|seite|p|s)[=/_-]?|[/_-])(\d{1,2})(?:\.s?html?)?/?"
)


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern or "(?!)", re.IGNORECASE | re.VERBOSE)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of page that is no article; `keeps` if its head tells of the article yet."""

    note: str
    host: re.Pattern[str]
    title: re.Pattern[str]
    words: re.Pattern[str]
    keeps: bool


_KINDS = [
    Kind(
        note=kind["note"],
        host=_compiled(kind.get("host", "")),
        title=_compiled(kind.get("title", "")),
        words=_compiled(kind["words"]),
        keeps="keeps" in kind,
    )
    for kind in _TABLES["kinds"]
]
_LABELS = [
    (label["name"], _compiled(label.get("title", "")), _compiled(label["line"]))
    for label in _TABLES["labels"]
]


METERED = _compiled(_TABLES["metered"])
"""What tells of a number of free articles."""


def host_of(url: str) -> str:
    """The host of an address, however it is reached ("m.", "amp.", "www."), "" for none."""
    with suppress(ValueError):
        return urlsplit(url_key(url)).hostname or ""
    return ""


def scripted(soup: BeautifulSoup) -> list[str]:
    """What a page says to readers without scripts."""
    return [one_line(tag.get_text(" ")) for tag in soup.find_all("noscript", limit=20)]


def no_article(url: str, titles: Iterable[str], story: str, page: str) -> Kind | None:
    """What the page is instead, if it is none: by its host, its title, or what it harps on.

    `story` is what was found of one, `page` everything a reader sees. A story tells of itself:
    the page of a short one may be half banner.
    """
    with suppress(ValueError):
        host = urlsplit(url).hostname or ""
    if count_words(story) >= STORY_WORDS:
        return None
    for kind in _KINDS:
        harps = all(
            len(kind.words.findall(said)) * _SAID_EVERY >= max(count_words(said), 1)
            for said in (page, story if count_words(story) >= FLOOR else page)
        )
        named = kind.host.match(host) or any(kind.title.fullmatch(title) for title in titles)
        if named or harps:
            return kind
    return None


def corrections(
    titles: Iterable[str], lines: Sequence[str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What the publisher calls this version ("corrected"), and the lines that say why."""
    titles, labels, notices = tuple(titles), [], []
    for name, of_title, of_line in _LABELS:
        said = [line for line in lines if of_line.match(line)]
        if said or any(of_title.fullmatch(title) for title in titles):
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
