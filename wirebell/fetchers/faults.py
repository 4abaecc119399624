"""Faults: what can go wrong with a request, in words for operators."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus

import aiohttp

from wirebell.core.feeds import FailureKind


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a request brought nothing: a `Failure` that does not know its feed yet."""

    kind: FailureKind
    detail: str
    status: int = 0
    retry_after: timedelta | None = None


# The order matters: aiohttp's errors inherit from each other.
_BY_ERROR: tuple[tuple[type[Exception], FailureKind, str], ...] = (
    (TimeoutError, FailureKind.TIMEOUT, "no whole answer within the deadline"),
    (aiohttp.ClientConnectorDNSError, FailureKind.DNS, "the host name cannot be resolved"),
    (UnicodeError, FailureKind.DNS, "the host name cannot be resolved"),  # a label of 64 letters
    (aiohttp.InvalidURL, FailureKind.GUARDED, "this is no address to fetch"),
    (aiohttp.ClientConnectorCertificateError, FailureKind.TLS, "the certificate is not valid"),
    (aiohttp.ClientSSLError, FailureKind.TLS, "no secure connection could be agreed on"),
    (aiohttp.ClientPayloadError, FailureKind.ENCODING, "the answer broke off or is garbled"),
    (aiohttp.ClientResponseError, FailureKind.ENCODING, "the answer is not proper HTTP"),
)

_STATUSES = frozenset(HTTPStatus)  # their names; the server's own words may be anything
_CHALLENGES = {
    "cf-mitigated": {"challenge"},
    "x-vercel-mitigated": {"challenge"},
    "x-amzn-waf-action": {"challenge", "captcha"},
}
"""Headers by which a doorkeeper says that it wants to see a browser."""


def fault_of_error(error: Exception) -> Fault:
    """The fault behind an exception of aiohttp or of the socket; never quotes its text."""
    for kind_of_error, kind, words in _BY_ERROR:
        if isinstance(error, kind_of_error):
            return Fault(kind, words)
    return Fault(FailureKind.REFUSED, "the connection was refused or reset")


def fault_of_answer(status: int, headers: Mapping[str, str], now: datetime) -> Fault | None:
    """The fault in an answer's status and headers, or None for a success."""
    for name, words in _CHALLENGES.items():
        if headers.get(name, "").strip().lower() in words:
            return Fault(FailureKind.CHALLENGE, "the server wants to see a browser", status=status)
    if 200 <= status < 300:
        return None
    wait = _retry_after(headers.get("Retry-After", ""), now) if status in (429, 503) else None
    known = f" {HTTPStatus(status).phrase}" if status in _STATUSES else ""
    return Fault(FailureKind.HTTP, f"the server answered {status}{known}", status, wait)


def _retry_after(value: str, now: datetime) -> timedelta | None:
    """Seconds or a date (RFC 9110, 10.2.3); None for neither and for the past."""
    if re.fullmatch(r"\s*\d{1,9}\s*", value, re.ASCII):
        return timedelta(seconds=int(value)) or None
    try:
        wait = parsedate_to_datetime(value) - now
    except (ValueError, TypeError, OverflowError):  # TypeError: a date without a zone
        return None
    return wait if wait > timedelta() else None
