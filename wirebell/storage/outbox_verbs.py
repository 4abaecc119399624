"""The verbs of the outbox: deliveries, channels and silences. `Store` has them all."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from sqlmodel import Session

from wirebell.core.alerts import Dispatch, Receipt, ReceiptState, Step
from wirebell.core.clock import Clock
from wirebell.storage import channels, filing, ledger, outbox
from wirebell.storage import silences as hushes
from wirebell.storage.engine import PATIENCE, Database

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
    silences = verb_now(Database.reading, hushes.in_force)
    end_silence = verb_now(Database.serialised, hushes.end)
    owe = verb_now(Database.writing, filing.owe)
    claim_deliveries = verb_now(Database.serialised, outbox.claim)
    begin_attempt = verb_now(Database.writing, outbox.begin_attempt)
    divert = verb_now(Database.serialised, channels.divert)
    requeue = verb_now(Database.serialised, outbox.requeue)
    last_heard = verb_now(Database.reading, outbox.last_heard)

    def __init__(self, url: str, clock: Clock, *, patience: timedelta = PATIENCE) -> None:
        self._database = Database(url, patience)
        self._clock = clock

    def finish_attempt(self, dispatch: Dispatch, receipt: Receipt, step: Step) -> Step:
        """Write what came of the attempt and where its deliveries stand now; answers that.

        What was taken stands in no queue: whoever dies before it is on record makes a copy.
        """
        taken = receipt.state is ReceiptState.SENT
        with self._database.writing() if taken else self._database.serialised() as session:
            return outbox.finish_attempt(session, dispatch, receipt, step, self._clock())
