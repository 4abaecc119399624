"""What a page states about itself, for machines: JSON-LD first, then meta, then microdata."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urljoin

from bs4 import BeautifulSoup

from parsers.dates import read_date
from parsers.phrases import tokens
from wirebell.core.news import Access
from wirebell.core.text import clean, fold, one_line

_NODES = 5_000  # of JSON-LD on one page; the largest seen has some hundreds
_FITS = 0.5  # share of a headline's words that must stand in a printed title
_STORY_TYPES = ("article", "posting", "report")  # NewsArticle, LiveBlogPosting, Report
_TIERS: dict[str, Access] = {"free": "free", "metered": "metered", "locked": "paywalled"}
_PUBLISHED = "article:published_time datepublished parsely-pub-date pubdate publishdate".split()
_MODIFIED = "article:modified_time datemodified og:updated_time".split()
_AUTHOR = "author article:author parsely-author sailthru.author dc.creator".split()
_LD_TYPE = re.compile(r"\s*application/ld\+json", re.IGNORECASE)
_JOBS = re.compile(
    r"\b(?:reporter|correspondent|editor|writer|staff|bureau|desk|chief|contributor|columnist|"
    r"photographer|analyst|producer|admin|for the)\b",
    re.IGNORECASE,
)
_BY = re.compile(r"(?:by|von|par|por|di|文|作者|记者)[\s:：]+", re.IGNORECASE)
_NAME_BREAK = re.compile(r"\s*(?:[,;|/、，•]|\s(?:and|und|et|y|e|&)\s)\s*")


@dataclass(frozen=True, slots=True)
class Stated:
    """Fields as stated; "" , () or None where the page says nothing. `body` is articleBody."""

    headline: str = ""
    og_title: str = ""
    authors: tuple[str, ...] = ()
    published: datetime | None = None
    modified: datetime | None = None
    description: str = ""
    section: str = ""
    language: str = ""
    site_name: str = ""
    canonical_url: str = ""
    access: Access = "unknown"
    body: str = ""


def read_stated(soup: BeautifulSoup, *, url: str, titles: Sequence[str]) -> Stated:
    """Everything a page states. Of several Article nodes the one whose headline fits counts.

    Args:
        soup: the page.
        url: where it came from; a relative canonical address is resolved against it.
        titles: the titles a reader sees, for telling the page's own node from its neighbours'.
    """
    meta = _Meta(soup)
    nodes = tuple(_nodes(soup))
    by_id = {str(node["@id"]): node for node in nodes if "@id" in node and len(node) > 1}
    og_title = meta.first("og:title", "twitter:title")
    node = _own_node(nodes, [*titles, *([og_title] if og_title else [])], url)
    site = meta.first("og:site_name", "application-name") or _name(node.get("publisher"), by_id)
    return Stated(
        headline=_text(node.get("headline")),
        og_title=og_title,
        authors=_authors(node, by_id, meta, site),
        published=_date(node.get("datePublished"), *meta.all(*_PUBLISHED)),
        modified=_date(node.get("dateModified"), *meta.all(*_MODIFIED)),
        description=_text(node.get("description")) or meta.first("og:description", "description"),
        section=_text(node.get("articleSection")) or meta.first("article:section"),
        language=_language(soup, node, meta),
        site_name=site,
        canonical_url=_canonical(soup, meta, url),
        access=_access(node, meta),
        body=_body(node.get("articleBody")),
    )


def person_names(printed: str, *, site: str = "") -> tuple[str, ...]:
    """The names in a byline, without "By", jobs, addresses and the site's own name.

    Photo credits and names of more than five words are no authors.
    """
    line = _BY.sub("", one_line(printed))
    if "://" in line or fold(line).text == fold(site).text:  # before it is cut at "/" or "&"
        return ()
    if re.match(r"(?:photo|image|picture|illustration|video|credit)", line, re.IGNORECASE):
        return ()
    names = (
        re.sub(r"\s+(?:in|for|at)\s+.*$", "", name).strip(" .") for name in _NAME_BREAK.split(line)
    )
    return tuple(dict.fromkeys(name for name in names if _is_name(name, site)))


def _is_name(name: str, site: str) -> bool:
    if not name or len(name.split()) > 5 or "@" in name or _JOBS.search(name):
        return False
    return fold(name).text != fold(site).text and not any(char.isdigit() for char in name)


def fit(one: str, other: str) -> float:
    """Share of the shorter title's words (of Chinese, characters) that the other has too."""
    left, right = set(tokens(one)), set(tokens(other))
    return len(left & right) / min(len(left), len(right)) if left and right else 0.0


class _Meta:
    """The page's meta elements by lower-case name, property or itemprop, in order."""

    def __init__(self, soup: BeautifulSoup) -> None:
        self._found: dict[str, list[str]] = {}
        for tag in soup.find_all("meta", content=True):
            name = tag.get("property") or tag.get("name") or tag.get("itemprop") or ""
            value = one_line(str(tag["content"]))
            if name and value:
                self._found.setdefault(str(name).lower(), []).append(value)

    def all(self, *names: str) -> list[str]:
        return [value for name in names for value in self._found.get(name, [])]

    def first(self, *names: str) -> str:
        return next(iter(self.all(*names)), "")


