"""check: what is wrong with a desk; and the page a command is given."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from parsers.article import parse_article
from wirebell.cli.terminal import say, say_json
from wirebell.core.errors import DeskError, ParseError
from wirebell.core.feeds import Failure
from wirebell.core.news import Article
from wirebell.core.settings import load_settings
from wirebell.desk import Desk, load_desk
from wirebell.pipeline.check import check_examples
from wirebell.pipeline.wiring import open_fetcher

Json = Annotated[bool, typer.Option("--json", help="Print JSON for a program.")]
Page = Annotated[str, typer.Argument(help="A file (HTML or plain text) or an address.")]
Folder = Annotated[
    Path | None, typer.Argument(help="The desk's folder; WIREBELL_RULES or rules/ by default.")
]


def check(folder: Folder = None, as_json: Json = False) -> None:
    """List every mistake in the analysts' files, and run the examples beside the rules."""
    where = folder or load_settings().rules
    notes: tuple[str, ...] = ()
    try:
        desk = load_desk(where)
    except DeskError as error:
        problems, counts = error.problems, ""
    else:
        problems, notes, counts = check_examples(desk), desk.notes, _counts(desk)
    if as_json:
        say_json({"problems": [asdict(problem) for problem in problems], "notes": list(notes)})
    else:
        for problem in problems:
            say(f"{where}/{problem}")
        for note in notes:
            say(("note: ", "dim"), note)
        say("mend these and check again" if problems else f"all well: {counts}")
    raise typer.Exit(1 if problems else 0)


def _counts(desk: Desk) -> str:
    examples = sum(len(rule.examples) for rule in desk.rules)
    return (
        f"{len(desk.rules)} rules, {examples} examples, {len(desk.people)} people and "
        f"organisations, {len(desk.feeds)} feeds, {len(desk.recipients)} recipients"
    )


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
        raise ParseError(
            page, error.strerror or "cannot be read", "Name a file or an address"
        ) from None
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
