from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import requests

from bench.screenshots import free_port
from tests.clock import Clock
from tests.pipeline.desk import settings_of
from tests.storage.samples import file_alert
from wirebell.pipeline.wiring import open_pages
from wirebell.storage import Store


def test_the_command_serves_the_pages_that_messages_link(tmp_path: Path) -> None:
    """The real command over real sockets, stopped as an operator stops it."""
    home = tmp_path / ".wirebell"
    address = f"127.0.0.1:{free_port()}"
    settings = settings_of(home).model_copy(update={"public_url": f"http://{address}"})
    store = Store(settings.database_url, Clock())
    store.upgrade()
    file_alert(store, Clock(), "al-1", "ada")
    store.close()
    names = {"HOME": str(home), "SERVE_AT": address, "PUBLIC_URL": settings.public_url}
    environ = {**os.environ, **{f"WIREBELL_{name}": value for name, value in names.items()}}
    command = [sys.executable, "-m", "wirebell.cli", "serve"]
    with subprocess.Popen(command, cwd=tmp_path, env=environ, stdout=subprocess.PIPE) as process:
        try:
            page = ask(open_pages(settings).address("al-1", "ada"))
            assert "Rare-earth exports halted" in page
        finally:
            process.send_signal(signal.SIGINT)
        told = process.communicate(timeout=30)[0].decode()
    assert process.returncode == 0
    assert f"serving at {address}" in told
    assert "al-1" not in told


def ask(url: str) -> str:
    """The page, as soon as somebody listens."""
    for _ in range(200):
        try:
            return requests.get(url, timeout=5).text
        except requests.ConnectionError:
            time.sleep(0.1)
    pytest.fail("nobody serves")
