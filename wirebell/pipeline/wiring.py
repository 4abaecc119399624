"""The House, built once: every room with the values it needs. Nothing else reads settings."""

from __future__ import annotations

import asyncio
import gc
import logging
import secrets
from collections.abc import AsyncIterator, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, closing, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from pathlib import Path

from wirebell.alerts.handling import Limits
from wirebell.alerts.pages import Pages
from wirebell.alerts.secrets import resolve
from wirebell.alerts.transport import Transport
from wirebell.core.clock import Clock, system_clock
from wirebell.core.errors import DeskError, StorageError
from wirebell.core.feeds import Feed
from wirebell.core.settings import Settings, load_environ
from wirebell.desk import Desk, Recipient, load_desk, load_desk_text
from wirebell.fetchers.http import Fetcher
from wirebell.fetchers.visits import Visitor
from wirebell.matching import Matcher, compile_desk
from wirebell.pipeline.desk_pull import author_of
from wirebell.pipeline.operators import Operators
from wirebell.pipeline.readers import Readers
from wirebell.storage import Store

THREADS = 32  # aiohttp resolves names in them; the default of six would stall the storage
LEASE = timedelta(minutes=1)  # what a dead process held, the next run takes over
_RENEWED = LEASE / 4  # by a living one: its event loop must turn

_log = logging.getLogger("wirebell.wiring")


@dataclass(frozen=True, slots=True)
class House:
    """One process's rooms, for the length of one run or of one command.

    Never a task parameter: it holds connections and processes. `desk` is the version in
    force, which is the folder's unless the folder holds mistakes; `run` is the flow run's page.
    """

    settings: Settings
    clock: Clock
    store: Store
    fetcher: Fetcher
    visitor: Visitor
    readers: Readers
    desk: Desk
    matcher: Matcher
    transport: Transport
    pages: Pages
    run: str = ""

    def feed(self, feed_id: str) -> Feed:
        """The feed of that id; one that was taken off the desk keeps its id as its name."""
        known = next((feed for feed in self.desk.feeds if feed.id == feed_id), None)
        return known or Feed(id=feed_id, name=feed_id, url="", read="feed")

    @property
    def operators(self) -> Operators:
        """Those who are told of trouble."""
        return Operators(self.store, self.desk, self.clock)

    @property
    def limits(self) -> Limits:
        """How much one address is told singly."""
        ours = self.settings
        return Limits(
            ours.group_wait, ours.update_gap, ours.singles_in_10_min, ours.singles_in_an_hour
        )

    @property
    def pace(self) -> dict[str, float]:
        """Messages a second a channel may be given, where that is limited."""
        rates = {each.id: each.rate or self.transport.pace(each.id) for each in self.desk.channels}
        return {name: rate for name, rate in rates.items() if rate}

    def recipient(self, name: str) -> Recipient | None:
        """The recipient of that name, or None when the desk no longer has one."""
        return next((who for who in self.desk.recipients if who.name == name), None)


@asynccontextmanager
async def open_house(
    settings: Settings,
    *,
    clock: Clock = system_clock,
    environ: Mapping[str, str] | None = None,
    upgrade: bool = False,
    run: str = "",
) -> AsyncIterator[House]:
    """Open every room, and close them whatever happens. `upgrade` brings the tables up first.

    Raises:
        DeskError: the desk holds mistakes and no earlier version was ever accepted.
        SchemaBehind: the database does not fit the code.
    """
    with closing(Store(settings.database_url, clock)) as store, _collected_seldom():
        if upgrade:
            store.upgrade()
        store.check_schema()
        desk = desk_in_force(store, settings.rules, clock)
        readers = Readers(settings.parse_processes)
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(THREADS))
        keeper = asyncio.create_task(_keep_on(store))
        gc.freeze()  # what is loaded is no garbage: looking for some took a sixth of a poll's time
        async with open_fetcher(settings, clock, environ) as fetcher:
            try:
                yield House(
                    settings=settings,
                    clock=clock,
                    store=store,
                    fetcher=fetcher,
                    visitor=Visitor(fetcher, settings.home / "robots", clock),
                    readers=readers,
                    desk=desk,
                    matcher=compile_desk(desk, clock().date()),
                    transport=open_transport(
                        desk, settings, load_environ() if environ is None else environ, clock
                    ),
                    pages=open_pages(settings),
                    run=run,
                )
            finally:
                keeper.cancel()
                readers.close()
                with suppress(StorageError):  # they run out by themselves
                    store.keep(None)


