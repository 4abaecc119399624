from __future__ import annotations

from datetime import UTC, datetime, timedelta

import aiohttp
import pytest
from aiohttp.client_reqrep import ConnectionKey

from wirebell.core.feeds import FailureKind
from wirebell.fetchers.faults import fault_of_answer, fault_of_error

NOW = datetime(2025, 6, 5, 15, 10, tzinfo=UTC)
KEY = ConnectionKey("a.example", 443, True, True, None, None, None)
OS = OSError(1, "s3cret detail")


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (TimeoutError(), FailureKind.TIMEOUT),
        (aiohttp.ServerTimeoutError(), FailureKind.TIMEOUT),
        (aiohttp.ClientConnectorDNSError(KEY, OS), FailureKind.DNS),
        (aiohttp.ClientConnectorCertificateError(KEY, Exception("s3cret")), FailureKind.TLS),
        (aiohttp.ClientConnectorSSLError(KEY, OS), FailureKind.TLS),
        (aiohttp.ClientConnectorError(KEY, OS), FailureKind.REFUSED),
        (aiohttp.ServerDisconnectedError("s3cret"), FailureKind.REFUSED),
        (ConnectionResetError("s3cret"), FailureKind.REFUSED),
        (aiohttp.ClientPayloadError("s3cret"), FailureKind.ENCODING),
    ],
)
def test_errors_of_the_network_have_names_and_are_not_quoted(
    error: Exception, kind: FailureKind
) -> None:
    fault = fault_of_error(error)
    assert fault.kind is kind
    assert "s3cret" not in fault.detail
    assert "\n" not in fault.detail


@pytest.mark.parametrize(
    ("value", "wait"),
    [
        ("120", timedelta(seconds=120)),
        (" 7 ", timedelta(seconds=7)),
        ("0", None),
        ("-5", None),
        ("Thu, 05 Jun 2025 15:12:00 GMT", timedelta(seconds=120)),
        ("Thu, 05 Jun 2025 15:08:00 GMT", None),
        ("Thu, 05 Jun 2025 15:12:00", None),
        ("9" * 5000, None),
        ("١٢", None),
        ("later", None),
        ("", None),
    ],
)
def test_a_retry_after_is_seconds_or_a_date_to_come(value: str, wait: timedelta | None) -> None:
    fault = fault_of_answer(429, {"Retry-After": value}, NOW)
    assert fault is not None
    assert fault.retry_after == wait


def test_only_those_who_may_ask_for_patience_are_heard() -> None:
    fault = fault_of_answer(404, {"Retry-After": "120"}, NOW)
    assert fault is not None
    assert fault.retry_after is None


@pytest.mark.parametrize(
    ("status", "headers"),
    [
        (403, {"cf-mitigated": "challenge"}),
        (429, {"x-vercel-mitigated": "challenge"}),
        (202, {"x-amzn-waf-action": "challenge"}),
        (405, {"x-amzn-waf-action": "captcha"}),
    ],
)
def test_doorkeepers_are_known_by_their_headers(status: int, headers: dict[str, str]) -> None:
    fault = fault_of_answer(status, headers, NOW)
    assert fault is not None
    assert (fault.kind, fault.status) == (FailureKind.CHALLENGE, status)


@pytest.mark.parametrize("status", [200, 203, 206])
def test_a_success_is_no_fault(status: int) -> None:
    assert fault_of_answer(status, {"cf-mitigated": "no"}, NOW) is None
