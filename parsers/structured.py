"""What a page states about itself, for machines: JSON-LD first, then meta."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any
from urllib.parse import urljoin

from bs4 import BeautifulSoup

from parsers.dates import read_date
from parsers.phrases import PATTERNS, fit, role_of
from wirebell.core.news import Access
from wirebell.core.text import fold, one_line

_THINGS = 5_000  # of JSON-LD on one page; the largest seen has some hundreds
_STORY_TYPES = ("article", "posting", "report")  # NewsArticle, LiveBlogPosting, Report
_TIERS: dict[str, Access] = {"free": "free", "metered": "metered", "locked": "paywalled"}
_PUBLISHED = "article:published_time datepublished parsely-pub-date pubdate publishdate"
_MODIFIED = "article:modified_time datemodified og:updated_time"
_AUTHORS = "author article:author parsely-author sailthru.author dc.creator"
_LD_TYPE = re.compile(r"\s*application/ld\+json", re.IGNORECASE)
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-\w{2,8})*")


@dataclass(frozen=True, slots=True)
class Stated:
    """Fields as stated; "", () or None where the page says nothing. `body` is articleBody."""

    headline: str
    og_title: str
    authors: tuple[str, ...]
    published: datetime | None
    modified: datetime | None
    description: str
    section: str
    language: str
    site_name: str
    canonical_url: str
    access: Access
    body: str


def read_stated(soup: BeautifulSoup, *, url: str, titles: Sequence[str]) -> Stated:
    """Everything the page from `url` states.

    Of several Article nodes the one whose headline fits `titles`, which a reader sees, counts.
    """
    meta = _Meta(soup)
    nodes = _objects(_linked_data(soup))
    by_id = {str(node["@id"]): node for node in nodes if "@id" in node and len(node) > 1}
    og_title = meta.first("og:title twitter:title")
    node = _own_node(nodes, [*titles, og_title], url)
    site = meta.first("og:site_name application-name") or _text(node.get("publisher"), by_id)
    stated = node.get("author") or node.get("creator")
    by = [_text(one, by_id) for one in (stated if isinstance(stated, list) else [stated])]
    html = soup.find("html")
    spoken = [str(html.get("lang") or html.get("xml:lang") or "")] if html else []
    spoken += [_text(node.get("inLanguage")), *meta.all("content-language og:locale")]
    tags = (tag.strip().replace("_", "-") for tag in spoken)
    body = node.get("articleBody")
    lines = body.replace("</p>", "\n").splitlines() if isinstance(body, str) else []
    return Stated(
        headline=_text(node.get("headline")),
        og_title=og_title,
        authors=_names(by, site) or _names(meta.all(_AUTHORS), site),
        published=first_date([_text(node.get("datePublished")), *meta.all(_PUBLISHED)]),
        modified=first_date([_text(node.get("dateModified")), *meta.all(_MODIFIED)]),
        description=_text(node.get("description")) or meta.first("og:description description"),
        section=_text(node.get("articleSection")) or meta.first("article:section"),
        language=next((tag for tag in tags if _LANGUAGE.fullmatch(tag)), ""),
        site_name=site,
        canonical_url=_canonical(soup, meta, url),
        access=_access(node, meta),
        body="\n".join(text for line in lines if (text := _text(line))),
    )


def person_names(printed: str, *, site: str = "") -> tuple[str, ...]:
    """The names in a byline, without "By", jobs, addresses and the site's own name.

    Photo credits and names of more than five words are no authors.
    """
    line = PATTERNS["by"].sub("", one_line(printed))
    own = fold(site).text
    if "://" in line or fold(line).text == own or role_of(printed) == "credit":
        return ()  # before it is cut at "/" or "&"
    parts = (PATTERNS["at_place"].sub("", part) for part in PATTERNS["name_break"].split(line))
    names = dict.fromkeys(n for part in parts if (n := part.strip(" .")) and len(n.split()) <= 5)
    return tuple(n for n in names if fold(n).text != own and not PATTERNS["no_name"].search(n))


class _Meta:
    """The page's meta elements by lower-case name, property or itemprop, in order."""

    def __init__(self, soup: BeautifulSoup) -> None:
        self._found: defaultdict[str, list[str]] = defaultdict(list)
        for tag in soup.find_all("meta", content=True):
            name = tag.get("property") or tag.get("name") or tag.get("itemprop")
            self._found[str(name).lower()].append(one_line(str(tag["content"])))

    def all(self, names: str) -> list[str]:
        return [value for name in names.split() for value in self._found[name] if value]

    def first(self, names: str) -> str:
        return next(iter(self.all(names)), "")


