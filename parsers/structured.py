"""What a page states about itself for machines: JSON-LD first, then meta, then microdata."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any, TypeVar
from urllib.parse import urljoin

from bs4 import BeautifulSoup, Tag

from parsers.bylines import person_names
from parsers.markup import glimpse
from parsers.phrases import distinct, fit, read_table
from parsers.sites import SITE, Selected
from wirebell.core.news import Access, Article
from wirebell.core.text import one_line

_T = TypeVar("_T")
Said = tuple[str, _T]  # where it stands ("json-ld"), and what is said there
Node = dict[str, Any]

_THINGS = 5_000  # of JSON-LD on one page; the largest seen has some hundreds
_TELLING = {"author", "datePublished", "dateModified", "articleSection", "articleBody"}
_LONGEST = 5_000  # characters of what a meta element says
_MOST = 50  # keywords, or names, of one article
_STORY_TYPES = ("article", "posting", "report")  # NewsArticle, LiveBlogPosting, Report
_TIERS: dict[str, Access] = {"free": "free", "metered": "metered", "locked": "paywalled"}
_META: dict[str, str] = read_table("structured")
_LD_TYPE = re.compile(r"\s*application/ld\+json", re.IGNORECASE)
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-\w{2,8})*")
_OF_PAGES = re.compile(r"^$|.*WebPage$")
_STRAY_COMMA = re.compile(r",(?=\s*[}\]])")
_SINGLE = re.compile(r"(?<=: )'([^'\n]*)'(?=\s*[,}])")
_QUOTE = re.compile(r'[\[{:,]\s*"|"(?=\s*[\]}:,])|\\.|(")')  # the last is within words, unescaped


class Origins(dict[str, str]):
    """Where each field was found."""

    def pick(self, field: str, *said: Said[_T]) -> _T:
        """The first of what is said of a field that says anything; of none, the last."""
        where, value = next((pair for pair in said if pair[1]), ("", said[-1][1]))
        if where:
            self[field] = where
        return value


@dataclass(frozen=True, slots=True)
class Stated:
    """What a page states: an `article` without words and dates, and what helps to find those.

    "" and () stand where it says nothing. `node` is the Article node of the story,
    `own_names` the site's names, `origins` where each field was found. The dates
    are all that is said of them, as printed.
    """

    article: Article
    headline: str
    og_title: str
    description: str
    published: list[Said[str]]
    modified: list[Said[str]]
    own_names: str
    node: Node
    origins: Origins


def read_stated(soup: BeautifulSoup, url: str, titles: Sequence[str], own: Selected) -> Stated:
    """Everything the page from `url` states, after what the site's file selects of it (`own`).

    Of several Article nodes the one whose headline fits `titles`, which a reader sees, counts.
    """
    meta, origins, nodes = _meta(soup), Origins(), _objects(_linked_data(soup))
    by_id = {str(node["@id"]): node for node in nodes if "@id" in node and len(node) > 1}
    og_title = _first(chain(*meta["title"]))
    node, item = (_own_node(n, [*titles, og_title], url) for n in (nodes, _microdata(soup)))

    def said(key: str) -> list[Said[list[str]]]:
        also = "creator" if key == "author" else key
        by_node, by_item = (_each(n.get(key) or n.get(also), by_id) for n in (node, item))
        by_meta = (("meta", lines) for lines in meta[key])
        return [(SITE, own.get(key, [])), ("json-ld", by_node), *by_meta, ("microdata", by_item)]

    def pick(field: str, key: str, read: Callable[[list[str]], _T]) -> _T:
        return origins.pick(field, *((where, read(lines)) for where, lines in said(key)))

    def dates(key: str) -> list[Said[str]]:
        return [(where, line) for where, lines in said(key) for line in lines if line]

    publishers = sorted(said("publisher"), key=lambda pair: pair[0] != "meta")
    site = origins.pick("site_name", *((where, _first(lines)) for where, lines in publishers))
    of_host = url.partition("//")[2].partition("/")[0].split(".")
    names = "\n".join((*chain(*(lines for _, lines in publishers)), *of_host))
    tags = [str(tag.get("lang") or tag.get("xml:lang") or "") for tag in soup.find_all("html")]
    languages = ("html", tags), *said("inLanguage")
    article = Article(
        url=url,
        title="",
        canonical_url=_canonical(soup, chain(*meta["url"]), url),
        authors=origins.pick("authors", *_authors(said("author"), names)),
        section=pick("section", "articleSection", _first),
        language=origins.pick("language", *((w, _tag(lines)) for w, lines in languages)),
        site_name=site,
        access=_access(node, _TIERS.get(_first(chain(*meta["tier"])).lower()), origins),
        keywords=pick("keywords", "keywords", _listed),
    )
    return Stated(
        article,
        headline=_text(node.get("headline")) or _text(item.get("headline")),
        og_title=og_title,
        description=pick("lead", "description", _first),
        published=dates("datePublished"),
        modified=dates("dateModified"),
        own_names=names,
        node=node,
        origins=origins,
    )


def stated_body(node: Node) -> str:
    """The articleBody of an Article node, a paragraph a line."""
    lines = str(node.get("articleBody") or "").replace("</p>", "\n").splitlines()
    return "\n".join(text for line in lines if (text := _text(line)))


def _meta(soup: BeautifulSoup) -> dict[str, list[list[str]]]:
    """What the page's meta elements of each name say of a field, the most telling name first."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for tag in soup.find_all("meta", content=True):
        name = str(tag.get("property") or tag.get("name") or tag.get("itemprop"))
        found[name.lower().replace(" ", "")].append(one_line(str(tag["content"])[:_LONGEST]))
    return {key: [found[name] for name in names.split()] for key, names in _META.items()}


