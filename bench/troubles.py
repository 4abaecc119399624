"""A journey for operators: every deployment run on a real server, and three troubles made on it.

`python -m bench.troubles` makes a dead feed, a dead channel and a bad edit of the desk, says what
each run was called and how it ended, and takes the pictures that docs/operators.md shows.
"""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.screenshots import free_port, take
from wirebell.cli.newsroom import Newsroom
from wirebell.cli.prefect_server import PrefectServer
from wirebell.core.clock import system_clock
from wirebell.core.errors import ServerError
from wirebell.storage import Store

RULE = "- {id: a, why: w, owner: ana, when: rare earth}\n"
HUSH = {"about": "rule", "name": "trade-truce", "why": "a drill", "by": "ana", "until": "2h"}
RUNS: dict[str, dict[str, Any]] = {  # every other deployment, with what it is asked
    "deliver/deliver": {}, "digest/digest": {}, "heartbeat/heartbeat": {},
    "care/care": {}, "nightly/nightly": {}, "silence/silence": HUSH,
    "replay/replay": {}, "test-channel/test-channel": {}, "try-rule/try-rule": {"rule": RULE},
    "backtest/backtest": {}, "desk-pull/desk-pull": {}, "verify-feeds/verify-feeds": {},
}  # fmt: skip


def main() -> None:
    """Make the troubles, and take the pictures."""
    with installation() as (server, room, desk, store):
        journey(server, room, desk)
        for subject, since in store.troubles().items():
            print(f"in trouble since {since:%H:%M}: {subject}", flush=True)
        print(f"books whole: {store.books().whole}; {len(room.posts)} Slack messages", flush=True)
        pictures(server)


@contextmanager
def installation() -> Iterator[tuple[PrefectServer, Newsroom, Path, Store]]:
    """The demo's newsroom with operators and a desk in a repository, and a server for it."""
    with tempfile.TemporaryDirectory() as folder, Newsroom(Path(folder), datetime.now(UTC)) as room:
        home, desk = Path(folder) / "home", Path(folder) / "desk"
        room.write_desk(desk)
        channels = desk / "channels.yaml"
        named = "operators: [ana, trade-desk]\nheartbeat: [ana]\nroutes:"
        channels.write_text(channels.read_text("utf-8").replace("routes:", named), "utf-8")
        feeds = desk / "feeds.yaml"
        feeds.write_text(
            re.sub(r"  - id: gangwan\n(?:    .*\n)*", "", feeds.read_text("utf-8")), "utf-8"
        )
        git(folder, "init", "-q", "--bare", "origin.git")
        git(desk, "init", "-q", "-b", "main")
        git(desk, "remote", "add", "origin", f"{folder}/origin.git")
        commit(desk, "the desk")
        environ = {
            **os.environ, **room.environment, "WIREBELL_HOME": str(home), "WIREBELL_DATABASE": "",
            "WIREBELL_RULES": str(desk),
        }  # fmt: skip
        store = Store(f"sqlite:///{home / 'wirebell.db'}", system_clock)
        store.upgrade()
        with PrefectServer(home / "prefect", free_port(), environ) as server:
            server.start()
            server.deploy()
            server.automate()
            for found in server._ask("POST", "deployments/filter", {}):
                server.pause(f"{found['name']}/{found['name']}")
            yield server, room, desk, store
        store.close()


def journey(server: PrefectServer, room: Newsroom, desk: Path) -> tuple[list[str], list[str]]:
    """All is well, then not: what came of each run, in two parts."""
    room.stage("baseline")
    well = [go(server, "watch/watch", {"every_feed": True})]
    well += [go(server, deployment, asked) for deployment, asked in RUNS.items()]
    room.stage("morning")  # one feed is dead by now
    rule = desk / "watch" / min(path.name for path in (desk / "watch").iterdir())
    good = rule.read_text("utf-8")
    rule.write_text(re.sub(r"severity: \w+", "severity: loud", good, count=1), "utf-8")
    commit(desk, "a bad edit")
    ill = [go(server, "desk-pull/desk-pull", {})]
    room._do(room._mailbox.close())  # and now mail
    ill.append(go(server, "watch/watch", {"every_feed": True}))
    ill.append(go(server, "heartbeat/heartbeat", {"limit": 20}))
    ill += [go(server, each, {}) for each in ("test-channel/test-channel", "care/care")]
    return well, ill


def go(server: PrefectServer, deployment: str, asked: dict[str, Any]) -> str:
    """Run one, and say what came of it."""
    try:
        told = f"{deployment}: {server.run(deployment, asked)}"
    except ServerError as error:
        told = f"{deployment}: RED {error}"
    print(told, flush=True)
    return told


def pictures(server: PrefectServer) -> None:
    """What an operator looks at."""
    latest = server._ask("POST", "artifacts/latest/filter", {})
    boards = {found["key"]: found["latest_id"] for found in latest}
    runs = server._ask("POST", "flow_runs/filter", {"sort": "START_TIME_DESC", "limit": 50})
    red = [run["name"] for run in runs if run["state_type"] == "FAILED"]
    print(f"red: {red}", flush=True)
    take("troubles", f"{server.url}/runs", 1200, 1000)
    take("pulse", f"{server.url}/artifacts/artifact/{boards['pulse']}", 1200, 900)
    take("channels", f"{server.url}/artifacts/artifact/{boards['test-channel']}", 1200, 460)
    take("deployments", f"{server.url}/deployments", 1400, 760)


def git(folder: Path | str, *words: str) -> None:
    """Git, as the analyst of the journey."""
    who = ("-c", "user.name=Ana Roth", "-c", "user.email=ana@desk.example")
    subprocess.run(["git", *who, "-C", str(folder), *words], check=True)


def commit(desk: Path, words: str) -> None:
    """Commit and push what stands in the desk's folder."""
    git(desk, "add", "-A")
    git(desk, "commit", "-q", "-m", words)
    git(desk, "push", "-q", "-u", "origin", "main")


if __name__ == "__main__":
    main()
