"""What the transport's tests share: a transport plugged into servers that answer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.alerts.samples import PLACE, SEEN
from tests.servers.slack import SlackServer
from wirebell.alerts.transport import Transport
from wirebell.desk.values import Channel

HOOK = "slack://T0AAAAAAA/B0BBBBBBB/c0ffeec0ffeec0ffeec0ffee"

Plug = Callable[..., Transport]


@pytest.fixture
def plug(tmp_path: Path, slack: SlackServer) -> Plug:
    """Builds a transport from channel ids and their URLs; Slack is the one on loopback."""

    def build(
        environ: dict[str, str] | None = None, *, slack_base: str = slack.base, **urls: str
    ) -> Transport:
        channels = [Channel(name, url, PLACE) for name, url in urls.items()]
        return Transport(
            channels,
            mail_from="Wirebell <wirebell@localhost>",
            slack_base=slack_base,
            outbox=tmp_path / "outbox",
            environ=environ or {},
            clock=lambda: SEEN,
        )

    return build
