"""Secrets: looked up at the last moment, and kept out of logs, receipts and exceptions.

Logs belong to the whole process, and so does the list of what they must not say.
"""

from __future__ import annotations

import logging
import re
import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

REFERENCE = re.compile(r"\$\{(env|file):([^}]+)\}")
_PASSWORD = re.compile(
    r"://[^/?@]*?:([^/?]*)@|[?&](?:pass|password|token|key|secret)=([^&]+)", re.IGNORECASE
)
_PIECES = re.compile(r"[^\s/?&=@:#,.]{8,}")
_WORD = re.compile("[a-z_-]+|[A-Z_-]+")

_secrets: set[str] = set()


class Unresolved(LookupError):
    """A reference that leads to nothing; says which, never what was there."""


def resolve(text: str, environ: Mapping[str, str]) -> str:
    """A channel's address with `${env:NAME}` and `${file:/path}` replaced, hidden from all logs.

    A reference that is the whole address is taken as it stands; one inside an address (a
    password) stands for one part of it and is percent-encoded. Hidden is the whole, and what in
    it could open the channel: passwords and, since webhooks carry theirs in the path, every
    piece of eight characters and more that is no plain word.

    Raises:
        Unresolved: a variable is not set, a file cannot be read, or it is empty.
    """
    text = text.strip()
    if whole := REFERENCE.fullmatch(text):
        url = _value(whole, environ)
    else:
        url = REFERENCE.sub(lambda found: quote(_value(found, environ), safe=""), text)
    _hide(url, *("".join(found) for found in _PASSWORD.findall(url)))
    if not url.lower().startswith("mailto"):
        pieces = {*_PIECES.findall(url), *_PIECES.findall(unquote(url))}
        _hide(*(piece for piece in pieces if not _WORD.fullmatch(piece)))
    return url


def unresolved(text: str, environ: Mapping[str, str]) -> str:
    """Why a channel's address cannot be resolved, in words without a value; "" if it can."""
    try:
        resolve(text, environ)
    except Unresolved as error:
        return str(error)
    return ""


def _value(found: re.Match[str], environ: Mapping[str, str]) -> str:
    kind, name = found.groups()
    try:
        value = environ.get(name, "") if kind == "env" else Path(name).read_text("utf-8")
    except (OSError, UnicodeError) as error:
        raise Unresolved(f"the file {name} cannot be read: {type(error).__name__}") from None
    if not value.strip():
        trouble = f"variable {name} is not set" if kind == "env" else f"file {name} is empty"
        raise Unresolved(f"the {trouble}")
    _hide(value.strip())
    return value.strip()


def _hide(*secrets: str) -> None:
    """Mask `secrets`, plain and percent-encoded. Under four letters it is no secret."""
    for secret in secrets:
        forms = {secret, quote(secret, safe=""), unquote(secret)}
        _secrets.update(form for form in forms if len(form) >= 4)


def redact(text: str) -> str:
    """`text` with every secret resolved so far masked."""
    for secret in sorted(_secrets, key=len, reverse=True):
        text = text.replace(secret, "***")
    return text


class _SafeRecord(logging.LogRecord):
    """A log record with the secrets in its words and traceback masked.

    In itself, not where it is shown: a handler that writes JSON takes its parts as they are.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        try:
            words = super().getMessage()
        except (TypeError, ValueError, KeyError):  # the words do not fit their arguments
            words = f"{self.msg} {self.args}"
        if (safe := redact(words)) != words:
            self.msg, self.args = safe, ()
        if self.exc_info and self.exc_info[0]:
            trace = "".join(traceback.format_exception(*self.exc_info)).rstrip()
            if (safe := redact(trace)) != trace:
                self.exc_text, self.exc_info = safe, None


def guard_logs() -> None:
    """Mask secrets in every log record made from now on, whoever logs or handles it.

    Below INFO some libraries print addresses and conversations whole; they are not let.
    """
    logging.setLogRecordFactory(_SafeRecord)
    for name in ("apprise", "urllib3", "smtplib"):
        logger = logging.getLogger(name)
        logger.setLevel(max(logger.level, logging.INFO))
