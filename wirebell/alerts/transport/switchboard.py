"""Every channel of a desk, plugged in: one line for each channel and address."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping, Sequence
from copy import copy
from pathlib import Path
from threading import Lock
from typing import Any
from urllib.parse import quote

from wirebell.alerts.secrets import Unresolved, guard_logs, resolve
from wirebell.alerts.transport import stock
from wirebell.alerts.transport.envelope import ENVELOPE, Envelope, http_state, plain, receipt
from wirebell.alerts.transport.mail import AlertMail, as_mail
from wirebell.alerts.transport.slack import AlertSlack
from wirebell.core.alerts import Message, Receipt, ReceiptState
from wirebell.core.clock import Clock
from wirebell.desk.values import Channel

_OURS = {stock.StockMail: AlertMail, stock.StockSlack: AlertSlack}
_LOGIN = re.compile(r"://[^/?]+@[^/?:@]+\.[a-z-]+(?=[:/?]|$)", re.IGNORECASE)  # a mail address
_ANONYMOUS = "Wirebell <wirebell@localhost>"
_HTTP_ERROR = re.compile(r"error=(\d{3})")
_GRAVITY = ("sent", "permanent", "config", "ambiguous", "retry")
"""Of several receipts the last of these counts: trying again repeats a mail under its own id."""


class Transport:
    """Hands messages to channels. Thread-safe; what a channel suffers comes back as a receipt.

    If not one of `channels` has its secrets, every message goes to the console instead: files
    in `outbox`. `mail_from` is the From line where a mail channel's URL has no `from=`,
    "" for its own login;
    `slack_base` stands in for `https://hooks.slack.com` and `https://slack.com`, or is "".
    `environ` is where `${env:NAME}` is looked up; `clock` dates mails and files.
    """

    def __init__(
        self,
        channels: Sequence[Channel],
        *,
        mail_from: str,
        slack_base: str,
        outbox: Path,
        environ: Mapping[str, str],
        clock: Clock,
    ) -> None:
        guard_logs()
        logging.getLogger("apprise").addFilter(_overhear)
        self._mail_from = mail_from
        self._slack_base = slack_base
        self._outbox = outbox
        self._clock = clock
        self._urls: dict[str, str] = {}
        self._broken: dict[str, str] = {}
        for channel in channels:
            try:
                self._urls[channel.id] = resolve(channel.url, environ)
            except Unresolved as error:
                self._broken[channel.id] = str(error)
        self._plugins: dict[str, Any] = {}
        self._lines: dict[tuple[str, str], _Line] = {}
        self._lock = Lock()

    def send(self, channel: str, address: str, message: Message) -> Receipt:
        """Try once to deliver `message`, and say what came of it. Never raises for a channel."""
        if not self._urls:
            return self._lay_down(address, message)
        line = self._line(channel, address)
        if line is None:
            reason = self._broken.get(channel, "no such channel on the desk")
            return receipt(ReceiptState.CONFIG, "channel", f"channel {channel}: {reason}")
        return line.send(Envelope(message, self._clock(), self._slack_base))

    def probe(self, channel: str) -> Receipt | None:
        """What a channel answers when nothing is sent by it; None where nobody can know.

        A mail server is logged in to and told the sender; Slack refuses a message without words
        as PERMANENT, unless it refuses us.
        """
        line = self._line(channel, "") if self._urls else None
        if line is None or not line.ours:
            return None
        nothing = Message("probe", "probe", "", "{}", "<probe>")
        return line.send(Envelope(nothing, self._clock(), self._slack_base, probe=True))

    def trouble(self, channel: str) -> str:
        """Why `channel` cannot send, naming variables and no values; "" when it may."""
        self._line(channel, "")
        return self._broken.get(channel, "")

    def pace(self, channel: str) -> float:
        """Messages a second the kind of a channel stands; 0: any. Slack says one a webhook."""
        slack = self._urls.get(channel, "").lower().startswith(("slack:", "https://hooks.slack."))
        return float(slack and not self._slack_base)

    @property
    def unset(self) -> bool:
        """Whether no channel has its secrets, so that messages go to files."""
        return not self._urls

    def problems(self) -> tuple[str, ...]:
        """What somebody must mend, a sentence each: names channels and variables, no values."""
        named = dict.fromkeys((*self._urls, *self._broken))
        return tuple(f"channel {name}: {why}" for name in named if (why := self.trouble(name)))

    def _lay_down(self, address: str, message: Message) -> Receipt:
        """Write the message into the outbox, as a mail (.eml) and as Slack would get it (.json).

        The names are time and message key, so that a listing is in the order of sending.
        """
        now = self._clock()
        key = message.message_id.strip("<>").partition("@")[0]
        path = self._outbox / f"{now:%Y%m%dT%H%M%S%fZ}-{key}.eml"
        to = address if "@" in address else "undisclosed-recipients:;"
        try:
            self._outbox.mkdir(parents=True, exist_ok=True)
            path.write_bytes(as_mail(message, self._mail_from or _ANONYMOUS, to, now))
            path.with_suffix(".json").write_text(message.slack, "utf-8")
        except OSError as error:
            return receipt(ReceiptState.RETRY, "console", str(error))
        return receipt(ReceiptState.SENT, "console", str(path))

    def _line(self, channel: str, address: str) -> _Line | None:
        """The line, opened at its first use; None where the channel is broken or unknown."""
        with self._lock:
            if channel in self._urls and (channel, address) not in self._lines:
                if channel not in self._plugins:
                    self._plugins[channel] = _plugin(self._urls[channel], self._mail_from)
                if plugin := self._plugins[channel]:
                    self._lines[channel, address] = _Line(plugin, address)
                else:
                    self._broken[channel] = "its address is none that Apprise can use"
            return self._lines.get((channel, address))


def _plugin(url: str, mail_from: str) -> Any:
    """Our plugin for mail and Slack, the stock one for the rest; None if `url` fits none."""
    if url.lower().startswith("mailto") and not re.search(r"[?&]from=", url):
        own_name = "Wirebell" if _LOGIN.search(url) else _ANONYMOUS
        url += f"{'&' if '?' in url else '?'}from={quote(mail_from or own_name, safe='')}"
    asset = stock.AppriseAsset(
        async_mode=False, secure_logging=True, http_redirects=False, image_url_mask=""
    )  # no picture that a third party serves
    plugin: Any = stock.Apprise.instantiate(url, asset=asset)
    own: Any = _OURS.get(type(plugin))
    if own:
        plugin = own(**stock.parse_address(url), asset=asset)
    if plugin is not None:
        plugin.retry = 0  # retries are ours: stock ones repeat what arrived
        plugin.redirects = False
        plugin.request_rate_per_sec = 0  # else an hour's sleep when the clock goes back
    return plugin


class _Line:
    """One Apprise object, aimed at one address; it sends one message at a time."""

    def __init__(self, plugin: Any, address: str) -> None:
        self._plugin = plugin = copy(plugin)  # made anew for each address it took 10 ms
        self._apprise = stock.Apprise(asset=plugin.asset)
        self._apprise.add(plugin)
        self.ours = isinstance(plugin, tuple(_OURS.values()))
        if self.ours:
            plugin.aim(address)
        self._lock = Lock()  # stock plugins keep state between sends

    def send(self, envelope: Envelope) -> Receipt:
        """Send the message, and answer with the gravest receipt of those it was sent to."""
        subject = envelope.message.subject.replace("://", ":\u200b//")  # no link of ours in it
        title = plain(subject, self._plugin.title_maxlen or 250)
        body = plain(envelope.message.text, self._plugin.body_maxlen - len(title) - 2)
        with self._lock:
            token = ENVELOPE.set(envelope)
            try:
                sent = bool(self._apprise.notify(body, title, body_format=stock.NotifyFormat.TEXT))
            finally:
                ENVELOPE.reset(token)
        if envelope.receipts:
            return max(envelope.receipts, key=lambda answer: _GRAVITY.index(answer.state))
        return _stock_receipt(sent, " ".join(envelope.warnings))


def _stock_receipt(sent: bool, words: str) -> Receipt:
    """What can be known of a stock plugin: True or False, and the code in what it logged."""
    if sent:
        return receipt(ReceiptState.SENT, "apprise")
    found = _HTTP_ERROR.search(words)
    if found is None:
        return receipt(ReceiptState.RETRY, "apprise", words or "not sent")
    return receipt(http_state(int(found.group(1))), f"http {found.group(1)}", words)


def _overhear(record: logging.LogRecord) -> bool:
    """Put what a plugin warns of into the envelope that is being sent."""
    envelope = ENVELOPE.get(None)
    if envelope is not None and record.levelno >= logging.WARNING:
        envelope.warnings.append(record.getMessage())
    return True
