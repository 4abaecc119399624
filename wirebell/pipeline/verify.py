"""Feeds looked at before they are trusted: can they be reached, read, and do they bring news?"""

from __future__ import annotations

import asyncio
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from importlib.resources import files
from urllib.parse import urljoin

from parsers.subscriptions import feed_links
from wirebell.core.errors import ParseError
from wirebell.core.feeds import Failure, Feed, Page, Validators
from wirebell.core.news import ParsedFeed
from wirebell.core.urls import url_key
from wirebell.pipeline.reading import read_feed
from wirebell.pipeline.wiring import House

OLD = timedelta(days=60)
"""Without an entry younger than this a feed is called stale."""
_DEAD = tomllib.loads(files("wirebell.pipeline").joinpath("dead_feeds.toml").read_text("utf-8"))
_USUAL = "feed rss rss.xml atom.xml feed.xml index.xml feeds feed.json news-sitemap.xml".split()


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found at one address; without `problems` it is a feed to poll."""

    name: str
    url: str
    title: str = ""
    entries: int = 0
    newest: datetime | None = None
    problems: tuple[str, ...] = ()


async def verify_feeds(
    feeds: Sequence[Feed], house: House, tick: Callable[[], None] = lambda: None
) -> tuple[Checked, ...]:
    """Ask each feed once, keep nothing, and say what is wrong with it; `tick` counts them."""

    async def look(feed: Feed) -> Checked:
        found = await verify_feed(feed, house)
        tick()
        return found

    return tuple(await asyncio.gather(*map(look, feeds)))


async def verify_feed(feed: Feed, house: House) -> Checked:
    """One feed of the desk, or one somebody thinks of adding."""
    answer = await house.fetcher.fetch(feed, Validators())
    reason = known_dead(feed.url)
    problems = [f"known to be dead: {reason}"] if reason else []
    problems += [
        f"the desk has it already, as {each.id}"
        for each in house.desk.feeds
        if each.id != feed.id and url_key(each.url) == url_key(feed.url)
    ]
    checked = Checked(feed.name, feed.url)
    if not isinstance(answer, Page):
        words = answer.detail if isinstance(answer, Failure) else "nothing to compare with"
        return replace(checked, problems=(*problems, words))
    if answer.moved_to:
        problems.append(f"it moved for good to {answer.moved_to}")
    try:
        parsed = await read_feed(answer, feed, house)
    except ParseError as error:
        return replace(checked, problems=(*problems, error.problem))
    found = judge_document(parsed, checked, house.clock())
    return replace(found, problems=(*problems, *found.problems))


def judge_document(parsed: ParsedFeed, checked: Checked, now: datetime) -> Checked:
    """What is in a feed's document, and what is wrong with it."""
    dates = [entry.published for entry in parsed.entries if entry.published]
    newest = max(dates, default=None)
    return replace(
        checked,
        title=parsed.title,
        entries=len(parsed.entries),
        newest=newest,
        problems=tuple(_faults(parsed, newest, now)),
    )


def _faults(parsed: ParsedFeed, newest: datetime | None, now: datetime) -> Iterator[str]:
    if not parsed.entries:
        yield "it holds no entry"
    if newest and now - newest > OLD:
        yield f"its newest entry is {(now - newest).days} days old"
    ids = Counter(entry.id or entry.url for entry in parsed.entries)
    if twice := sum(count - 1 for count in ids.values()):
        yield f"{twice} of {len(parsed.entries)} entries repeat the id of another, or have none"


async def find_feeds(url: str, house: House) -> tuple[Checked, ...]:
    """The feeds of a site that can be read: the address itself, what its page names, else what
    sites usually call them.
    """
    first = await verify_feed(Feed("", "", url), house)
    if first.entries:
        return (first,)
    page = await house.fetcher.fetch_page(url)
    named: tuple[str, ...] = ()
    if isinstance(page, Page):
        header = dict(page.headers).get("link", "")
        named = feed_links(page.body, url=page.url, link_header=header)
    for some in (named, tuple(urljoin(url, f"/{path}") for path in _USUAL)):
        looked = await verify_feeds([Feed("", "", each) for each in some], house)
        if found := tuple(each for each in looked if each.entries):
            return found
    return ()


def known_dead(url: str) -> str:
    """Why an address is known to bring no news, "" if nothing is known."""
    address = url.partition("://")[2].lower()
    return next((why for start, why in _DEAD.items() if address.startswith(start)), "")
