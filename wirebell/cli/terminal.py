"""What the commands print with: one console for answers, one for progress and complaints."""

from __future__ import annotations

import asyncio
import tomllib
from collections.abc import Callable, Coroutine, Iterable, Sequence
from functools import wraps
from pathlib import Path
from typing import Annotated, Any, ParamSpec

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.text import Text

from wirebell.core.matches import Evidence, Severity
from wirebell.core.news import FIELDS, REGIONS, Article
from wirebell.core.text import sentences

P = ParamSpec("P")
Json = Annotated[bool, typer.Option("--json", help="Print JSON for a program.")]

answers = Console(highlight=False, soft_wrap=True)
remarks = Console(stderr=True, highlight=False, soft_wrap=True)

WORDING: dict[str, dict[str, str]] = tomllib.loads(
    Path(__file__).with_name("wording.toml").read_text("utf-8")
)
SEVERITY_STYLE = {
    Severity.FLASH: "bold white on red",
    Severity.URGENT: "bold yellow",
    Severity.ROUTINE: "cyan",
}


def in_loop(command: Callable[P, Coroutine[Any, Any, None]]) -> Callable[P, None]:
    """A command that awaits, as one that can be called."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        asyncio.run(command(*args, **kwargs))

    return run


def say(*pieces: str | Text | tuple[str, str]) -> None:
    """Print one line of an answer, a (words, style) pair in colour; nothing is read as markup."""
    answers.print(Text.assemble(*pieces))


def say_json(value: Any) -> None:
    """Print a value for a program."""
    answers.print_json(data=value, default=str)


def complain(words: str) -> None:
    """Print an error where it does not mix with answers."""
    remarks.print(Text(words, style="red"))


def progress() -> Progress:
    """A spinner with words, a bar and time, on a terminal only."""
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TimeElapsedColumn(),
        console=remarks,
        transient=True,
        disable=not remarks.is_terminal,
    )


def say_found(article: Article, evidence: Sequence[Evidence], most: int | None = None) -> None:
    """Print the sentences that hold evidence, at most so many a place, with the evidence marked.

    A place whose words have changed since the evidence was found is left out.
    """
    for place in (*FIELDS, *REGIONS):
        words, found = article.words_of(place), [e for e in evidence if e.field == place]
        if all(words[e.start : e.end] == e.surface for e in found):
            for line in _marked(words, found)[:most]:
                say((f"    {place}: ", "dim"), line)


def _marked(words: str, evidence: Iterable[Evidence]) -> list[Text]:
    """The sentences of `words` that hold evidence, with the evidence marked."""
    spots = sorted((e.start, e.end) for e in evidence)
    lines = []
    for start, end in sentences(words):
        inside = [(a, b) for a, b in spots if start <= a < end]
        if inside:
            line = Text(words[start:end])
            for a, b in inside:
                line.stylize("bold black on yellow", a - start, b - start)
            lines.append(line)
    return lines
