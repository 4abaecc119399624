"""One mail handed in at one SMTP server, and what its answers mean."""

from __future__ import annotations

import smtplib
import socket
import ssl
from contextlib import suppress
from dataclasses import dataclass
from functools import cache

from wirebell.alerts.transport.envelope import receipt
from wirebell.core.alerts import Receipt, ReceiptState

_OK = (250, 251)
_TOO_BIG = 552


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail is handed in.

    `mode` is insecure, starttls or ssl; `timeout`, in seconds, holds for each answer.
    """

    host: str
    port: int
    mode: str
    user: str = ""
    password: str = ""
    verify: bool = True
    timeout: float = 15.0


def submit(server: MailServer, sender: str, address: str, mail: bytes) -> Receipt:
    """Hand in `mail` for one recipient, and say what became of it. Raises nothing.

    Before the recipient is named a refusal is about the channel (login, TLS, sender): config.
    After that 4xx asks for patience and 5xx is final. A connection lost while the content is
    on its way is ambiguous, at any other time a reason to try again.
    """
    if not (address.isascii() and address.isprintable()):
        return receipt(ReceiptState.PERMANENT, "smtp", "not an address SMTP can carry")
    try:
        connection = _open(server)
    except OSError as error:  # everything smtplib and ssl raise is one
        return _no_entry(error)
    try:
        return _name(connection, sender, address) or _hand_over(connection, mail)
    finally:
        with suppress(OSError):
            connection.quit()


def _open(server: MailServer) -> smtplib.SMTP:
    """A connection with its TLS and login done."""
    tls = _tls(server.verify)
    connection: smtplib.SMTP
    if server.mode == "ssl":
        connection = smtplib.SMTP_SSL(
            server.host, server.port, _own_name(), timeout=server.timeout, context=tls
        )
    else:
        connection = smtplib.SMTP(server.host, server.port, _own_name(), timeout=server.timeout)
    try:
        if server.mode == "starttls":
            connection.starttls(context=tls)
        if server.user and server.password:
            connection.login(server.user, server.password)
        connection.ehlo_or_helo_if_needed()
    except OSError:
        connection.close()
        raise
    return connection


@cache
def _tls(verify: bool) -> ssl.SSLContext:
    """Made once: reading the system's certificates takes longer than sending a mail."""
    context = ssl.create_default_context()
    if not verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


@cache
def _own_name() -> str:
    """What we greet with; asked once, because the answer may come from a slow name server."""
    return socket.getfqdn()


def _no_entry(error: OSError) -> Receipt:
    """Why we did not get as far as naming a recipient."""
    retry, config = ReceiptState.RETRY, ReceiptState.CONFIG
    if isinstance(error, smtplib.SMTPResponseException):
        state = config if error.smtp_code >= 500 else retry
        return receipt(state, f"smtp {error.smtp_code}", _words(error.smtp_error))
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return receipt(config, "smtp", str(error))
    if isinstance(error, ssl.SSLError):
        broken = isinstance(error, ssl.SSLEOFError | ssl.SSLZeroReturnError)
        return receipt(retry if broken else config, "tls", str(error))
    return receipt(retry, "connection", str(error) or type(error).__name__)


def _name(connection: smtplib.SMTP, sender: str, address: str) -> Receipt | None:
    """Name sender and recipient; None when both are taken."""
    try:
        code, words = connection.mail(sender)
        if code != _OK[0]:
            final = ReceiptState.PERMANENT if code == _TOO_BIG else ReceiptState.CONFIG
            return _refusal(code, words, final)
        code, words = connection.rcpt(address)
        return None if code in _OK else _refusal(code, words, ReceiptState.PERMANENT)
    except OSError as error:
        return receipt(ReceiptState.RETRY, "connection", str(error))


def _hand_over(connection: smtplib.SMTP, mail: bytes) -> Receipt:
    try:
        code, words = connection.data(mail)
    except smtplib.SMTPDataError as error:  # refused before the content was on its way
        return _refusal(error.smtp_code, error.smtp_error, ReceiptState.PERMANENT)
    except OSError as error:
        return receipt(ReceiptState.AMBIGUOUS, "connection", str(error))
    if code in _OK:
        return receipt(ReceiptState.SENT, f"smtp {code}", _words(words))
    return _refusal(code, words, ReceiptState.PERMANENT)


def _refusal(code: int, words: bytes | str, final: ReceiptState) -> Receipt:
    """`final` for 5xx; 4xx, and what is no answer at all (-1), may be better next time."""
    return receipt(final if code >= 500 else ReceiptState.RETRY, f"smtp {code}", _words(words))


def _words(words: bytes | str) -> str:
    return words.decode("utf-8", "replace") if isinstance(words, bytes) else words
