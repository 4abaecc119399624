from __future__ import annotations

from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path

import pytest

from tests.pipeline.desk import page, rss, settings_of, write_desk
from tests.servers.web import Answer, WebServer
from wirebell.cli.ticker import Ticker
from wirebell.core.clock import system_clock
from wirebell.pipeline.steps import deliver_due, watch_feeds
from wirebell.pipeline.wiring import open_house
from wirebell.storage import Store

NOBODY = "http://127.0.0.1:9/feed"  # port 9 is "discard", which hardly anybody serves


async def poll(home: Path, url: str) -> None:
    """One poll of the desk's one feed, at the address it has today, and what follows."""
    write_desk(home / "rules", {"harbour": url})
    async with open_house(settings_of(home), environ={"PATH": ""}, upgrade=True) as house:
        await watch_feeds(house.desk.feeds, house, due_only=False)
        deliver_due(house)


async def test_it_tells_a_line_that_is_down_the_first_poll_and_each_alert_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def feed(*items: tuple[str, str, str]) -> Answer:
        now = format_datetime(datetime.now(UTC)).encode()
        return Answer(rss(*items).replace(b"Thu, 05 Jun 2025 11:00:00 GMT", now))

    async with WebServer() as web, open_house(
        settings_of(write_desk(tmp_path / "rules", {"harbour": NOBODY}).parent),
        environ={"PATH": ""},
        upgrade=True,
    ) as house:  # fmt: skip
        store = Store(settings_of(tmp_path).database_url, system_clock)
        ticker = Ticker(store, house.desk, tmp_path / "outbox")

        def said() -> str:
            ticker.tick()
            return capsys.readouterr().out

        assert said() == ""
        await poll(tmp_path, NOBODY)
        assert said() == "our line looks down, retrying: 1 feeds could not be reached\n"
        assert said() == ""
        old, new = ("a", "Rare earth curbs", web.url("/a")), ("b", "Minerals", web.url("/b"))
        web.put("/feed", feed(old))
        await poll(tmp_path, web.url("/feed"))
        up, preview, ring, _ = said().splitlines()
        assert up == "our line is up again"
        assert preview.startswith("1 entries from 1 of 1 feeds; in the last 24 h")
        assert "URGENT" in ring
        assert "Rare earth curbs" in ring
        web.put("/b", Answer(page("Minerals", "Exports of rare-earth minerals fell on Thursday.")))
        web.put("/feed", feed(old, new))
        await poll(tmp_path, web.url("/feed"))
        alert, where = said().splitlines()
        assert "Minerals" in alert
        assert "rare-earth" in alert
        assert f"laid down as {tmp_path / 'outbox'}" in where
        assert said() == ""
        store.close()
