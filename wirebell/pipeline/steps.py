"""The story, top to bottom: poll, take in, read, match, decide, file, ring.

Between the two transactions (`store.intake`, `store.file`) nothing can be lost: what one run
leaves unfinished waits in the inbox or the outbox, and the next run of any worker finishes it.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from itertools import repeat

from wirebell import stories
from wirebell.alerts.compose import compose
from wirebell.alerts.handling import handle
from wirebell.alerts.route import route
from wirebell.core.alerts import Dispatch, Handling, Waiting
from wirebell.core.books import FeedLine, Notice, Tally
from wirebell.core.decisions import Candidate, Catch, Filing, History, InboxEntry, Outcome
from wirebell.core.errors import LeaseLost, ParseError, StorageBusy
from wirebell.core.feeds import (
    NETWORK_FAILURES,
    OWN_FEED,
    Failure,
    FailureKind,
    Feed,
    FeedClaim,
    FeedState,
    Lane,
    Page,
    Validators,
)
from wirebell.core.news import Article
from wirebell.fetchers.health import Poll, begin, look_ahead, wants_whole
from wirebell.fetchers.manners import our_line_is_down
from wirebell.fetchers.rhythm import next_reading
from wirebell.pipeline.channels import mind_channels
from wirebell.pipeline.coverage import Coverage
from wirebell.pipeline.own_feed import judging
from wirebell.pipeline.reading import read_entry, read_feed
from wirebell.pipeline.sending import ring
from wirebell.pipeline.tray import Tray
from wirebell.pipeline.wiring import LEASE, House

SEND_LEASE = timedelta(minutes=2)  # longer than one send's connect, read and name look-up
ENTRIES_AT_ONCE = 64
SENDERS = 4
TRIES = 3  # an entry that broke its reader so often is FAILED and told to operators

Reading = Callable[[InboxEntry, Feed, House], Awaitable[tuple[Article, str, datetime | None]]]

_log = logging.getLogger("wirebell")


# --- feeds -----------------------------------------------------------------------------------


def due_feeds(house: House) -> tuple[Feed, ...]:
    """The feeds whose time has come, those waiting longest first."""
    now = house.clock()
    states = {state.feed_id: state for state in house.store.feed_states()}
    unseen = FeedState("")
    asked = [(states.get(feed.id, unseen), feed) for feed in house.desk.feeds]
    ready = [(state.next_due or now, feed) for state, feed in asked if state.is_due(now)]
    return tuple(feed for _, feed in sorted(ready, key=lambda pair: pair[0]))


async def watch_feeds(feeds: Sequence[Feed], house: House, *, due_only: bool = True) -> Tally:
    """Poll those of `feeds` that are due, take in what is new, and file all that waits."""
    polled = await poll_feeds(feeds, house, due_only=due_only)
    return polled + await file_inbox(house)


async def poll_feeds(feeds: Sequence[Feed], house: House, *, due_only: bool = True) -> Tally:
    """Ask each feed and take in what is new, without reading it yet.

    Those that could not be reached are judged last and together: it may be our own line.
    """
    by_id = {feed.id: feed for feed in feeds}
    lanes = {feed.id: lane for feed in feeds if (lane := house.fetcher.lane(feed))}
    claims = await asyncio.to_thread(
        house.store.claim_feeds, list(by_id), LEASE, due_only=due_only, lanes=lanes
    )

    tray = Tray(house.store, coming=len(claims))

    async def poll(claim: FeedClaim) -> Poll | Tally:
        asked = await ask_feed(by_id[claim.feed_id], claim, lanes.get(claim.feed_id), house)
        tray.coming -= 1
        unreached = isinstance(asked.result, Failure) and asked.result.kind in NETWORK_FAILURES
        return asked if unreached else await take_in(asked, house, tray)

    ended = await asyncio.gather(*map(poll, claims))
    unreached = [asked for asked in ended if isinstance(asked, Poll)]
    ours = our_line_is_down([asked.feed for asked in unreached], len(claims))
    if ours or len(unreached) < len(claims) / 2:
        words = f"{len(unreached)} of {len(claims)} feeds could not be reached"
        await asyncio.to_thread(house.operators.hear, [Notice("our line", words, over=not ours)])
    tallies = await asyncio.gather(
        *(take_in(asked, house, tray, counts=not ours) for asked in unreached)
    )
    tally = sum([*tallies, *(tally for tally in ended if isinstance(tally, Tally))], Tally())
    if quiet := [str(line) for line in tally.feeds if line.state == "ok" and not line.fresh]:
        _log.info("\n".join(quiet))  # as one: Prefect's database takes 0.7 kB for each
    return tally


async def ask_feed(feed: Feed, claim: FeedClaim, lane: Lane | None, house: House) -> Poll:
    """One feed, fenced: whatever it does to us becomes its state, and no other feed's."""
    claim = begin(feed, claim)
    whole = wants_whole(claim.history, house.clock())
    asked = partial(Poll, feed, claim, lane, whole)
    known = Validators(body_hash=claim.validators.body_hash) if whole else claim.validators
    there = replace(feed, url=claim.history.address) if claim.history.address else feed
    try:
        page = await house.fetcher.fetch(there, known, at=claim.at)
        if not isinstance(page, Page):
            return asked(page)
        parsed = await read_feed(page, feed, house)
        if parsed.parts:  # a list of sitemaps may stay as it is while they change
            page = replace(page, validators=Validators())
        if parsed.entries or claim.first:
            return asked(page, parsed)
        kind, words = FailureKind.EMPTY, "no entry, where there were some"
    except ParseError as error:
        kind, words = FailureKind.NOT_A_FEED, error.problem
    except Exception as error:  # noqa: BLE001 - the fence around one feed
        return asked(_broken(feed, error, house))
    return asked(Failure(feed.url, kind, words, house.clock()))


