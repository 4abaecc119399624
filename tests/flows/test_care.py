from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from tests.flows.test_flows import artifact, home, web
from tests.pipeline.desk import CHANNELS, RULES
from tests.servers.web import Answer, WebServer
from wirebell.core.clock import system_clock
from wirebell.core.settings import load_settings
from wirebell.desk import load_desk
from wirebell.storage import Store

__all__ = ["home", "web"]  # the fixtures
pytestmark = [
    pytest.mark.prefect,
    pytest.mark.usefixtures("prefect_server"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]


async def made_run(
    state: Any, name: str, *, scheduled: bool = True, flow: Any = None, **parameters: object
) -> UUID:
    """A run of a deployment, in a state."""
    from prefect import get_client
    from prefect.client.schemas.actions import DeploymentScheduleCreate
    from prefect.client.schemas.schedules import CronSchedule

    from flows.rounds import deliver

    async with get_client() as client:
        flow_id = await client.create_flow(flow or deliver)
        yearly = DeploymentScheduleCreate(schedule=CronSchedule(cron="0 0 1 1 *"))
        deployment = await client.create_deployment(
            flow_id, name=name, tags=["wirebell"], schedules=[yearly] if scheduled else []
        )
        run = await client.create_flow_run_from_deployment(
            deployment, tags=["wirebell"], parameters=parameters
        )
        await client.set_flow_run_state(run.id, state, force=True)
        return run.id


async def state_of(run: UUID) -> str:
    from prefect import get_client

    async with get_client() as client:
        return str(getattr((await client.read_flow_run(run)).state, "name", ""))


async def test_a_deployment_that_fails_is_told_once_and_once_when_it_runs_again(home: Path) -> None:
    from prefect.states import Completed, Failed

    from flows.care import care

    await made_run(Failed(message="no such host"), "watch")
    await made_run(Failed(message="asked for by hand"), "by-hand", scheduled=False)
    store = Store(load_settings().database_url, system_clock)
    for _ in range(2):
        state = await care(return_state=True)
        troubles = store.troubles()  # those of other tests' deployments among them
        assert f" {len(troubles)} deployments in trouble" in str(state.message)
        assert "deployment watch" in troubles
        assert "deployment by-hand" not in troubles
    await made_run(Completed(), "watch")
    await care(return_state=True)
    assert "deployment watch" not in store.troubles()
    store.close()


async def test_late_runs_collapse_into_one_and_what_nobody_works_on_is_ended(home: Path) -> None:
    from prefect.states import Late, Pending

    from flows.watchman import end_stale

    ago = datetime.now(UTC) - timedelta(hours=1)
    late = [await made_run(Late(scheduled_time=ago), "late") for _ in range(3)]
    pending = await made_run(Pending(), "stuck")
    assert await end_stale() == 2
    assert await state_of(pending) == "Pending"  # for a moment only
    assert await end_stale(timedelta()) == 1
    assert sorted([await state_of(run) for run in late]) == ["Cancelled", "Cancelled", "Late"]
    assert await state_of(pending) == "Crashed"


async def test_what_is_asked_for_with_other_parameters_is_other_work(home: Path) -> None:
    from prefect.states import Late

    from flows.on_demand import replay
    from flows.watchman import end_stale

    ago = datetime.now(UTC) - timedelta(hours=1)
    then = await made_run(Late(scheduled_time=ago), "replay", flow=replay, then=True)
    today = [await made_run(Late(scheduled_time=ago), "replay", flow=replay) for _ in range(2)]
    await end_stale()
    assert await state_of(then) == "Late"
    assert sorted([await state_of(run) for run in today]) == ["Cancelled", "Late"]


async def test_by_night_the_books_are_proved_and_shown(home: Path) -> None:
    from flows.care import nightly

    state = await nightly(return_state=True)
    assert state.message == "books of 0 entries hold; 0 texts and 0 keys let go"
    assert '"what": "entries"' in await artifact("books")
    database = load_settings().database_url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(database)) as stranger, stranger:
        stranger.execute(
            "INSERT INTO attempt (message_key, token, started_at, code, detail, provider_id)"
            " VALUES ('nobody', '', '2025-06-05 00:00:00', '', '', '')"
        )
    state = await nightly(return_state=True)
    assert (state.is_failed(), state.message) == (True, "1 attempts have no delivery")


async def test_a_beat_that_is_silent_past_its_quiet_is_told_of(home: Path) -> None:
    from flows.care import care

    (home / "rules" / "watch" / "beat.yaml").write_text(RULES + "    quiet: 6h\n")
    desk = load_desk(home / "rules")
    store = Store(load_settings().database_url, lambda: system_clock() - timedelta(days=2))
    store.accept_desk(desk.hash, desk.files)
    state = await care(return_state=True)
    assert str(state.message).endswith("; silent: minerals")
    assert "rule minerals" in store.troubles()
    store.close()


async def test_a_heartbeat_is_a_run_that_says_how_long_it_took(home: Path) -> None:
    from flows.rounds import heartbeat

    (home / "rules" / "channels.yaml").write_text(
        CHANNELS.replace("routes:", "heartbeat: [ana]\nroutes:")
    )
    state = await heartbeat(return_state=True)
    assert str(state.message).startswith("acknowledged after ")
    assert "heartbeats of 24 h | 1 of 1 acknowledged" in await artifact("pulse")


async def test_a_channel_is_tested_and_a_day_replayed_from_prefects_page(home: Path) -> None:
    from flows.on_demand import replay, try_channels

    assert (await try_channels(return_state=True)).message == "1 of 1 accepted"
    assert (await try_channels("nobody", return_state=True)).is_failed()
    assert str((await replay(return_state=True)).message).endswith(": 0 would differ")


async def test_feeds_are_verified_from_where_the_worker_stands(home: Path, web: WebServer) -> None:
    from flows.on_demand import verify_feeds

    web.put("/dead", Answer(b"<html>gone</html>"))
    state = await verify_feeds(web.url("/dead"), return_state=True)
    assert state.is_failed()
    assert "dead" in await artifact("verify-feeds")


async def test_a_desk_without_a_repository_is_not_pulled_and_says_so(home: Path) -> None:
    from flows.on_demand import desk_pull

    state = await desk_pull(return_state=True)
    assert state.is_failed()
    assert "git says" in str(state.message)