def _linked_data(soup: BeautifulSoup) -> list[Any]:
    """What every JSON-LD script holds; broken scripts are passed over."""
    held = []
    for script in soup.find_all("script", type=_LD_TYPE):
        try:
            bare = script.get_text().strip().removeprefix("<!--").removeprefix("//<![CDATA[")
            bare = bare.removesuffix("-->").removesuffix("//]]>").rstrip(" \t\r\n;")
            held.append(json.loads(bare, strict=False))
        except (ValueError, RecursionError):
            continue
    return held


def _objects(things: list[Any]) -> list[dict[str, Any]]:
    """Every object in some JSON, outermost first."""
    found = []
    for thing in islice(things, _THINGS):  # which grows as it is walked
        if isinstance(thing, dict):
            found.append(thing)
        if isinstance(thing, dict | list):
            things.extend(thing.values() if isinstance(thing, dict) else thing)
    return found


def _own_node(nodes: Sequence[dict[str, Any]], titles: Sequence[str], url: str) -> dict[str, Any]:
    """The node of the story told: its headline fits, or it names this address."""

    def rank(node: dict[str, Any]) -> tuple[float, bool]:
        fits = max(fit(_text(node.get("headline")), title) for title in titles)
        return fits, any(url in inner.values() for inner in _objects([node]))

    def is_story(node: dict[str, Any]) -> bool:
        kinds = node.get("@type")
        names = kinds if isinstance(kinds, list) else [kinds]
        return any(str(name).lower().endswith(_STORY_TYPES) for name in names)

    return max(filter(is_story, nodes), key=rank, default={})


def _text(thing: object, by_id: dict[str, dict[str, Any]] | None = None) -> str:
    """One line of text from a string, a list of them, or an object with a name, even by @id."""
    for _ in range(3):  # a list of objects whose names are lists
        if isinstance(thing, list):
            thing = thing[0] if thing else None
        elif isinstance(thing, dict):
            named = (by_id or {}).get(str(thing.get("@id")), thing)
            thing = thing.get("@value") or thing.get("name") or named.get("name")
    if not isinstance(thing, str):
        return ""
    if "&" in thing or "<" in thing:  # entities and tags stand in JSON-LD as often as not
        thing = BeautifulSoup(f"<p>{thing}", "lxml").get_text(" ")
    return one_line(thing)


def _names(bylines: Sequence[str], site: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(n for line in bylines for n in person_names(line, site=site)))


def first_date(printed: Iterable[str]) -> datetime | None:
    """The first of some dates that can be read."""
    return next((date for text in printed if (date := read_date(text))), None)


def _canonical(soup: BeautifulSoup, meta: _Meta, url: str) -> str:
    link = soup.find("link", rel="canonical", href=True)
    stated = str(link["href"]).strip() if link else meta.first("og:url")
    try:
        found = urljoin(url, stated) if stated else ""
    except ValueError:
        return ""
    return found if found.startswith(("http://", "https://")) else ""


def _access(node: dict[str, Any], meta: _Meta) -> Access:
    key = "isAccessibleForFree"  # of the page or of a part of it
    claims = [str(part[key]).lower() for part in _objects([node]) if key in part]
    if any(claim.endswith("false") for claim in claims):
        return "paywalled"
    return _TIERS.get(meta.first("article:content_tier").lower(), "free" if claims else "unknown")