def _linked_data(soup: BeautifulSoup) -> list[Any]:
    """What every JSON-LD script holds, as far as it can be read."""
    scripts = (script.get_text().strip() for script in soup.find_all("script", type=_LD_TYPE))
    return [_loaded(x.removeprefix("<!--").removeprefix("//<![CDATA[").strip()) for x in scripts]


def _loaded(text: str) -> Any:
    """JSON read as written, without stray commas, or with its quotes mended; else nothing."""
    told = _SINGLE.sub(r'"\1"', _STRAY_COMMA.sub("", text))
    for tried in (text, told, _QUOTE.sub(lambda quote: r"\"" if quote[1] else quote[0], told)):
        with suppress(ValueError, RecursionError):
            return json.JSONDecoder(strict=False).raw_decode(tried)[0]
    return None


def _microdata(soup: BeautifulSoup) -> list[Node]:
    """The items of a page's microdata in the shape of JSON-LD; what stands outside makes one."""
    items: dict[int, Node] = {}
    for tag in soup.find_all(itemprop=True, limit=_THINGS):
        scope = tag.find_parent(itemscope=True)
        kind = str(scope.get("itemtype") or "") if scope else ""
        item = items.setdefault(id(scope), {"@type": _OF_PAGES.sub("Article", kind)})
        inner = tag.find(itemprop="name") if tag.has_attr("itemscope") else None
        said = tag.get("content") or tag.get("datetime")
        for name in str(tag["itemprop"]).split():
            words = said or glimpse(inner if isinstance(inner, Tag) else tag)
            item.setdefault(name, []).append(words)
    return list(items.values())


def _objects(things: list[Any]) -> list[Node]:
    """Every object in some JSON, outermost first."""
    found = []
    for thing in islice(things, _THINGS):  # which grows as it is walked
        if isinstance(thing, dict):
            found.append(thing)
        if isinstance(thing, dict | list):
            things.extend(thing.values() if isinstance(thing, dict) else thing)
    return found


