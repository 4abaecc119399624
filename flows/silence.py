"""silence: hold alerts for a while, from Prefect's page."""

from __future__ import annotations

import asyncio
from typing import Literal

from prefect import State, flow

from flows.doorway import closing, on_shift
from wirebell.core.alerts import Hushed
from wirebell.pipeline.silencing import silence as hold


@flow(name="silence", flow_run_name="silence", timeout_seconds=120)
async def silence(
    about: Literal["rule", "story", "person", "feed"],
    name: str,
    why: str,
    by: str,
    until: str = "6h",
) -> State[None]:
    """Hold what a rule, a story, a person or a feed rings for; it leaves as a digest at the end.

    Args:
        about: What is silenced.
        name: The id of the rule, person or feed, or any alert of the story: al-…
        why: What whoever misses an alert should know.
        by: On whose word.
        until: How long, such as 6h or 2d, or an instant in UTC: 2025-06-05T18:00.
    """
    async with on_shift() as shift:
        house = shift.house
        told = (house.store, house.desk, Hushed(about), name, until, by, why, house.clock())
        held = await asyncio.to_thread(hold, *told)
    return await closing(f"{about} {held.value} silenced until {held.until:%F %H:%M} UTC")
