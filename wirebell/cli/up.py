"""up: everything an installation needs, in one foreground command."""

from __future__ import annotations

import os

from wirebell.cli.prefect_server import PrefectServer
from wirebell.cli.terminal import say
from wirebell.core.clock import system_clock
from wirebell.core.settings import load_environ, load_settings
from wirebell.pipeline.wiring import desk_in_force, open_transport
from wirebell.storage import Store


def up() -> None:
    """Start the server, the UI, the deployments and a worker; Ctrl-C stops all of it."""
    settings = load_settings()
    store = Store(settings.database_url, system_clock)
    try:
        store.upgrade()
        desk = desk_in_force(store, settings.rules, settings.home)
    finally:
        store.close()
    say(f"desk {desk.hash[:8]}: {len(desk.feeds)} feeds, {len(desk.rules)} rules")
    for problem in open_transport(desk, settings, load_environ()).problems():
        say((problem, "yellow"))
    environ = {**os.environ, "WIREBELL_HOME": str(settings.home.resolve())}
    with PrefectServer(settings.home / "prefect", settings.prefect_port, environ) as server:
        try:
            say("starting the server; 10 to 20 seconds")
            server.start()
            server.deploy()
            server.start_worker()
            say(("up", "bold green"), f": {server.url} shows the runs; Ctrl-C stops everything")
            server.wait()
        except KeyboardInterrupt:
            say("stopping")
