"""A Prefect server and a worker of our own, as child processes, for as long as a command runs.

Prefect is not imported here: it is started as a person would start it, and asked over HTTP.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Self

import requests
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

from wirebell.core.errors import ServerError

CHECKOUT = Path(__file__).resolve().parents[2]
POOL = "wirebell"
START_SECONDS = 240.0  # with nine programs waiting for each core it took two minutes
RUN_SECONDS = 300.0  # above the flows' own deadline
STOP_SECONDS = 20.0
# With its database busy the server answers 503, which its own client tries again too.
_PATIENT = Retry(total=8, backoff_factor=0.2, status_forcelist=[503], allowed_methods=None)
_OTHER_PORT = "Stop it, or set WIREBELL_PREFECT_PORT in .env to a port that is free"
_ENDED = ("COMPLETED", "FAILED")
_PREFECT = (sys.executable, "-m", "prefect")


class PrefectServer:
    """A server on loopback and one worker, both ended when the block ends.

    Everything Prefect keeps lies under `home`; `environ` is what flow runs see besides. One
    port serves API and UI: the UI is told its address, else it asks the default port and
    stays blank. Every verb raises ServerError.
    """

    def __init__(self, home: Path, port: int, environ: Mapping[str, str]) -> None:
        self.home = home.resolve()
        self.url = f"http://127.0.0.1:{port}"
        self._advice = f"Read the logs in {self.home}"
        self._port = port
        self._processes: list[subprocess.Popen[bytes]] = []
        self._http = requests.Session()
        self._http.mount("http://", HTTPAdapter(max_retries=_PATIENT))
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
            # else its pages list a hundred runs that are yet to come
            "PREFECT_SERVER_SERVICES_SCHEDULER_MAX_RUNS": "3",
            "PREFECT_SERVER_SERVICES_SCHEDULER_MIN_SCHEDULED_TIME": "PT3M",
            # five sixths of what a run leaves is events, which automations need but not on disk
            "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_ENABLED": "false",
            "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "flow_runs",  # else for three months
            "PREFECT_SERVER_SERVICES_DB_VACUUM_RETENTION_PERIOD": "259200",  # 3 days, in seconds
            "WIREBELL_CHECKOUT": str(CHECKOUT),
        }

    def __enter__(self) -> Self:
        self.home.mkdir(parents=True, exist_ok=True)
        # without this a polite kill would leave server and worker behind, without a parent
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        return self

    def __exit__(self, *_: object) -> None:
        """End worker and server, politely first; what a run held comes free with its lease."""
        for process in reversed(self._processes):
            if process.poll() is None:
                process.send_signal(signal.SIGINT)
        for process in reversed(self._processes):
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()

    def start(self) -> None:
        """Start the server, and a worker, which makes the pool it works for."""
        with socket.socket() as caller:
            if caller.connect_ex(("127.0.0.1", self._port)) == 0:
                raise ServerError(f"port {self._port}", "is taken by another program", _OTHER_PORT)
        self._spawn("server", "start", "--host", "127.0.0.1", "--port", str(self._port))
        self._await("Prefect's server", lambda: self._answers("health"))
        self._spawn("worker", "start", "--name", POOL, "--pool", POOL, "--type", "process")
        self._await("Prefect's worker", lambda: self._answers(f"work_pools/{POOL}"))

    def deploy(self) -> None:
        """Register every deployment of prefect.yaml."""
        self._command("--no-prompt", "deploy", "--all")

    def automate(self) -> None:
        """Create what automations.yaml says, in place of what an earlier start created."""
        for old in self._ask("POST", "automations/filter", {}):
            if old["name"].startswith(f"{POOL}: "):
                self._ask("DELETE", f"automations/{old['id']}")
        self._command("automation", "create", "--from-file", "automations.yaml")

    def pause(self, deployment: str) -> None:
        """Stop a deployment's schedule; runs asked for still happen."""
        self._ask("PATCH", f"deployments/{self._id(deployment)}", {"paused": True})

    def ask_for(self, deployment: str, parameters: Mapping[str, Any] | None = None) -> str:
        """Have the worker run a deployment now, and return the run's id without waiting."""
        wish = {"parameters": dict(parameters or {}), "state": {"type": "SCHEDULED"}}
        path = f"deployments/{self._id(deployment)}/create_flow_run"
        return str(self._ask("POST", path, wish)["id"])

    def run(self, deployment: str, parameters: Mapping[str, Any]) -> str:
        """Run a deployment on the worker, wait for it, and return its name: what it did."""
        path = f"flow_runs/{self.ask_for(deployment, parameters)}"
        end = time.monotonic() + RUN_SECONDS
        while (state := (run := self._ask("GET", path))["state"])["type"] not in _ENDED:
            if state["type"] in ("CRASHED", "CANCELLED") or time.monotonic() > end:
                raise ServerError(deployment, f"is {state['name']}", self._advice)
            time.sleep(0.3)
        if state["type"] == "FAILED":
            told = f"{run['name']}; {state['message']}"
            raise ServerError(deployment, told, f"Look at {self.url}")
        return str(run["name"])

    def wait(self, meanwhile: Callable[[], None] = lambda: None) -> None:
        """Wait until a child ends by itself, which is an error; call `meanwhile` every second."""
        while all(process.poll() is None for process in self._processes):
            meanwhile()
            time.sleep(1)
        raise ServerError("Prefect", "server or worker ended", self._advice)

    def _command(self, *words: str) -> None:
        done = subprocess.run(  # noqa: S603 - our own interpreter, our own words
            [*_PREFECT, *words],
            env=self._environ, cwd=CHECKOUT, capture_output=True, check=False,
        )  # fmt: skip
        if done.returncode:
            said = (done.stderr or done.stdout).decode(errors="replace").strip()[-600:]
            raise ServerError(
                f"prefect {' '.join(words)}", said or "failed", "Mend that and start again"
            )

    def _await(self, what: str, ready: Callable[[], bool]) -> None:
        end = time.monotonic() + START_SECONDS
        while not ready():
            if self._processes[-1].poll() is not None or time.monotonic() > end:
                raise ServerError(what, "does not start", self._advice)
            time.sleep(0.2)

    def _answers(self, path: str) -> bool:
        try:
            return requests.get(f"{self.url}/api/{path}", timeout=2).ok
        except requests.RequestException:
            return False

    def _id(self, deployment: str) -> str:
        return str(self._ask("GET", f"deployments/name/{deployment}")["id"])

    def _ask(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        try:
            answer = self._http.request(method, f"{self.url}/api/{path}", json=body, timeout=30)
            answer.raise_for_status()
        except requests.RequestException as error:
            raise ServerError(self.url, f"{method} {path}: {error}", "Is the server up?") from None
        return answer.json() if answer.content else None

    def _spawn(self, *words: str) -> None:
        # A session of its own: Ctrl-C in the terminal reaches us first, and we end the children.
        with (self.home / f"{words[0]}.log").open("wb") as sink:
            process = subprocess.Popen(  # noqa: S603 - as above
                [*_PREFECT, *words], env=self._environ, cwd=CHECKOUT, start_new_session=True,
                stdin=subprocess.DEVNULL, stdout=sink, stderr=subprocess.STDOUT,
            )  # fmt: skip
        self._processes.append(process)
