from __future__ import annotations

import json
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.pipeline.desk import CHANNELS, settings_of, write_desk
from tests.servers.slack import SlackServer
from tests.servers.smtp import SmtpServer
from wirebell.core.feeds import OWN_FEED
from wirebell.pipeline.heartbeat import STAGES, beat
from wirebell.pipeline.wiring import House, open_house

TWO_WAYS = CHANNELS.replace("  mail:", "  slack: ${env:WIREBELL_SLACK}\n  mail:").replace(
    "routes:",
    "  - {name: probe, mail: probe@desk.example, quiet: '00:00-23:59'}\n"
    "  - {name: ops, mail: ops@desk.example, also: [slack]}\n"
    "operators: [ops]\nheartbeat: [probe]\nroutes:",
)
LIMIT = 3.0  # of those that stop
BREAK = {  # what makes a stage of the real database fail
    "intake": "CREATE TRIGGER no BEFORE INSERT ON entry BEGIN SELECT RAISE(ABORT, 'no room'); END",
    "filing": "CREATE TRIGGER no BEFORE INSERT ON version BEGIN SELECT RAISE(ABORT, 'no'); END",
    "delivery": "CREATE TRIGGER no BEFORE INSERT ON attempt BEGIN SELECT RAISE(ABORT, 'no'); END",
}


@asynccontextmanager
async def _house(
    home: Path, smtp: SmtpServer, slack: SlackServer, deadline: float = 4.0
) -> AsyncIterator[House]:
    folder = write_desk(home / "rules", {"harbour": "https://outlet.example/feed"})
    (folder / "channels.yaml").write_text(TWO_WAYS)
    changes = {"slack_base": slack.base, "fetch_deadline": deadline}
    environ = {
        "WIREBELL_MAIL": f"mailto://127.0.0.1:{smtp.port}?from=bell@desk.example",
        "WIREBELL_SLACK": "https://hooks.slack.com/services/T0000000A/B0000000B/cccccccccccccccc",
    }
    settings = settings_of(home).model_copy(update=changes)
    async with open_house(settings, environ=environ, upgrade=True) as house:
        yield house


def _told(slack: SlackServer) -> list[str]:
    return [json.loads(post.body)["text"] for post in slack.posts]


async def test_a_heartbeat_goes_all_the_way_and_leaves_the_books_as_they_were(
    tmp_path: Path, smtp: SmtpServer, slack: SlackServer
) -> None:
    async with _house(tmp_path, smtp, slack) as house:
        first, second = await beat(house), await beat(house)
        assert (first.stage, second.stage, second.detail) == ("", "", "")
        assert house.store.beats(datetime.min.replace(tzinfo=UTC)) == (first, second)
        books = house.store.books()
        assert (books.whole, books.entries, books.alerts, books.deliveries.total()) == (
            True, 0, 0, 0,
        )  # fmt: skip
        assert house.store.recent_alerts(9) == ()
    with closing(sqlite3.connect(tmp_path / "wirebell.db")) as memory:
        assert memory.execute("SELECT count(*) FROM fingerprint").fetchone() == (0,)
    assert [mail.recipients for mail in smtp.mails] == [("probe@desk.example",)] * 2
    assert _told(slack) == []


@pytest.mark.parametrize("stage", STAGES)
async def test_where_a_heartbeat_stops_is_told_once_by_the_other_channel_and_so_is_its_recovery(
    tmp_path: Path, smtp: SmtpServer, slack: SlackServer, stage: str
) -> None:
    async with _house(tmp_path, smtp, slack) as house:
        await beat(house)  # the feed is no longer new
    file = tmp_path / "wirebell.db"
    if stage in BREAK:
        with closing(sqlite3.connect(file)) as memory:
            memory.execute(BREAK[stage])
    if stage == "acknowledgement":
        smtp.refusals["RCPT"] = "550 5.1.1 no such user"
    async with _house(tmp_path, smtp, slack, 0.0001 if stage == "feed" else 4.0) as house:
        stopped = [(await beat(house, LIMIT)).stage for _ in range(2)]
    assert stopped == [stage, stage]
    (told,) = _told(slack)
    assert f"heartbeat: stopped at {stage}" in told
    smtp.refusals.clear()
    with closing(sqlite3.connect(file)) as memory:
        memory.execute("DROP TRIGGER IF EXISTS no")
    async with _house(tmp_path, smtp, slack) as house:
        assert (await beat(house)).stage == ""
        assert house.store.troubles() == {}
        assert OWN_FEED not in {feed.id for feed in house.desk.feeds}
        assert OWN_FEED not in {state.feed_id for state in house.store.feed_states()}


async def test_the_very_database_may_be_gone_and_operators_are_told_of_it(
    tmp_path: Path, smtp: SmtpServer, slack: SlackServer
) -> None:
    async with _house(tmp_path, smtp, slack) as house:
        with closing(sqlite3.connect(tmp_path / "wirebell.db")) as memory:
            memory.execute("DROP TABLE telling")
            memory.execute("DROP TABLE feed")
        assert (await beat(house, LIMIT)).stage == "intake"
    assert "heartbeat: stopped at intake" in _told(slack)[0]
