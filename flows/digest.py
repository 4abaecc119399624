"""digest: tell those whom nothing reached by their digest's time that it was quiet."""

from __future__ import annotations

import asyncio

from prefect import State, flow

from flows.doorway import closing, on_shift
from flows.watch import DEADLINE
from wirebell.pipeline.coverage import owe_empty_digests
from wirebell.pipeline.steps import deliver_due


@flow(name="digest", flow_run_name="digest", timeout_seconds=DEADLINE)
async def digest() -> State[None]:
    """Send an empty digest, which says how many feeds are current, where nothing was to tell."""
    async with on_shift() as shift:
        owed = await asyncio.to_thread(owe_empty_digests, shift.house)
        if owed:
            await asyncio.to_thread(deliver_due, shift.house)
    return await closing(f"quiet for {owed} readers" if owed else "nobody had a quiet digest")
