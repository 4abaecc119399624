"""Every channel of a desk, plugged in: one line for each channel and address."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from threading import Lock
from urllib.parse import quote

from wirebell.alerts.transport.console import lay_down
from wirebell.alerts.transport.envelope import Envelope, receipt
from wirebell.alerts.transport.line import Line, plug_in
from wirebell.alerts.transport.redaction import guard_logs
from wirebell.alerts.transport.references import Unresolved, resolve
from wirebell.core.alerts import Message, Receipt, ReceiptState
from wirebell.core.clock import Clock, system_clock
from wirebell.desk.values import Channel


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
        plug_in()
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
        self._lines: dict[tuple[str, str], Line | None] = {}
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

    def _line(self, channel: str, address: str) -> Line | None:
        with self._lock:
            if (channel, address) not in self._lines:
                url = _with_sender(self._urls[channel], self._mail_from)
                self._lines[channel, address] = Line.open(url, address)
            return self._lines[channel, address]


def _unusable(channel: str) -> str:
    return f"channel {channel}: its address is none that Apprise can use"


def _with_sender(url: str, mail_from: str) -> str:
    if not url.lower().startswith("mailto") or re.search(r"[?&]from=", url):
        return url
    return f"{url}{'&' if '?' in url else '?'}from={quote(mail_from, safe='')}"
