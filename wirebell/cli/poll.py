"""poll: one whole pass without a Prefect server."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from wirebell.cli.account import print_account
from wirebell.cli.terminal import progress
from wirebell.core.settings import Settings, load_settings
from wirebell.pipeline.steps import deliver_due, file_inbox, poll_feeds
from wirebell.pipeline.wiring import open_house

Every = Annotated[bool, typer.Option("--every-feed", help="Poll every feed, due or not.")]
All = Annotated[bool, typer.Option("--all", help="List everything that did not ring.")]


def poll(every_feed: Every = False, show_all: All = False) -> None:
    """Poll the feeds that are due, file what is new, ring for what matters: once."""
    asyncio.run(_poll(load_settings(), every_feed, show_all))


async def _poll(settings: Settings, every_feed: bool, show_all: bool) -> None:
    async with open_house(settings, upgrade=True) as house:
        started = house.clock()
        with progress() as bar:
            stage = bar.add_task(f"asking {len(house.desk.feeds)} feeds")
            tally = await poll_feeds(house.desk.feeds, house, due_only=not every_feed)
            bar.update(stage, description=f"reading {tally.fresh} new entries")
            tally += await file_inbox(house)
            bar.update(stage, description=f"ringing for {tally.alerts} alerts")
            tally += await asyncio.to_thread(deliver_due, house)
        print_account(house.store, tally, started, show_all=show_all)
