"""backtest: what the desk or a pasted rule would have rung, from Prefect's page."""

from __future__ import annotations

import asyncio
from typing import Annotated

from prefect import State, flow
from prefect.artifacts import acreate_markdown_artifact
from pydantic import Field

from flows.doorway import closing, on_shift
from wirebell.pipeline.drafts import rehearse


@flow(name="backtest", flow_run_name="backtest", timeout_seconds=1800)
async def backtest(
    rule: str = "",
    days: Annotated[int, Field(ge=1, le=365)] = 30,
    budget: Annotated[float, Field(ge=0)] = 0,
) -> State[None]:
    """Match the articles on file against the desk, or against a rule before it is saved.

    Args:
        rule: A rule, in YAML; compared with the desk's own rule of that id. Empty: every
            rule of the desk.
        days: How many days back.
        budget: The run turns red when more articles a day match. 0: any number may.
    """
    async with on_shift() as shift:
        words, page, over = await asyncio.to_thread(
            rehearse, shift.house, rule, days, budget=budget
        )
    await acreate_markdown_artifact(key="backtest", markdown=page, description=words)
    return await closing(words, f"over the budget of {budget:g} a day" if over else "")
