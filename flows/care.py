"""What keeps the house running, every ten minutes, and by night what keeps it honest and small."""

from __future__ import annotations

import asyncio

from prefect import State, flow, task
from prefect.states import Completed, Failed

from flows.board import post_books, post_pulse
from flows.doorway import closing, current_shift, ended, on_shift
from flows.watchman import end_stale, tell_runs
from wirebell.pipeline.care import close_yesterday, let_go
from wirebell.pipeline.quiet import mind_quiet_beats


@flow(name="care", flow_run_name="care", timeout_seconds=1800)
async def care() -> State[None]:
    """End runs nobody works on; tell of deployments that fail or do not run, of silent rules."""
    async with on_shift() as shift:
        stale = await end_stale()
        troubled = await tell_runs(shift.house.operators)
        await post_pulse(shift.house)
        silent = await asyncio.to_thread(mind_quiet_beats, shift.house)
        words = f"{stale} stale runs ended, {len(troubled)} deployments in trouble"
    return await closing(words + (f"; silent: {', '.join(silent)}" if silent else ""))


@flow(name="nightly", flow_run_name="nightly", timeout_seconds=1800)
async def nightly() -> State[None]:
    """Prove yesterday's books; let go of texts and keys whose time is over."""
    async with on_shift():
        books = await ended(prove_books(return_state=True))
        pruned = await ended(prune(return_state=True))
    words = f"{books.name}; {pruned.name}"
    return await closing(words, str(books.message) if books.is_failed() else "")


@task(name="books", task_run_name="prove yesterday's books")
async def prove_books() -> State[None]:
    """Red when a sum does not hold; operators are told."""
    house = current_shift().house
    books = await asyncio.to_thread(close_yesterday, house)
    await post_books(books)
    if not books.whole:
        return Failed(name="books do not hold", message="; ".join(books.problems))
    return Completed(name=f"books of {books.entries} entries hold")


@task(name="prune", task_run_name="let go of what is old")
async def prune() -> State[None]:
    """By class: texts that never rang, keys out of their window."""
    pruned = await asyncio.to_thread(let_go, current_shift().house)
    return Completed(name=f"{pruned.texts} texts and {pruned.keys} keys let go")
