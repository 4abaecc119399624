"""The channel of last resort: messages become files an operator can open."""

from __future__ import annotations

from pathlib import Path

from wirebell.alerts.transport.envelope import Envelope, receipt
from wirebell.alerts.transport.mail import as_mail
from wirebell.core.alerts import Receipt, ReceiptState


def lay_down(envelope: Envelope, folder: Path, sender: str, to: str) -> Receipt:
    """Write the message into `folder` as a mail (.eml) and as Slack would get it (.json).

    The names are time and message key, so that a listing is in the order of sending.
    """
    message = envelope.message
    key = message.message_id.strip("<>").partition("@")[0]
    name = f"{envelope.now:%Y%m%dT%H%M%S%fZ}-{key}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        mail = as_mail(message, sender, to, envelope.now)
        (folder / f"{name}.eml").write_bytes(mail)
        (folder / f"{name}.json").write_text(message.slack, "utf-8")
    except OSError as error:
        return receipt(ReceiptState.RETRY, "console", str(error))
    return receipt(ReceiptState.SENT, "console", str(folder / f"{name}.eml"))
