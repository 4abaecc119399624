"""One message on its way: drawn, put on record, given to its channel, and its receipt kept."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from wirebell.alerts.bare import bare
from wirebell.alerts.handling import next_digest
from wirebell.alerts.render import render
from wirebell.alerts.retries import next_step
from wirebell.core.alerts import NOTICE, DeliveryState, Dispatch, Receipt, ReceiptState, Step
from wirebell.core.books import Tally
from wirebell.core.errors import LeaseLost
from wirebell.core.matches import Severity
from wirebell.pipeline.wiring import House

T = TypeVar("T")

_log = logging.getLogger("wirebell")


def ring(dispatch: Dispatch, house: House, begun: float = 0) -> Tally:
    """One message, at its channel's turn; whatever breaks in it breaks nothing else."""
    time.sleep(max(0, begun + dispatch.pause.total_seconds() - time.monotonic()))
    lost = Tally(retrying=len(dispatch.alerts))  # its lease runs out and it is tried again
    return _fenced(dispatch, lambda: _ring(dispatch, house)) or lost


def _ring(dispatch: Dispatch, house: House) -> Tally:
    """The attempt is on record before the wire hears of it.

    A message that cannot be drawn leaves as plain words. If sending breaks, it may have arrived.
    """
    domain, who = house.settings.mail_domain, house.recipient(dispatch.recipient)
    drawn = _fenced(dispatch, lambda: render(dispatch, who, domain=domain, pages=house.pages))
    message = drawn or bare(dispatch, domain=domain)
    try:
        if not house.store.begin_attempt(dispatch):
            return Tally(held=len(dispatch.alerts))
        receipt = _fenced(
            dispatch, lambda: house.transport.send(dispatch.channel, dispatch.address, message)
        ) or Receipt(ReceiptState.AMBIGUOUS, "broke", "a mistake of ours; the log has the trace")
        step = _finish(dispatch, receipt, house)
    except LeaseLost:
        return Tally()  # another worker has it; ours is told apart by the same Message-ID
    where = f"{dispatch.recipient} by {dispatch.channel}"
    _log.info("message to %s: %s %s %s", where, receipt.state, receipt.code, receipt.detail)
    news = not dispatch.alerts[0].id.startswith(NOTICE)  # of a heartbeat they hear anyway
    if news and step.state is DeliveryState.DEAD:
        words = f"given up, see wirebell outbox list --dead: {receipt.code} {receipt.detail}"
        house.operators.tell(f"messages to {where}", words, avoid={dispatch.channel})
    elif news and step.state is DeliveryState.SENT:
        house.operators.tell_over(f"messages to {where}", "they are taken again")
    return replace(_told(dispatch, step), plain=int(drawn is None))


def _finish(dispatch: Dispatch, receipt: Receipt, house: House) -> Step:
    """Keep a receipt. Routine that may have arrived where no Message-ID tells a copy waits for the
    next digest.
    """
    now, who = house.clock(), house.recipient(dispatch.recipient)
    step = next_step(receipt, dispatch, now)
    unsure = receipt.state is ReceiptState.AMBIGUOUS and "@" not in dispatch.address
    quiet = all(alert.severity is Severity.ROUTINE for alert in dispatch.alerts)
    if unsure and quiet and who is not None and step.state is DeliveryState.PENDING:
        step = replace(step, not_before=next_digest(who, now))
    return house.store.finish_attempt(dispatch, receipt, step)


def _fenced(dispatch: Dispatch, act: Callable[[], T]) -> T | None:
    """What `act` answers, or None if it broke: then the log has its trace."""
    try:
        return act()
    except Exception:  # noqa: BLE001 - the fence around one delivery
        _log.exception("message %s to %s broke", dispatch.message_key[:12], dispatch.recipient)
        return None


def _told(dispatch: Dispatch, step: Step) -> Tally:
    count = len(dispatch.alerts)
    if step.state is DeliveryState.PENDING:
        return Tally(retrying=count)
    return Tally(sent=count) if step.state is DeliveryState.SENT else Tally(dead=count)
