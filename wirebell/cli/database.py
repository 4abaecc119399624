"""db: the database's care. Every copy is proved by a digest over all rows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Annotated

import typer

from wirebell.cli.terminal import say
from wirebell.core.clock import system_clock
from wirebell.core.errors import NotFound, StorageError
from wirebell.core.settings import load_settings
from wirebell.storage import Store

app = typer.Typer(help="The database's care.", no_args_is_help=True)
File = Annotated[Path, typer.Argument(help="A file made by db backup.")]
Url = Annotated[str, typer.Argument(help="postgresql+psycopg://host/name, an empty database.")]


@app.command()
def upgrade() -> None:
    """Bring the tables up to this version of the code; safe to run again."""
    with _open() as store:
        store.upgrade()
    say("the database is up to date")


@app.command()
def backup(file: File) -> None:
    """Copy everything into a new file, from either engine, while others work."""
    with _open() as store:
        _copy(store, f"sqlite:///{file.resolve()}", str(file))


@app.command()
def restore(file: File) -> None:
    """Copy a backup into the database of the settings, which must be empty or not there."""
    with _open(file) as store:
        _copy(store, load_settings().database_url, "the database")


@app.command()
def move(url: Url) -> None:
    """Copy everything into another database; stop all workers first."""
    with _open() as store:
        _copy(store, url, "the other database")
    say("set it in .env, then start the workers: ", ("WIREBELL_DATABASE=…", "bold"))


@app.command()
def verify(file: File) -> None:
    """Say whether a backup can be read whole, and whether it holds what the database holds now."""
    with _open() as store, _open(file) as copied:
        found, books = copied.digest(), copied.books()
        same = found == store.digest()
    for problem in books.problems:
        say(("does not hold: ", "red"), problem)
    answer = ("equal", "green") if same else ("differs from the database of today", "yellow")
    say(f"{file}: {found}, {books.entries} entries, {books.alerts} alerts; ", answer)
    raise typer.Exit(0 if same and books.whole else 1)


@contextmanager
def _open(file: Path | None = None) -> Iterator[Store]:
    if file is not None and not file.exists():
        raise NotFound(str(file), "there is no such file", "Make one: wirebell db backup FILE")
    url = f"sqlite:///{file.resolve()}" if file else load_settings().database_url
    with closing(Store(url, system_clock)) as store:
        yield store


def _copy(store: Store, url: str, where: str) -> None:
    here, there = store.copy_to(url)
    if here != there:
        raise StorageError(where, f"holds {there}, not {here}", "Remove it and copy again")
    say(("copied whole", "green"), f": {where} holds {there}, as here")
