"""people resolve: who is meant by a name or an office on a day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Annotated

import typer

from wirebell.cli.terminal import Json, say, say_json
from wirebell.core.clock import system_clock
from wirebell.core.settings import load_settings
from wirebell.core.text import fold
from wirebell.desk import load_desk
from wirebell.desk.values import Person
from wirebell.matching.people import holds_on

Words = Annotated[str, typer.Argument(help="A name, alias, surname, id or office.")]
Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Today by default.")]

app = typer.Typer(help="The people and organisations of the desk.", no_args_is_help=True)
app.callback()(lambda: None)  # keeps `people resolve` two words while it is the only verb


@app.command()
def resolve(words: Words, on: Day = None, as_json: Json = False) -> None:
    """Say everybody whom a name or an office means on a day, and why; exit 1 for nobody.

    Case and accents do not matter. Parts of names and offices count only where nothing is
    called exactly so.
    """
    asked, day = f" {fold(words.strip()).text.removeprefix('the ')} ", (on or system_clock()).date()
    people = load_desk(load_settings().rules).people
    ways = [(f" {fold(way).text} ", who, why) for who in people for way, why in _ways(who, day)]
    ways = [way for way in ways if way[0] == asked] or [way for way in ways if asked in way[0]]
    found = list(dict.fromkeys((who.id, who.name, why) for _, who, why in ways))
    if as_json:
        say_json([dict(zip(("id", "name", "why"), each, strict=True)) for each in found])
    else:
        nobody = ("", "nobody", f"nothing in people.yaml is “{words}” on {day}")
        for id_, name, why in found or [nobody]:
            say((name, "bold"), f" ${id_}" * bool(id_), (f"  {why}", "dim"))
    raise typer.Exit(0 if found else 1)


def _ways(who: Person, day: date) -> Iterator[tuple[str, str]]:
    """What a person or organisation goes by on a day, each with what it is."""
    yield from ((who.name, "the name"), (who.id, "the id"))
    yield from ((alias.words, f"the alias “{alias.words}”") for alias in who.aliases)
    if who.surname:
        yield who.surname, f"the surname; alone it counts {who.surname_alone.replace('_', ' ')}"
    for office in who.roles:
        if holds_on(office, day):
            why = f"{office.title} since {office.start}" if office.start else office.title
            yield from ((office.title, why), (office.role, why), (f"$role:{office.role}", why))
