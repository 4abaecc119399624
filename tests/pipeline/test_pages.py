from __future__ import annotations

import re
import stat
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from tests.clock import Clock
from tests.pipeline.desk import CHANNELS, settings_of, write_desk
from tests.storage.samples import file_alert
from wirebell.cli.serve import site
from wirebell.core.alerts import Hushed
from wirebell.core.settings import Settings
from wirebell.pipeline.wiring import desk_in_force, open_pages
from wirebell.storage import Store

Client = TestClient[web.Request, web.Application]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_of(tmp_path).model_copy(update={"public_url": "https://bell.example"})


@pytest.fixture
async def client(settings: Settings, store: Store, clock: Clock) -> AsyncIterator[Client]:
    """What is served, over one alert that two were told of."""
    file_alert(store, clock, "al-1", "ada", "ben")
    async with TestClient(TestServer(site(settings, store))) as client:
        yield client


def path_of(settings: Settings, alert: str = "al-1", reader: str = "ada") -> str:
    return open_pages(settings).address(alert, reader).removeprefix("https://bell.example")


async def form_of(client: Client, path: str) -> str:
    page = await (await client.get(path)).text()
    found = re.search(r'name="form" value="([^"]+)"', page)
    assert found
    return found.group(1)


async def test_opening_a_page_changes_nothing_however_it_is_opened(
    client: Client, settings: Settings, store: Store
) -> None:
    for query in (
        "",
        "?vote=useful",
        f"?vote=useful&form={await form_of(client, path_of(settings))}",
    ):
        for ask in (client.get, client.head):
            answer = await ask(path_of(settings) + query)
            assert answer.status == 200
    assert "Rare-earth exports halted" in await (await client.get(path_of(settings))).text()
    assert (store.votes(), store.silences()) == ((), ())


async def test_times_are_told_in_the_zone_that_the_desk_in_force_says_now(
    client: Client, settings: Settings, store: Store, tmp_path: Path
) -> None:
    for zone, told in (("Asia/Tokyo", "JST"), ("America/New_York", "EDT")):
        folder = write_desk(tmp_path / "rules", {"wire": "https://outlet.example/feed"})
        (folder / "channels.yaml").write_text(
            CHANNELS.replace("name: ana,", f"name: ada, zone: {zone},").replace("[ana]", "[ada]")
        )
        desk_in_force(store, folder)
        assert told in await (await client.get(path_of(settings))).text()


async def test_the_pages_own_form_keeps_a_vote_and_shows_it(
    client: Client, settings: Settings, store: Store
) -> None:
    path = path_of(settings)
    form = await form_of(client, path)
    for word, useful in (("useful", True), ("not-for-me", False)):
        answer = await client.post(path, data={"form": form, "vote": word})
        assert answer.status == 200
        assert f"Kept: {word.replace('-', ' ')}" in await answer.text()
        assert [(vote.recipient, vote.useful) for vote in store.votes()] == [("ada", useful)]


async def test_the_form_silences_the_story_until_an_end_in_the_readers_name(
    client: Client, settings: Settings, store: Store
) -> None:
    path = path_of(settings)
    answer = await client.post(path, data={"form": await form_of(client, path), "silence": "8"})
    (silence,) = store.silences()
    assert (silence.about, silence.value) == (Hushed.STORY, "story of al-1")
    assert silence.until - silence.since == timedelta(hours=8)
    assert (silence.author, silence.why) == ("ada", "from the page of an alert")
    page = await answer.text()
    assert "Silenced for everybody until" in page
    assert "by ada: from the page of an alert" in page
    assert "Hold it for everybody" not in page


async def test_a_form_of_another_reader_or_alert_or_none_is_refused(
    client: Client, settings: Settings, store: Store
) -> None:
    path, other = path_of(settings), await form_of(client, path_of(settings, reader="ben"))
    signature = path.rpartition("/")[2]
    for form in (other, signature, "", "ü"):
        answer = await client.post(path, data={"form": form, "vote": "useful"})
        assert answer.status == 403
        assert (await client.post(path, data={"form": form, "silence": "8"})).status == 403
    own = await form_of(client, path)
    for chosen in ({"vote": "all"}, {"silence": "9999"}, {}):
        assert (await client.post(path, data={"form": own, **chosen})).status == 400
    assert (await client.post(path, data=b"\xff\x00 no form")).status == 403
    assert (store.votes(), store.silences()) == ((), ())


async def test_an_address_that_was_not_sent_leads_nowhere(
    client: Client, settings: Settings, store: Store
) -> None:
    good = path_of(settings)
    forged = (good[:-1] + ("A" if good[-1] != "A" else "B"), good.replace("ada", "ben"))
    for path in (*forged, path_of(settings, alert="al-2"), "/alerts/al-1", "/"):
        assert (await client.get(path)).status == 404
        assert (await client.post(path, data={"vote": "useful"})).status in (404, 405)
    assert (store.votes(), store.silences()) == ((), ())


async def test_a_page_may_run_nothing_load_nothing_and_gives_its_address_away_to_nobody(
    client: Client, settings: Settings
) -> None:
    headers = (await client.get(path_of(settings))).headers
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == "no-store"


def test_the_key_is_made_once_for_its_owners_eyes_and_only_where_alerts_have_pages(
    settings: Settings,
) -> None:
    key = settings.home / "page.key"
    open_pages(settings.model_copy(update={"public_url": ""}))
    assert not key.exists()
    first = open_pages(settings)
    assert first == open_pages(settings)
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert list(settings.home.glob("page.*")) == [key]
