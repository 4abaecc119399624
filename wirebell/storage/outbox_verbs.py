"""The verbs of the outbox: deliveries, channels and silences. `Store` has them all."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType

from sqlalchemy import func
from sqlmodel import col, select

from wirebell.core.alerts import (
    Alert,
    ChannelState,
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
from wirebell.core.journal import Owing
from wirebell.storage import channels, filing, ledger, outbox, silences
from wirebell.storage.engine import PATIENCE, Database
from wirebell.storage.past import threaded
from wirebell.storage.tables import DeliveryRow


class OutboxVerbs:
    """What happens to an alert once it is filed; see `Store`."""

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

    def channel_states(self) -> tuple[ChannelState, ...]:
        """How the channels do that ever had trouble or a pace."""
        with self._database.reading() as session:
            return channels.states(session)

    def divert(self, channel: str, fallback: str, addresses: Mapping[str, str]) -> int:
        """Owe what is due by a broken channel by another, at each recipient's address there."""
        with self._database.serialised() as session:
            return channels.divert(session, channel, fallback, addresses, self._clock())

    def undelivered(self, *, dead: bool = False) -> tuple[Owing, ...]:
        """The deliveries not sent, oldest first; with `dead` those given up alone."""
        with self._database.reading() as session:
            return ledger.undelivered(session, dead=dead)

    def requeue(self, key: str = "", channel: str = "") -> int:
        """Try again what was given up, by the beginning of its key or by channel; how many."""
        with self._database.serialised() as session:
            return outbox.requeue(session, key, channel, self._clock())

    def silence(self, silence: Silence) -> Silence:
        """Hold what a silence is about until it ends; answers it with its number."""
        with self._database.writing() as session:
            return silences.add(session, silence)

    def silences(self) -> tuple[Silence, ...]:
        """The silences in force, those that end first in front."""
        with self._database.reading() as session:
            return silences.in_force(session, self._clock())

    def end_silence(self, number: int) -> Silence:
        """End a silence before its time: what it held leaves as a digest. Else NotFound."""
        with self._database.serialised() as session:
            return silences.end(session, number, self._clock())
