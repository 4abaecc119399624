"""What travels beside Apprise's own call: our message on the way in, receipts on the way out."""

from __future__ import annotations

import re
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime

from wirebell.alerts.secrets import redact
from wirebell.core.alerts import Message, Receipt, ReceiptState
from wirebell.core.text import one_line

_MENDED_BY_HAND = (401, 403, 404, 407, 410)  # a dead address, a lost permission
_URL = re.compile(r"(https?://[^\s<>\"'\[\]()]+)")
_MENTION = re.compile(r"(?<!\w)@(?=[\w&!])|<(?=[!@#/&a-zA-Z]|$)|\](?=\()|!(?=\w+[|>])")


@dataclass(slots=True)
class Envelope:
    """One message on its way through Apprise, which itself knows only a body and a title.

    Our plugins add a receipt for each address they tried. `warnings` collects what a stock
    plugin logs: its one way to say what went wrong. Of a probe nothing arrives.
    """

    message: Message
    now: datetime
    slack_base: str = ""
    probe: bool = False
    receipts: list[Receipt] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


ENVELOPE: ContextVar[Envelope] = ContextVar("envelope")
"""Set while `Transport.send` runs."""


def receipt(state: ReceiptState, code: str, detail: bytes | str = "") -> Receipt:
    """A receipt whose detail is one line of at most 300 characters, without secrets."""
    words = detail.decode("utf-8", "replace") if isinstance(detail, bytes) else detail
    return Receipt(state, code, one_line(redact(words), 300))


def http_state(status: int) -> ReceiptState:
    """What an HTTP status other than success says of the message, or of its channel."""
    if status == 429 or status >= 500:
        return ReceiptState.RETRY
    if status < 400 or status in _MENDED_BY_HAND:
        return ReceiptState.CONFIG
    return ReceiptState.PERMANENT


def plain(text: str, limit: int) -> str:
    """`text` with every mention, tag and masked link broken, in at most `limit` characters.

    They are broken by a character of no width: a reader loses nothing. What is too long is cut
    from the end, but the first link is kept.
    """
    safe = "".join(
        piece.replace("@", "%40") if _URL.fullmatch(piece) else _MENTION.sub("\\g<0>\u200b", piece)
        for piece in _URL.split(text)
    )
    if len(safe) <= limit:
        return safe
    link = _URL.search(safe)
    tail = f"\n…\n{link.group()}" if link and link.end() > limit - 2 else "\n…"
    return (safe[: max(0, limit - len(tail))] + tail)[:limit]
