"""A mail server on loopback with the faults of real ones, for tests.

with SmtpServer() as smtp:
    smtp.refusals["RCPT"] = "550 5.1.1 no such user"
    ... smtp.port, smtp.mails ...
"""

# ruff: noqa: ARG002, N802 - aiosmtpd looks for handle_MAIL and calls it with more than we need

from __future__ import annotations

import asyncio
import socket
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.servers.slack import tls_context


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail that was taken, as it came over the wire."""

    sender: str
    recipients: tuple[str, ...]
    raw: bytes

    @property
    def parsed(self) -> EmailMessage:
        """The mail with its headers decoded."""
        mail = message_from_bytes(self.raw, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        return mail

    def part(self, kind: str) -> str:
        """The body of one kind, "plain" or "html"."""
        body = self.parsed.get_body((kind,))
        assert body is not None
        content = body.get_content()
        assert isinstance(content, str)
        return content


class SmtpServer:
    """Takes mail, and any login that has `password`. With `tls` it offers STARTTLS, under a
    certificate that nobody vouches for.

    Faults: `refusals` answers a command (MAIL, RCPT, DATA) with a line of its own, for
    recipients only those that begin with `picky`; `silent` never greets; `drop_after_data`
    closes the connection when the mail has arrived, without an answer; `slow` is for how many
    seconds a mail is looked through before it is taken.
    """

    def __init__(self, password: str = "", *, tls: bool = False) -> None:
        self.mails: list[Mail] = []
        self.refusals: dict[str, str] = {}
        self.picky = ""
        self.silent = False
        self.drop_after_data = False
        self.slow = 0.0
        self._password = password.encode()
        self._tls = tls_context() if tls else None
        self._controller = _Controller(self)
        self.port = self._controller.port

    def __enter__(self) -> Self:
        self._controller.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._controller.stop()

    def url(self, **query: str) -> str:
        """A mailto URL of this server that asks for nothing but what `query` says."""
        words = "&".join(f"{name}={value}" for name, value in query.items())
        return f"mailto://127.0.0.1:{self.port}{'?' if words else ''}{words}"

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        return self.refusals.get("MAIL", "250 OK")

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if "RCPT" in self.refusals and address.startswith(self.picky):
            return self.refusals["RCPT"]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if "DATA" in self.refusals:
            return self.refusals["DATA"]
        content = envelope.content
        assert isinstance(content, bytes)
        await asyncio.sleep(self.slow)
        self.mails.append(Mail(str(envelope.mail_from), tuple(envelope.rcpt_tos), content))
        if self.drop_after_data and server.transport is not None:
            server.transport.close()
        return "250 2.0.0 OK queued as 42"

    def authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, kind: str, data: object
    ) -> AuthResult:
        """Let in whoever has the password."""
        good = isinstance(data, LoginPassword) and data.password == self._password
        return AuthResult(success=good, handled=False)

    def protocol(self) -> asyncio.BaseProtocol:
        """What serves one connection."""
        if self.silent:
            return asyncio.Protocol()
        return SMTP(
            self,
            hostname="loopback",
            authenticator=self.authenticate,
            auth_require_tls=self._tls is not None,
            tls_context=self._tls,
        )


class _Controller(Controller):
    """aiosmtpd's server thread, on a port the system has chosen."""

    def __init__(self, server: SmtpServer) -> None:
        # TCP by name, or asyncio leaves Nagle's waiting on: 40 ms for each answer of several lines.
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        self._socket.bind(("127.0.0.1", 0))
        self._smtp = server
        super().__init__(server, hostname="127.0.0.1", port=self._socket.getsockname()[1])

    async def _create_server(self) -> asyncio.AbstractServer:
        return await self.loop.create_server(self._factory_invoker, sock=self._socket)

    def factory(self) -> asyncio.BaseProtocol:
        return self._smtp.protocol()
