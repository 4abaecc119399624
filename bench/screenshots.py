"""The pictures of Prefect's pages in the papers: the demo's morning in headless Chromium.

`make pictures` runs it; it needs a `chromium` on the PATH, and about two minutes. The outlet
that writes in Chinese is left out, because few machines that take pictures have the letters.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import requests

from wirebell.cli.newsroom import Newsroom
from wirebell.cli.prefect_server import PrefectServer
from wirebell.core.clock import system_clock
from wirebell.storage import Store

PICTURES = Path(__file__).parents[1] / "docs" / "pictures"
LARGEST = 150_000  # bytes of one picture
SETTLED = 25_000  # virtual milliseconds, after which Prefect's pages have faded in


def main() -> None:
    """Make the morning happen, and take every picture."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, Newsroom(Path(folder), datetime.now(UTC)) as room:
        home = Path(folder) / "home"
        room.write_desk(home / "desk")
        feeds = home / "desk" / "feeds.yaml"
        latin = re.sub(r"  - id: gangwan\n(?:    .*\n)*", "", feeds.read_text("utf-8"))
        feeds.write_text(latin, "utf-8")
        rooms = {"WIREBELL_HOME": str(home), "WIREBELL_RULES": str(home / "desk")}
        environ = {**os.environ, **room.environment, **rooms, "WIREBELL_DATABASE": ""}
        store = Store(f"sqlite:///{home / 'wirebell.db'}", system_clock)
        store.upgrade()
        store.close()
        with PrefectServer(home / "prefect", free_port(), environ) as server:
            server.start()
            server.deploy()
            server.automate()
            for deployment in ("watch/watch", "deliver/deliver"):
                server.pause(deployment)  # only the runs asked for here are in the pictures
            for stage in ("baseline", "morning"):
                room.stage(stage)
                print(server.run("watch/watch", {"every_feed": True}), flush=True)
            server.run("deliver/deliver", {})
            take_pages(server.url)


def take_pages(url: str) -> None:
    """Prefect's pages as an operator sees them after the morning."""

    def ask(path: str, wanted: dict[str, Any]) -> list[dict[str, Any]]:
        answer = requests.post(f"{url}/api/{path}/filter", json=wanted, timeout=30)
        found: list[dict[str, Any]] = answer.json()
        return found

    rang = {"flow_runs": {"name": {"like_": " rang"}}, "sort": "START_TIME_DESC"}
    run = ask("flow_runs", rang)[0]["id"]
    failing = ask("task_runs", {"task_runs": {"state": {"type": {"any_": ["FAILED"]}}}})
    watch = next(found for found in ask("deployments", {}) if found["name"] == "watch")
    boards = {found["key"]: found["latest_id"] for found in ask("artifacts/latest", {})}
    take("runs", f"{url}/runs", 1200, 1000)
    take("run", f"{url}/runs/flow-run/{run}", 1200, 760)
    take("task", f"{url}/runs/task-run/{failing[0]['id']}", 1200, 760)
    take("form", f"{url}/deployments/deployment/{watch['id']}/run", 1200, 660)
    take("rang", f"{url}/artifacts/artifact/{boards['what-rang']}", 1200, 780)
    take("feeds", f"{url}/artifacts/artifact/{boards['feeds-by-state']}", 1200, 560)


def take(name: str, url: str, width: int, height: int) -> None:
    """Take one picture of a page."""
    path = PICTURES / f"{name}.png"
    chromium = shutil.which("chromium") or sys.exit("chromium is not on the PATH: install it")
    subprocess.run(
        [
            chromium, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
            "--force-prefers-reduced-motion", "--run-all-compositor-stages-before-draw",
            f"--virtual-time-budget={SETTLED}",
            f"--window-size={width},{height}", f"--screenshot={path}", url,
        ],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    size = path.stat().st_size
    print(f"{path.name}: {size // 1000} kB{'' if size < LARGEST else ', TOO LARGE'}", flush=True)


def free_port() -> int:
    """A port nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


if __name__ == "__main__":
    main()
