"""One pass of the whole pipeline over the demo's newsroom, as a worker makes it."""

from __future__ import annotations

import asyncio
import multiprocessing
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, ParamSpec, TypeVar

from wirebell.cli.newsroom import Newsroom
from wirebell.core.settings import Settings
from wirebell.pipeline.readers import Readers
from wirebell.pipeline.steps import deliver_due, file_inbox, poll_feeds
from wirebell.pipeline.wiring import House, open_house

P = ParamSpec("P")
T = TypeVar("T")

NOW: Final = datetime(2025, 6, 5, 15, 30, tzinfo=UTC)

WORKERS: Final = multiprocessing.get_context("forkserver")
"""Where child workers come from: one process that has imported everything and has no threads,
so that each starts at once, as a worker newly started would be."""
WORKERS.set_forkserver_preload(["__main__", "trafilatura", "tests.journeys.doomed"])


@dataclass(frozen=True, slots=True)
class Site:
    """One installation: its settings, its database, and the secrets of a newsroom's channels."""

    home: Path
    database: str
    environ: dict[str, str]

    @property
    def settings(self) -> Settings:
        """Given outright: no .env and no variable of the machine bends a test."""
        return Settings(
            _env_file=None,
            home=self.home,
            rules=self.home / "rules",
            database=self.database,
            allow_hosts=self.environ["WIREBELL_ALLOW_HOSTS"],
            slack_base=self.environ["WIREBELL_SLACK_BASE"],
            group_wait=timedelta(),
            update_gap=timedelta(),
            singles_in_10_min=60,
        )


def found_site(home: Path, database: str, room: Newsroom) -> Site:
    """A new installation whose desk watches the newsroom."""
    room.write_desk(home / "rules")
    return Site(home, database, room.environment)


class HereReaders(Readers):
    """Reads in this process: starting readers would take longer than the whole morning."""

    def __init__(self) -> None:
        super().__init__(1)

    async def read(self, parse: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        return parse(*args, **kwargs)


def read_here(house: House) -> House:
    return replace(house, readers=HereReaders())


async def make_pass(
    site: Site, now: datetime, furnish: Callable[[House], House] = read_here
) -> None:
    """Poll every feed, file what is new and deliver what is due, at the instant `now`."""
    async with open_house(site.settings, clock=lambda: now, environ=site.environ) as opened:
        house = furnish(opened)
        await poll_feeds(house.desk.feeds, house, due_only=False)
        await file_inbox(house)
        await asyncio.to_thread(deliver_due, house)
