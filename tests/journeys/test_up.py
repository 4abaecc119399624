from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.pipeline.desk import write_desk

ROOT = Path(__file__).parents[2]


@pytest.mark.prefect
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_installation_told_to_stop_leaves_no_process(
    number: signal.Signals, tmp_path: Path
) -> None:
    write_desk(tmp_path / "rules", {"harbour": "https://outlet.example/feed"})
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environ = {**os.environ, "WIREBELL_HOME": str(tmp_path), "WIREBELL_PREFECT_PORT": str(port)}
    environ["WIREBELL_RULES"] = str(tmp_path / "rules")
    up = subprocess.Popen([sys.executable, "-m", "wirebell.cli", "up"], cwd=ROOT, env=environ)
    while not listens(port) and up.poll() is None:
        time.sleep(0.1)
    up.send_signal(number)
    up.wait(60)
    assert not listens(port)


def listens(port: int) -> bool:
    with socket.socket() as caller:
        return caller.connect_ex(("127.0.0.1", port)) == 0
