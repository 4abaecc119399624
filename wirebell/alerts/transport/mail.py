"""Mail: Apprise's URL grammar for servers and senders, our own MIME and our own receipts."""

from __future__ import annotations

import smtplib
import socket
import ssl
from contextlib import suppress
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr
from functools import cache
from typing import Any

from wirebell.alerts.transport.envelope import ENVELOPE, receipt
from wirebell.alerts.transport.stock import StockMail
from wirebell.core.alerts import Message, Receipt, ReceiptState
from wirebell.core.text import one_line

# Not every server takes eight bits. A subject has at most 120 characters and is not folded:
# the standard library doubles the space before an encoded word on a line of its own.
_POLICY = SMTP.clone(cte_type="7bit", max_line_length=300)
_OK = (250, 251)
_TOO_BIG = 552
_LOOKED_THROUGH = 60  # seconds a server may look for spam before it takes a mail; ends in its lease


def as_mail(message: Message, sender: str, to: str, now: datetime) -> bytes:
    """A whole mail: one Message-ID, the thread it belongs to, the text and the HTML part."""
    mail = EmailMessage(policy=_POLICY)
    mail["From"] = sender
    mail["To"] = _words(to)
    mail["Subject"] = _words(message.subject)
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = message.message_id
    if message.thread_id:
        mail["In-Reply-To"] = message.thread_id
        mail["References"] = message.thread_id
    for name, value in message.headers:
        mail[name] = _words(value)
    mail.set_content(message.text)
    mail.add_alternative(message.html, subtype="html")
    return mail.as_bytes()


def _words(text: str) -> str:
    """`text` for a header: no more than the words it shows.

    The standard library would decode an encoded word in it ("=?utf-8?q?=0D=0ABcc:...?=") and
    write out what that hides, line breaks too; a character of no width breaks it.
    """
    return one_line(text).replace("=?", "=\u200b?")


class AlertMail(StockMail):  # type: ignore[misc]  # a class of Any, see stock.py
    """Apprise's mailto, sending the mail in the envelope."""

    def aim(self, address: str) -> None:
        """Send to `address`, whomever the channel's own URL names; "" leaves that as it is."""
        if address:
            self.targets = [("", address)]
            self.cc = self.bcc = frozenset[str]()

    def send(self, *_args: Any, **_kwargs: Any) -> bool:
        """Hand our message in, once for each address."""
        envelope = ENVELOPE.get()
        name, sender = self.from_addr
        author = formataddr((name or "", sender))
        for to in [*(address for _, address in self.targets), *sorted(self.cc | self.bcc)]:
            told = not envelope.probe
            mail = as_mail(envelope.message, author, to, envelope.now) if told else b""
            envelope.receipts.append(self._hand_in(sender, to, mail))
        return True

    def _hand_in(self, sender: str, address: str, mail: bytes) -> Receipt:
        """Hand in `mail` for one recipient, and say what became of it; "" ends before he is named.

        Before the recipient is named a refusal is about the channel (login, TLS, sender):
        config. After that 4xx asks for patience and 5xx is final. A connection lost while the
        content is on its way is ambiguous, at any other time a reason to try again.
        """
        if not (address.isascii() and address.isprintable()):
            return receipt(ReceiptState.PERMANENT, "smtp", "not an address SMTP can carry")
        refused, lost = ReceiptState.CONFIG, ReceiptState.RETRY
        words: bytes | str
        try:
            connection = self._connection()
            try:
                if self.secure_mode == "starttls":
                    connection.starttls(context=_tls(self.verify_certificate))
                if self.user and self.password:
                    connection.login(self.user, self.password)
                connection.ehlo_or_helo_if_needed()
                code, words = connection.mail(sender)
                if code in _OK and mail:
                    refused = ReceiptState.PERMANENT
                    code, words = connection.rcpt(address)
                    if code in _OK:
                        lost = ReceiptState.AMBIGUOUS
                        if connection.sock:
                            connection.sock.settimeout(_LOOKED_THROUGH)
                        code, words = connection.data(mail)
            finally:
                with suppress(OSError):
                    connection.putcmd("QUIT")
                connection.close()  # waits for no answer: what was taken is not on record yet
        except smtplib.SMTPResponseException as error:
            code, words = error.smtp_code, error.smtp_error
        except smtplib.SMTPNotSupportedError as error:
            return receipt(ReceiptState.CONFIG, "smtp", str(error))
        except UnicodeError:  # its words would quote the password
            return receipt(ReceiptState.CONFIG, "smtp", "host, login or sender not in ASCII")
        except ssl.SSLError as error:  # only from the handshake: smtplib wraps all others
            return receipt(ReceiptState.CONFIG, "tls", str(error))
        except OSError as error:  # everything else smtplib raises is one
            return receipt(lost, "connection", str(error) or type(error).__name__)
        if code in _OK:
            return receipt(ReceiptState.SENT, f"smtp {code}", words)
        final = ReceiptState.PERMANENT if code == _TOO_BIG else refused
        return receipt(final if code >= 500 else ReceiptState.RETRY, f"smtp {code}", words)

    def _connection(self) -> smtplib.SMTP:
        host, port, patience = self.smtp_host, self.port, self.socket_connect_timeout
        if self.secure_mode != "ssl":
            return smtplib.SMTP(host, port, _own_name(), timeout=patience)
        tls = _tls(self.verify_certificate)
        return smtplib.SMTP_SSL(host, port, _own_name(), timeout=patience, context=tls)


@cache
def _tls(verify: bool) -> ssl.SSLContext:
    """Made once: reading the system's certificates takes longer than sending a mail."""
    context = ssl.create_default_context()
    context.check_hostname = verify
    context.verify_mode = ssl.CERT_REQUIRED if verify else ssl.CERT_NONE
    return context


@cache
def _own_name() -> str:
    """What we greet with; asked once, because the answer may come from a slow name server."""
    return socket.getfqdn()
