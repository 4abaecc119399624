"""Mail: Apprise's URL grammar for servers and senders, our own MIME and our own receipts."""

from __future__ import annotations

from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr
from typing import Any

from wirebell.alerts.transport.envelope import ENVELOPE
from wirebell.alerts.transport.smtp import MailServer, submit
from wirebell.alerts.transport.stock import StockMail
from wirebell.core.alerts import Message
from wirebell.core.text import one_line

_POLICY = SMTP.clone(cte_type="7bit")  # not every server takes eight bits


def as_mail(message: Message, sender: str, to: str, now: datetime) -> bytes:
    """A whole mail: one Message-ID, the thread it belongs to, the text and the HTML part."""
    mail = EmailMessage(policy=_POLICY)
    mail["From"] = sender
    mail["To"] = one_line(to)
    mail["Subject"] = one_line(message.subject)
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = message.message_id
    if message.thread_id:
        mail["In-Reply-To"] = message.thread_id
        mail["References"] = message.thread_id
    for name, value in message.headers:
        mail[name] = one_line(value)
    mail.set_content(message.text)
    mail.add_alternative(message.html, subtype="html")
    return mail.as_bytes()


class AlertMail(StockMail):  # type: ignore[misc]  # a class of Any, see stock.py
    """Apprise's mailto, sending our mail when an envelope is there and its own when not."""

    request_rate_per_sec = 0  # the stock 5.5 s a mail, by a clock that summer time stops

    def aim(self, address: str) -> None:
        """Send to `address`, whomever the channel's own URL names; "" leaves that as it is."""
        if address:
            self.targets = [("", address)]
            self.cc = self.bcc = frozenset[str]()

    def send(self, body: str, title: str = "", **kwargs: Any) -> bool:
        """Hand our message in, once for each address, and settle the receipts."""
        envelope = ENVELOPE.get()
        if envelope is None:
            return bool(super().send(body, title=title, **kwargs))
        server = MailServer(
            self.smtp_host,
            self.port,
            self.secure_mode,
            self.user or "",
            self.password or "",
            self.verify_certificate,
            self.socket_connect_timeout,
        )
        name, sender = self.from_addr
        author = formataddr((name or "", sender))
        outcomes = []
        for to in [*(address for _, address in self.targets), *sorted(self.cc | self.bcc)]:
            mail = as_mail(envelope.message, author, to, envelope.now)
            outcomes.append(envelope.settle(submit(server, sender, to, mail)))
        return all(outcomes)