@contextmanager
def _collected_seldom() -> Iterator[None]:
    """Look for garbage every 50,000 objects: a thousand polls under way are none."""
    usual = gc.get_threshold()
    gc.set_threshold(50_000)
    try:
        yield
    finally:
        gc.set_threshold(*usual)
        gc.unfreeze()


async def _keep_on(store: Store) -> None:
    """Renew what this process works on; what it loses all the same, another may finish."""
    while True:
        await asyncio.sleep(_RENEWED.total_seconds())
        with suppress(StorageError):
            await asyncio.to_thread(store.keep, LEASE)


def open_fetcher(
    settings: Settings, clock: Clock = system_clock, environ: Mapping[str, str] | None = None
) -> Fetcher:
    """The network, inward, within an installation's limits."""
    return Fetcher(
        contact=settings.contact,
        allow_hosts=settings.allowed,
        deadline=settings.fetch_deadline,
        cap=settings.fetch_cap,
        clock=clock,
        reveal=partial(resolve, environ=load_environ() if environ is None else environ),
    )


def open_transport(
    desk: Desk, settings: Settings, environ: Mapping[str, str], clock: Clock = system_clock
) -> Transport:
    """The channels of a desk, ready to send."""
    return Transport(
        desk.channels,
        mail_from=settings.mail_from,
        slack_base=settings.slack_base,
        outbox=settings.home / "outbox",
        environ=environ,
        clock=clock,
    )


def open_pages(settings: Settings) -> Pages:
    """Where alerts have their pages, if they have any, with the key of this home.

    The key is made at first use, for its owner's eyes only. Made beside its place and then put
    there: of two processes that make one, both use the first.
    """
    if not settings.public_url:
        return Pages()
    path = settings.home / "page.key"
    if not path.exists():
        fresh = settings.home / f"page.{secrets.token_hex(8)}"
        fresh.touch(0o600)
        fresh.write_bytes(secrets.token_bytes(32))
        with suppress(FileExistsError):
            path.hardlink_to(fresh)
        fresh.unlink()
    return Pages(settings.public_url, path.read_bytes())


def desk_in_force(store: Store, folder: Path, clock: Clock = system_clock) -> Desk:
    """The folder's desk, accepted; or the newest accepted one when the folder holds mistakes.

    Operators are told of mistakes once, and once when they are mended.

    Raises:
        DeskError: the folder holds mistakes and nothing was ever accepted.
    """
    try:
        desk = load_desk(folder)
    except DeskError as error:
        accepted = store.desk_in_force()
        if accepted is None:
            raise
        old = load_desk_text(accepted[1])
        Operators(store, old, clock).tell("desk", f"refused, the old one stays in force: {error}")
        return _signed(old, store)
    if desk.hash != (store.desk_in_force() or ("",))[0] and store.accept_desk(
        desk.hash, desk.files, *author_of(folder)
    ):
        _log.info(
            "desk %s accepted: %d rules, %d feeds", desk.hash[:8], len(desk.rules), len(desk.feeds)
        )
    Operators(store, desk, clock).tell_over("desk", "without mistakes again, and in force")
    return _signed(desk, store)


def _signed(desk: Desk, store: Store) -> Desk:
    """A desk that was accepted, with the name of whoever committed it."""
    _, _, author = store.desk(desk.hash) or ((), "", "")
    return replace(desk, author=author.partition(" <")[0])