def _own_node(nodes: Sequence[Node], titles: Sequence[str], url: str) -> Node:
    """The node of the story told: its headline fits, or it names this address. Where there is
    none, that of the page counts if it is dated: ministries have no other.
    """

    def rank(node: Node) -> tuple[float, bool, int]:
        fits = max(fit(_text(node.get("headline")), title) for title in titles)
        is_named = any(url in inner.values() for inner in _objects([node]))
        return fits, is_named, len(_TELLING & {*node})

    def is_a(node: Node, *endings: str) -> bool:
        return any(kind.lower().endswith(endings) for kind in _each(node.get("@type")))

    stories = [node for node in nodes if is_a(node, *_STORY_TYPES)]
    pages = (
        node for node in nodes if is_a(node, "webpage", "claimreview") and node.get("datePublished")
    )
    return max(stories or pages, key=rank, default={})


def _text(thing: object, by_id: dict[str, Node] | None = None) -> str:
    """One line of text from a string, a list of them, or an object with a name, even by @id."""
    for _ in range(3):  # a list of objects whose names are lists
        if isinstance(thing, list):
            thing = thing[0] if thing else None
        elif isinstance(thing, dict):
            named = (by_id or {}).get(str(thing.get("@id")), thing)
            parts = " ".join(str(named.get(part) or "") for part in ("givenName", "familyName"))
            thing = thing.get("@value") or thing.get("name") or named.get("name") or parts
    if isinstance(thing, int | float) and abs(thing) < 1e16 and not isinstance(thing, bool):
        return f"{thing:.0f}"  # an epoch, in microseconds at most
    if not isinstance(thing, str):
        return ""
    if "&" in thing or "<" in thing:  # entities and tags stand in JSON-LD as often as not
        thing = BeautifulSoup(f"<p>{thing}", "lxml").get_text(" ")
    return one_line(thing)


def _each(thing: object, by_id: dict[str, Node] | None = None) -> list[str]:
    if isinstance(thing, dict):
        thing = thing.get("@list") or thing.get("itemListElement") or thing
    things = thing if isinstance(thing, list) else [thing]
    named = (one.get("name") if isinstance(one, dict) else None for one in things)
    many = [
        name if isinstance(name, list) else [one] for one, name in zip(things, named, strict=True)
    ]
    return [_text(one, by_id) for one in list(chain(*many))[:_MOST]]


def _listed(lines: Iterable[str]) -> tuple[str, ...]:
    """Words parted by commas, each once."""
    return distinct(w.strip() for line in lines for w in re.split("[,;、，]", line))[:_MOST]


def _first(lines: Iterable[str]) -> str:
    return next(filter(None, lines), "")


def _tag(lines: Iterable[str]) -> str:
    """The first that is a tag of a language."""
    return _first(x for line in lines if _LANGUAGE.fullmatch(x := line.strip().replace("_", "-")))


def _authors(bylines: list[Said[list[str]]], own: str) -> list[Said[tuple[str, ...]]]:
    """The names that each source states, those of mere accounts ("quay-admin2") last."""

    def names(lines: list[str]) -> tuple[str, ...]:
        return distinct(n for line in lines for n in person_names(line, site=own, stated=True))

    def is_account(said: Said[tuple[str, ...]]) -> bool:
        return bool(said[1]) and all(name.islower() and " " not in name for name in said[1])

    return sorted(((where, names(lines)) for where, lines in bylines), key=is_account)


def _canonical(soup: BeautifulSoup, named: Iterable[str], url: str) -> str:
    links = [str(tag["href"]) for tag in soup.find_all("link", rel="canonical", href=True)]
    with suppress(ValueError):
        found = urljoin(url, _first([*links, *named]).strip() or "about:")
        return found if found.startswith(("http://", "https://")) else ""
    return ""


def _access(node: Node, tier: Access | None, origins: Origins) -> Access:
    key = "isAccessibleForFree"  # of the page or of a part of it
    claims = [str(part[key]).lower() for part in _objects([node]) if key in part]
    paid: Access = "paywalled" if any(claim.endswith("false") for claim in claims) else "free"
    metered = tier if tier == "metered" else None  # whose pages are free, and not
    said = ("meta", metered), ("json-ld", paid if claims else None), ("meta", tier)
    return origins.pick("access", *said) or "unknown"
