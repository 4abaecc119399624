"""Slack: Apprise's URL grammar for webhooks and bots, our own blocks and our own receipts."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from html import escape
from typing import Any
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import NewConnectionError

from wirebell.alerts.transport.envelope import ENVELOPE, http_state, plain, receipt
from wirebell.alerts.transport.stock import SlackMode, StockSlack
from wirebell.core.alerts import Receipt, ReceiptState

_WORDS = 3500  # of a message without blocks
_TRANSIENT = ("rate", "internal_error", "fatal_error", "service_unavailable", "request_timeout")
_UNWANTED = (
    "invalid_blocks", "invalid_payload", "invalid_attachments", "no_text", "msg_",
    "invalid_thread", "thread_", "cannot_reply",
)  # fmt: skip
"""How Slack's words begin for what may be better later, and for what no other try will change."""


class AlertSlack(StockSlack):  # type: ignore[misc]  # a class of Any, see stock.py
    """Apprise's slack, posting the blocks in the envelope."""

    socket_connect_timeout = 5.0
    socket_read_timeout = 15.0

    def aim(self, address: str) -> None:
        """Post to the room `address`; a webhook has only the room it was made for."""
        if address and self.mode == SlackMode.BOT:
            self.channels = [address]

    def _send(self, url: str, payload: dict[str, Any], **_kwargs: Any) -> bool:
        """Post our blocks to the room of `payload`, an update as an answer that the room sees too.

        Should Slack dislike a block or the thread, plain words follow, outside of it.
        """
        envelope = ENVELOPE.get()
        if envelope.slack_base:
            url = envelope.slack_base.rstrip("/") + urlsplit(url).path
        room = {key: payload[key] for key in payload if key in ("channel", "thread_ts")}
        if envelope.probe:  # "no_text" is the answer of a channel that lives
            envelope.receipts.append(self._post(url, room))
            return False
        thread: dict[str, Any] = {}
        if self.mode == SlackMode.BOT and envelope.message.thread:  # a webhook takes no thread
            thread = {"thread_ts": envelope.message.thread, "reply_broadcast": True}
        words = escape(plain(envelope.message.text, _WORDS), quote=False)
        answer = self._post(url, json.loads(envelope.message.slack) | room | thread)
        if answer.state is ReceiptState.PERMANENT:
            plainly = {"text": words, "unfurl_links": False, "unfurl_media": False}
            answer = self._post(url, plainly | room)
        envelope.receipts.append(answer)
        return False  # Apprise has nothing to do with the answer

    def _post(self, url: str, document: dict[str, Any]) -> Receipt:
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
        return _judged(response, ENVELOPE.get().now)


def _judged(response: requests.Response, now: datetime) -> Receipt:
    """What an answer of Slack means. Webhooks answer in words, the API in JSON."""
    status, words = response.status_code, response.text.strip()
    code = f"http {status}"
    try:
        answer = response.json()
    except ValueError:
        answer = None
    if not isinstance(answer, dict):
        answer = {"ok": words == "ok", "error": words}
    if status == requests.codes.ok and answer.get("ok") is True:
        return Receipt(ReceiptState.SENT, code, provider_id=str(answer.get("ts", "")))
    error = str(answer.get("error", words))
    state = http_state(status)  # of an answer that says 200 too: a portal, no such room
    if error.startswith(_TRANSIENT):
        state = ReceiptState.RETRY
    elif error.startswith(_UNWANTED):
        state = ReceiptState.PERMANENT
    patience = _patience(response.headers.get("Retry-After", "").strip(), now)
    return replace(receipt(state, code, error), retry_after=patience)


def _patience(words: str, now: datetime) -> timedelta | None:
    """What a Retry-After asks for, in seconds or as a date; None if it says neither."""
    if re.fullmatch("[0-9]{1,6}", words):
        return timedelta(seconds=int(words))
    with suppress(ValueError, TypeError, OverflowError):
        return max(parsedate_to_datetime(words) - now, timedelta())
    return None


def _unanswered(error: requests.RequestException) -> Receipt:
    """What it means that no answer came: ambiguous once the message may have been read."""
    if isinstance(error, requests.exceptions.SSLError):
        return receipt(ReceiptState.CONFIG, "tls", str(error))
    if isinstance(error, ValueError):  # an address nobody can post to
        return receipt(ReceiptState.CONFIG, "http", str(error))
    cause = error.args[0] if error.args else error
    reason = getattr(cause, "reason", cause)
    early = isinstance(reason, NewConnectionError)  # refused, no such host
    if early or isinstance(error, requests.exceptions.ConnectTimeout):
        return receipt(ReceiptState.RETRY, "connection", f"no connection: {type(reason).__name__}")
    return receipt(ReceiptState.AMBIGUOUS, "connection", f"no answer: {type(error).__name__}")