def _nodes(soup: BeautifulSoup) -> Iterator[dict[str, Any]]:
    """Every object of every JSON-LD script, outermost first; broken scripts are passed over."""
    found: list[Any] = []
    for script in soup.find_all("script", type=_LD_TYPE):
        try:
            found.append(json.loads(_unwrapped(script.get_text()), strict=False))
        except (ValueError, RecursionError):
            continue
    for _ in range(_NODES):
        if not found:
            return
        thing = found.pop(0)
        if isinstance(thing, dict):
            yield thing
        inner = thing.values() if isinstance(thing, dict) else thing
        found.extend(part for part in inner if isinstance(part, dict | list))


def _unwrapped(script: str) -> str:
    """JSON without the comment marks and the semicolon some pages put around it."""
    inner = script.strip().removeprefix("<!--").removeprefix("//<![CDATA[")
    return inner.removesuffix("-->").removesuffix("//]]>").rstrip(" \t\r\n;")


def _own_node(nodes: Iterable[dict[str, Any]], titles: Sequence[str], url: str) -> dict[str, Any]:
    stories = [node for node in nodes if _is_story(node)]
    if not stories:
        return {}
    if len(stories) == 1:
        return stories[0]

    def rank(node: dict[str, Any]) -> tuple[float, bool, bool]:
        own = max((fit(_text(node.get("headline")), title) for title in titles), default=0.0)
        here = url in (node.get("url"), _id(node.get("mainEntityOfPage")), node.get("@id"))
        return own if own >= _FITS else 0.0, here, "datePublished" in node

    return max(stories, key=rank)  # of equals the first


def _is_story(node: dict[str, Any]) -> bool:
    kinds = node.get("@type")
    names = kinds if isinstance(kinds, list) else [kinds]
    typed = any(str(name).lower().endswith(_STORY_TYPES) for name in names)
    return typed and ("headline" in node or "articleBody" in node or "datePublished" in node)


def _id(thing: object) -> str:
    return str(thing.get("@id", "")) if isinstance(thing, dict) else str(thing or "")


def _first(thing: object) -> object:
    while isinstance(thing, list):
        thing = thing[0] if thing else None
    return thing


def _text(thing: object) -> str:
    """One line of text from a string, a list of them, or an object with a name."""
    thing = _first(thing)
    if isinstance(thing, dict):
        thing = _first(thing.get("@value") or thing.get("name"))
    return _plain(thing) if isinstance(thing, str) else ""


def _plain(markup: str) -> str:
    """JSON-LD strings carry entities and tags as often as not."""
    if "&" in markup or "<" in markup:
        markup = BeautifulSoup(f"<p>{markup}", "lxml").get_text(" ")
    return one_line(markup)


def _body(thing: object) -> str:
    if not isinstance(thing, str):
        return ""
    if "<p" in thing or "&lt;p" in thing:
        thing = BeautifulSoup(thing, "lxml").get_text("\n")
    return "\n".join(line for part in thing.splitlines() if (line := " ".join(clean(part).split())))


def _name(thing: object, by_id: dict[str, dict[str, Any]]) -> str:
    thing = _first(thing)
    if isinstance(thing, dict) and "name" not in thing:
        thing = by_id.get(str(thing.get("@id")), thing)
    return _text(thing)


def _authors(
    node: dict[str, Any], by_id: dict[str, dict[str, Any]], meta: _Meta, site: str
) -> tuple[str, ...]:
    stated = node.get("author") or node.get("creator") or ()
    printed = [_name(one, by_id) for one in (stated if isinstance(stated, list) else [stated])]
    named = [name for line in printed for name in person_names(line, site=site)]
    if not named:
        named = [name for line in meta.all(*_AUTHOR) for name in person_names(line, site=site)]
    return tuple(dict.fromkeys(named))


def _date(*printed: object) -> datetime | None:
    """The first date that can be read; list and object wrappings opened."""
    texts = (text for thing in printed if (text := _text(thing)))
    return next((date for text in texts if (date := read_date(text))), None)


def _language(soup: BeautifulSoup, node: dict[str, Any], meta: _Meta) -> str:
    root = soup.find("html")
    stated = [str(root.get("lang") or root.get("xml:lang") or "")] if root else []
    stated += [_text(node.get("inLanguage")), *meta.all("content-language", "og:locale")]
    tags = (word.strip().replace("_", "-") for word in stated)
    return next((tag for tag in tags if re.fullmatch(r"[A-Za-z]{2,3}(?:-\w{2,8})*", tag)), "")


def _canonical(soup: BeautifulSoup, meta: _Meta, url: str) -> str:
    link = soup.find("link", rel="canonical", href=True)
    stated = str(link["href"]).strip() if link else meta.first("og:url")
    try:
        found = urljoin(url, stated) if stated else ""
    except ValueError:
        return ""
    return found if found.startswith(("http://", "https://")) else ""


def _access(node: dict[str, Any], meta: _Meta) -> Access:
    parts = node.get("hasPart")
    claims = [node, *(parts if isinstance(parts, list) else [parts])]
    free = [str(one["isAccessibleForFree"]).lower() for one in claims
            if isinstance(one, dict) and "isAccessibleForFree" in one]  # fmt: skip
    if any(claim.endswith("false") for claim in free):
        return "paywalled"
    if tier := _TIERS.get(meta.first("article:content_tier").lower()):
        return tier
    return "free" if free else "unknown"
