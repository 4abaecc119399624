"""Secrets stay out of logs, receipts and exceptions.

Loggers belong to the whole process, and so does the list of what they must not say.
"""

from __future__ import annotations

import logging
import re
import traceback
from urllib.parse import quote, unquote

MASK = "***"
_LOGGERS = (
    "apprise", "requests", "urllib3", "urllib3.connection", "urllib3.connectionpool",
    "urllib3.util.retry",
)  # fmt: skip
_PASSWORD = re.compile(r"^\w+://[^/?@]*?:([^/?]*)@")
_QUERY_SECRET = re.compile(r"[?&](?:pass|password|token|key|secret)=([^&]+)", re.IGNORECASE)
_PIECES = re.compile(r"[^/?&=@:#,.]{8,}")

_secrets: set[str] = set()


def hide(secret: str) -> None:
    """Mask `secret` from now on, plain and percent-encoded. Under four letters it is no secret."""
    forms = {secret, quote(secret, safe=""), unquote(secret)}
    _secrets.update(form for form in forms if len(form) >= 4)


def hide_url(url: str) -> None:
    """Mask a channel's address and whatever in it could open the channel.

    Of a mail server's address that is the password. Webhooks carry theirs in the path: pieces
    of eight characters and more that look drawn by lot (digits, or mixed case).
    """
    hide(url)
    for found in (*_PASSWORD.findall(url), *_QUERY_SECRET.findall(url)):
        hide(found)
    if not url.lower().startswith("mailto"):
        for piece in _PIECES.findall(url.partition("://")[2]):
            if any(char.isdigit() for char in piece) or not (piece.islower() or piece.isupper()):
                hide(piece)


def redact(text: str) -> str:
    """`text` with every secret resolved so far masked."""
    for secret in sorted(_secrets, key=len, reverse=True):
        text = text.replace(secret, MASK)
    return text


class Redaction(logging.Filter):
    """Masks secrets in a record's words and traceback; lets every record pass."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite `record` where it holds a secret."""
        try:
            words = record.getMessage()
        except (TypeError, ValueError):  # the words do not fit their arguments
            words = f"{record.msg} {record.args}"
        if (safe := redact(words)) != words:
            record.msg, record.args = safe, ()
        if record.exc_info and record.exc_info[0]:
            trace = "".join(traceback.format_exception(*record.exc_info)).rstrip()
            if (safe := redact(trace)) != trace:
                record.exc_text, record.exc_info = safe, None
        return True


_redaction = Redaction()


def guard_logs() -> None:
    """Put the mask on the loggers that see secrets, and on every handler there is now.

    Whoever adds handlers afterwards (Prefect does) calls this again. Below INFO the loggers
    print addresses and conversations whole; they are not let.
    """
    for name in _LOGGERS:
        logger = logging.getLogger(name)
        logger.addFilter(_redaction)
    for name in ("apprise", "urllib3", "smtplib"):
        logger = logging.getLogger(name)
        logger.setLevel(max(logger.level, logging.INFO))
    for name in ("", *_LOGGERS):
        for handler in logging.getLogger(name).handlers:
            handler.addFilter(_redaction)
