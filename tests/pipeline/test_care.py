from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.clock import Clock
from tests.pipeline.desk import house_over, write_desk
from tests.servers.slack import Reply, SlackServer
from wirebell.pipeline.care import close_yesterday, let_go, ping


def test_a_good_cycle_is_told_outside_and_a_failing_ping_never_says_its_address(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with SlackServer() as watcher:
        ping({})
        ping({"WIREBELL_PING": f"{watcher.base}/s3cret"})
        watcher.reply = Reply(500)
        ping({"WIREBELL_PING": f"{watcher.base}/s3cret"})
    assert [post.path for post in watcher.posts] == ["/s3cret", "/s3cret"]
    assert "the ping outside failed: HTTPError" in caplog.text
    assert "s3cret" not in caplog.text


async def test_books_of_yesterday_that_do_not_hold_are_told_until_they_do(
    tmp_path: Path, clock: Clock
) -> None:
    write_desk(tmp_path / "rules", {"harbour": "https://outlet.example/feed"})
    async with house_over(tmp_path, clock) as house:
        assert close_yesterday(house).whole
        with closing(sqlite3.connect(tmp_path / "wirebell.db")) as memory, memory:
            memory.execute(
                "INSERT INTO attempt (message_key, token, started_at, code, detail, provider_id)"
                " VALUES ('stray', 't', '2025-06-04 12:00:00.000000', '', '', '')"
            )
        assert not close_yesterday(house).whole
        assert list(house.store.troubles()) == ["books"]
        with closing(sqlite3.connect(tmp_path / "wirebell.db")) as memory, memory:
            memory.execute("DELETE FROM attempt")
        assert close_yesterday(house).whole
        assert house.store.troubles() == {}
        assert let_go(house).texts == 0
