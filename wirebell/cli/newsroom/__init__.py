"""The demo's newsroom: invented outlets, a mail server and a Slack room, all on this machine.

One morning of the beat in three stages, "baseline", "morning" and "update". Nothing here
reaches beyond the loopback interface, and a given `now` prints the same bytes every time.
"""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Coroutine
from datetime import datetime
from pathlib import Path
from typing import Self

from wirebell.cli.newsroom.editions import STAGES
from wirebell.cli.newsroom.folder import write_desk
from wirebell.cli.newsroom.mailbox import Mailbox
from wirebell.cli.newsroom.press import Press
from wirebell.cli.newsroom.scrapbook import write_scrapbook
from wirebell.cli.newsroom.slackroom import SlackRoom

__all__ = ["STAGES", "Newsroom", "write_desk"]


class Newsroom:
    """Three servers on free ports, up between `with` and its end, in a thread of their own.

    `folder` receives what arrives: mail/*.eml and slack/*.json; `mails` and `posts` list the
    files, oldest first. `now` is the instant every
    date of the morning is counted back from.
    """

    def __init__(self, folder: Path, now: datetime) -> None:
        self._folder = folder
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="newsroom")
        self._press = Press(now)
        self._mailbox = Mailbox(folder / "mail")
        self._slack = SlackRoom(folder / "slack")
        self.mails, self.posts = self._mailbox.received, self._slack.received
        self._nobody = socket.socket()  # bound and never listening: its port refuses for sure

    def __enter__(self) -> Self:
        self._thread.start()
        self._nobody.bind(("127.0.0.1", 0))
        try:
            for server in (self._press, self._mailbox, self._slack):
                self._do(server.open())
        except BaseException:
            self._close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._close()

    @property
    def feeds_url(self) -> str:
        """Where the outlets publish; the feeds are at <feeds_url>/<outlet>/feed.xml."""
        return self._press.url

    @property
    def mail_url(self) -> str:
        """The mail server as a channel's URL, in Apprise's grammar."""
        return f"mailto://127.0.0.1:{self._mailbox.port}?from=bell@wirebell.example"

    @property
    def slack_base(self) -> str:
        """Where the Slack room listens, in place of Slack's own address."""
        return self._slack.url

    @property
    def slack_url(self) -> str:
        """The Slack room's webhook as a channel's URL, in Apprise's grammar."""
        return "slack://" + "/".join(self._slack.tokens)

    @property
    def environment(self) -> dict[str, str]:
        """The settings and secrets under which a pipeline reaches this newsroom."""
        return {
            "WIREBELL_MAIL": self.mail_url,
            "WIREBELL_SLACK": self.slack_url,
            "WIREBELL_SLACK_BASE": self.slack_base,
            "WIREBELL_ALLOW_HOSTS": "127.0.0.1",
            **dict.fromkeys(("WIREBELL_GROUP_WAIT", "WIREBELL_UPDATE_GAP"), "PT0S"),
            "WIREBELL_SINGLES_IN_10_MIN": "60",  # a morning in a minute
        }

    def stage(self, name: str) -> None:
        """Publish a stage of the morning.

        Raises:
            KeyError: there is no such stage.
        """
        self._press.publish(name)

    def write_desk(self, folder: Path) -> None:
        """Lay down the demo's desk, its feeds pointing here."""
        port = self._nobody.getsockname()[1]
        write_desk(folder, self.feeds_url, refusing=f"http://127.0.0.1:{port}")

    def write_scrapbook(self) -> Path:
        """Show all that arrived on one page, links leading to kept copies; the page's path."""
        return write_scrapbook(self._folder, self._press.edition, self.feeds_url)

    def _do(self, work: Coroutine[None, None, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result()

    def _close(self) -> None:
        for server in (self._slack, self._mailbox, self._press):
            self._do(server.close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        self._nobody.close()
