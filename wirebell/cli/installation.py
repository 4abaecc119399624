"""Which installation a command looks at: this checkout's own, or what the demo left."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Annotated

import typer

from wirebell.core.clock import system_clock
from wirebell.core.errors import SettingsError
from wirebell.core.settings import Settings, load_settings
from wirebell.storage import Store

OfDemo = Annotated[bool, typer.Option("--demo", help="Look at what the demo left.")]


def demo_settings() -> Settings:
    """The demo's settings: a home of its own inside the home, with desk and database."""
    home = load_settings().home.resolve() / "demo"
    return Settings(home=home, rules=home / "desk", database="")


def settings_of(*, demo: bool) -> Settings:
    """The settings a command reads by.

    Raises:
        SettingsError: a value cannot be used, or no demo has run here.
    """
    if not demo:
        return load_settings()
    if not (settings := demo_settings()).rules.exists():
        raise SettingsError("--demo", "no demo has run here", "Run make demo first")
    return settings


@contextmanager
def open_store(*, demo: bool = False) -> Iterator[Store]:
    """The memory of an installation, for commands that need no more."""
    with closing(Store(settings_of(demo=demo).database_url, system_clock)) as store:
        store.check_schema()
        yield store
