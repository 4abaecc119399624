"""The tray: what polls brought is taken in together, as many as have ended meanwhile."""

from __future__ import annotations

import asyncio
from asyncio import Future

from wirebell.core.books import FeedLine
from wirebell.core.decisions import Catch
from wirebell.core.errors import LeaseLost
from wirebell.storage import Store

AT_ONCE = 256
"""Polls in one transaction: what a transaction costs is then a small part of each."""
MOMENT = 0.4  # seconds a poll waits for others to be taken in with


class Tray:
    """Takes in what polls bring, for one event loop.

    Those that end in one moment, or while a transaction runs, are the next one together. Each is
    whole or not at all, with its validators, as if it were alone. `coming` counts the polls that
    have not ended: when there are none, nobody is waited for.
    """

    def __init__(self, store: Store, coming: int = 0) -> None:
        self.coming = coming
        self._store = store
        self._waiting: list[tuple[Catch, Future[FeedLine]]] = []
        self._work: asyncio.Task[None] | None = None

    async def take_in(self, catch: Catch) -> FeedLine:
        """What became of it, once it is on file.

        Raises:
            LeaseLost: another worker has the feed.
        """
        line: Future[FeedLine] = asyncio.get_running_loop().create_future()
        self._waiting.append((catch, line))
        if self._work is None or self._work.done():
            self._work = asyncio.create_task(self._empty())
        return await line

    async def _empty(self) -> None:
        while self._waiting:
            if self.coming and len(self._waiting) < AT_ONCE:
                await asyncio.sleep(MOMENT)
            batch, self._waiting = self._waiting[:AT_ONCE], self._waiting[AT_ONCE:]
            if not await self._file(batch):
                for alone in batch:  # one of them is the trouble: the others are not to share it
                    await self._file([alone])

    async def _file(self, batch: list[tuple[Catch, Future[FeedLine]]]) -> bool:
        """Take these in; False where that broke and more than one of them may be why."""
        catches = [catch for catch, _ in batch]
        work = asyncio.to_thread(self._store.intake, catches)
        (told,) = await asyncio.gather(work, return_exceptions=True)
        if isinstance(told, BaseException):
            if len(batch) > 1:
                return False
            batch[0][1].set_exception(told)
            return True
        for (_, line), outcome in zip(batch, told, strict=True):
            if isinstance(outcome, LeaseLost):
                line.set_exception(outcome)
            else:
                line.set_result(outcome)
        return True
