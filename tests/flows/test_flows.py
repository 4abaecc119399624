from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from tests.pipeline.desk import page, rss, write_desk
from tests.servers.web import Answer, WebServer
from wirebell.cli.app import app

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
    monkeypatch.setenv("WIREBELL_GROUP_WAIT", "PT0S")  # what rings leaves in the same run
    write_desk(tmp_path / "rules", {"harbour": web.url("/feed"), "other": web.url("/other")})
    from wirebell.core.clock import system_clock
    from wirebell.core.settings import load_settings
    from wirebell.storage import Store

    store = Store(load_settings().database_url, system_clock)
    store.upgrade()
    store.close()
    return tmp_path


def dated(feed: bytes) -> bytes:
    """The feed as if it had just been published."""
    return feed.replace(
        b"Thu, 05 Jun 2025 11:00:00 GMT", format_datetime(datetime.now(UTC)).encode()
    )


async def run_watch() -> tuple[Any, str, list[Any]]:
    """One run of the flow: its state, its name, and the runs of its tasks."""
    from prefect import get_client
    from prefect.client.schemas.filters import TaskRunFilter

    from flows.watch import watch

    state = await watch(every_feed=True, return_state=True)
    run_id = state.state_details.flow_run_id
    assert run_id is not None
    async with get_client() as client:
        wanted = TaskRunFilter.model_validate({"flow_run_id": {"any_": [run_id]}})
        for _ in range(600):  # task runs reach the server a moment after their flow has ended
            runs = await client.read_task_runs(task_run_filter=wanted)
            if runs and all(run.state and run.state.is_final() for run in runs):
                break
            await asyncio.sleep(0.1)
        name = (await client.read_flow_run(run_id)).name
    return state, name, runs


async def artifact(key: str) -> str:
    from prefect.artifacts import Artifact

    found = await Artifact.aget(key)
    assert found is not None
    return str(found.data)


async def test_a_run_says_in_its_name_what_happened(home: Path) -> None:
    state, name, (task,) = await run_watch()
    assert (name, state.message) == ("2 feeds, 2 new, 0 rang", name)
    assert state.name == "Completed"  # Prefect's filters and automations go by this name
    assert (task.name, task.state.name) == ("poll 2 feeds: harbour to other", "Completed")


async def test_a_feed_that_newly_fails_turns_its_batch_red_and_only_once(
    home: Path, web: WebServer
) -> None:
    feeds = {"harbour": "/feed", "other": "/other", "third": "/3", "fourth": "/4"}
    for path in ("/3", "/4"):
        web.put(path, Answer(rss(("o", "Trams", web.url("/o")))))
    write_desk(home / "rules", {id_: web.url(path) for id_, path in feeds.items()})
    await run_watch()
    web.put("/feed", Answer(b"<html>Welcome</html>"))
    state, name, (task,) = await run_watch()
    assert state.is_completed()
    assert name == "4 feeds, 0 new, 0 rang, 1 failing"
    assert (task.state.is_failed(), task.state.name) == (True, "1 of 4 failing")
    assert "harbour: not_a_feed" in task.state.message
    table = await artifact("feeds-by-state")
    assert table.index("not_a_feed") < table.index('"ok"')
    *_, (task,) = await run_watch()
    assert (task.state.is_completed(), task.state.name) == (True, "1 of 4 failing")


async def test_the_board_says_what_rang_and_what_did_not(home: Path, web: WebServer) -> None:
    await run_watch()
    web.put(
        "/a", Answer(page("Minerals [*up*]|x", "Exports of rare-earth minerals fell on Thursday."))
    )
    web.put("/b", Answer(page("Trams", "Trams run late on Thursday.")))
    items = [("a", "Minerals", web.url("/a")), ("b", "Trams late", web.url("/b"))]
    web.put("/feed", Answer(dated(rss(*items))))
    state, name, _ = await run_watch()
    assert name == "2 feeds, 2 new, 1 rang"
    board = await artifact("what-rang")
    assert f"`minerals` (rare-earth) [read]({web.url('/a')}), `wirebell why al-" in board
    assert r"**URGENT** Minerals \[\*up\*\]\|x, Harbour" in board
    assert f"| Trams late | unmatched | no rule fired | [read]({web.url('/b')}) |" in board
    assert "In all: 1 rung, 1 unmatched." in board
    assert (home / ".wirebell" / "outbox").exists()
    asked = ["why", board.split("`wirebell why ")[1].split("`")[0]]
    why = await asyncio.to_thread(CliRunner().invoke, app, asked)
    assert "filed by http" in why.stdout
    assert f"/runs/flow-run/{state.state_details.flow_run_id}" in why.stdout


async def test_a_run_reads_again_what_rang_and_tells_what_changed(
    home: Path, web: WebServer
) -> None:
    await run_watch()
    told = "Exports of {} tons of rare-earth minerals were raised on Thursday."
    web.put("/a", Answer(page("Minerals", told.format(40))))
    web.put("/feed", Answer(dated(rss(("a", "Minerals", web.url("/a"))))))
    await run_watch()
    web.put("/a", Answer(page("Minerals", told.format(90))))
    with closing(sqlite3.connect(home / ".wirebell" / "wirebell.db")) as memory, memory:
        memory.execute("UPDATE reread SET due_at = since")  # its quarter of an hour is over
    _, name, _ = await run_watch()
    assert name == "2 feeds, 0 new, 1 rang"
    assert "**URGENT** UPDATE Minerals" in await artifact("what-rang")


async def test_a_first_poll_is_previewed_on_the_board(home: Path, web: WebServer) -> None:
    items = [("a", "Rare earth curbs", web.url("/a")), ("b", "Trams", web.url("/b"))]
    web.put("/feed", Answer(dated(rss(*items))))
    await run_watch()
    board = await artifact("what-rang")
    assert "## Nothing rang" in board
    assert (
        "3 entries from 2 of 2 feeds; in the last 24 h your rules would have rung 1 time:" in board
    )
    assert (
        f"- **URGENT** Rare earth curbs, Harbour: `minerals` (Rare earth) [read]({web.url('/a')})"
        in board
    )


async def test_the_sweep_has_its_own_run(home: Path) -> None:
    from flows.rounds import deliver

    state = await deliver(return_state=True)
    assert state.message == "0 sent, 0 held, 0 retrying"


async def test_parameters_are_described_in_the_form_of_their_deployment() -> None:
    from prefect.utilities.callables import parameter_schema

    from flows.watch import watch

    every_feed = parameter_schema(watch).properties["every_feed"]
    assert every_feed["type"] == "boolean"
    assert "not due yet" in every_feed["description"]


async def test_a_run_that_cannot_open_the_house_fails_with_the_reason(home: Path) -> None:
    from flows.watch import watch

    (home / "rules" / "feeds.yaml").write_text("version: 1\nfeeds: nonsense\n")
    state = await watch(return_state=True)
    assert state.is_failed()
    assert "feeds.yaml:2" in str(state.message)
