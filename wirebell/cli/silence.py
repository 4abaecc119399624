"""silence: hold what tells of something, until an end that is known from the start."""

from __future__ import annotations

import getpass
from dataclasses import asdict
from typing import Annotated

import typer

from wirebell.cli.installation import open_store
from wirebell.cli.terminal import Json, say, say_json
from wirebell.core.alerts import Hushed, Silence
from wirebell.core.clock import system_clock
from wirebell.core.settings import load_settings
from wirebell.pipeline.silencing import silence
from wirebell.pipeline.wiring import desk_in_force

app = typer.Typer(help="Hold alerts for a while; nothing is lost.", no_args_is_help=True)

Named = Annotated[str, typer.Option(help="What is silenced: exactly one of the four.")]
For = Annotated[str, typer.Option("--for", help="How long: 30m, 6h, 2d.")]
Until = Annotated[str, typer.Option(help="Until when instead: 2025-06-05T18:00, in UTC.")]
By = Annotated[str, typer.Option(help="On whose word; you, unless you say.")]
Why = Annotated[str, typer.Option(help="What whoever misses an alert should know.")]


@app.command()
def add(
    why: Why,
    rule: Named = "",
    story: Named = "",
    person: Named = "",
    feed: Named = "",
    length: For = "",
    until: Until = "",
    by: By = "",
) -> None:
    """Hold what a rule, a story, a person or a feed rings for; it leaves as a digest at the end."""
    named = zip(Hushed, (rule, story, person, feed), strict=True)
    given = [(about, name) for about, name in named if name]
    if len(given) != 1 or bool(length) == bool(until):
        raise typer.BadParameter("name one of --rule, --story, --person, --feed; --for or --until")
    ((about, name),) = given
    settings, now = load_settings(), system_clock()
    with open_store() as store:
        desk = desk_in_force(store, settings.rules, system_clock)
        author = by or getpass.getuser()
        _tell(silence(store, desk, about, name, length or until, author, why, now))


@app.command("list")
def list_them(as_json: Json = False) -> None:
    """List the silences in force, those that end first in front."""
    with open_store() as store:
        found = store.silences()
    if as_json:
        say_json([asdict(each) for each in found])
        return
    for each in found:
        _tell(each)
    if not found:
        say("nothing is silenced")


@app.command()
def end(number: Annotated[int, typer.Argument(help="Its number, as listed.")]) -> None:
    """End a silence now: what it held leaves as a digest."""
    with open_store() as store:
        _tell(store.end_silence(number))


def _tell(each: Silence) -> None:
    who = f"  {each.author}, {each.since:%d %b %H:%M}: {each.why}"
    about = f"{each.id:>3} {each.about} {each.value} until {each.until:%F %H:%M} UTC"
    say((about, "bold"), (who, "dim"))