async def take_in(asked: Poll, house: House, tray: Tray, *, counts: bool = True) -> Tally:
    """The first transaction: what is new, and what the poll means for the next one."""
    feed, result = asked.feed, asked.result
    outlook = partial(look_ahead, asked, house.clock(), counts=counts)
    try:
        arrivals = stories.arrive(asked.parsed.entries) if asked.parsed else ()
        line = await tray.take_in(Catch(asked.claim, result, arrivals, outlook, stories.recognise))
    except LeaseLost:
        line = FeedLine(feed.id, "taken over by another worker")
    except Exception as error:  # the fence around what one feed brought
        if isinstance(result, Failure):
            raise  # the database is the trouble
        asked = replace(asked, result=_broken(feed, error, house), parsed=None)
        return await take_in(asked, house, tray, counts=counts)
    if line.notices:
        await asyncio.to_thread(house.operators.hear, line.notices)
    if line.fresh or line.state != "ok":
        _log.info(str(line))
    if line.state == FailureKind.LATER:
        return Tally()
    return Tally(polled=1, failed=isinstance(result, Failure), fresh=line.fresh, feeds=(line,))


def _broken(feed: Feed, error: Exception, house: House) -> Failure:
    """What our own code did not bear of a feed, as that feed's failure."""
    _log.exception("feed %s broke us", feed.id)
    words = f"{type(error).__name__} in our own code; the log has the trace"
    return Failure(feed.url, FailureKind.BROKEN, words, house.clock())


# --- entries ---------------------------------------------------------------------------------


async def file_inbox(house: House) -> Tally:
    """Read, match, decide and file every entry that waits, oldest first, until none is left."""
    tally = Tally()
    while waiting := await asyncio.to_thread(house.store.claim_entries, ENTRIES_AT_ONCE, LEASE):
        tallies = await asyncio.gather(*(file_entry(entry, house) for entry in waiting))
        tally = sum(tallies, tally)
    if tally.outcomes:
        failed = tally.outcomes["failed"]
        words = f"{failed} could not be read in three tries; the log has the traces"
        await asyncio.to_thread(house.operators.hear, [Notice("entries", words, over=not failed)])
    return tally


