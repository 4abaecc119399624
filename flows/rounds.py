"""The small rounds beside watch and care: the outbox swept, quiet digests, the heartbeat."""

from __future__ import annotations

import asyncio
from typing import Annotated

from prefect import State, flow
from pydantic import Field

from flows.board import post_pulse
from flows.doorway import closing, on_shift
from flows.watch import DEADLINE, UNDELIVERABLE
from wirebell.pipeline.coverage import owe_empty_digests
from wirebell.pipeline.heartbeat import LIMIT, beat
from wirebell.pipeline.steps import deliver_due


@flow(name="deliver", flow_run_name="deliver", timeout_seconds=DEADLINE)
async def deliver() -> State[None]:
    """Sweep the outbox: retries that are due, quiet hours that ended, digests whose time it is."""
    async with on_shift() as shift:
        tally = await asyncio.to_thread(deliver_due, shift.house)
    words = f"{tally.sent} sent, {tally.held} held, {tally.retrying} retrying"
    if tally.dead:
        return await closing(f"{words}, {tally.dead} undeliverable", UNDELIVERABLE)
    return await closing(words)


@flow(name="digest", flow_run_name="digest", timeout_seconds=DEADLINE)
async def digest() -> State[None]:
    """Send an empty digest, which says how many feeds are current, where nothing was to tell."""
    async with on_shift() as shift:
        owed = await asyncio.to_thread(owe_empty_digests, shift.house)
        if owed:
            await asyncio.to_thread(deliver_due, shift.house)
    return await closing(f"quiet for {owed} readers" if owed else "nobody had a quiet digest")


@flow(name="heartbeat", flow_run_name="heartbeat", timeout_seconds=900)
async def heartbeat(
    limit: Annotated[float, Field(gt=0, le=600)] = LIMIT.total_seconds(),
) -> State[None]:
    """Send an entry through feed, intake, filing and delivery; where it stops, operators hear.

    Args:
        limit: Seconds it may take before it counts as stopped.
    """
    async with on_shift() as shift:
        made = await beat(shift.house, limit)
        await post_pulse(shift.house)
    if made.stage:
        return await closing(f"stopped at {made.stage}", made.detail)
    return await closing(f"acknowledged after {made.seconds:.1f} s")
