"""watch: poll the feeds that are due, file what is new, ring for what matters."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Sequence
from urllib.parse import urlsplit

from prefect import State, flow, task
from prefect.runtime import task_run
from prefect.states import Completed, Failed

from flows.board import post_feeds, post_rings
from flows.doorway import closing, current_shift, ended, on_shift
from wirebell.core.domains import domain_of
from wirebell.core.feeds import Feed
from wirebell.core.settings import load_environ
from wirebell.pipeline.care import ping
from wirebell.pipeline.rereading import reread_due
from wirebell.pipeline.steps import deliver_due, due_feeds, file_inbox, watch_feeds

BATCHES = 11  # and one task that sends: a task run costs 3 ms of CPU and 20 kB in Prefect
RED_SHARE = 0.3
UNDELIVERABLE = "the log has the channel's answer; the delivery is kept"
DEADLINE = 240.0  # seconds; what is left then is the next run's


@flow(name="watch", flow_run_name="watch", timeout_seconds=DEADLINE)
async def watch(every_feed: bool = False) -> State[None]:
    """Poll what is due, read and match what is new, file it, ring.

    Args:
        every_feed: Poll every feed now, also those that are not due yet.
    """
    async with on_shift() as shift:
        house, started = shift.house, shift.house.clock()
        feeds = house.desk.feeds if every_feed else due_feeds(house)
        batches = in_batches(feeds, house.settings.batch_size)
        polls = [
            poll_batch([feed.id for feed in batch], every_feed, return_state=True)
            for batch in batches
        ]
        await asyncio.gather(*(ended(poll) for poll in polls))
        if not batches:
            shift.add(await file_inbox(house))
        shift.add(await reread_due(house))
        if shift.tally.alerts:
            await ended(ring_new(return_state=True))
        else:  # what was held or must be tried again; a task of its own would say nothing
            shift.add(await asyncio.to_thread(deliver_due, house))
        if batches:
            await post_feeds(house)
        if shift.tally.outcomes:
            await post_rings(house, shift.tally, started)
        tally, unread = shift.tally, shift.tally.outcomes["failed"]
        words = f"{tally.polled} feeds, {tally.fresh} new, {tally.alerts} rang"
        words += f", {tally.failed} failing" if tally.failed else ""
        failure = f"{unread} entries could not be read in three tries" if unread else ""
        if not failure:
            await asyncio.to_thread(ping, load_environ())
        return await closing(words, failure)


def _batch_name() -> str:
    """What the poll of a batch is called while it runs: "poll 80 feeds: chinadaily to wto"."""
    ids = task_run.get_parameters()["feed_ids"]
    return f"poll {len(ids)} feeds: {ids[0]} to {ids[-1]}" if ids[1:] else f"poll {ids[0]}"


@task(name="poll", task_run_name=_batch_name)
async def poll_batch(feed_ids: list[str], every_feed: bool) -> State[None]:
    """Poll one batch of feeds and file what waits.

    Red only for news: a feed that worked at its poll before, or more than 30 % failing.
    """
    shift = current_shift()
    feeds = [shift.house.feed(feed_id) for feed_id in feed_ids]
    tally = await watch_feeds(feeds, shift.house, due_only=not every_feed)
    shift.add(tally)
    name = f"{tally.failed} of {tally.polled} failing" if tally.failed else "Completed"
    news = [line for line in tally.feeds if line.newly_failing]
    if news or tally.failed > RED_SHARE * max(tally.polled, 1):
        words = "; ".join(f"{line.feed_id}: {line.state}, {line.detail}" for line in news)
        return Failed(name=name, message=words or "most feeds of this batch fail")
    return Completed(name=name)


@task(name="ring", task_run_name="send what rang")
async def ring_new() -> State[None]:
    """Send what is due now. No retries of Prefect's: the outbox has its own."""
    shift = current_shift()
    tally = await asyncio.to_thread(deliver_due, shift.house)
    shift.add(tally)
    if tally.dead:
        return Failed(name=f"{tally.dead} undeliverable", message=UNDELIVERABLE)
    return Completed(name=f"{tally.sent} sent")


def in_batches(feeds: Sequence[Feed], size: int) -> list[Sequence[Feed]]:
    """Equal batches of at least `size`, at most eleven; when a publisher is down, one is red."""
    if not feeds:
        return []
    feeds = sorted(feeds, key=lambda feed: domain_of(urlsplit(feed.url).hostname or ""))
    count = min(BATCHES, math.ceil(len(feeds) / size))
    length = math.ceil(len(feeds) / count)
    return [feeds[start : start + length] for start in range(0, len(feeds), length)]