async def file_entry(inbox: InboxEntry, house: House, read: Reading = read_entry) -> Tally:
    """One entry, fenced: it is filed, or waits for its next try, or is FAILED and told."""
    feed, house = house.feed(inbox.feed_id), judging(inbox.feed_id, house)
    try:
        article, note, again = await read(inbox, feed, house)
        filing = await asyncio.to_thread(file_article, inbox, feed, article, note, house, again)
    except LeaseLost:
        return Tally()  # another worker has it, and files it
    except Exception as error:  # noqa: BLE001 - the fence around one article
        _log.exception("entry %d of feed %s could not be filed", inbox.id, inbox.feed_id)
        return await asyncio.to_thread(_give_up, inbox, error, house)
    if inbox.feed_id == OWN_FEED:
        return Tally()  # a heartbeat is no news
    outcome = filing.decision.outcome
    return Tally(alerts=filing.alert is not None, outcomes=Counter({outcome.value: 1}))


def _give_up(inbox: InboxEntry, error: Exception, house: House) -> Tally:
    if inbox.tries < TRIES or isinstance(error, StorageBusy):
        return Tally()  # its lease runs out and it is claimed again
    reason = f"{type(error).__name__} at try {inbox.tries}; the log has the trace"
    try:
        house.store.settle(inbox, Outcome.FAILED, reason)
    except (LeaseLost, StorageBusy):
        return Tally()  # another worker has it, or will
    return Tally(outcomes=Counter({Outcome.FAILED.value: 1}))


def file_article(
    inbox: InboxEntry,
    feed: Feed,
    article: Article,
    note: str,
    house: House,
    again: datetime | None = None,
    overruled: str = "",
) -> Filing:
    """Match outside the lock; decide, compose, route and write inside it, all or nothing.

    `again` is when a page that could not be read is asked for; `overruled` is why it rings
    whatever the decision is: somebody's word.
    """
    article = replace(article, language=article.language or inbox.entry.language or feed.language)
    matches = house.matcher.match(article, feed)
    keyed = matches and feed.id != OWN_FEED  # to take keys away again is to read all there are
    candidate = Candidate(
        inbox=inbox,
        feed_name=feed.name,
        tier=feed.tier,
        article=article,
        url_key=stories.key_of(article.url or inbox.entry.url, feed.id, inbox.entry),
        text_hash=stories.text_hash(article),
        matches=matches,
        desk_hash=house.desk.hash,
        aliases=stories.aliases_of(feed.id, inbox.entry, article),
        sketch=stories.sketch(article) if keyed else (),
        terms=stories.term_keys(article) if keyed else (),
        note=note,
    )
    now = house.clock()

    def plan(history: History) -> Filing:
        decision = stories.decide(candidate, history, now, max_age=house.settings.max_age)
        if overruled and decision.rulings:
            decision = stories.overrule(decision, overruled)
        alert = compose(candidate, decision, history, house.desk)
        if alert is None:
            return Filing(decision, reread_at=again)
        again_at = again or next_reading(now, now)
        alert = replace(alert, run=house.run)
        return Filing(decision, alert, route(alert, house.desk), again_at)

    return house.store.file(candidate, plan)


# --- deliveries ------------------------------------------------------------------------------


def deliver_due(house: House) -> Tally:
    """Send every message that is due; hold, retry or give up each by its own rules."""
    held: Counter[str] = Counter()

    def handling(waiting: Waiting) -> Handling:
        who = house.recipient(waiting.delivery.recipient)
        chosen = handle(waiting, who, house.clock(), house.limits)
        held[waiting.delivery.key] = int(chosen.not_before is not None)
        return chosen

    def claim() -> tuple[Dispatch, ...]:
        mind_channels(house)
        return house.store.claim_deliveries(handling, 4 * SENDERS, SEND_LEASE, house.pace)

    tally, coverage = Tally(), Coverage(house)
    with ThreadPoolExecutor(SENDERS, thread_name_prefix="sender") as senders:
        while due := claim():
            told = (coverage.opening(each) for each in due)
            rung = senders.map(ring, told, repeat(house), repeat(time.monotonic()))
            tally = sum(rung, tally)
    if tally.plain:
        words = f"{tally.plain} could not be drawn and left as plain words; the log has the traces"
        house.operators.tell("messages", words)
    elif tally.sent:
        house.operators.tell_over("messages", "drawn as they should be again")
    return tally + Tally(held=held.total())
