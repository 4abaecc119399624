"""db: the database's care."""

from __future__ import annotations

import typer

from wirebell.cli.terminal import say
from wirebell.core.clock import system_clock
from wirebell.core.settings import load_settings
from wirebell.storage import Store

app = typer.Typer(help="The database's care.", no_args_is_help=True)


@app.callback()
def database() -> None:
    """The database's care."""


@app.command()
def upgrade() -> None:
    """Bring the tables up to this version of the code; safe to run again."""
    store = Store(load_settings().database_url, system_clock)
    try:
        store.upgrade()
    finally:
        store.close()
    say("the database is up to date")
