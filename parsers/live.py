"""Live pages: the bulletins they are made of, by what is stated or by where they stand."""

from __future__ import annotations

import re
from typing import Any

from bs4 import BeautifulSoup, Tag

from parsers.dates import Habits, read_date
from parsers.phrases import letters
from wirebell.core.news import Bulletin
from wirebell.core.text import one_line

_MOST = 200  # bulletins of one page
_STATED = ("datePublished", "headline", "articleBody")
_FRAGMENT = re.compile(r"(?:block|post|entry|update|live|msg|liveblog|key)[-_:]?\w", re.IGNORECASE)
_LIVE = re.compile(  # neither a director nor a sticker
    r"\b(?:live|minute|directo?|en-vivo|ao-vivo|diretta)\b|(?<!\bs)ticker", re.IGNORECASE
)


def read_live(
    node: dict[str, Any], soup: BeautifulSoup, url: str, habits: Habits
) -> tuple[Bulletin, ...]:
    """The bulletins a live page states (liveBlogUpdate), else those its elements show."""
    stated = node.get("liveBlogUpdate")
    told = stated[:_MOST] if isinstance(stated, list) else [stated]
    if stated or not _LIVE.search(url):
        return tuple(_stated(one, habits) for one in told if isinstance(one, dict))
    shown = [tag for tag in soup.find_all(id=_FRAGMENT, limit=_MOST) if tag.find("time")]
    outer = {id(parent) for tag in shown for parent in tag.parents}
    inner = [tag for tag in shown if id(tag) not in outer]
    return tuple(_shown(tag, habits) for tag in inner) if len(inner) > 1 else ()


def _stated(told: dict[str, Any], habits: Habits) -> Bulletin:
    name, at, title, text = (
        one_line(word) if isinstance(word, str) else ""
        for word in (told.get("@id") or told.get("url"), *map(told.get, _STATED))
    )
    instant = read_date(at, zone=habits.zone, language=habits.language)
    return Bulletin(name.rpartition("#")[2], instant, title, text)


def _shown(tag: Tag, habits: Habits) -> Bulletin:
    dates = (str(t.get("datetime") or t.get_text(" ")) for t in tag.find_all("time", limit=1))
    at = read_date(next(dates, ""), zone=habits.zone, language=habits.language)
    headings = tag.find_all(re.compile("h[2-6]"), limit=1)
    title = " ".join(one_line(heading.get_text(" ")) for heading in headings)
    lines = (one_line(p.get_text(" ")) for p in tag.find_all("p"))
    text = "\n".join(line for line in lines if line and letters(line) != letters(title))
    return Bulletin(str(tag["id"]), at, title, text)
