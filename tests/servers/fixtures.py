"""A mail server and a Slack on loopback, for every room's tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.servers.slack import SlackServer
from tests.servers.smtp import SmtpServer


@pytest.fixture
def smtp() -> Iterator[SmtpServer]:
    with SmtpServer() as server:
        yield server


@pytest.fixture
def slack() -> Iterator[SlackServer]:
    with SlackServer() as server:
        yield server
