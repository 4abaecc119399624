"""test-channel: does a message marked as a test arrive, and what does the channel answer."""

from __future__ import annotations

import asyncio

from prefect import State, flow
from prefect.artifacts import acreate_table_artifact

from flows.doorway import closing, on_shift
from wirebell.alerts.route import ways
from wirebell.core.alerts import ReceiptState
from wirebell.pipeline.rehearsal import send_marked


@flow(name="test-channel", flow_run_name="test-channel", timeout_seconds=300)
async def try_channels(recipient: str = "", channel: str = "") -> State[None]:
    """Send a message marked as a test. No news happened, and the books do not count it.

    Args:
        recipient: Only to this recipient of channels.yaml; empty: to each.
        channel: Only by this channel; empty: by each.
    """
    async with on_shift() as shift:
        house = shift.house
        chosen = [
            (who, by, address)
            for who in house.desk.recipients
            for by, address in ways(who)
            if recipient in ("", who.name) and channel in ("", by)
        ]
        sent = [
            await asyncio.to_thread(send_marked, *each, house.transport, house.settings)
            for each in chosen
        ]
    rows = [
        {"to": who.name, "by": by, "state": said.state, "answer": f"{said.code} {said.detail}"}
        for (who, by, _), said in zip(chosen, sent, strict=True)
    ]
    await acreate_table_artifact(table=rows, key="test-channel", description="What was answered.")
    taken = [said.state is ReceiptState.SENT for said in sent]
    refused = [
        f"{row['to']} by {row['by']}: {row['answer']}"
        for row, well in zip(rows, taken, strict=True)
        if not well
    ]
    words = f"{len(rows) - len(refused)} of {len(rows)} accepted"
    return await closing(words, "; ".join(refused) or "nobody is called so" * (not rows))
