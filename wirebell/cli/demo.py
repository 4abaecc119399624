"""demo: one invented morning of the beat, through the real flows, on this machine alone."""

from __future__ import annotations

import os
import shutil
import socket
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from wirebell.cli.account import print_account
from wirebell.cli.installation import demo_settings
from wirebell.cli.newsroom import STAGES, Newsroom
from wirebell.cli.newsroom.script import RESTS, departures
from wirebell.cli.operations import All
from wirebell.cli.prefect_server import PrefectServer
from wirebell.cli.terminal import answers, complain, progress, remarks, say
from wirebell.core.books import Tally
from wirebell.core.clock import system_clock
from wirebell.desk import Desk, load_desk
from wirebell.storage import Store

Keep = Annotated[bool, typer.Option("--keep", envvar="KEEP", help="Leave the UI up until Ctrl-C.")]
WORDS = {(rest.headline, rest.outcome.value): rest.reason for rest in RESTS}


def demo(show_all: All = False, keep: Keep = False) -> None:
    """Ring a few alerts by mail and Slack on this machine, without a network."""
    settings = demo_settings()
    home = settings.home
    _forget_the_last(home)
    own = {"HOME": str(home), "RULES": str(settings.rules), "DATABASE": ""}
    with (
        closing(Store(settings.database_url, system_clock)) as store,
        Newsroom(home / "messages", datetime.now(UTC)) as room,
    ):
        room.write_desk(settings.rules)
        environ = {**os.environ, **{f"WIREBELL_{k}": v for k, v in own.items()}, **room.environment}
        with PrefectServer(home / "prefect", _free_port(), environ) as server:
            _run_morning(server, room, store)
            whole = _tell(store, load_desk(settings.rules), show_all=show_all)
            page = os.path.relpath(room.write_scrapbook())
            for alert in store.recent_alerts(1):
                why = f".venv/bin/wirebell why {alert.id} --demo"
                say(("Open ", "bold"), page, (" for the messages, or ask ", "dim"), why)
            if keep:
                say(("The runs ", "bold"), f"{server.url}/runs  (Ctrl-C ends it)")
                with suppress(KeyboardInterrupt):
                    server.wait()
    raise typer.Exit(0 if whole else 1)


def _forget_the_last(home: Path) -> None:
    """Start afresh, but keep Prefect's own database: making it takes ten seconds."""
    for old in home.glob("*"):
        if old.name != "prefect":
            shutil.rmtree(old) if old.is_dir() else old.unlink()
    home.mkdir(parents=True, exist_ok=True)


def _run_morning(server: PrefectServer, room: Newsroom, store: Store) -> None:
    with stage("Prefect's server, a worker, the deployments"):
        store.upgrade()
        server.start()
        server.deploy()
        for flow in ("watch", "deliver", "digest", "care", "heartbeat"):
            server.pause(f"{flow}/{flow}")  # the demo asks for its runs one by one
    for name in STAGES:
        room.stage(name)
        with stage(f"The flow watch, {name}") as told:
            told.append(server.run("watch/watch", {"every_feed": True}))


@contextmanager
def stage(name: str) -> Iterator[list[str]]:
    """Say what begins; a spinner on a terminal; then its seconds and what it tells."""
    begun = time.monotonic()
    told: list[str] = []
    if not remarks.is_terminal:
        answers.print(name, end=" ")
    with progress() as bar:
        bar.add_task(name)
        yield told
    seconds = f"{time.monotonic() - begun:.0f} s"
    said = f"{name} " if remarks.is_terminal else ""
    say(said, ("✓ ", "green"), (seconds, "dim"), "".join(f": {words}" for words in told))


def _tell(store: Store, desk: Desk, *, show_all: bool) -> bool:
    """Print the morning, and whether it went by the plan."""
    since = system_clock() - timedelta(days=1)
    outcomes = store.outcomes_since(since)
    books = store.books()
    tally = Tally(alerts=books.alerts, outcomes=books.outcomes, sent=books.deliveries["sent"])
    print_account(store, tally, since, desk, show_all=show_all, words=WORDS)
    alerts = store.recent_alerts(books.alerts) if books.alerts else ()
    wrong = departures(alerts, [(title, outcome) for title, outcome, _ in outcomes])
    for words in wrong:
        complain(f"not as planned: {words}")
    return books.whole and not wrong


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port
