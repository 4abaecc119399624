"""Faults: what can go wrong with a request, in words for operators."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from http.client import responses

import aiohttp

from wirebell.core.feeds import FailureKind
from wirebell.fetchers.guard import NotPublic


@dataclass(eq=False)
class Fault(Exception):
    """Why a request brought nothing; leaves this room as the `Failure` of a feed or page."""

    kind: FailureKind
    detail: str
    status: int = 0
    retry_after: timedelta | None = None


# The order matters: aiohttp's errors inherit from each other.
_BY_ERROR: tuple[tuple[type[Exception], FailureKind, str], ...] = (
    (TimeoutError, FailureKind.TIMEOUT, "no whole answer within the deadline"),
    (aiohttp.ClientConnectorDNSError, FailureKind.DNS, "the host name cannot be resolved"),
    (UnicodeError, FailureKind.DNS, "the host name cannot be resolved"),  # a label of 64 letters
    (aiohttp.InvalidURL, FailureKind.GUARDED, "this is no address to fetch"),  # http://2130706433/
    (aiohttp.ClientConnectorCertificateError, FailureKind.TLS, "the certificate is not valid"),
    (aiohttp.ClientSSLError, FailureKind.TLS, "no secure connection could be agreed on"),
    (aiohttp.ClientPayloadError, FailureKind.ENCODING, "the answer broke off or is garbled"),
    (aiohttp.ClientResponseError, FailureKind.ENCODING, "the answer is not proper HTTP"),
)

_DOORKEEPERS = ("cf-mitigated", "x-vercel-mitigated", "x-amzn-waf-action")
"""Headers that say "challenge" or "captcha" where somebody wants to see a browser."""

_CHALLENGE = re.compile(
    rb"\s*(?:<!doctype html|<html).*?(?:<title>\s*(?:Just a moment"
    rb"|Attention Required! \| Cloudflare|Pardon Our Interruption|DDoS-Guard"
    rb"|Access to this page has been denied)|_Incapsula_Resource|_cf_chl_opt|px-captcha"
    rb"|captcha-delivery\.com|awsWafCookieDomainList)",
    re.IGNORECASE | re.DOTALL,
)
PEEK = 16 * 1024
"""Bytes of an answer in which a challenge shows itself."""


def challenge_in(body: bytes) -> Fault | None:
    """The fault of a page that well-known doorkeepers serve instead of what was asked for."""
    if _CHALLENGE.match(body[:PEEK]):
        return Fault(FailureKind.CHALLENGE, "the server wants to see a browser")
    return None


def fault_of_error(error: Exception) -> Fault:
    """The fault behind an exception of aiohttp or of the socket; quotes none but the guard's."""
    cause = getattr(error, "os_error", error)
    if isinstance(cause, NotPublic):
        return Fault(FailureKind.GUARDED, str(cause))
    for kind_of_error, kind, words in _BY_ERROR:
        if isinstance(error, kind_of_error):
            return Fault(kind, words)
    return Fault(FailureKind.REFUSED, "the connection was refused or reset")


def fault_of_answer(status: int, headers: Mapping[str, str], now: datetime) -> Fault | None:
    """The fault in an answer's status and headers, or None for a success."""
    said = {headers.get(name, "").strip().lower() for name in _DOORKEEPERS}
    if said & {"challenge", "captcha"}:
        return Fault(FailureKind.CHALLENGE, "the server wants to see a browser", status)
    if 200 <= status < 300:
        return None
    wait = _retry_after(headers.get("Retry-After", ""), now) if status in (429, 503) else None
    words = f"the server answered {status} {responses.get(status, '')}".rstrip()
    return Fault(FailureKind.HTTP, words, status, wait)


def _retry_after(value: str, now: datetime) -> timedelta | None:
    """Seconds or a date (RFC 9110, 10.2.3); None for neither and for the past."""
    if re.fullmatch(r"\s*\d{1,9}\s*", value, re.ASCII):
        return timedelta(seconds=int(value)) or None
    try:
        wait = parsedate_to_datetime(value) - now
    except (ValueError, TypeError, OverflowError):  # TypeError: a date without a zone
        return None
    return wait if wait > timedelta() else None
