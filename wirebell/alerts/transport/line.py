"""One Apprise object, aimed at one address, and what its plugin has to say."""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from threading import Lock
from typing import Any

from wirebell.alerts.transport.envelope import ENVELOPE, Envelope, receipt
from wirebell.alerts.transport.mail import AlertMail
from wirebell.alerts.transport.plain import plain
from wirebell.alerts.transport.slack import MENDED_BY_HAND, AlertSlack
from wirebell.alerts.transport.stock import Apprise, AppriseAsset, NotifyFormat, Plugins
from wirebell.core.alerts import Receipt, ReceiptState

_OURS = ((AlertMail, ("mailto", "mailtos")), (AlertSlack, ("slack",)))
_HTTP_ERROR = re.compile(r"error=(\d{3})")


class Line:
    """One Apprise object, aimed at one address."""

    def __init__(self, apprise: Apprise, plugin: Any) -> None:
        self._apprise = apprise
        self._plugin = plugin
        self._own = isinstance(plugin, AlertMail | AlertSlack)
        self._lock = Lock()

    @classmethod
    def open(cls, url: str, address: str) -> Line | None:
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
        """Send what is in the envelope, one message at a time where a stock plugin sends it."""
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
    elif status in MENDED_BY_HAND or status < 400:
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


def plug_in() -> None:
    """Register our plugins over the stock ones, once; for all others they do as those did."""
    manager = Plugins()
    with _plugging:
        logging.getLogger("apprise").addHandler(_overhearing)
        manager.schemas()  # loads the stock plugins, which would come back over ours
        for plugin, schemas in _OURS:
            if manager[schemas[0]] is not plugin:
                manager.remove(*schemas)
                manager.add(plugin, schemas=schemas)
