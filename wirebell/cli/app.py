"""The `wirebell` command: its verbs, and what an error looks like.

Exit codes: 0 all well, 1 findings (mistakes in a desk, an example that fails), 2 usage,
3 unavailable (settings, database, network).
"""

from __future__ import annotations

import signal
import sys
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup

from wirebell.cli.terminal import complain
from wirebell.core.errors import DeskError, NotFound, WirebellError

_VERBS = {  # where each is; a module without a function has verbs of its own
    "demo": "demo:demo",
    "up": "operations:up",
    "poll": "operations:poll",
    "doctor": "condition:doctor",
    "status": "condition:status",
    "check": "desk:check",
    "try": "rules:try_page",
    "parse": "parse:parse",
    "explain": "rules:explain",
    "backtest": "rules:backtest",
    "why": "why:why",
    "why-not": "why:why_not",
    "ring": "why:ring",
    "feeds": "feeds",
    "people": "people",
    "channels": "channels",
    "silence": "silence",
    "outbox": "outbox",
    "books": "books:books",
    "replay": "books:replay_day",
    "serve": "serve:serve",
    "db": "database",
}


class _Verbs(TyperGroup):
    """Imports a verb when it is asked for: all together take longer than most of them run."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 - Typer's signature
        return list(_VERBS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002 - Typer's signature
        if cmd_name not in _VERBS:
            return None
        module, _, function = _VERBS[cmd_name].partition(":")
        found = import_module(f"wirebell.cli.{module}")
        verbs: typer.Typer = found.app if not function else typer.Typer(add_completion=False)
        if function:
            verbs.command(cmd_name)(getattr(found, function))
        command = typer.main.get_command(verbs)
        command.name = cmd_name
        return command


app = typer.Typer(
    cls=_Verbs,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.callback()
def _wirebell() -> None:
    """Watches news feeds for what analysts wrote in YAML, and rings once for each story."""


def main() -> None:
    """Run the command line; a deliberate error is one sentence, not a trace."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # else leases are not given back
    try:
        app()
    except WirebellError as error:
        complain(str(error))
        sys.exit({DeskError: 1, NotFound: 2}.get(type(error), 3))
