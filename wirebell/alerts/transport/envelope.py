"""What travels beside Apprise's own call: our message on the way in, receipts on the way out."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from wirebell.alerts.transport.redaction import redact
from wirebell.core.alerts import Message, Receipt, ReceiptState
from wirebell.core.text import one_line

_GRAVITY = (
    ReceiptState.SENT,
    ReceiptState.PERMANENT,
    ReceiptState.CONFIG,
    ReceiptState.AMBIGUOUS,
    ReceiptState.RETRY,
)


@dataclass(slots=True)
class Envelope:
    """One message on its way through Apprise, which itself knows only a body and a title.

    `warnings` collects what a stock plugin logs: its one way to say what went wrong.
    """

    message: Message
    now: datetime
    slack_base: str = ""
    receipt: Receipt | None = None
    warnings: list[str] = field(default_factory=list)

    def settle(self, receipt: Receipt) -> bool:
        """Keep the gravest receipt of an address that means several; True if this one is good.

        Trying again outweighs giving up: those who had it get a copy under the same id.
        """
        old = self.receipt
        if old is None or _GRAVITY.index(receipt.state) > _GRAVITY.index(old.state):
            self.receipt = receipt
        return receipt.state is ReceiptState.SENT


ENVELOPE: ContextVar[Envelope | None] = ContextVar("envelope", default=None)
"""Set while `Transport.send` runs; None when somebody else uses the same plugins."""


def receipt(
    state: ReceiptState,
    code: str,
    detail: str = "",
    *,
    retry_after: timedelta | None = None,
    provider_id: str = "",
) -> Receipt:
    """A receipt whose detail is one line of at most 300 characters, without secrets."""
    return Receipt(state, code, one_line(redact(detail), 300), retry_after, provider_id)
