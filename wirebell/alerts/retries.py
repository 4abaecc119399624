"""What becomes of a dispatch after a channel has answered."""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import sha256

from wirebell.core.alerts import DeliveryState, Dispatch, Receipt, ReceiptState, Step
from wirebell.core.matches import Severity

_FIRST = timedelta(seconds=15)
_LONGEST = timedelta(minutes=15)
_PATIENCE = timedelta(hours=1)  # no server may ask us to wait for longer
_MENDING = timedelta(minutes=5)  # between two looks at a channel somebody must mend
_MENDED = timedelta(days=7)
_LOUD_AGE = timedelta(hours=24)  # flash and urgent
_ROUTINE_AGE = timedelta(hours=12)


def next_step(receipt: Receipt, dispatch: Dispatch, now: datetime) -> Step:
    """The state after `receipt`, and when to try again; a dead dispatch is never tried again.

    Retries wait 15 s, doubling to 15 min, a little less by a jitter that depends only on the
    message and the try; a server's Retry-After wins, up to an hour. They end 24 h after the
    message was due, routine 12 h. A broken channel is looked at every 5 min and gives up after
    7 days. What may have been taken is sent again under the same message key, so that a copy
    can be known.
    """
    loud = any(alert.severity is not Severity.ROUTINE for alert in dispatch.alerts)
    patience, wait = _LOUD_AGE if loud else _ROUTINE_AGE, _wait(receipt, dispatch)
    if receipt.state is ReceiptState.SENT:
        return Step(DeliveryState.SENT)
    if receipt.state is ReceiptState.CONFIG:
        patience, wait = _MENDED, _MENDING
    if receipt.state is ReceiptState.PERMANENT or now - dispatch.due >= patience:
        return Step(DeliveryState.DEAD)
    return Step(DeliveryState.PENDING, now + wait)


def _wait(receipt: Receipt, dispatch: Dispatch) -> timedelta:
    if receipt.retry_after is not None:
        return min(max(receipt.retry_after, timedelta(seconds=1)), _PATIENCE)
    full = min(_FIRST * (1 << min(dispatch.attempts, 10)), _LONGEST)
    seed = sha256(f"{dispatch.message_key}|{dispatch.attempts}".encode()).digest()[0]
    return full * (1 - 0.2 * seed / 255)
