"""heartbeat: an entry of ours from feed to acknowledged message, as the sign that all works."""

from __future__ import annotations

from typing import Annotated

from prefect import State, flow
from pydantic import Field

from flows.board import post_pulse
from flows.doorway import closing, on_shift
from wirebell.pipeline.heartbeat import LIMIT, beat


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
