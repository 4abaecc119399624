from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.pipeline.desk import page, rss, write_desk
from tests.servers.web import Answer, WebServer

pytestmark = [
    pytest.mark.prefect,
    pytest.mark.usefixtures("prefect_server"),
    # Prefect leaves more than sockets unclosed; its warnings are not about our rooms.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]


@pytest.fixture
async def web() -> AsyncIterator[WebServer]:
    async with WebServer() as server:
        server.put("/feed", Answer(rss(("old", "Ferries", server.url("/old")))))
        server.put("/other", Answer(rss(("o", "Trams", server.url("/o")))))
        yield server


@pytest.fixture
def home(tmp_path: Path, web: WebServer, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installation whose desk polls two feeds, found by the flows through its settings."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WIREBELL_ALLOW_HOSTS", "127.0.0.1")
    monkeypatch.setenv("WIREBELL_PARSE_PROCESSES", "1")
    write_desk(tmp_path / "rules", {"harbour": web.url("/feed"), "other": web.url("/other")})
    from wirebell.core.clock import system_clock
    from wirebell.core.settings import load_settings
    from wirebell.storage import Store

    store = Store(load_settings().database_url, system_clock)
    store.upgrade()
    store.close()
    return tmp_path


async def run_watch() -> tuple[Any, list[Any]]:
    """One run of the flow: its state, and the states of its tasks."""
    from prefect import get_client
    from prefect.client.schemas.filters import TaskRunFilter

    from flows.watch import watch

    state = await watch(every_feed=True, return_state=True)
    async with get_client() as client:
        wanted = TaskRunFilter.model_validate(
            {"flow_run_id": {"any_": [state.state_details.flow_run_id]}}
        )
        for _ in range(100):  # task runs reach the server a moment after their flow has ended
            runs = await client.read_task_runs(task_run_filter=wanted)
            if runs and all(run.state and run.state.is_final() for run in runs):
                break
    return state, [run.state for run in runs]


async def artifact(key: str) -> str:
    from prefect.artifacts import Artifact

    found = await Artifact.aget(key)
    assert found is not None
    return str(found.data)


async def test_a_run_says_in_its_name_what_happened(home: Path) -> None:
    state, tasks = await run_watch()
    assert state.is_completed()
    assert state.name == "2 feeds, 2 new, 0 rang"
    assert [task.is_completed() for task in tasks] == [True]


async def test_a_feed_that_newly_fails_turns_its_batch_red_and_only_once(
    home: Path, web: WebServer
) -> None:
    await run_watch()
    web.put("/feed", Answer(b"<html>Welcome</html>"))
    state, (task,) = await run_watch()
    assert state.is_completed()
    assert (task.is_failed(), task.name) == (True, "1 of 2 failing")
    assert "harbour: not_a_feed" in task.message
    table = await artifact("feeds-by-state")
    assert table.index("not_a_feed") < table.index('"ok"')


async def test_the_board_says_what_rang_and_what_did_not(home: Path, web: WebServer) -> None:
    await run_watch()
    web.put("/a", Answer(page("Minerals", "Exports of rare-earth minerals fell on Thursday.")))
    fresh = rss(("a", "Minerals | <b>up</b>", web.url("/a"))).replace(
        b"05 Jun 2025", b"05 Jun 2099"
    )
    web.put("/feed", Answer(fresh))
    state, _ = await run_watch()
    assert state.name == "2 feeds, 1 new, 1 rang"
    board = await artifact("what-rang")
    assert "URGENT" in board
    assert "`minerals`" in board
    assert "<b>" not in board
    assert (home / ".wirebell" / "outbox").exists()


async def test_the_sweep_has_its_own_run(home: Path) -> None:
    from flows.deliver import deliver

    state = await deliver(return_state=True)
    assert state.name == "0 sent, 0 held, 0 retrying"


async def test_a_run_that_cannot_open_the_house_fails_with_the_reason(home: Path) -> None:
    from flows.watch import watch

    (home / "rules" / "feeds.yaml").write_text("version: 1\nfeeds: nonsense\n")
    state = await watch(return_state=True)
    assert state.is_failed()
    assert "feeds.yaml:2" in str(state.message)
