"""The `wirebell` command: its verbs, and what an error looks like.

Exit codes: 0 all well, 1 findings (mistakes in a desk, an example that fails), 2 usage,
3 unavailable (settings, database, network).
"""

from __future__ import annotations

import signal
import sys

import typer

from wirebell.cli import (
    books,
    channels,
    condition,
    database,
    demo,
    desk,
    feeds,
    operations,
    outbox,
    parse,
    people,
    rules,
    serve,
    silence,
    why,
)
from wirebell.cli.terminal import complain
from wirebell.core.errors import DeskError, NotFound, WirebellError

app = typer.Typer(
    help="Watches news feeds for what analysts wrote in YAML, and rings once for each story.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for verb in (
    demo.demo,
    operations.up,
    operations.poll,
    condition.doctor,
    condition.status,
    desk.check,
    parse.parse,
    rules.explain,
    rules.backtest,
    why.why,
    why.why_not,
    why.ring,
    books.books,
    serve.serve,
):
    app.command()(verb)
app.command("replay")(books.replay_day)
app.command("try")(rules.try_page)
app.add_typer(channels.app, name="channels")
app.add_typer(feeds.app, name="feeds")
app.add_typer(people.app, name="people")
app.add_typer(silence.app, name="silence")
app.add_typer(outbox.app, name="outbox")
app.add_typer(database.app, name="db")


def main() -> None:
    """Run the command line; a deliberate error is one sentence, not a trace."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # else leases are not given back
    try:
        app()
    except WirebellError as error:
        complain(str(error))
        sys.exit({DeskError: 1, NotFound: 2}.get(type(error), 3))
