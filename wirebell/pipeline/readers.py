"""The processes that read feeds and pages: parsing is CPU and must not stall the event loop."""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import os
import threading
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from multiprocessing.connection import wait
from typing import ParamSpec, TypeVar

from wirebell.core.errors import ParseError

P = ParamSpec("P")
T = TypeVar("T")

READ_SECONDS = 60.0
"""A page that takes longer is given up; the mean of real pages is a tenth of a second."""

_log = logging.getLogger("wirebell.readers")


class Readers:
    """A pool of spawned processes, started on first use and replaced when one dies.

    Spawned, not forked: the parent has threads and an event loop, and a fork copies their
    locks. A reader ends with its parent, even when the parent is killed.
    """

    def __init__(self, processes: int, *, seconds: float = READ_SECONDS) -> None:
        self._processes, self._seconds = processes, seconds
        self._turn = asyncio.Semaphore(processes)  # the time waited for a reader is not the page's
        self._pool: ProcessPoolExecutor | None = None

    async def read(self, parse: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `parse` in a reader.

        Raises:
            ParseError: the reader died of these bytes or took too long over them; or `parse`
                raised it.
        """
        async with self._turn:
            return await self._read(partial(parse, *args, **kwargs))

    async def _read(self, call: Callable[[], T]) -> T:
        pool = self._open()
        try:
            work = asyncio.get_running_loop().run_in_executor(pool, call)
            return await asyncio.wait_for(work, self._seconds)
        except BrokenProcessPool:
            self._discard(pool)
            raise ParseError(
                "a reader", "died over these bytes", "The entry is tried again"
            ) from None
        except TimeoutError:
            self._discard(pool)
            problem = f"took longer than {self._seconds:.0f} s over these bytes"
            raise ParseError("a reader", problem, "The feed's own words are used") from None

    def close(self) -> None:
        """End the readers; what they still read is dropped."""
        if self._pool is not None:
            self._discard(self._pool)

    def _open(self) -> ProcessPoolExecutor:
        if self._pool is None:
            self._pool = ProcessPoolExecutor(
                self._processes,
                mp_context=multiprocessing.get_context("spawn"),
                initializer=_end_with_parent,
            )
        return self._pool

    def _discard(self, pool: ProcessPoolExecutor) -> None:
        if self._pool is pool:
            self._pool = None
        stuck = [process for process in (pool._processes or {}).values() if process.is_alive()]
        pool.shutdown(wait=False, cancel_futures=True)
        for process in stuck:
            process.terminate()


def _end_with_parent() -> None:
    """Leave when the parent does: a killed parent closes nothing, and readers would wait on."""
    parent = multiprocessing.parent_process()
    if parent is None:
        return
    sentinel = parent.sentinel

    def watch() -> None:
        wait([sentinel])
        os._exit(0)

    threading.Thread(target=watch, name="end with parent", daemon=True).start()
