"""How the house does: as facts, as Prometheus scrapes them, and whether it lives and works."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web

from wirebell.core.clock import Clock
from wirebell.core.errors import StorageError
from wirebell.storage import Store

DAY = timedelta(days=1)
READY = timedelta(minutes=10)
"""How long no feed may have been asked before the house counts as standing still."""


def facts(store: Store, now: datetime) -> dict[str, Any]:
    """What operators ask first, of the last 24 hours: feeds, backlog, latency, troubles."""
    pulse, books, beats = store.pulse(now - DAY), store.books(), store.beats(now - DAY)
    states = store.feed_states()
    asked = max((state.last_ok for state in states if state.last_ok), default=None)
    live = [beat for beat in beats if not beat.stage]
    return {
        "feeds": len(states),
        "feeds_failing": sum(state.failures > 0 for state in states),
        "last_poll_age_seconds": (now - asked).total_seconds() if asked else None,
        "entries": books.entries,
        "entries_waiting": pulse.waiting,
        "alerts": books.alerts,
        "alerts_24h": sum(pulse.rang.values()),
        "deliveries_due": pulse.owed,
        "deliveries_dead": books.deliveries["dead"],
        "latency_p50_seconds": pulse.latency(0.5),
        "latency_p95_seconds": pulse.latency(0.95),
        "heartbeats_24h": len(beats),
        "heartbeats_acknowledged_24h": len(live),
        "heartbeat_seconds": live[-1].seconds if live else None,
        "heartbeat_slowest_24h_seconds": max((beat.seconds for beat in live), default=None),
        "troubles": len(store.troubles()),
        "books_hold": int(books.whole),
    }


def exposition(known: dict[str, Any]) -> str:
    """The facts as a scrape reads them; what is not known is left out."""
    lines = []
    for name, value in known.items():
        if value is not None:
            lines += [f"# TYPE wirebell_{name} gauge", f"wirebell_{name} {value:g}"]
    return "\n".join(lines) + "\n"


def routes(store: Store, clock: Clock) -> list[web.RouteDef]:
    """/livez: this process answers. /readyz: feeds are asked, else 503. /metrics for Prometheus."""

    async def live(_: web.Request) -> web.Response:
        return web.Response(text="ok\n")

    async def ready(_: web.Request) -> web.Response:
        words = await asyncio.to_thread(standstill, store, clock())
        return web.Response(text=f"{words or 'ok'}\n", status=503 if words else 200)

    async def metrics(_: web.Request) -> web.Response:
        known = await asyncio.to_thread(facts, store, clock())
        return web.Response(text=exposition(known))

    return [web.get("/livez", live), web.get("/readyz", ready), web.get("/metrics", metrics)]


def standstill(store: Store, now: datetime) -> str:
    """Why the house does no work, "" when it does."""
    try:
        store.check_schema()
        asked = max((state.last_ok for state in store.feed_states() if state.last_ok), default=None)
    except StorageError as error:
        return str(error)
    if asked is None or now - asked > READY:
        return "no feed answered " + (f"since {asked:%F %H:%M} UTC" if asked else "yet")
    return ""
