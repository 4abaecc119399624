"""outbox: what was not sent yet, why not, and trying again what was given up."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from wirebell.cli.installation import OfDemo, open_store
from wirebell.cli.terminal import Json, say, say_json
from wirebell.core.journal import Owing
from wirebell.core.text import one_line

app = typer.Typer(help="Deliveries that were not sent.", no_args_is_help=True)

Dead = Annotated[bool, typer.Option("--dead", help="Only what was given up.")]
Key = Annotated[str, typer.Argument(help="A delivery, as listed.")]
Named = Annotated[str, typer.Option(help="All that was given up on a channel.")]


@app.command("list")
def list_them(dead: Dead = False, demo: OfDemo = False, as_json: Json = False) -> None:
    """List what waits and what was given up, with the reason and the channel's last answer."""
    with open_store(demo=demo) as store:
        found, states = store.undelivered(dead=dead), store.channel_states()
    if as_json:
        say_json([asdict(owing) for owing in found])
        return
    for state in states:
        if state.broken_since:
            since = f"{state.broken_since:%F %H:%M} UTC"
            say((f"channel {state.channel} is broken", "red"), f" since {since}: {state.reason}")
    for owing in found:
        _tell(owing)
    if not found:
        say("everything was sent")


@app.command()
def requeue(key: Key = "", channel: Named = "") -> None:
    """Try again what was given up, as the same message: one delivery, or all of a channel."""
    if bool(key) == bool(channel):
        raise typer.BadParameter("name a delivery, or a --channel")
    with open_store() as store:
        count = store.requeue(key, channel)
    say(f"{count} deliveries wait again; the next sweep tries them")
    raise typer.Exit(0 if count else 1)


def _tell(owing: Owing) -> None:
    told = owing.told
    style = "red" if told.state == "dead" else "yellow"
    how = f"{told.how} until {told.due:%F %H:%M} UTC" if told.state == "pending" else told.state
    words = f" {how}  {one_line(owing.headline, 70)}"
    say((owing.key[:12], style), words, (f"  {owing.alert_id}", "dim"))
    because = "; ".join(filter(None, (told.reason, f"{told.attempts} attempts", told.answer)))
    say((f"    {told.recipient} by {told.channel}: {because}", "dim"))
