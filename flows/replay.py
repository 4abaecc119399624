"""replay: a stored day decided again, from Prefect's page."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta

from prefect import State, flow
from prefect.artifacts import acreate_table_artifact

from flows.doorway import closing, on_shift
from wirebell.core.text import one_line
from wirebell.pipeline.ledger import replay as decide_again

ROWS = 200


@flow(name="replay", flow_run_name="replay", timeout_seconds=1800)
async def replay(day: date | None = None, then: bool = False) -> State[None]:
    """Decide a stored day again and list what would differ. Rings nobody, changes nothing.

    Args:
        day: Which day, from midnight UTC; empty: today.
        then: By the rules each entry was decided by, which tells what a change of code does.
    """
    async with on_shift() as shift:
        today = datetime.combine(day or shift.house.clock().date(), datetime.min.time(), UTC)
        grows = decide_again(
            shift.house, today, today + timedelta(days=1), then=then, tick=lambda: None
        )
        found = await asyncio.to_thread(list, grows)
    rows = [
        {
            "headline": one_line(each.record.entry.title, 90),
            "then": f"{each.record.outcome}: {each.record.reason}",
            "now": f"{each.now.outcome}: {each.now.reason}",
        }
        for each in found[:ROWS]
    ]
    await acreate_table_artifact(table=rows, key="replay", description=f"{today:%F} decided again.")
    return await closing(f"{today:%F}: {len(found)} would differ")
