"""What the addresses of due deliveries were told and are owed: the ground of handling, and the
message an update adds to.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import and_, or_
from sqlmodel import Session, col, select

from wirebell.core.alerts import (
    OUTAGE,
    Alert,
    Delivery,
    DeliveryState,
    Dispatch,
    Handling,
    How,
    Past,
    ReceiptState,
    Waiting,
)
from wirebell.core.matches import Severity
from wirebell.storage import silences
from wirebell.storage.recall import by_id
from wirebell.storage.tables import AlertRow, AttemptRow, DeliveryRow, Row

Owed = tuple[DeliveryRow, AlertRow]
Address = tuple[str, str, str]
Story = tuple[Address, str]

_HOUR = timedelta(hours=1)


def address_of(row: Any) -> Address:
    """Where a delivery goes: who is told, by which channel, at which address of it."""
    return row.recipient, row.channel, row.address


class Ground:
    """All that handling may look at, read once for one claim and kept up to what it decides."""

    def __init__(self, session: Session, due: Sequence[Owed], now: datetime) -> None:
        self._now = now
        self._silences = silences.in_force(session, now)
        self._late = Counter(
            address_of(row) for row, _ in due if not row.attempts and row.due_at <= now - OUTAGE
        )
        self._told: dict[Story, list[Any]] = defaultdict(list)
        self._since: dict[Story, datetime] = {}
        self._singles: dict[Address, dict[str, datetime]] = defaultdict(dict)
        self._overflow: dict[Address, datetime] = {}
        for row in self._recent(session, due):
            self._learn(row)
        told = {row.alert_id for rows in self._told.values() for row in rows}
        self._alerts: dict[str, Alert] = by_id(session, AlertRow.id, AlertRow.alert, told)

    def _recent(self, session: Session, due: Sequence[Owed]) -> Iterable[Any]:
        # Each side of the OR has an index of its own, and the first is kept from that of the
        # recipients, or all that a reader ever got is read. Rows and no objects: in a storm they
        # are thousands.
        names, who = {row.recipient for row, _ in due}, col(DeliveryRow.recipient)
        told = and_(
            col(DeliveryRow.story).in_({row.story for row, _ in due}), (who + "").in_(names)
        )
        of_late = and_(who.in_(names), col(DeliveryRow.due_at) > self._now - _HOUR)
        filed = col(AlertRow.id) == DeliveryRow.alert_id
        columns = (*Row.metadata.tables["delivery"].c, AlertRow.created_at)
        recent = sa.select(*columns).join(AlertRow, filed).where(or_(told, of_late))
        return session.connection().execute(recent)

    def _learn(self, row: Any) -> None:
        address, story = address_of(row), (address_of(row), row.story)
        leased = row.lease_until is not None and row.lease_until > self._now
        if row.state == DeliveryState.DEAD.value:
            return
        if row.attempts or leased:
            self._told[story].append(row)
            if row.held_as == How.SINGLE.value and row.due_at > self._now - _HOUR:
                self._singles[address][row.message_key] = row.due_at
            return
        self._since[story] = min(row.created_at, self._since.get(story, row.created_at))
        if row.held_as == How.CAPPED.value and row.due_at > self._now:
            self._overflow[address] = min(row.due_at, self._overflow.get(address, row.due_at))

    def waiting(self, row: DeliveryRow, alert: AlertRow) -> Waiting:
        """A delivery with everything the handling may look at."""
        address, story = address_of(row), (address_of(row), row.story)
        before = [past for past in self._told[story] if past.alert_id != row.alert_id]
        return Waiting(
            delivery=Delivery(row.key, row.alert_id, *address, Severity(row.severity)),
            alert=alert.alert,
            filed_at=alert.created_at,
            due=row.due_at,
            attempts=row.attempts,
            held_as=How(row.held_as) if row.held_as else None,
            story_since=self._since.get(story),
            told=tuple(self._past(past) for past in before),
            singles=tuple(self._singles[address].values()),
            overflow=self._overflow.get(address),
            late=self._late[address],
            silences=self._silences,
        )

    def _past(self, row: Any) -> Past:
        rules = frozenset(rule.id for rule in self._alerts[row.alert_id].rules)
        return Past(row.due_at, Severity(row.severity), rules)

    def decided(self, row: DeliveryRow, handling: Handling) -> None:
        """Count what was decided in this very claim: the next delivery must know of it."""
        address = address_of(row)
        if handling.how is How.SINGLE and not row.attempts:
            self._singles[address][row.story] = self._now
        if handling.how is How.CAPPED and handling.not_before:
            self._overflow[address] = handling.not_before


def threaded(session: Session, dispatch: Dispatch) -> Dispatch:
    """`dispatch` with when its story was first told there, if it was, and what the channel calls
    that message.
    """
    roots = {alert.root for alert in dispatch.alerts}
    if len(roots) != 1 or roots & {alert.id for alert in dispatch.alerts}:
        return dispatch
    told = (
        select(AttemptRow.finished_at, AttemptRow.provider_id)
        .join(DeliveryRow, col(DeliveryRow.message_key) == AttemptRow.message_key)
        .where(
            col(DeliveryRow.alert_id).in_(roots),
            DeliveryRow.channel == dispatch.channel,
            DeliveryRow.address == dispatch.address,
            AttemptRow.state == ReceiptState.SENT.value,
        )
        .order_by(col(AttemptRow.id))
    )
    at, name = session.exec(told.limit(1)).first() or (None, "")
    return replace(dispatch, first_told=at, thread=name)
