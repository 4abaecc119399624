"""A page, or a feed's own words, read as an Article.

markup      bytes to trees, guarded
structured  what the page states for machines (bylines: the names in it, dates: the instants)
regions     its blocks, each under the region it stands in (phrases: by its wording)
body        the story among the blocks
live        the bulletins of a live page
pages       what it is instead, if it is no article
sites       what a publisher's own file says of its pages, which counts first
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import chain

from bs4 import BeautifulSoup

from parsers.body import FLOOR, read_body, tidy
from parsers.bylines import person_names
from parsers.dates import Habits, first_and_last, zone_of
from parsers.live import read_live
from parsers.markup import glimpse, read_markup
from parsers.pages import KEEPING, METERED, corrections, host_of, next_page, no_article
from parsers.phrases import PATTERNS, count_words, distinct, fit, letters, split_dateline
from parsers.printed import ELSEWHERE, printed_bylines, printed_dates
from parsers.regions import Block, read_blocks
from parsers.sites import select, site_of
from parsers.structured import Stated, read_stated, stated_body
from wirebell.core.news import REGIONS, Article, Entry, Regions, Scope
from wirebell.core.text import fold, one_line

FULL_WORDS = 150
"""Words from which a feed's content, or a paywalled page's text, passes for the whole story."""
_TEASER_WORDS = 5
_OWN_WORDS = 0.5  # share of a description's words that the story has too
_HEADLINES = 20  # h1 elements looked at
_PIECES = 100  # of one region
_SEEN = 50_000  # characters of a page by which its kind is told
_PDF = b"%PDF-"
_KEPT = (*REGIONS, "lead", "key_points")


def parse_article(
    html: bytes | str, *, url: str, zone: str = "", now: datetime | None = None
) -> Article:
    """Read a page. Never raises on bad HTML; an empty text says that it held no story.

    The title is the printed headline; what the page calls itself elsewhere is in `alt_titles`.
    `scope` is "full" from 60 words of text on (150 where the page says it is paywalled).
    `zone` is the publisher's own, for dates printed without one; what is dated after `now` is
    refused. A page that is no article (a cookie wall) says so in `note`.

    Raises:
        ZoneInfoNotFoundError: `zone` is not an IANA name.
    """
    if html[:5] in (_PDF, _PDF.decode()):
        return Article(url=url, title="", scope="headline", note="a PDF")
    soup, tree = read_markup(html)
    site = site_of(url)
    own = select(site, soup)
    h1s = soup.find_all("h1", limit=_HEADLINES)
    heads = own.get("headline") or [one_line(h1.get_text(" ")) for h1 in h1s]
    stated = read_stated(soup, url, heads, own)
    blocks = read_blocks(soup)
    title, *others = _titles(heads, stated, soup) or [""]
    if "articleBody" in own:
        body = tidy(own["articleBody"])
    else:
        body = read_body(soup, tree, blocks, title=title, stated=stated_body(stated.node))
    under = {k: tuple(dict.fromkeys(b.text for b in blocks if b.label == k)) for k in _KEPT}
    apart = {"dateline": body.datelines, "sign_off": body.sign_offs}
    text = "\n".join(body.paragraphs)
    leads = (*own.get("description", ()), *under["lead"])
    lead = _lead(leads, stated, "\n".join((title, *others, text)), text)
    told = [b.text for b in blocks if b.label not in ELSEWHERE and not b.is_linked]
    labels, notices = corrections((title, *others), told)
    habits = _habits(site, stated.article, zone, now)
    article = replace(
        stated.article,
        title=title,
        alt_titles=tuple(others),
        text=text,
        lead=lead,
        key_points=under["key_points"],
        confidence=body.confidence,
        regions=Regions(**{name: under[name][:_PIECES] for name in REGIONS} | apart),
        labels=labels,
        notices=notices,
        live=read_live(stated.node, soup, url, habits),
        next_url=next_page(soup, url),
    )
    return _judged(_with_byline(article, stated, blocks, habits), soup, blocks, stated)


def _habits(site: Mapping[str, str], article: Article, zone: str, now: datetime | None) -> Habits:
    zone, language = zone or site.get("zone", ""), site.get("language") or article.language
    whose = "the publisher's" if zone else "the country's"
    return Habits(zone or zone_of(article.url, language), whose, language, now)


def _with_byline(
    article: Article, stated: Stated, blocks: Sequence[Block], habits: Habits
) -> Article:
    """The article with its authors and dates: as stated, else as printed."""
    origins, printed = stated.origins, printed_dates(article.title, blocks)
    wired = [line for line in article.regions.dateline if "记者" in line]
    bylines = (*printed_bylines(article.title, blocks), wired)
    named = (chain(*(person_names(x, site=stated.own_names) for x in byl)) for byl in bylines)
    if not article.authors and (authors := next(filter(None, map(distinct, named)), ())):
        article, origins["authors"] = replace(article, authors=authors), "byline"
    said = [*stated.published, *printed[0]], [*stated.modified, *printed[1]]
    (published, first), (modified, last) = first_and_last(*said, habits)
    if published and modified and modified < published and not stated.modified:
        modified, last = None, ""  # a day, or another article's
    origins.update({"published": first} if first else {}, **({"modified": last} if last else {}))
    return replace(article, published=published, modified=modified)


def _judged(
    article: Article, soup: BeautifulSoup, blocks: Sequence[Block], stated: Stated
) -> Article:
    """The article with what is said of it as a whole: access, scope, what it is instead of one."""
    access, origins = article.access, stated.origins
    walled = [PATTERNS["wall"].search(block.text) for block in blocks if block.words <= 40]
    if access == "unknown" and any(walled):
        access = "metered" if any(METERED.search(block.text) for block in blocks) else "paywalled"
        origins["access"] = "printed"
    unscripted = map(glimpse, soup.find_all("noscript", limit=20))
    page = "\n".join([*(block.text for block in blocks), *unscripted])[:_SEEN]
    stranger = no_article(article.url, (article.title, *article.alt_titles), article.text, page)
    if stranger and not (stated.headline and count_words(article.text) >= FLOOR):
        if stranger not in KEEPING:
            return Article(article.url, "", scope="headline", note=stranger)
        article = replace(article, text="", note=stranger)
    canonical, is_amp = article.canonical_url, soup.select_one("html[amp], html[⚡]")
    return replace(
        article,
        url=canonical if is_amp and host_of(canonical) == host_of(article.url) else article.url,
        access=access,
        scope=_scope(article.text, article.lead, FULL_WORDS if access == "paywalled" else FLOOR),
        note=article.note or ("one of several pages" if article.next_url else ""),
        origins=tuple(sorted(origins.items())),
    )


def article_from_entry(entry: Entry, *, url: str = "") -> Article:
    """The feed's own words as an Article, for a page that is not, or cannot be, read.

    `scope` is "full" for a content of 150 words or more, "teaser" for some words beside the
    title, else "headline". `url` is the page's address where it is not the entry's.
    """
    lines = [line.strip() for line in (entry.content or entry.summary).splitlines()]
    body = tidy([line for line in lines if line and not _is_in(line, entry.title)])
    text = "\n".join(body.paragraphs)
    lead = one_line(entry.summary) if entry.content else ""
    if _is_in(lead, f"{entry.title}\n{text}"):
        lead = ""
    return Article(
        url=url or entry.url,
        title=one_line(entry.title),
        text=text,
        authors=entry.authors,
        published=entry.published,
        modified=entry.updated,
        lead=lead,
        language=entry.language,
        scope=_scope(text, lead, FULL_WORDS),
        regions=Regions(dateline=body.datelines, sign_off=body.sign_offs),
    )


def with_entry_words(article: Article, entry: Entry) -> Article:
    """`article` completed from its feed entry: empty fields always, words where it is thin.

    A full article keeps its words. Another one gets the entry's, what both say once, and its
    `scope` is judged anew. Nothing of the article is lost.
    """
    told = article_from_entry(entry)
    lacking = ("title", "authors", "published", "modified", "language")
    article = replace(
        article, **{name: getattr(article, name) or getattr(told, name) for name in lacking}
    )
    if article.scope == "full":
        return article
    kept = [line for line in article.text.splitlines() if not _is_in(line, told.text)]
    have = "\n".join((*article.key_points, *kept))
    text = "\n".join([*kept, *(x for x in told.text.splitlines() if not _is_in(x, have))])
    lead = next((x for x in (article.lead, told.lead) if x and not _is_in(x, text)), "")
    title, *others = distinct([article.title, *article.alt_titles, told.title]) or [""]
    scope = _scope(text, lead, FULL_WORDS)
    return replace(
        article, title=title, alt_titles=tuple(others), text=text, lead=lead, scope=scope
    )


def _titles(heads: Sequence[str], stated: Stated, soup: BeautifulSoup) -> tuple[str, ...]:
    """The printed headline first, then the other names of the page, without the site's.

    Of several h1 the one that fits what the page states is meant: the first is often a logo.
    """
    site = stated.article.site_name
    named = [name for name in (_without_site(stated.og_title, site), stated.headline) if name]
    tab = _without_site(one_line(soup.title.get_text(" ")), site) if soup.title else ""
    heads = [head for head in heads if head and fold(head).text != fold(site).text]
    if not heads:
        return distinct(named or [tab])
    best = max(heads, key=lambda head: max(fit(head, name) for name in (*named, tab)))
    return distinct([best, *named])


def _without_site(title: str, site: str) -> str:
    """A title less " | Site", " - Site" or "_Site" at its end."""
    found = PATTERNS["site_mark"].fullmatch(title)
    if not found:
        return title
    named = fold(found["site"]).text == fold(site).text if site else found["mark"].strip() in "|_"
    return found["title"].rstrip() if named else title


def _lead(leads: Sequence[str], stated: Stated, known: str, text: str) -> str:
    """The printed standfirst, else the stated description, unless title or text has it.

    A description of other words than the story's is the site's own slogan.
    """
    if count_words(text) < FLOOR or fit(stated.description, text) >= _OWN_WORDS:
        leads = (*leads, stated.description)
    bare = (split_dateline(lead)[1] for lead in leads)
    chosen = next((lead for lead in bare if lead and not _is_in(lead, known)), "")
    if chosen and chosen != stated.description:
        stated.origins["lead"] = "standfirst"
    return chosen


def _scope(text: str, lead: str, full: int) -> Scope:
    words = count_words(text)
    if words >= full:
        return "full"
    return "teaser" if words + count_words(lead) >= _TEASER_WORDS else "headline"


def _is_in(words: str, text: str) -> bool:
    """Whether `text` says `words` already; the dots of a cut teaser do not matter."""
    return letters(words) in letters(text)
