"""A Prefect server and a worker of our own, as child processes, for as long as a command runs.

Prefect is not imported here: it is started as a person would start it, and asked over HTTP.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import requests

from wirebell.core.errors import ServerError

CHECKOUT = Path(__file__).resolve().parents[2]
POOL = "wirebell"
START_SECONDS = 120.0  # a loaded machine took 24 s
RUN_SECONDS = 300.0  # above the flows' own deadline
STOP_SECONDS = 20.0
_FINAL = frozenset({"COMPLETED", "FAILED", "CRASHED", "CANCELLED"})


class PrefectServer:
    """A server on loopback and one worker, both ended when the block ends.

    Everything Prefect keeps lies under `home`; `environ` is what flow runs see besides. One
    port serves API and UI: the UI is told its address, else it asks the default port and
    stays blank.
    """

    def __init__(self, home: Path, port: int, environ: Mapping[str, str] = os.environ) -> None:
        self.home = home.resolve()
        self.url = f"http://127.0.0.1:{port}"
        self._port = port
        self._processes: list[subprocess.Popen[bytes]] = []
        self._environ = {
            **environ,
            "PREFECT_HOME": str(self.home),
            "PREFECT_API_URL": f"{self.url}/api",
            "PREFECT_SERVER_UI_API_URL": f"{self.url}/api",
            "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
            "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
            "DO_NOT_TRACK": "1",
            "PREFECT_LOGGING_EXTRA_LOGGERS": "wirebell",
            "PREFECT_WORKER_QUERY_SECONDS": "2",
            "WIREBELL_CHECKOUT": str(CHECKOUT),
        }

    def __enter__(self) -> PrefectServer:
        self.home.mkdir(parents=True, exist_ok=True)
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Start the server and wait until it answers.

        Raises:
            ServerError: something else listens on the port, or the server does not come up.
        """
        if self._answers():
            raise ServerError(self.url, "another server listens there", "Set WIREBELL_PREFECT_PORT")
        server = self._spawn("server.log", "server", "start", "--host", "127.0.0.1",
                             "--port", str(self._port))  # fmt: skip
        end = time.monotonic() + START_SECONDS
        while not self._answers():
            if server.poll() is not None or time.monotonic() > end:
                raise ServerError(
                    "Prefect's server", "does not start", f"Read {self.home}/server.log"
                )
            time.sleep(0.2)

    def deploy(self) -> None:
        """Create the pool and register every deployment of prefect.yaml.

        Raises:
            ServerError: Prefect refuses; carries its words.
        """
        self._command(
            "--no-prompt", "work-pool", "create", POOL, "--type", "process", "--overwrite"
        )
        self._command("--no-prompt", "deploy", "--all")

    def start_worker(self) -> None:
        """Start the worker; it takes up runs from now on."""
        self._spawn("worker.log", "worker", "start", "--pool", POOL, "--type", "process")

    def pause(self, deployment: str) -> None:
        """Stop a deployment's schedule; runs asked for still happen."""
        self._ask("PATCH", f"deployments/{self._id(deployment)}", {"paused": True})

    def run(self, deployment: str, parameters: Mapping[str, Any]) -> tuple[str, str]:
        """Run a deployment on the worker and wait for it: its final state and what it says.

        Raises:
            ServerError: the run does not end in time.
        """
        wish = {"parameters": dict(parameters), "state": {"type": "SCHEDULED"}}
        path = f"deployments/{self._id(deployment)}/create_flow_run"
        run_id = self._ask("POST", path, wish)["id"]
        end = time.monotonic() + RUN_SECONDS
        while time.monotonic() < end:
            state = self._ask("GET", f"flow_runs/{run_id}")["state"] or {}
            if state.get("type") in _FINAL:
                return state["type"], f"{state['name']} {state.get('message') or ''}".strip()
            time.sleep(0.3)
        raise ServerError(deployment, f"did not end in {RUN_SECONDS:.0f} s", f"Look at {self.url}")

    def wait(self) -> None:
        """Wait until a child ends by itself.

        Raises:
            ServerError: one did.
        """
        while all(process.poll() is None for process in self._processes):
            time.sleep(0.5)
        raise ServerError(
            "Prefect", "the server or the worker ended", f"Read the logs in {self.home}"
        )

    def stop(self) -> None:
        """End worker and server, politely first; flow runs give their leases back by time."""
        for process in reversed(self._processes):
            if process.poll() is None:
                process.send_signal(signal.SIGINT)
        for process in reversed(self._processes):
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        self._processes.clear()

    def _answers(self) -> bool:
        try:
            return requests.get(f"{self.url}/api/health", timeout=2).ok
        except requests.RequestException:
            return False

    def _id(self, deployment: str) -> str:
        found = self._ask("GET", f"deployments/name/{deployment}")
        return str(found["id"])

    def _ask(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        try:
            answer = requests.request(method, f"{self.url}/api/{path}", json=body, timeout=30)
            answer.raise_for_status()
        except requests.RequestException as error:
            raise ServerError(self.url, f"{method} {path}: {error}", "Is the server up?") from None
        return answer.json() if answer.content else None

    def _command(self, *words: str) -> None:
        done = subprocess.run(  # noqa: S603 - our own interpreter, our own words
            [*_prefect(), *words], env=self._environ, cwd=CHECKOUT, capture_output=True, check=False
        )
        if done.returncode:
            said = (done.stderr or done.stdout).decode("utf-8", "replace").strip()[-600:]
            raise ServerError(
                f"prefect {' '.join(words)}", said or "failed", "Mend that, start again"
            )

    def _spawn(self, log: str, *words: str) -> subprocess.Popen[bytes]:
        # A session of its own: Ctrl-C in the terminal reaches us first, and we end the children.
        with (self.home / log).open("wb") as sink:
            process = subprocess.Popen(  # noqa: S603 - as above
                [*_prefect(), *words], env=self._environ, cwd=CHECKOUT,
                stdin=subprocess.DEVNULL, stdout=sink, stderr=subprocess.STDOUT,
                start_new_session=True,
            )  # fmt: skip
        self._processes.append(process)
        return process


def _prefect() -> list[str]:
    return [sys.executable, "-m", "prefect"]
