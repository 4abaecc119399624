"""What Prefect's own runs suffer: ended when nobody works on them, and told to operators."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from prefect import State, get_client
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.filters import DeploymentFilter, FlowRunFilter
from prefect.client.schemas.objects import FlowRun
from prefect.client.schemas.sorting import FlowRunSort
from prefect.states import Cancelled, Crashed

from wirebell.pipeline.operators import Operators

LONGEST = timedelta(minutes=35)  # above the longest deadline of our flows, backtest's 30 minutes
UNBEGUN = timedelta(minutes=5)
MISSED = timedelta(minutes=10)
_ENDED = ("Completed", "Failed", "Crashed")
_OURS: dict[str, Any] = {"tags": {"all_": ["wirebell"]}}
_MANY = 200


async def end_stale(unbegun: timedelta = UNBEGUN) -> int:
    """End runs that no process works on any more, and what should have begun long ago.

    The automations do the first within minutes; on a busy SQLite server they may miss one. What
    is late collapses: the newest late run of a deployment does the work of all of its parameters.
    """
    now, ended = datetime.now(UTC), 0
    async with get_client() as client:
        for name, age in (("Running", LONGEST), ("Pending", unbegun)):
            for run in await _runs(client, name):
                if run.state and run.state.timestamp < now - age:
                    crashed: State[None] = Crashed(
                        message=f"{name} for {age}: no process works on it"
                    )
                    await client.set_flow_run_state(run.id, crashed, force=True)
                    ended += 1
        seen: set[tuple[UUID | None, str]] = set()
        for run in await _runs(client, "Late"):
            if (work := (run.deployment_id, str(run.parameters))) in seen:
                words = "late, and a newer run does its work"
                await client.set_flow_run_state(run.id, Cancelled(message=words), force=True)
                ended += 1
            seen.add(work)
    return ended


async def tell_runs(operators: Operators) -> list[str]:
    """Tell of each deployment that fails, crashes or does not run, and of each that does again."""
    now, troubled = datetime.now(UTC), []
    async with get_client() as client:
        wanted = DeploymentFilter.model_validate(_OURS)
        for deployment in await client.read_deployments(deployment_filter=wanted):
            if not deployment.schedules:
                continue  # who asked for a run looks at it
            subject, words = f"deployment {deployment.name}", ""
            runs = await _runs(client, *_ENDED, of=deployment.id, by=FlowRunSort.END_TIME_DESC)
            late = await _runs(client, "Late", of=deployment.id)
            ends = [run.state for run in runs[:1] if run.state]
            dues = [run.expected_start_time for run in late[-1:] if run.expected_start_time]
            if ends and not ends[0].is_completed():
                words = f"{ends[0].name}: {ends[0].message}"
            elif dues and dues[0] < now - MISSED:
                words = f"should have run at {dues[0]:%H:%M} UTC; is there a worker?"
            if words:
                troubled.append(f"{subject}: {words}")
                await asyncio.to_thread(operators.tell, subject, words)
            elif ends:
                await asyncio.to_thread(operators.tell_over, subject, "runs again")
    return troubled


async def _runs(
    client: PrefectClient,
    *states: str,
    of: UUID | None = None,
    by: FlowRunSort = FlowRunSort.EXPECTED_START_TIME_DESC,
) -> list[FlowRun]:
    """Runs of ours in these states, the newest first."""
    wanted = _OURS | {"state": {"name": {"any_": states}}}
    if of:
        wanted |= {"deployment_id": {"any_": [of]}}
    chosen = FlowRunFilter.model_validate(wanted)
    return await client.read_flow_runs(flow_run_filter=chosen, sort=by, limit=_MANY)
