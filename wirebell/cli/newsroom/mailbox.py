"""A real mail server that keeps every message it is given as a file to open."""

from __future__ import annotations

import asyncio
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session


class Mailbox:
    """Takes mail for anybody on 127.0.0.1 and writes it to `folder` as 001.eml, 002.eml, ...

    `received` lists the files, oldest first.
    """

    def __init__(self, folder: Path) -> None:
        self.port = 0
        self.received: list[Path] = []
        self._folder = folder
        self._server: asyncio.Server | None = None

    async def open(self) -> None:
        """Listen on a free port."""
        self._folder.mkdir(parents=True, exist_ok=True)
        loop = asyncio.get_running_loop()
        # without a host name of its own aiosmtpd asks the resolver, which may take seconds
        self._server = await loop.create_server(
            lambda: SMTP(self, hostname="newsroom.localhost", loop=loop), "127.0.0.1", 0
        )
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        """Stop listening."""
        if self._server:
            self._server.close()

    async def handle_DATA(  # noqa: N802 - the name aiosmtpd calls
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        """Keep a message before it is acknowledged."""
        path = self._folder / f"{len(self.received) + 1:03}.eml"
        path.write_bytes(envelope.original_content or b"")
        self.received.append(path)
        return "250 OK"
