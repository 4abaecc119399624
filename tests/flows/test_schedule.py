from __future__ import annotations

import pytest


@pytest.mark.prefect
@pytest.mark.usefixtures("prefect_server")
async def test_the_server_makes_the_runs_its_schedules_ask_for() -> None:
    """With SQLAlchemy 2.1 it answers, runs what it is asked to, and schedules nothing."""
    from prefect import get_client
    from prefect.client.schemas.actions import DeploymentScheduleCreate
    from prefect.client.schemas.schedules import CronSchedule

    from flows.rounds import deliver

    async with get_client() as client:
        flow = await client.create_flow(deliver)
        every_minute = CronSchedule(cron="* * * * *", timezone="UTC")
        schedules = [DeploymentScheduleCreate(schedule=every_minute)]
        deployment = await client.create_deployment(flow, name="deliver", schedules=schedules)
        await client.request("POST", "/deployments/{id}/schedule", path_params={"id": deployment})
        assert await client.read_flow_runs()
