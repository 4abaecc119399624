"""From a page to entries, from an entry to an article: what is read, and what stands in for it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from parsers.article import article_from_entry, parse_article, with_entry_words
from parsers.feed import parse_feed, parse_if_plain, parse_listing
from parsers.hints import read_hints
from wirebell.core.decisions import InboxEntry
from wirebell.core.errors import ParseError
from wirebell.core.feeds import NETWORK_FAILURES, Failure, FailureKind, Feed, Page, Validators
from wirebell.core.news import Article, Entry, ParsedFeed
from wirebell.core.urls import is_front_page, url_key
from wirebell.fetchers.rhythm import LONGEST
from wirebell.pipeline.wiring import House

MOST_PAGES = 5
"""Pages of one article that are joined."""
MOST_PARTS = 5
"""Sitemaps of one index that are read, the newest."""
NEXT_RUN, RETRY = timedelta(minutes=1), timedelta(minutes=5)
_BUSY = {408, 425, 429}  # "later"; so says every 5xx
_SEALED = "news.google.com"  # its links open in a browser's scripts only; they stay as aliases


async def read_feed(page: Page, feed: Feed, house: House) -> ParsedFeed:
    """A feed's document, read, with the entries of the sitemaps it lists.

    Raises:
        ParseError: it is no feed, or a reader died over it.
    """
    parsed = await _parsed(page, feed, house)
    entries = [*parsed.entries]
    for part in parsed.parts[:MOST_PARTS]:
        answer = await house.fetcher.fetch(replace(feed, url=part), Validators())
        if isinstance(answer, Page):
            entries += (await _parsed(answer, feed, house)).entries
    return replace(parsed, entries=tuple(entries), hints=read_hints(page.body))


async def _parsed(page: Page, feed: Feed, house: House) -> ParsedFeed:
    """A document, read here if that takes a moment, else by a reader."""
    told = {"url": page.url, "zone": feed.zone}
    headers = dict(page.headers)
    if feed.selectors:
        return await house.readers.read(parse_listing, page.body, selectors=feed.selectors, **told)
    if plain := parse_if_plain(page.body, headers=headers, **told):
        return plain
    return await house.readers.read(parse_feed, page.body, headers=headers, kind=feed.kind, **told)


async def read_entry(
    inbox: InboxEntry, feed: Feed, house: House
) -> tuple[Article, str, datetime | None]:
    """The article behind an entry, what a reader should know about the reading, and when the
    page is asked for again.

    The feed's own words serve where the page is not wanted (backlog, `read: feed`) or cannot
    be had: a page never keeps an entry from being matched.
    """
    entry = inbox.entry
    own_words = article_from_entry(entry, url=entry.url)
    if inbox.backlog or feed.read == "feed" or not entry.url:
        return own_words, "", None
    if urlsplit(entry.url).hostname == _SEALED:
        return own_words, "Google News hides where its link leads: the feed's words only", None
    answer = await house.visitor.ask(entry.url)
    if isinstance(answer, Page):
        return *await read_page(answer, entry, house, zone=feed.zone), None
    if not isinstance(answer, Failure):
        return own_words, "", None  # we had nothing that could be unchanged
    note = f"the page could not be read ({answer.detail}): the feed's words only"
    return own_words, note, retry_at(answer, house.clock())


def retry_at(failure: Failure, now: datetime) -> datetime | None:
    """When to ask again for a page that could not be had; None where nothing will have changed:
    a server that refuses us (403) or has no such page does not want to be asked twice.
    """
    if failure.kind is FailureKind.LATER:
        return now + NEXT_RUN
    if failure.kind in NETWORK_FAILURES or failure.status in _BUSY or failure.status >= 500:
        return now + max(RETRY, min(failure.retry_after or RETRY, LONGEST))
    return None


async def read_page(
    page: Page, entry: Entry, house: House, *, zone: str = ""
) -> tuple[Article, str]:
    """The article on a page, or the entry's words, and what a reader should know."""
    own_words = article_from_entry(entry, url=entry.url)
    if is_front_page(url_key(page.url)):  # where publishers lead the links of what is gone
        return own_words, "the link leads to a front page: the feed's words only"
    try:
        article = await house.readers.read(
            parse_article, page.body, url=page.url, zone=zone, now=house.clock()
        )
        article = await _joined(article, house)
    except ParseError as error:
        return own_words, f"the page could not be read ({error.problem}): the feed's words only"
    if article.text:
        return with_entry_words(article, entry), ""
    what = f"was {article.note}" if article.note else "held no story"
    read = with_entry_words(article, entry) if article.title else own_words
    return read, f"the page {what}: the feed's words only"


async def _joined(article: Article, house: House) -> Article:
    """The article with the words of the pages it goes on at; says so where some are missing."""
    seen, following = [article.url], article.next_url
    while following and following not in seen and len(seen) < MOST_PAGES:
        page = await house.visitor.ask(following)
        if not isinstance(page, Page):
            break
        more = await house.readers.read(parse_article, page.body, url=page.url)
        new = [line for line in more.text.splitlines() if line not in article.text]
        article = replace(article, text="\n".join((article.text, *new)))
        seen, following = [*seen, following], more.next_url
    missing = following and f"the first {len(seen)} of its pages"
    return replace(article, note=missing) if article.next_url else article
