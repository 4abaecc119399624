"""check: what is wrong with a desk. What only some checks need is imported by those."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from wirebell.alerts.secrets import unresolved
from wirebell.cli.terminal import Json, say, say_json
from wirebell.core.clock import system_clock
from wirebell.core.errors import SettingsError
from wirebell.core.settings import Settings, load_environ, load_settings
from wirebell.pipeline.recheck import check_desk

Folder = Annotated[
    Path | None, typer.Argument(help="The desk's folder; WIREBELL_RULES or rules/ by default.")
]
Strict = Annotated[bool, typer.Option("--strict", help="Remarks count as mistakes.")]
OnHistory = Annotated[
    bool, typer.Option("--history", help="Look for terms that are in too many articles on file.")
]
Watch = Annotated[bool, typer.Option("--watch", help="Check again whenever a file is saved.")]
WriteSchema = Annotated[
    bool, typer.Option("--write-schema", help="Write the schemas that help an editor.")
]
WATCH_EVERY = 0.3  # seconds between two looks at the files


def check(
    folder: Folder = None,
    as_json: Json = False,
    strict: Strict = False,
    history: OnHistory = False,
    watch: Watch = False,
    write_schema: WriteSchema = False,
) -> None:
    """List every mistake and remark; run the examples beside the rules and the tests of routes."""
    settings = load_settings()
    where = folder or settings.rules
    if write_schema:
        from wirebell.desk.models import write_schemas

        write_schemas(where / "schema")
    with suppress(KeyboardInterrupt):
        while True:
            saved = _saved(where)
            code = _tell(where, settings, as_json, strict, history)
            if not watch:
                raise typer.Exit(code)
            while _saved(where) == saved:
                time.sleep(WATCH_EVERY)


def _saved(folder: Path) -> dict[Path, int]:
    """When each file was last written; nothing while an editor is replacing one."""
    with suppress(FileNotFoundError):
        return {path: path.stat().st_mtime_ns for path in folder.rglob("*.y*ml")}
    return {}


def _tell(where: Path, settings: Settings, as_json: bool, strict: bool, history: bool) -> int:
    """Say what is wrong with a desk; its exit code."""
    if not where.is_dir():
        advice = "Name one, or set WIREBELL_RULES"
        raise SettingsError(str(where), "there is no such folder", advice)
    report = check_desk(where, settings.home, system_clock().date())
    notes = [*report.notes]
    if history and not report.problems:
        from wirebell.pipeline.history import broad_terms

        notes = sorted([*notes, *map(str, broad_terms(where, settings.database_url))])
    bad = bool(report.problems or (strict and notes))
    if as_json:
        say_json({"problems": [asdict(problem) for problem in report.problems], "notes": notes})
        return int(bad)
    for problem in report.problems:
        say(f"{where}/{problem}")
    environ = load_environ()
    for place, words in report.asked:
        if trouble := unresolved(words, environ):  # not the desk's: elsewhere it may be set
            notes.append(f"{place}: {trouble} here")
    for note in notes:
        say(("note: ", "dim"), f"{where}/{note}")
    say("mend these and check again" if bad else f"all well: {report.counts}")
    return int(bad)
