"""The outbox: deliveries claimed, handled, bundled into messages, tried, and done with.

A claim wants a serialised session: two workers that claim at once would tear a digest in two,
and both would think that the cap is not reached yet. An attempt is fenced by its lease. Whoever
locks a channel's row and deliveries locks the channel first.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from types import MappingProxyType
from uuid import uuid4

from sqlalchemy import and_, case, func, or_, tuple_, update
from sqlmodel import Session, col, select

from wirebell.core.alerts import (
    Alert,
    AlsoIn,
    DeliveryState,
    Dispatch,
    Handling,
    How,
    Receipt,
    ReceiptState,
    Step,
    Waiting,
)
from wirebell.core.matches import Severity
from wirebell.core.text import one_line
from wirebell.storage import channels
from wirebell.storage.leases import held, is_free, lease
from wirebell.storage.past import Ground, Owed, address_of, threaded
from wirebell.storage.recall import SEEN
from wirebell.storage.tables import AlertRow, ArticleRow, AttemptRow, DeliveryRow

Handle = Callable[[Waiting], Handling]
_TO = tuple_(col(DeliveryRow.recipient), col(DeliveryRow.channel), col(DeliveryRow.address))


def claim(
    session: Session,
    now: datetime,
    handle: Handle,
    limit: int,
    term: timedelta,
    pace: Mapping[str, float] = MappingProxyType({}),
) -> tuple[Dispatch, ...]:
    """Lease at most `limit` messages that are due, flash first, then oldest first; () for none.

    `handle` must be pure. What it holds is asked about again when its time has come. `pace` is
    how many messages a second a channel may be given, by all workers together; what it has no
    turn for now is left as it is.
    """
    gate = channels.Gate(session, pace, now)
    while due := _due(session, limit, gate.closed, now):
        leased: list[Dispatch] = []
        for how, message in _messages(session, due, handle, now):
            if len(leased) == limit:
                break
            if (pause := gate.take_turn(message[0][0].channel)) is not None:
                told = _dispatch(session, how, message, now, now + term)
                probe = gate.is_broken(told.channel)
                leased.append(replace(told, pause=pause, probe=probe))
        if leased:
            leased.sort(key=lambda dispatch: dispatch.pause)
            return tuple(threaded(session, dispatch) for dispatch in leased)
    return ()


def begin_attempt(session: Session, now: datetime, dispatch: Dispatch) -> bool:
    """Put an attempt on record, before the network hears of it, unless the lease is lost or over,
    or an earlier try ended well since: LeaseLost. False gives the lease back: the channel broke,
    or asked for patience. Either way send nothing.
    """
    owed = DeliveryRow.state == DeliveryState.PENDING.value
    rows = _held(session, dispatch, col(DeliveryRow.lease_until) > now, owed)
    if not channels.takes(session, dispatch, now):
        for row in rows:
            row.free()
        return False
    for row in rows:
        row.attempts += 1
    session.add(AttemptRow(message_key=dispatch.message_key, token=dispatch.token, started_at=now))
    return True


def finish_attempt(
    session: Session, dispatch: Dispatch, receipt: Receipt, step: Step, now: datetime
) -> Step:
    """Write what came of an attempt that was begun, and give the lease back; answers the step
    taken. What a broken channel did not take does not die of it.

    A lease that ran out meanwhile still counts if nobody else took it: the receipt is true.
    """
    channel = channels.judge(session, dispatch, receipt, now)
    rows = _held(session, dispatch)
    mendable = receipt.state in (ReceiptState.RETRY, ReceiptState.AMBIGUOUS)
    if channel.broken_since and mendable and step.state is DeliveryState.DEAD:
        step = Step(DeliveryState.PENDING, channel.paused_until)
    for row in rows:
        row.state, row.not_before = step.state.value, step.not_before
        row.free()
    begun = select(AttemptRow).where(
        AttemptRow.message_key == dispatch.message_key, AttemptRow.token == dispatch.token
    )
    attempt = session.exec(begun).one()
    attempt.finished_at, attempt.state, attempt.code = now, receipt.state.value, receipt.code
    attempt.detail, attempt.provider_id = one_line(receipt.detail, 300), receipt.provider_id
    return step


def requeue(session: Session, now: datetime, key: str = "", channel: str = "") -> int:
    """Have what was given up tried again, by the beginning of its key or by channel, the same
    message as before; returns how many.

    All of one message come back together, whichever of them is named.
    """
    which = DeliveryRow.channel == channel if channel else col(DeliveryRow.key).startswith(key)
    dead = col(DeliveryRow.state) == DeliveryState.DEAD.value
    keys = select(DeliveryRow.message_key).where(dead, which)
    again = {"state": DeliveryState.PENDING.value, "not_before": None, "due_at": now}
    named = (dead, col(DeliveryRow.message_key).in_(keys))
    return session.exec(update(DeliveryRow).where(*named).values(**again)).rowcount


def last_heard(session: Session, now: datetime, recipient: str) -> datetime | None:
    """When a recipient was last told of anything, or is to be by now."""
    due = col(DeliveryRow.due_at)
    heard = select(func.max(due)).where(due <= now, DeliveryRow.recipient == recipient)
    return session.exec(heard).first()


def _held(session: Session, dispatch: Dispatch, *which: object) -> Sequence[DeliveryRow]:
    mine = DeliveryRow.message_key == dispatch.message_key
    subject = f"message {dispatch.message_key[:12]} to {dispatch.recipient}"
    count = len(dispatch.alerts)
    return held(session, DeliveryRow, dispatch.token, subject, mine, *which, count=count)


def _due(session: Session, limit: int, closed: set[str], now: datetime) -> Sequence[Owed]:
    """All that is due to those whom the `limit` loudest and oldest due deliveries go to.

    What waits for its story and was filed when the clock was ahead has waited long enough.
    """
    ahead = select(AlertRow.id).where(AlertRow.created_at > now)
    grouped = and_(
        col(DeliveryRow.held_as) == How.GROUPED.value, col(DeliveryRow.alert_id).in_(ahead)
    )
    due = (
        col(DeliveryRow.state) == DeliveryState.PENDING.value,
        or_(col(DeliveryRow.not_before).is_(None), col(DeliveryRow.not_before) <= now, grouped),
        is_free(DeliveryRow, now),
        col(DeliveryRow.channel).not_in(closed),
    )
    # Of what a broken channel is probed with, what failed least says most.
    loudest = case((col(DeliveryRow.severity) == Severity.FLASH.value, 0), else_=1)
    order = (loudest, col(DeliveryRow.attempts), col(DeliveryRow.id))
    first = session.exec(
        select(DeliveryRow.recipient, DeliveryRow.channel, DeliveryRow.address)
        .where(*due)
        .order_by(*order)
        .limit(limit)
    )
    theirs = (
        select(DeliveryRow, AlertRow)
        .join(AlertRow, col(AlertRow.id) == DeliveryRow.alert_id)
        .where(*due, _TO.in_(set(first)))
        .order_by(*order)
    )
    return session.exec(theirs).all()


def _messages(
    session: Session, due: Sequence[Owed], handle: Handle, now: datetime
) -> list[tuple[How, list[Owed]]]:
    """Ask how each delivery is told and put together what leaves as one message to one address:
    the singles of one story, and everything else, however many deliveries that makes.

    What was tried as one of many is not asked about again: a retry is the same message.
    """
    ground = Ground(session, due, now)
    messages: dict[tuple[object, ...], list[tuple[How, Owed]]] = defaultdict(list)
    for row, alert in due:
        how, bundle = How(row.held_as or How.SINGLE), row.message_key
        if not row.attempts or row.message_key == row.key:
            handling = handle(ground.waiting(row, alert))
            ground.decided(row, handling)
            how, row.reason = handling.how, handling.reason
            if handling.not_before is not None and handling.not_before > now:
                row.held_as = how.value
                row.not_before = row.due_at = handling.not_before
                continue
            if not row.attempts:
                bundle = row.story if how is How.SINGLE else ""
            elif how is not How.SINGLE:
                how = How.SINGLE
        messages[*address_of(row), row.attempts > 0, bundle].append((how, (row, alert)))
    return [_told_as(message) for message in messages.values()]


def _told_as(message: Sequence[tuple[How, Owed]]) -> tuple[How, list[Owed]]:
    """A message is told as its members were held, if all alike; else it is a digest."""
    ways = {how for how, _ in message}
    return ways.pop() if len(ways) == 1 else How.DIGEST, [owed for _, owed in message]


def _dispatch(
    session: Session, how: How, message: list[Owed], now: datetime, until: datetime
) -> Dispatch:
    """A message leased, with what else of its story is still held for the same address."""
    first = message[0][0]
    if not first.attempts:
        if how is How.SINGLE:
            message = [*message, *_held_of_story(session, first, now)]
        alone = len(message) == 1 and how is How.SINGLE
        key = first.key if alone else uuid4().hex
        for row, _ in message:
            row.message_key, row.held_as = key, how.value
            row.due_at = now  # an outage of ours takes no patience from the channel
    rows = [row for row, _ in message]
    return Dispatch(
        message_key=first.message_key,
        token=lease(rows, until),
        recipient=first.recipient,
        channel=first.channel,
        address=first.address,
        how=how,
        alerts=_with_copies(session, [alert.alert for _, alert in message], first.due_at),
        due=min(row.due_at for row in rows),
        attempts=max(row.attempts for row in rows),
        repeat=first.attempts > 0 and _may_have_arrived(session, first.message_key),
        instead_of=first.instead_of,
    )


def _held_of_story(session: Session, row: DeliveryRow, now: datetime) -> Sequence[Owed]:
    """What is held of a story for an address, and goes along when the story is told there."""
    same = (
        DeliveryRow.story == row.story,
        DeliveryRow.id != row.id,
        _TO.in_([address_of(row)]),
        DeliveryRow.state == DeliveryState.PENDING.value,
        DeliveryRow.attempts == 0,
        col(DeliveryRow.not_before) > now,
        DeliveryRow.held_as != How.SILENCED.value,
    )
    owed = select(DeliveryRow, AlertRow).join(AlertRow, col(AlertRow.id) == DeliveryRow.alert_id)
    return session.exec(owed.where(*same).order_by(col(DeliveryRow.id))).all()


def _with_copies(session: Session, alerts: Sequence[Alert], until: datetime) -> tuple[Alert, ...]:
    """Alerts with the copies of their stories that were seen while they waited."""
    seen = (
        col(ArticleRow.story_id).in_({alert.story for alert in alerts}),
        col(ArticleRow.original_id).is_not(None),
        col(ArticleRow.first_seen) <= until,
    )
    copies = session.exec(select(ArticleRow).where(*seen).order_by(*SEEN)).all()
    told = []
    for alert in alerts:
        outlets = {also.url: also for also in alert.also_in}
        for copy in copies:
            if copy.story_id == alert.story and copy.first_seen >= alert.seen:
                outlets[copy.url] = AlsoIn(one_line(copy.source), copy.url)
        outlets.pop(alert.url, None)
        told.append(replace(alert, also_in=tuple(outlets.values())))
    return tuple(told)


def _may_have_arrived(session: Session, message_key: str) -> bool:
    """Whether a try of a message ended without an answer that says it was not taken."""
    unsure = or_(
        col(AttemptRow.state).is_(None), col(AttemptRow.state) == ReceiptState.AMBIGUOUS.value
    )
    tried = select(AttemptRow.id).where(AttemptRow.message_key == message_key, unsure)
    return session.exec(tried.limit(1)).first() is not None
