"""From a page to entries, from an entry to an article: what is read, and what stands in for it."""

from __future__ import annotations

from parsers.article import article_from_entry, parse_article, with_entry_words
from parsers.feed import parse_feed
from wirebell.core.decisions import InboxEntry
from wirebell.core.errors import ParseError
from wirebell.core.feeds import Failure, Feed, Page
from wirebell.core.news import Article, Entry
from wirebell.core.urls import is_front_page, url_key
from wirebell.pipeline.wiring import House


async def read_feed(page: Page, feed: Feed, house: House) -> tuple[Entry, ...]:
    """The entries of a feed's document.

    Raises:
        ParseError: it is no feed, or a reader died over it.
    """
    headers = dict(page.headers)
    parsed = await house.readers.read(
        parse_feed, page.body, url=page.url, headers=headers, zone=feed.zone
    )
    return parsed.entries


async def read_entry(inbox: InboxEntry, feed: Feed, house: House) -> tuple[Article, str]:
    """The article behind an entry, and what a reader should know about the reading.

    The feed's own words serve where the page is not wanted (backlog, `read: feed`) or cannot
    be had: a page never keeps an entry from being matched.
    """
    entry = inbox.entry
    own_words = article_from_entry(entry, url=entry.url)
    if inbox.backlog or feed.read == "feed" or not entry.url:
        return own_words, ""
    page = await house.fetcher.fetch_page(entry.url)
    if isinstance(page, Failure):
        return own_words, f"the page could not be read ({page.detail}): the feed's words only"
    return await read_page(page, entry, house)


async def read_page(page: Page, entry: Entry, house: House) -> tuple[Article, str]:
    """The article on a page, or the entry's words, and what a reader should know."""
    own_words = article_from_entry(entry, url=entry.url)
    if is_front_page(url_key(page.url)):  # where publishers lead the links of what is gone
        return own_words, "the link leads to a front page: the feed's words only"
    try:
        article = await house.readers.read(parse_article, page.body, url=page.url)
    except ParseError as error:
        return own_words, f"the page could not be read ({error.problem}): the feed's words only"
    if not article.text:
        return with_entry_words(article, entry), "the page held no story: the feed's words only"
    return with_entry_words(article, entry), ""
