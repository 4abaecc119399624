"""The heartbeat: an entry of ours travels from a feed to an acknowledged message, every hour.

It takes the real path, over the network, through both transactions and the outbox, to those
whom `heartbeat:` of channels.yaml names. Where it stops is told to operators at once and by
hand, past the outbox and by the channels it was not owed by: they may be what is broken.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from email.utils import format_datetime
from uuid import uuid4

from aiohttp import web

from wirebell.core.books import Beat
from wirebell.core.errors import ServerError, StorageError
from wirebell.core.feeds import FailureKind
from wirebell.core.journal import Record
from wirebell.core.text import one_line
from wirebell.pipeline.own_feed import FEED, WORDS
from wirebell.pipeline.rehearsal import send_outright
from wirebell.pipeline.steps import deliver_due, file_inbox, poll_feeds
from wirebell.pipeline.wiring import House, open_fetcher

LIMIT = timedelta(minutes=5)
"""How long a heartbeat may take from its feed to the channel's answer."""
STAGES = ("feed", "intake", "filing", "delivery", "acknowledgement")
_FEED = """<rss version="2.0"><channel><title>Wirebell</title><item><guid>{link}</guid>
<title>{words}</title><link>{link}</link><pubDate>{at}</pubDate></item></channel></rss>"""
_PAUSE = 1.0  # seconds between two looks at what another worker may have in hand


_log = logging.getLogger("wirebell.heartbeat")


@dataclass(slots=True)
class _Way:
    """How far an entry has come: the stage it is in, and by which channels it was owed."""

    stage: str = "intake"
    words: str = ""
    channels: set[str] = field(default_factory=set)


async def beat(house: House, limit: float = LIMIT.total_seconds()) -> Beat:
    """Send one heartbeat, and say how far it came; operators are told when it stops or lives."""
    started, way = house.clock(), _Way()
    travel = asyncio.create_task(_travel(house, way))
    await asyncio.wait({travel}, timeout=limit)
    if not travel.done():
        travel.cancel()
        way.words = way.words or f"not through it after {limit:.0f} s"
    elif error := travel.exception():
        way.words = one_line(f"{type(error).__name__}: {error}", 300)
    made = Beat(started, (house.clock() - started).total_seconds(), way.stage, way.words)
    with suppress(StorageError):  # which may be what is broken
        await asyncio.to_thread(house.store.keep_beat, made)
    if made.stage:
        await asyncio.to_thread(_cry, house, f"stopped at {made.stage}: {made.detail}", way)
    else:
        words = f"goes through again, in {made.seconds:.0f} s"
        await asyncio.to_thread(house.operators.tell_over, "heartbeat", words)
    return made


async def _travel(house: House, way: _Way) -> None:
    """Go from stage to stage; where it raises or hangs, `way` says in which."""
    await asyncio.to_thread(house.store.forget_beats)
    for _ in range(2):  # the very first entry of a feed is backlog, which never rings
        url = await _polled(house, way)
        way.stage = "filing"
        await file_inbox(house)
        while (record := await _record(house, url)).outcome not in ("rung", "backlog"):
            way.words = f"{record.outcome or 'waiting'}: {record.reason}"
            await asyncio.sleep(_PAUSE)
        if record.outcome == "rung":
            break
    way.channels = {each.channel for each in record.told}
    while unsent := [each for each in record.told if each.state != "sent"]:
        way.stage = "acknowledgement" if any(each.attempts for each in unsent) else "delivery"
        way.words = "; ".join(f"{each.channel}: {each.answer or 'no attempt'}" for each in unsent)
        await asyncio.to_thread(deliver_due, house)
        await asyncio.sleep(_PAUSE)
        record = await _record(house, url)
    way.stage = way.words = ""
    await asyncio.to_thread(house.store.forget_beats)


async def _polled(house: House, way: _Way) -> str:
    """Publish an entry on this machine, poll it as any other, and answer with its address."""
    path = f"/{uuid4().hex}"

    async def feed(request: web.Request) -> web.Response:
        link, at = request.url.with_path(path), format_datetime(house.clock())
        body = _FEED.format(link=link, words=f"{WORDS} {path[1:]}", at=at)
        return web.Response(text=body, content_type="application/rss+xml")

    app = web.Application()
    app.router.add_get("/feed", feed)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        here = "{}:{}".format(*runner.addresses[0])
        allowed = house.settings.model_copy(update={"allow_hosts": here})
        async with open_fetcher(allowed, house.clock) as fetcher:
            own = replace(FEED, url=f"http://{here}/feed")
            polled = await poll_feeds([own], replace(house, fetcher=fetcher), due_only=False)
    finally:
        await runner.cleanup()
    if polled.fresh != 1:
        ours = any(line.state == FailureKind.BROKEN for line in polled.feeds)  # not the feed's
        way.stage = "feed" if polled.failed and not ours else "intake"
        raise ServerError("heartbeat", "; ".join(line.detail for line in polled.feeds) or "leased")
    return f"http://{here}{path}"


async def _record(house: House, url: str) -> Record:
    return (await asyncio.to_thread(house.store.records_of, url))[-1]


def _cry(house: House, words: str, way: _Way) -> None:
    """Tell operators of it, once, past the outbox; at every beat while nothing can be written."""
    alert, owed = house.operators.notice("heartbeat", words, avoid=way.channels)
    try:
        if not house.store.notice("heartbeat", alert, (), over=False):
            return
    except StorageError:
        pass
    for each in owed:
        who = house.recipient(each.recipient)
        receipt = send_outright(alert, each, who, house.transport, house.settings)
        _log.error("heartbeat %s; %s by %s: %s", words, each.recipient, each.channel, receipt.state)
