"""The verbs of the outbox: deliveries, channels and silences. `Store` has them all."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from functools import wraps
from types import MappingProxyType
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import func
from sqlmodel import Session, col, select

from wirebell.core.alerts import (
    Alert,
    Delivery,
    Dispatch,
    Handling,
    Receipt,
    ReceiptState,
    Silence,
    Step,
    Waiting,
)
from wirebell.core.clock import Clock
from wirebell.storage import channels, filing, ledger, outbox
from wirebell.storage import silences as hushes
from wirebell.storage.engine import PATIENCE, Database
from wirebell.storage.past import threaded
from wirebell.storage.tables import DeliveryRow

P = ParamSpec("P")
T = TypeVar("T")


def verb(
    transaction: Callable[[Database], AbstractContextManager[Session]],
    act: Callable[Concatenate[Session, P], T],
) -> Callable[Concatenate[OutboxVerbs, P], T]:
    """A verb that is one function in one transaction, and says of itself what that says."""

    @wraps(act)
    def verb(self: OutboxVerbs, /, *args: P.args, **kwargs: P.kwargs) -> T:
        with transaction(self._database) as session:
            return act(session, *args, **kwargs)

    return verb


def verb_now(
    transaction: Callable[[Database], AbstractContextManager[Session]],
    act: Callable[Concatenate[Session, datetime, P], T],
) -> Callable[Concatenate[OutboxVerbs, P], T]:
    """The same where it matters what time it is."""

    @wraps(act)
    def verb(self: OutboxVerbs, /, *args: P.args, **kwargs: P.kwargs) -> T:
        with transaction(self._database) as session:
            return act(session, self._clock(), *args, **kwargs)

    return verb


class OutboxVerbs:
    """What happens to an alert once it is filed; see `Store`."""

    channel_states = verb(Database.reading, channels.states)
    undelivered = verb(Database.reading, ledger.undelivered)
    silence = verb(Database.writing, hushes.add)

    def __init__(self, url: str, clock: Clock, *, patience: timedelta = PATIENCE) -> None:
        self._database = Database(url, patience)
        self._clock = clock

    def claim_deliveries(
        self,
        handle: Callable[[Waiting], Handling],
        limit: int,
        lease: timedelta,
        pace: Mapping[str, float] = MappingProxyType({}),
    ) -> tuple[Dispatch, ...]:
        """Lease at most `limit` messages that are due, loudest and oldest first; () for none.

        `handle` must be pure. What it holds is asked about again when its time has come. `pace`
        is how many messages a second a channel may be given, by all workers together.
        """
        with self._database.serialised() as session:
            claimed = outbox.claim(session, handle, limit, self._clock(), lease, pace)
            return tuple(threaded(session, dispatch) for dispatch in claimed)

    def begin_attempt(self, dispatch: Dispatch) -> bool:
        """Put an attempt on record, before the network hears of it. LeaseLost, or False where
        the channel takes nothing any more: send nothing.
        """
        with self._database.writing() as session:
            return outbox.begin_attempt(session, dispatch, self._clock())

    def finish_attempt(self, dispatch: Dispatch, receipt: Receipt, step: Step) -> Step:
        """Write what came of the attempt and where its deliveries stand now; answers that.

        What was taken stands in no queue: whoever dies before it is on record makes a copy.
        """
        taken = receipt.state is ReceiptState.SENT
        with self._database.writing() if taken else self._database.serialised() as session:
            return outbox.finish_attempt(session, dispatch, receipt, step, self._clock())

    def owe(self, alert: Alert, deliveries: Sequence[Delivery]) -> bool:
        """Put a notice of ours into the outbox; False if it is there."""
        with self._database.writing() as session:
            return filing.owe(session, alert, deliveries, self._clock())

    def last_heard(self, recipient: str) -> datetime | None:
        """When a recipient was last told of anything, or is to be by now."""
        due = col(DeliveryRow.due_at)
        heard = select(func.max(due)).where(due <= self._clock())
        with self._database.reading() as session:
            return session.exec(heard.where(DeliveryRow.recipient == recipient)).first()

    def divert(self, channel: str, fallback: str, addresses: Mapping[str, str]) -> int:
        """Owe what is due by a broken channel by another, at each recipient's address there."""
        with self._database.serialised() as session:
            return channels.divert(session, channel, fallback, addresses, self._clock())

    def requeue(self, key: str = "", channel: str = "") -> int:
        """Try again what was given up, by the beginning of its key or by channel; how many."""
        with self._database.serialised() as session:
            return outbox.requeue(session, key, channel, self._clock())

    def silences(self) -> tuple[Silence, ...]:
        """The silences in force, those that end first in front."""
        with self._database.reading() as session:
            return hushes.in_force(session, self._clock())

    def end_silence(self, number: int) -> Silence:
        """End a silence before its time: what it held leaves as a digest. Else NotFound."""
        with self._database.serialised() as session:
            return hushes.end(session, number, self._clock())
