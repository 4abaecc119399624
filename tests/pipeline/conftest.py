"""Houses with real channels on loopback, for the tests of delivering."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.clock import Clock
from tests.pipeline.outbox import sending_house
from tests.servers.slack import SlackServer
from tests.servers.smtp import SmtpServer
from wirebell.pipeline.wiring import House

TO_ANA = """
version: 1
channels:
  mail: ${env:WIREBELL_MAIL}
recipients:
  - {name: ana, mail: ana@desk.example}
routes:
  - {to: [ana]}
"""


@pytest.fixture
async def room(
    tmp_path: Path, clock: Clock, smtp: SmtpServer, slack: SlackServer, database_url: str
) -> AsyncIterator[House]:
    """A house that tells a Slack room, with mail for its operator and as a fallback."""
    async with sending_house(tmp_path, clock, smtp, slack, database=database_url) as house:
        yield house


@pytest.fixture
async def ana(
    tmp_path: Path, clock: Clock, smtp: SmtpServer, database_url: str
) -> AsyncIterator[House]:
    """A house that tells one reader by mail."""
    async with sending_house(
        tmp_path, clock, smtp, channels=TO_ANA, database=database_url
    ) as house:
        yield house
