from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.pipeline.desk import write_desk
from wirebell.cli.newsroom import Newsroom
from wirebell.cli.prefect_server import PrefectServer

ROOT = Path(__file__).parents[2]
UP = [sys.executable, "-m", "wirebell.cli", "up"]


@pytest.mark.prefect
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_installation_told_to_stop_leaves_no_process(
    number: signal.Signals, tmp_path: Path
) -> None:
    write_desk(tmp_path / "rules", {"harbour": "https://outlet.example/feed"})
    port = free_port()
    up = subprocess.Popen(UP, cwd=ROOT, env=environ_of(tmp_path, port))
    while not listens(port) and up.poll() is None:
        time.sleep(0.1)
    up.send_signal(number)
    up.wait(60)
    assert not listens(port)


def test_a_taken_port_is_named_with_the_setting_to_change(tmp_path: Path) -> None:
    write_desk(tmp_path / "rules", {"harbour": "https://outlet.example/feed"})
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        environ = environ_of(tmp_path, port)
        up = subprocess.run(UP, cwd=ROOT, env=environ, capture_output=True, text=True, check=False)
    assert up.returncode == 3
    assert f"port {port}: is taken by another program" in up.stderr
    assert "WIREBELL_PREFECT_PORT" in up.stderr


@pytest.mark.prefect
def test_a_new_installation_speaks_through_a_worker_of_a_real_prefect_server(
    tmp_path: Path,
) -> None:
    port, said = free_port(), tmp_path / "said.txt"
    with Newsroom(tmp_path / "messages", datetime.now(UTC)) as room:
        room.write_desk(tmp_path / "rules")
        environ = environ_of(tmp_path, port) | {"WIREBELL_ALLOW_HOSTS": "127.0.0.1"}
        with said.open("w") as sink:
            up = subprocess.Popen(UP, cwd=ROOT, env=environ, stdout=sink)
        try:
            until(lambda: "would have rung 1 time:" in said.read_text())
            preview = said.read_text()
            deployment = ask(port, "GET", "deployments/name/watch/watch")
            room.stage("morning")
            server = PrefectServer(tmp_path / "prefect", port, environ)
            server.ask_for("watch/watch", {"every_feed": True})
            until(lambda: "FLASH" in said.read_text() and "laid down as" in said.read_text())
            server.automate()  # again: nothing may be there twice
            automations = ask(port, "POST", "automations/filter", {})
            settings = ask(port, "GET", "admin/settings")
        finally:
            up.send_signal(signal.SIGINT)
            up.wait(60)
    assert settings["server"]["analytics_enabled"] is False, "it would report to its makers"
    assert " of 8 feeds; in the last 24 h" in preview
    assert "URGENT" in preview
    assert "FLASH" not in preview
    assert list((tmp_path / "outbox").glob("*.eml"))
    described = deployment["parameter_openapi_schema"]["properties"]["every_feed"]
    assert described["type"] == "boolean"
    assert "not due yet" in described["description"]
    assert sorted(found["name"] for found in automations) == [
        "wirebell: end runs that never begin",
        "wirebell: end runs whose heartbeat stopped",
    ]


def environ_of(home: Path, port: int) -> dict[str, str]:
    environ = {**os.environ, "WIREBELL_HOME": str(home), "WIREBELL_PREFECT_PORT": str(port)}
    return environ | {"WIREBELL_RULES": str(home / "rules"), "PYTHONUNBUFFERED": "1"}


def ask(port: int, method: str, path: str, body: Any = None) -> Any:
    answer = requests.request(method, f"http://127.0.0.1:{port}/api/{path}", json=body, timeout=30)
    answer.raise_for_status()
    return answer.json()


def until(true: Callable[[], bool], seconds: float = 240) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not come to pass"
        time.sleep(0.5)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def listens(port: int) -> bool:
    with socket.socket() as caller:
        return caller.connect_ex(("127.0.0.1", port)) == 0
