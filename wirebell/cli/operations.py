"""poll, up: what an operator starts by hand."""

from __future__ import annotations

import asyncio
import os
from contextlib import closing
from datetime import timedelta
from typing import Annotated

import typer

from wirebell.cli.account import print_account
from wirebell.cli.prefect_server import PrefectServer
from wirebell.cli.terminal import progress, say
from wirebell.cli.ticker import Ticker
from wirebell.core.clock import system_clock
from wirebell.core.settings import Settings, load_environ, load_settings
from wirebell.pipeline.rereading import reread_due
from wirebell.pipeline.steps import deliver_due, file_inbox, poll_feeds
from wirebell.pipeline.wiring import desk_in_force, open_house, open_transport
from wirebell.storage import Store

Every = Annotated[bool, typer.Option("--every-feed", help="Poll every feed, due or not.")]
All = Annotated[bool, typer.Option("--all", help="List everything that did not ring.")]


def poll(every_feed: Every = False, show_all: All = False) -> None:
    """Poll the feeds that are due, file what is new, ring for what matters: once."""
    at_once = {"group_wait": timedelta()}  # nobody sweeps in a minute for what waits
    asyncio.run(_poll(load_settings().model_copy(update=at_once), every_feed, show_all))


async def _poll(settings: Settings, every_feed: bool, show_all: bool) -> None:
    async with open_house(settings, upgrade=True) as house:
        started = house.clock()
        with progress() as bar:
            stage = bar.add_task(f"asking {len(house.desk.feeds)} feeds")
            tally = await poll_feeds(house.desk.feeds, house, due_only=not every_feed)
            bar.update(stage, description=f"reading {tally.fresh} new entries")
            tally += await file_inbox(house) + await reread_due(house)
            bar.update(stage, description=f"ringing for {tally.alerts} alerts")
            tally += await asyncio.to_thread(deliver_due, house)
        print_account(house.store, tally, started, house.desk, show_all=show_all)


def up() -> None:
    """Start the server, the UI, the deployments and a worker; Ctrl-C stops all of it."""
    settings = load_settings()
    with closing(Store(settings.database_url, system_clock)) as store:
        store.upgrade()
        desk = desk_in_force(store, settings.rules)
        say(f"desk {desk.hash[:8]}: {len(desk.feeds)} feeds, {len(desk.rules)} rules")
        for problem in open_transport(desk, settings, load_environ()).problems():
            say((problem, "yellow"))
        _serve(settings, Ticker(store, desk, settings.home / "outbox"))


def _serve(settings: Settings, ticker: Ticker) -> None:
    # The worker runs from the checkout: what is relative here must not be relative there.
    paths = {"WIREBELL_HOME": settings.home, "WIREBELL_RULES": settings.rules}
    environ = {**os.environ, **{name: str(path.resolve()) for name, path in paths.items()}}
    with PrefectServer(settings.home / "prefect", settings.prefect_port, environ) as server:
        try:
            say("starting the server; 10 to 20 seconds")
            server.start()
            server.deploy()
            server.automate()
            server.ask_for("watch/watch")  # else the first poll waits for the minute to be full
            say(("up", "bold green"), f": {server.url} shows the runs; Ctrl-C stops everything")
            server.wait(ticker.tick)
        except KeyboardInterrupt:
            say("stopping")
