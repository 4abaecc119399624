"""What an update adds to: the message by which the same address was told of its story."""

from __future__ import annotations

from dataclasses import replace

from sqlmodel import Session, col, select

from wirebell.core.alerts import Dispatch, ReceiptState
from wirebell.storage.tables import AttemptRow, DeliveryRow


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
