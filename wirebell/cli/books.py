"""books, replay: the proof that nothing is lost, and what a day would be decided like now."""

from __future__ import annotations

import asyncio
from dataclasses import asdict, fields
from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from wirebell.cli.account import print_books
from wirebell.cli.installation import OfDemo, open_store, settings_of
from wirebell.cli.terminal import Json, in_loop, progress, say, say_json
from wirebell.core.clock import system_clock
from wirebell.core.text import one_line
from wirebell.pipeline.ledger import Difference, replay
from wirebell.pipeline.wiring import open_house

DAY = timedelta(days=1)

Day = Annotated[
    datetime | None, typer.Option(formats=["%Y-%m-%d"], help="A day, from midnight UTC.")
]
Then = Annotated[bool, typer.Option("--then", help="By the rules of then: tells code apart.")]


def books(day: Day = None, demo: OfDemo = False, as_json: Json = False) -> None:
    """Prove that every entry and delivery is accounted for, of all time or of one day."""
    since = day.replace(tzinfo=UTC) if day else None
    with open_store(demo=demo) as store:
        found = store.books(since, since + DAY if since else None)
    if as_json:
        say_json({field.name: getattr(found, field.name) for field in fields(found)})
    else:
        print_books(found)
    raise typer.Exit(0 if found.whole else 1)


@in_loop
async def replay_day(
    day: Day = None, then: Then = False, demo: OfDemo = False, as_json: Json = False
) -> None:
    """Decide a stored day again, by today's rules and code, and list what differs; rings nobody."""
    today = system_clock().replace(hour=0, minute=0, second=0, microsecond=0)
    start = day.replace(tzinfo=UTC) if day else today
    async with open_house(settings_of(demo=demo)) as house:
        with progress() as bar:
            stage = bar.add_task("deciding again")
            grows = replay(house, start, start + DAY, then=then, tick=lambda: bar.advance(stage))
            differences = await asyncio.to_thread(list, grows)
        count = len(house.store.settled(start, start + DAY))
    if as_json:
        say_json([asdict(difference) for difference in differences])
    else:
        for difference in differences:
            _tell(difference)
        say(f"{count} entries of {start:%F} decided again: {len(differences)} would differ")
    raise typer.Exit(1 if differences else 0)


def _tell(difference: Difference) -> None:
    say((one_line(difference.record.entry.title, 90), "bold"))
    for name, record in (("then", difference.record), ("now", difference.now)):
        decided = f"{record.outcome.upper()} {record.relation.replace('_', ' ')}: {record.reason}"
        rules = ", ".join(f"{ruling.rule} {ruling.verdict}" for ruling in record.rulings)
        say(
            (f"  {name:<5}", "dim"),
            decided,
            f"  ({rules})" * bool(rules),
            (f"  {record.story}", "dim"),
        )
