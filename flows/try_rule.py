"""try-rule: a rule pasted into Prefect's page, for analysts without a shell."""

from __future__ import annotations

import asyncio
from typing import Annotated

from prefect import State, flow
from prefect.artifacts import acreate_markdown_artifact
from pydantic import Field

from flows.doorway import closing, on_shift
from wirebell.pipeline.drafts import rehearse


@flow(name="try-rule", flow_run_name="try-rule", timeout_seconds=600)
async def try_rule(
    rule: str, article: str = "", days: Annotated[int, Field(ge=1, le=365)] = 7
) -> State[None]:
    """Say what is wrong with a rule, or what it would have rung. Nothing is saved or sent.

    Args:
        rule: The rule, in YAML, as it would stand in a file of rules/watch. Its lists and
            people are those of the desk; the desk's own rule of the same id steps aside. Pull
            the corner of the box to see more lines.
        article: The text of an article, its headline in the first line; every clause of the
            rule is judged on it. May stay empty.
        days: How many days back to look for articles it would have rung for.
    """
    async with on_shift() as shift:
        words, page, _ = await asyncio.to_thread(rehearse, shift.house, rule, days, page=article)
    await acreate_markdown_artifact(key="try-rule", markdown=page, description=words)
    return await closing(words)
