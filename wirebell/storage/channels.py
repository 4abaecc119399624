"""How the channels do, one row each for all workers: breaker, pauses, pace.

Every function here wants a serialised session, but for the good news of `judge`. No instant kept
here is believed when it is further ahead than it could have been set: a clock that was put back
must not stop a channel.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import or_
from sqlmodel import Session, col, select, update

from wirebell.core.alerts import ChannelState, DeliveryState, Dispatch, Receipt, ReceiptState
from wirebell.storage.leases import is_free
from wirebell.storage.tables import ChannelRow, DeliveryRow

PROBE = timedelta(minutes=5)  # between two looks at a broken channel
_TRANSIENT = 5  # messages in a row that a channel could not take, before it counts as broken
_PATIENCE = timedelta(hours=1)  # no server may ask for more
_SOON = timedelta(seconds=5)  # a message is leased no earlier than so long before its turn
_TURN = timedelta(minutes=1)
_AT_ONCE = 3  # messages that may leave before the pace holds


def states(session: Session) -> tuple[ChannelState, ...]:
    """Every channel that ever had trouble or a pace, as it stands."""
    rows = session.exec(select(ChannelRow).order_by(col(ChannelRow.channel)))
    return tuple(
        ChannelState(row.channel, row.broken_since, row.paused_until, row.failures, row.reason)
        for row in rows
    )


class Gate:
    """Which channels may be given a message now, and when each has its turn.

    `pace` is messages a second by channel; a channel that is not in it has none.
    """

    def __init__(self, session: Session, pace: Mapping[str, float], now: datetime) -> None:
        self._session, self._pace, self._now = session, pace, now
        rows = session.exec(select(ChannelRow).with_for_update())
        self._rows = {row.channel: row for row in rows}

    @property
    def closed(self) -> set[str]:
        """The channels that are to be left alone for now."""
        return {
            name
            for name in self._rows
            if self._wait(name) > _SOON or _paused(self._rows[name], self._now)
        }

    def is_broken(self, channel: str) -> bool:
        """Whether a message of a channel is a probe."""
        return channel in self._rows and self._rows[channel].broken_since is not None

    def take_turn(self, channel: str) -> timedelta | None:
        """How long a message has to wait for its turn, which it takes; None: not now.

        A broken channel is given one message as a probe, and no other until that is over.
        """
        if channel in self.closed:
            return None
        wait, pace = self._wait(channel), self._pace.get(channel)
        row = self._rows.get(channel)
        if pace:
            row = self._rows.setdefault(channel, ChannelRow(channel=channel))
            row.turn = max(self._turn(row), self._now) + timedelta(seconds=1 / pace)
            self._session.add(row)
        if row is not None and self.is_broken(channel):
            row.paused_until = self._now + PROBE
        return wait

    def _turn(self, row: ChannelRow) -> datetime:
        return row.turn if row.turn and row.turn - self._now <= _TURN else self._now

    def _wait(self, channel: str) -> timedelta:
        row, pace = self._rows.get(channel), self._pace.get(channel)
        if row is None or not pace:
            return timedelta()
        ahead = timedelta(seconds=(_AT_ONCE - 1) / pace)
        return max(self._turn(row) - ahead - self._now, timedelta())


def takes(session: Session, dispatch: Dispatch, now: datetime) -> bool:
    """Whether a channel may still be given a message that was claimed a while ago."""
    row = session.get(ChannelRow, dispatch.channel)
    return row is None or dispatch.probe or not _paused(row, now)


def _paused(row: ChannelRow, now: datetime) -> bool:
    until = row.paused_until
    return until is not None and timedelta() < until - now <= _PATIENCE


def judge(session: Session, dispatch: Dispatch, receipt: Receipt, now: datetime) -> ChannelRow:
    """Learn from a receipt how its channel does; returns its row, kept if anything is wrong.

    A channel is broken when somebody must mend it, or when it could not take five messages in a
    row; the same message failing again says nothing new. Any message it takes, or refuses for
    good, mends it. What was tried before gets its whole patience again.
    """
    well = receipt.state in (ReceiptState.SENT, ReceiptState.PERMANENT)
    row = session.get(ChannelRow, dispatch.channel) or ChannelRow(channel=dispatch.channel)
    if well and not (row.failures or row.broken_since):
        return row
    if row in session:
        session.refresh(row, with_for_update=True)
    if well:
        if row.broken_since:
            waiting = (
                col(DeliveryRow.channel) == row.channel,
                col(DeliveryRow.state) == DeliveryState.PENDING.value,
                col(DeliveryRow.attempts) > 0,
                is_free(DeliveryRow, now),  # others are on their way, and locked by turns
            )
            session.exec(update(DeliveryRow).where(*waiting).values(due_at=now))
            row.paused_until = None
        row.failures, row.last_failed, row.reason, row.broken_since = 0, "", "", None
        return row
    session.add(row)
    if receipt.retry_after is not None:
        row.paused_until = now + min(receipt.retry_after, _PATIENCE)
        return row
    row.failures += row.last_failed != dispatch.message_key
    row.last_failed = dispatch.message_key
    if receipt.state is ReceiptState.CONFIG or row.failures >= _TRANSIENT:
        row.broken_since, row.paused_until = row.broken_since or now, now + PROBE
        row.reason = f"{receipt.code} {receipt.detail}".strip()
    return row


def divert(
    session: Session, now: datetime, channel: str, fallback: str, addresses: Mapping[str, str]
) -> int:
    """Have what is due by a broken channel told by another one; returns how many deliveries.

    `addresses` are those of the recipients there. What is told there anyway stays, and so do
    messages of which a part is.
    """
    owed = (DeliveryRow.channel == channel, DeliveryRow.state == DeliveryState.PENDING.value)
    let_go = or_(
        col(DeliveryRow.attempts) > 0,
        col(DeliveryRow.not_before).is_(None),
        col(DeliveryRow.not_before) <= now,
    )
    messages: dict[str, list[DeliveryRow]] = defaultdict(list)
    for row in session.exec(select(DeliveryRow).where(*owed, let_go, is_free(DeliveryRow, now))):
        messages[row.message_key if row.attempts else row.key].append(row)
    alerts = {row.alert_id for rows in messages.values() for row in rows}
    there = select(DeliveryRow.alert_id, DeliveryRow.recipient).where(
        DeliveryRow.channel == fallback, col(DeliveryRow.alert_id).in_(alerts)
    )
    told = set(session.exec(there))
    moved = 0
    for rows in messages.values():
        if all((row.alert_id, row.recipient) not in told for row in rows):
            moved += len(rows)
            for row in rows:
                row.channel, row.instead_of = fallback, channel
                row.address = addresses.get(row.recipient, "")
                row.not_before, row.due_at = None, now
    return moved
