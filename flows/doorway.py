"""How a flow run enters the House, and how its tasks find it.

Prefect copies the context of a flow into the async tasks it awaits, so the House stands in a
context variable and is never a parameter: parameters are recorded and must be plain.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import cast
from uuid import UUID

from prefect import State, get_client
from prefect.runtime import flow_run
from prefect.states import Completed, Failed
from prefect.utilities.urls import url_for

from wirebell.core.books import Tally
from wirebell.core.settings import load_settings
from wirebell.pipeline.wiring import House, open_house


@dataclass(slots=True)
class Shift:
    """One flow run at work: its House, and the tally its tasks add to."""

    house: House
    tally: Tally = field(default_factory=Tally)

    def add(self, tally: Tally) -> None:
        """Count what a task did. Tasks share one event loop, so nothing can come between."""
        self.tally += tally


_shift: ContextVar[Shift] = ContextVar("shift")


@asynccontextmanager
async def on_shift() -> AsyncIterator[Shift]:
    """Open the House for one flow run.

    Raises:
        WirebellError: settings, desk or database cannot be used; the run fails with its words.
    """
    logging.getLogger("wirebell").setLevel(logging.INFO)
    run = url_for("flow-run", obj_id=flow_run.get_id()) or ""
    async with open_house(load_settings(), run=run) as house:
        shift = Shift(house)
        token = _shift.set(shift)
        try:
            yield shift
        finally:
            _shift.reset(token)


async def closing(words: str, failure: str = "") -> State[None]:
    """The state a run ends in, after the run was named by what it did; red if `failure`.

    The state keeps Prefect's own name, by which its filters and automations know it.
    """
    async with get_client() as client:
        await client.update_flow_run(UUID(flow_run.get_id()), name=words)
    return Failed(message=failure) if failure else Completed(message=words)


async def ended(run: object) -> State[None]:
    """Wait for an async task asked for its state, which Prefect's types call the state itself."""
    return await cast(Awaitable[State[None]], run)


def current_shift() -> Shift:
    """The shift of the flow run this task belongs to."""
    return _shift.get()
