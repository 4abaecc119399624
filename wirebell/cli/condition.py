"""doctor, status: what is wrong and what mends it, and how the house does."""

from __future__ import annotations

import os
from contextlib import closing
from dataclasses import asdict

import typer

from wirebell.cli.terminal import Json, say, say_json
from wirebell.core.clock import system_clock
from wirebell.core.errors import SettingsError, StorageError
from wirebell.core.settings import load_environ, load_settings
from wirebell.pipeline.doctor import Finding, examine
from wirebell.pipeline.health import facts, standstill
from wirebell.storage import Store


def doctor(as_json: Json = False) -> None:
    """Look for what is wrong here: each finding comes with a line to paste that mends it."""
    try:
        found = list(examine(load_settings(), load_environ(), system_clock))
    except (SettingsError, StorageError) as error:
        place = "unset" if error.subject in os.environ else "sed -i '/^{}=/d' .env #"
        fix = f"{place.format(error.subject)} {error.subject}"
        found = [Finding("settings", str(error), fix)]
    if as_json:
        say_json([asdict(finding) for finding in found])
    else:
        for finding in found:
            say((f"{finding.what}: ", "bold"), (finding.words, "yellow"))
            say(("  mend it: ", "dim"), finding.fix)
        told = f"{len(found)} findings; our programs: export PATH=$PWD/.venv/bin:$PATH"
        say(told if found else ("nothing is wrong", "green"))
    raise typer.Exit(1 if found else 0)


def status(as_json: Json = False) -> None:
    """How the house does: feeds, backlog, latency, heartbeats, and what operators were told of."""
    with closing(Store(load_settings().database_url, system_clock)) as store:
        words = standstill(store, system_clock())
        known = {} if "has no tables" in words else facts(store, system_clock())
        troubles = store.troubles() if known else {}
        states = store.channel_states() if known else ()
    broken = {each.channel: each.reason for each in states if each.broken_since}
    if as_json:
        say_json(known | {"standstill": words, "troubles": troubles, "channels_broken": broken})
    else:
        say(("standing still: ", "red"), words) if words else say(("at work", "green"))
        for name, value in known.items():
            told = "unknown" if value is None else f"{value:g}"
            say((f"  {name.replace('_', ' '):<30}", "dim"), told)
        for name, why in broken.items():
            say((f"channel {name}: ", "yellow"), why)
        for subject, since in troubles.items():
            say((f"trouble since {since:%F %H:%M} UTC: ", "yellow"), subject)
    raise typer.Exit(1 if words or broken or troubles else 0)
