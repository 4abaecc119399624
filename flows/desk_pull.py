"""desk-pull: the desk's own checkout brought up to date, and its new state accepted or refused."""

from __future__ import annotations

import asyncio

from prefect import State, flow

from flows.doorway import closing, on_shift
from wirebell.core.settings import load_settings
from wirebell.pipeline.desk_pull import fast_forward


@flow(name="desk-pull", flow_run_name="desk-pull", timeout_seconds=300)
async def desk_pull() -> State[None]:
    """Fast-forward the checkout that WIREBELL_RULES names; every run reads the desk anew.

    Mistakes leave the desk accepted before in force: the run is red, and operators are told.
    """
    commit = await asyncio.to_thread(fast_forward, load_settings().rules)
    async with on_shift() as shift:
        refused = "desk" in await asyncio.to_thread(shift.house.store.troubles)
        words = f"at {commit[:8]}, desk {shift.house.desk.hash[:8]} in force"
    return await closing(words, "the new desk holds mistakes; wirebell check lists them" * refused)
