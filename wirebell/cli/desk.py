"""check: what is wrong with a desk; and the page a command is given."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from parsers.article import parse_article
from wirebell.alerts.secrets import unresolved
from wirebell.cli.terminal import Json, say, say_json
from wirebell.core.clock import system_clock
from wirebell.core.errors import ParseError, SettingsError
from wirebell.core.feeds import Failure
from wirebell.core.news import Article
from wirebell.core.settings import Settings, load_environ, load_settings
from wirebell.desk import load_desk
from wirebell.desk.models import schemas
from wirebell.pipeline.check import check_breadth, check_desk
from wirebell.pipeline.wiring import open_fetcher
from wirebell.storage import Store

Page = Annotated[str, typer.Argument(help="A file (HTML or plain text) or an address.")]
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
ENOUGH = 5000  # articles


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
    for kind, schema in schemas().items() if write_schema else ():
        path = where / "schema" / f"{kind}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(schema, "utf-8")
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
        notes = sorted([*notes, *map(str, check_breadth(load_desk(where), _on_file(settings)))])
    bad = bool(report.problems or (strict and notes))
    if as_json:
        say_json({"problems": [asdict(problem) for problem in report.problems], "notes": notes})
        return int(bad)
    for problem in report.problems:
        say(f"{where}/{problem}")
    environ = load_environ()
    for channel in report.channels:
        if trouble := unresolved(channel.url, environ):  # not the desk's: elsewhere it may be set
            notes.append(str(channel.place.problem(f"{channel.id}: {trouble} here")))
    for note in notes:
        say(("note: ", "dim"), f"{where}/{note}")
    say("mend these and check again" if bad else f"all well: {report.counts}")
    return int(bad)


def _on_file(settings: Settings) -> Iterator[Article]:
    """The newest articles on file, enough to tell a rare term from a common one."""
    with closing(Store(settings.database_url, system_clock)) as store:
        store.check_schema()
        ids = store.article_ids(system_clock() - timedelta(days=30))[-ENOUGH:]
        for at in range(0, len(ids), 500):
            yield from (filed.article for filed in store.articles(ids[at : at + 500]))


def read_page(page: str) -> Article:
    """A page from a file or from its address.

    Raises:
        ParseError: there is no such file, or the address did not answer.
    """
    if page.startswith(("http://", "https://")):
        return asyncio.run(_fetch(page))
    path = Path(page)
    try:
        content = path.read_bytes()
    except OSError as error:
        trouble = error.strerror or "cannot be read"
        raise ParseError(page, trouble, "Name a file or an address") from None
    if path.suffix == ".txt":
        title, _, text = content.decode("utf-8", "replace").strip().partition("\n")
        return Article(url="", title=title, text=text.strip())
    return parse_article(content, url=path.resolve().as_uri())


async def _fetch(url: str) -> Article:
    async with open_fetcher(load_settings()) as fetcher:
        page = await fetcher.fetch_page(url)
    if isinstance(page, Failure):
        raise ParseError(url, page.detail, "Save the page to a file and name that")
    return parse_article(page.body, url=page.url)
