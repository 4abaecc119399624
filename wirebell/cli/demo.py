"""demo: one invented morning of the beat, through the real flows, on this machine alone."""

from __future__ import annotations

import os
import shutil
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from wirebell.cli.account import print_account
from wirebell.cli.newsroom import STAGES, Newsroom
from wirebell.cli.newsroom.script import departures
from wirebell.cli.operations import All
from wirebell.cli.prefect_server import PrefectServer
from wirebell.cli.terminal import complain, progress, say
from wirebell.core.books import Tally
from wirebell.core.clock import system_clock
from wirebell.core.settings import load_settings
from wirebell.storage import Store

Keep = Annotated[bool, typer.Option("--keep", envvar="KEEP", help="Leave the UI up until Ctrl-C.")]


def demo(show_all: All = False, keep: Keep = False) -> None:
    """Ring a few alerts by mail and Slack on this machine, without a network."""
    home = load_settings().home.resolve() / "demo"
    _forget_the_last(home)
    environ = {**os.environ, "WIREBELL_HOME": str(home), "WIREBELL_RULES": str(home / "desk")}
    environ["WIREBELL_DATABASE"] = ""
    store = Store(f"sqlite:///{home / 'wirebell.db'}", system_clock)
    try:
        with Newsroom(home / "messages", datetime.now(UTC)) as room:
            room.write_desk(home / "desk")
            environ |= room.environment
            with PrefectServer(home / "prefect", _free_port(), environ) as server:
                _run_morning(server, room, store)
                wrong = _tell(store, show_all=show_all)
                mails, posts = len(room.mails), len(room.posts)
                where = os.path.relpath(home / "messages")
                say(f"\n{mails} mails and {posts} Slack messages lie in {where}/")
                if keep:
                    _stay(server)
    finally:
        store.close()
    raise typer.Exit(1 if wrong else 0)


def _forget_the_last(home: Path) -> None:
    """Start afresh, but keep Prefect's own database: making it takes ten seconds."""
    for old in home.glob("*"):
        if old.name != "prefect":
            shutil.rmtree(old) if old.is_dir() else old.unlink()
    home.mkdir(parents=True, exist_ok=True)


def _run_morning(server: PrefectServer, room: Newsroom, store: Store) -> None:
    with stage("a database"):
        store.upgrade()
    with stage("Prefect's server and a worker"):
        server.start()
    with stage("the deployments"):
        server.deploy()
        for deployment in ("watch/watch", "deliver/deliver"):
            server.pause(deployment)  # the demo asks for its runs one by one
    for name in STAGES:
        room.stage(name)
        with stage(f"flow run: {name}") as told:
            told.append(server.run("watch/watch", {"every_feed": True}))


@contextmanager
def stage(name: str) -> Iterator[list[str]]:
    """Tick a stage as it ends, with its seconds and what it tells."""
    begun = time.monotonic()
    told: list[str] = []
    with progress() as bar:
        bar.add_task(name)
        yield told
    seconds = f"{time.monotonic() - begun:4.1f} s  "
    say(("ok ", "green"), (seconds, "dim"), name, "".join(f": {words}" for words in told))


def _tell(store: Store, *, show_all: bool) -> bool:
    """Print the morning, and whether it differs from the plan."""
    since = system_clock() - timedelta(days=1)
    outcomes = store.outcomes_since(since)
    books = store.books()
    tally = Tally(alerts=books.alerts, outcomes=books.outcomes, sent=books.deliveries["sent"])
    say("")
    print_account(store, tally, since, show_all=show_all)
    alerts = store.recent_alerts(books.alerts) if books.alerts else ()
    wrong = departures(alerts, [(title, outcome) for title, outcome, _ in outcomes])
    for words in wrong:
        complain(f"not as planned: {words}")
    return bool(wrong) or not books.whole


def _stay(server: PrefectServer) -> None:
    say(("\nthe runs: ", "bold"), f"{server.url}/runs  (Ctrl-C ends it)")
    try:
        server.wait()
    except KeyboardInterrupt:
        say("stopping")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
