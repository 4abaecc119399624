"""Reading again what rang: how updates, corrections and withdrawals are found. And reading at
last what could not be read: the first full text completes what the feed's words began.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

from wirebell.core.books import Tally
from wirebell.core.decisions import Reread
from wirebell.core.errors import LeaseLost
from wirebell.core.feeds import Failure, FailureKind, Page, Unchanged
from wirebell.core.news import Article
from wirebell.fetchers.rhythm import next_reading
from wirebell.pipeline.reading import read_page, retry_at
from wirebell.pipeline.steps import ENTRIES_AT_ONCE, file_entry
from wirebell.pipeline.wiring import LEASE, House
from wirebell.stories import text_hash

GONE_AGAIN = timedelta(minutes=10)
"""A page that is not there is asked once more before anybody hears "withdrawn": publishers
move pages, and their caches miss, for minutes."""

_log = logging.getLogger("wirebell")


async def reread_due(house: House) -> Tally:
    """Read again what is due; file, as new states of their entries, the pages that changed."""
    tally = Tally()
    while due := await asyncio.to_thread(house.store.claim_rereads, ENTRIES_AT_ONCE, LEASE):
        tally = sum(await asyncio.gather(*(reread(each, house) for each in due)), tally)
    return tally


async def reread(due: Reread, house: House) -> Tally:
    """Ask for one page again, if it changed; filing it comes before taking it off the list."""
    answer: Page | Unchanged | Failure | None = None
    tally, gone, validators = Tally(), 0, due.validators
    try:
        if house.feed(due.feed_id).read == "page" and due.entry.url:
            answer = await house.visitor.ask(due.entry.url, due.validators)
        match answer:
            case Failure(status=404 | 410 as status) if due.rang:
                gone = due.gone + 1
                if gone > 1:
                    words = f"Withdrawn: the page is gone, its address answers {status}."
                    # Its first sentence, by which it counts as a correction of what was told.
                    article = due.known.article
                    article = replace(article, text=f"{words}\n{article.text}")
                    tally = await _file(due, article, words, house)
                    gone -= not tally.outcomes  # not filed: it is to be told yet
            case Page():
                article, note = await read_page(answer, due.entry, house)
                had = due.known
                same = (text_hash(article), article.title) == (had.text_hash, had.article.title)
                if not (note or same):  # with a note the feed stood in for the page
                    tally = await _file(due, article, note, house)
                validators = answer.validators
    except Exception:  # noqa: BLE001 - the fence around one article
        _log.exception("article %d broke its reading again", due.article_id)
        answer = Failure(due.entry.url, FailureKind.BROKEN, "our own mistake", house.clock())
    again = _next(due, answer, gone, house.clock())
    with suppress(LeaseLost):  # it rang again meanwhile, or another worker has it
        await asyncio.to_thread(house.store.finish_reread, due, validators, again, gone=gone)
    return tally


def _next(
    due: Reread, answer: Page | Unchanged | Failure | None, gone: int, now: datetime
) -> datetime | None:
    """When the page is asked again; what did not ring only waits to be read once."""
    retry = retry_at(answer, now) if isinstance(answer, Failure) else None
    if gone or answer is None or not (due.rang or retry):
        return now + GONE_AGAIN if gone == 1 else None
    if isinstance(answer, Failure) and answer.kind is FailureKind.LATER:
        return retry
    at = next_reading(due.since, now)
    return at and max(at, retry or at)


async def _file(due: Reread, article: Article, note: str, house: House) -> Tally:
    fingerprint = f"{text_hash(article)[:16]} read again {house.clock():%Y-%m-%dT%H:%M:%S}"

    async def reading(*_: object) -> tuple[Article, str, datetime | None]:
        return article, note, None

    try:
        inbox = await asyncio.to_thread(house.store.admit, due, fingerprint, LEASE)
    except LeaseLost:
        return Tally()
    return await file_entry(inbox, house, reading)
