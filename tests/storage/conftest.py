from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator
from multiprocessing.synchronize import Barrier
from typing import Any

import pytest

FOUR = 4

Job = Callable[[str, int], Any]


def _wait_at(start: Barrier) -> None:
    """Runs in each process as it is born: the barrier cannot travel later."""
    globals()["_start"] = start


def _run(job: Job, url: str, number: int) -> Any:
    start: Barrier = globals()["_start"]
    start.wait(timeout=60)  # each of the four takes one job, and all begin together
    return job(url, number)


@pytest.fixture(scope="session")
def four_processes() -> Iterator[Callable[[Job, str], list[Any]]]:
    """Runs `job(url, 0)` to `job(url, 3)` at the same time, in processes of their own."""
    spawn = multiprocessing.get_context("spawn")
    with spawn.Pool(FOUR, _wait_at, (spawn.Barrier(FOUR),)) as pool:

        def run(job: Job, url: str) -> list[Any]:
            return pool.starmap(_run, [(job, url, number) for number in range(FOUR)], chunksize=1)

        yield run
        pool.close()
        pool.join()
