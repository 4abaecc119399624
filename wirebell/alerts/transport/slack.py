"""Slack: Apprise's URL grammar for webhooks and bots, our own blocks and our own receipts."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import MaxRetryError, NewConnectionError

from wirebell.alerts.transport.envelope import ENVELOPE, receipt
from wirebell.alerts.transport.plain import plain
from wirebell.alerts.transport.stock import SlackMode, StockSlack
from wirebell.core.alerts import Message, Receipt, ReceiptState

MENDED_BY_HAND = frozenset({401, 403, 404, 407, 410})
"""HTTP answers that no other message would change: a dead address, a lost permission."""

_ROOM = ("channel", "thread_ts")
_WORDS = 3500  # of a message without blocks
_TRANSIENT = frozenset(
    "ratelimited rate_limited internal_error fatal_error service_unavailable "
    "request_timeout".split()
)
_UNWANTED = frozenset(
    "invalid_blocks invalid_blocks_format invalid_payload invalid_attachments no_text "
    "msg_too_long msg_blocks_too_long too_many_attachments".split()
)


class AlertSlack(StockSlack):  # type: ignore[misc]  # a class of Any, see stock.py
    """Apprise's slack, posting our blocks when an envelope is there and its own when not."""

    request_rate_per_sec = 0  # the stock limit counts by a clock that summer time stops
    socket_connect_timeout = 5.0
    socket_read_timeout = 15.0

    def aim(self, address: str) -> None:
        """Post to the room `address`; a webhook has only the room it was made for."""
        if address and self.mode == SlackMode.BOT:
            self.channels = [address]

    def _send(self, url: str, payload: dict[str, Any], **kwargs: Any) -> Any:
        envelope = ENVELOPE.get()
        if envelope is None:
            return super()._send(url, payload, **kwargs)
        if envelope.slack_base:
            url = envelope.slack_base.rstrip("/") + urlsplit(url).path
        room = {key: payload[key] for key in _ROOM if key in payload}
        blocks = self.mode not in (SlackMode.WORKFLOW, SlackMode.WORKFLOW_TRIGGER)
        answer = self._post(url, {**_document(envelope.message, blocks), **room}, envelope.now)
        if blocks and answer.state is ReceiptState.PERMANENT:
            # better plain words than nothing, should Slack dislike a block
            answer = self._post(url, {**_document(envelope.message, False), **room}, envelope.now)
        return {"ok": True, **room} if envelope.settle(answer) else False

    def _post(self, url: str, document: dict[str, Any], now: datetime) -> Receipt:
        headers = {"Content-Type": "application/json; charset=utf-8"}
        if self.access_token:
            headers["Authorization"] = f"Bearer {self.access_token}"
        try:
            response = requests.post(
                url,
                data=json.dumps(document).encode(),
                headers=headers,
                timeout=self.request_timeout,
                verify=self.verify_certificate,
                allow_redirects=False,  # a redirected POST arrives as an empty GET
            )
        except requests.RequestException as error:
            return _unanswered(error)
        return _judged(response, now)


def _document(message: Message, blocks: bool) -> dict[str, Any]:
    if blocks:
        document: dict[str, Any] = json.loads(message.slack)
        return document
    words = plain(message.text, _WORDS)
    for sign, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
        words = words.replace(sign, entity)
    return {"text": words, "unfurl_links": False, "unfurl_media": False}


def _judged(response: requests.Response, now: datetime) -> Receipt:
    """What an answer of Slack means. Webhooks answer in words, the API in JSON."""
    code, words = f"http {response.status_code}", response.text[:300]
    status = response.status_code
    answer = _json(response)
    wait = _patience(response.headers.get("Retry-After"), now)
    if status == requests.codes.ok and (words.strip() == "ok" or answer.get("ok") is True):
        return receipt(ReceiptState.SENT, code, provider_id=str(answer.get("ts", "")))
    error = str(answer.get("error", "")) or words.strip()
    if status == requests.codes.too_many_requests or status >= 500 or error in _TRANSIENT:
        return receipt(ReceiptState.RETRY, code, error, retry_after=wait)
    if error in _UNWANTED or (status >= 400 and status not in MENDED_BY_HAND):
        return receipt(ReceiptState.PERMANENT, code, error)
    return receipt(ReceiptState.CONFIG, code, error)  # a redirect, a portal, no such room


def _json(response: requests.Response) -> dict[str, Any]:
    try:
        answer = response.json()
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}


def _patience(header: str | None, now: datetime) -> timedelta | None:
    """A Retry-After header, in seconds or as a date, as the time from `now`."""
    if not header:
        return None
    if header.strip().isdecimal():
        return timedelta(seconds=min(int(header), 10**6))
    try:
        return max(parsedate_to_datetime(header) - now, timedelta())
    except (TypeError, ValueError):  # no date, or one without a zone
        return None


def _unanswered(error: requests.RequestException) -> Receipt:
    """What it means that no answer came: ambiguous once the message may have been read."""
    if isinstance(error, requests.exceptions.SSLError):
        return receipt(ReceiptState.CONFIG, "tls", str(error))
    cause = error.args[0] if error.args else None
    reason = cause.reason if isinstance(cause, MaxRetryError) else cause
    early = isinstance(reason, NewConnectionError)  # refused, no such host
    if early or isinstance(error, requests.exceptions.ConnectTimeout):
        return receipt(ReceiptState.RETRY, "connection", f"no connection: {type(reason).__name__}")
    if isinstance(error, requests.ConnectionError | requests.Timeout):
        return receipt(ReceiptState.AMBIGUOUS, "connection", f"no answer: {type(error).__name__}")
    if isinstance(error, ValueError):  # an address nobody can post to
        return receipt(ReceiptState.CONFIG, "http", str(error))
    return receipt(ReceiptState.AMBIGUOUS, "http", f"no whole answer: {type(error).__name__}")
