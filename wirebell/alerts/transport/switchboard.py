"""Every channel of a desk, plugged in: one Apprise object for each channel and address."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from threading import Lock
from typing import Any
from urllib.parse import quote

from wirebell.alerts.transport.console import lay_down
from wirebell.alerts.transport.envelope import ENVELOPE, Envelope, receipt
from wirebell.alerts.transport.mail import AlertMail
from wirebell.alerts.transport.plain import plain
from wirebell.alerts.transport.redaction import guard_logs
from wirebell.alerts.transport.references import Unresolved, resolve
from wirebell.alerts.transport.slack import AlertSlack
from wirebell.alerts.transport.stock import Apprise, AppriseAsset, NotifyFormat, Plugins
from wirebell.core.alerts import Message, Receipt, ReceiptState
from wirebell.core.clock import Clock, system_clock
from wirebell.desk.values import Channel

_OURS = ((AlertMail, ("mailto", "mailtos")), (AlertSlack, ("slack",)))
_HTTP_ERROR = re.compile(r"error=(\d{3})")
_MENDED_BY_HAND = frozenset({401, 403, 404, 407, 410})


class Transport:
    """Hands messages to channels. Thread-safe; what a channel suffers comes back as a receipt.

    Args:
        channels: the desk's. If not one of them has its secrets, every message goes to the
            console instead: files in `outbox`.
        mail_from: the From line where a mail channel's URL has no `from=`.
        slack_base: stands in for `https://hooks.slack.com` and `https://slack.com`, or "".
        outbox: the folder of the console.
        environ: where `${env:NAME}` is looked up.
        clock: what dates mails and files.
    """

    def __init__(
        self,
        channels: Sequence[Channel],
        *,
        mail_from: str,
        slack_base: str,
        outbox: Path,
        environ: Mapping[str, str],
        clock: Clock = system_clock,
    ) -> None:
        guard_logs()
        _plug_in()
        self._mail_from = mail_from
        self._slack_base = slack_base
        self._outbox = outbox
        self._clock = clock
        self._urls: dict[str, str] = {}
        self._missing: dict[str, str] = {}
        for channel in channels:
            try:
                self._urls[channel.id] = resolve(channel.url, environ)
            except Unresolved as error:
                self._missing[channel.id] = str(error)
        self._lines: dict[tuple[str, str], _Line | None] = {}
        self._lock = Lock()

    def send(self, channel: str, address: str, message: Message) -> Receipt:
        """Try once to deliver `message`, and say what came of it. Never raises for a channel."""
        envelope = Envelope(message, self._clock(), self._slack_base)
        if not self._urls:
            to = address if "@" in address else "undisclosed-recipients:;"
            return lay_down(envelope, self._outbox, self._mail_from, to)
        if channel not in self._urls:
            reason = self._missing.get(channel, "no such channel on the desk")
            return receipt(ReceiptState.CONFIG, "channel", f"channel {channel}: {reason}")
        line = self._line(channel, address)
        if line is None:
            return receipt(ReceiptState.CONFIG, "channel", _unusable(channel))
        return line.send(envelope)

    def problems(self) -> tuple[str, ...]:
        """What somebody must mend, a sentence each: names channels and variables, no values."""
        missing = [f"channel {name}: {reason}" for name, reason in self._missing.items()]
        unusable = [_unusable(name) for name in self._urls if self._line(name, "") is None]
        return (*missing, *unusable)

    def _line(self, channel: str, address: str) -> _Line | None:
        with self._lock:
            if (channel, address) not in self._lines:
                url = _with_sender(self._urls[channel], self._mail_from)
                self._lines[channel, address] = _Line.open(url, address)
            return self._lines[channel, address]


def _unusable(channel: str) -> str:
    return f"channel {channel}: its address is none that Apprise can use"


def _with_sender(url: str, mail_from: str) -> str:
    if not url.lower().startswith("mailto") or re.search(r"[?&]from=", url):
        return url
    return f"{url}{'&' if '?' in url else '?'}from={quote(mail_from, safe='')}"


class _Line:
    """One Apprise object, aimed at one address."""

    def __init__(self, apprise: Apprise, plugin: Any) -> None:
        self._apprise = apprise
        self._plugin = plugin
        self._own = isinstance(plugin, AlertMail | AlertSlack)
        self._lock = Lock()

    @classmethod
    def open(cls, url: str, address: str) -> _Line | None:
        """A line for `url`, or None if Apprise can make nothing of it."""
        asset = AppriseAsset(async_mode=False, secure_logging=True, http_redirects=False)
        plugin: Any = Apprise.instantiate(url, asset=asset)
        if plugin is None:
            return None
        if isinstance(plugin, AlertMail | AlertSlack):
            plugin.aim(address)
        plugin.retry = 0  # retries are ours: stock ones repeat what arrived
        plugin.redirects = False
        plugin.request_rate_per_sec = 0  # else an hour's sleep when the clock goes back
        apprise = Apprise(asset=asset)
        apprise.add(plugin)
        return cls(apprise, plugin)

    def send(self, envelope: Envelope) -> Receipt:
        token = ENVELOPE.set(envelope)
        try:
            if self._own:  # reads the envelope; title and body only have to be there
                self._apprise.notify("-", "-", body_format=NotifyFormat.TEXT)
                return envelope.receipt or _stock_receipt(False, envelope.warnings)
            with self._lock:  # stock plugins keep state between sends
                title = plain(envelope.message.subject, self._plugin.title_maxlen or 250)
                body = plain(envelope.message.text, self._plugin.body_maxlen - len(title) - 2)
                sent = bool(self._apprise.notify(body, title, body_format=NotifyFormat.TEXT))
            return _stock_receipt(sent, envelope.warnings)
        finally:
            ENVELOPE.reset(token)


def _stock_receipt(sent: bool, warnings: Sequence[str]) -> Receipt:
    """What can be known of a stock plugin: True or False, and the code in what it logged."""
    if sent:
        return receipt(ReceiptState.SENT, "apprise")
    words = " ".join(warnings)
    found = _HTTP_ERROR.search(words)
    if found is None:
        return receipt(ReceiptState.RETRY, "apprise", words or "not sent")
    status = int(found.group(1))
    state = ReceiptState.PERMANENT
    if status == 429 or status >= 500:
        state = ReceiptState.RETRY
    elif status in _MENDED_BY_HAND or status < 400:
        state = ReceiptState.CONFIG
    return receipt(state, f"http {status}", words)


class _Overhearing(logging.Handler):
    """Puts what plugins warn of into the envelope that is being sent."""

    def emit(self, record: logging.LogRecord) -> None:
        envelope = ENVELOPE.get()
        if envelope is not None:
            envelope.warnings.append(record.getMessage())


_overhearing = _Overhearing(logging.WARNING)
_plugging = Lock()


def _plug_in() -> None:
    """Register our plugins over the stock ones, once; for all others they do as those did."""
    manager = Plugins()
    with _plugging:
        logging.getLogger("apprise").addHandler(_overhearing)
        manager.schemas()  # loads the stock plugins, which would come back over ours
        for plugin, schemas in _OURS:
            if manager[schemas[0]] is not plugin:
                manager.remove(*schemas)
                manager.add(plugin, schemas=schemas)
