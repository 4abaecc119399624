"""deliver: send what was held, retried or left behind."""

from __future__ import annotations

import asyncio

from prefect import State, flow

from flows.doorway import closing, on_shift
from flows.watch import DEADLINE, UNDELIVERABLE
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
