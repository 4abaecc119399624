"""Told to stop, a process gives back what it leased within 20 seconds: nobody waits for it."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.pipeline.desk import write_desk
from tests.servers.web import Answer, WebServer

ROOT = Path(__file__).parents[2]
POLL = (sys.executable, "-m", "wirebell.cli", "poll")
FLOW = (sys.executable, "-c", "import asyncio; from flows.watch import watch; asyncio.run(watch())")


@pytest.mark.parametrize(
    "command", [POLL, pytest.param(FLOW, marks=pytest.mark.prefect)], ids=["poll", "flow"]
)
async def test_a_process_told_to_stop_gives_its_feeds_back(
    command: tuple[str, ...], tmp_path: Path
) -> None:
    async with WebServer() as web:
        web.put("/feed", Answer(b"<rss/>", late=120))
        write_desk(tmp_path / "rules", {"harbour": web.url("/feed")})
        environ = {
            **os.environ, "WIREBELL_HOME": str(tmp_path), "WIREBELL_RULES": str(tmp_path / "rules"),
            "WIREBELL_ALLOW_HOSTS": "127.0.0.1", "WIREBELL_FETCH_DEADLINE": "100",
            "PREFECT_HOME": str(tmp_path / "prefect"),
            "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "200",
        }  # fmt: skip
        upgrade = (sys.executable, "-m", "wirebell.cli", "db", "upgrade")
        await (await asyncio.create_subprocess_exec(*upgrade, cwd=ROOT, env=environ)).wait()
        process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, env=environ)
        while not web.requests:
            assert process.returncode is None
            await asyncio.sleep(0.1)
        process.send_signal(signal.SIGTERM)
        await asyncio.wait_for(process.wait(), 20)
    with closing(sqlite3.connect(tmp_path / "wirebell.db")) as memory:
        assert memory.execute("SELECT id, lease_token FROM feed").fetchall() == [("harbour", None)]
