"""A worker that kills itself with SIGKILL at one step of its morning."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal, NoReturn, cast

from tests.journeys.morning import Site, make_pass, read_here
from wirebell.alerts.transport import Transport
from wirebell.pipeline.wiring import House
from wirebell.storage import Store


@dataclass(frozen=True, slots=True)
class Fate:
    """At which call of which verb to die.

    "during" dies in the function the verb is handed, which the store calls inside its
    transaction. `by` counts only the calls that begin with that argument: sends by one channel.
    """

    moment: Literal["before", "during", "after"]
    verb: str
    nth: int
    by: str = ""

    def __str__(self) -> str:
        return " ".join(filter(None, (self.moment, self.verb, self.by, str(self.nth))))


class Doomed:
    """Passes every call on to a room of the house until its fate is due."""

    def __init__(self, room: object, fate: Fate) -> None:
        self._room = room
        self._fate = fate
        self._calls = 0
        self._counting = threading.Lock()

    def __getattr__(self, name: str) -> Any:
        verb = getattr(self._room, name)
        return self._fatal(verb) if name == self._fate.verb else verb

    def _fatal(self, verb: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            if not self._is_due(args):
                return verb(*args, **kwargs)
            if self._fate.moment == "before":
                die()
            if self._fate.moment == "during":
                args = tuple(die if callable(arg) else arg for arg in args)
            verb(*args, **kwargs)
            die()

        return call

    def _is_due(self, args: tuple[Any, ...]) -> bool:
        if self._fate.by and args[0] != self._fate.by:
            return False
        with self._counting:
            self._calls += 1
            return self._calls == self._fate.nth


def die(*_: object) -> NoReturn:
    """End this process as a power cut would: nothing is flushed, closed or rolled back."""
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("survived SIGKILL")


def live_and_die(site: Site, now: datetime, fate: Fate) -> None:
    """The child's main function."""

    def furnish(house: House) -> House:
        return replace(
            read_here(house),
            store=cast(Store, Doomed(house.store, fate)),
            transport=cast(Transport, Doomed(house.transport, fate)),
        )

    asyncio.run(make_pass(site, now, furnish))
