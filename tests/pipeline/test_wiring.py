from __future__ import annotations

import asyncio
import gc
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from tests.clock import Clock
from tests.pipeline.desk import RULES, house_over, settings_of, write_desk
from wirebell.core.errors import DeskError, SchemaBehind
from wirebell.pipeline import wiring
from wirebell.pipeline.wiring import House, open_house
from wirebell.storage.tables import FeedRow

MISTAKE = RULES.replace("severity: urgent", "severity: loud")
FEEDS = {"harbour": "https://outlet.example/feed"}


async def test_a_desk_with_a_mistake_and_none_before_it_is_refused(
    tmp_path: Path, clock: Clock
) -> None:
    write_desk(tmp_path / "rules", FEEDS, MISTAKE)
    with pytest.raises(DeskError, match=r"watch/beat.yaml:6:\d+"):
        async with house_over(tmp_path, clock):
            pytest.fail("the house opened over a desk with a mistake")


async def test_a_bad_edit_leaves_the_accepted_desk_in_force_and_is_told_once(
    tmp_path: Path, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    write_desk(tmp_path / "rules", FEEDS)
    async with house_over(tmp_path, clock) as house:
        good = house.desk
    write_desk(tmp_path / "rules", {}, MISTAKE)
    for _ in range(3):
        async with house_over(tmp_path, clock) as house:
            assert house.desk == good
            assert list(house.store.troubles()) == ["desk"]
    assert caplog.text.count("watch/beat.yaml:6:") == 1
    write_desk(tmp_path / "rules", FEEDS)
    async with house_over(tmp_path, clock) as house:
        assert house.store.troubles() == {}


async def test_a_mended_desk_comes_into_force(tmp_path: Path, clock: Clock) -> None:
    write_desk(tmp_path / "rules", FEEDS)
    async with house_over(tmp_path, clock) as house:
        before = house.desk.hash
    write_desk(tmp_path / "rules", FEEDS, RULES.replace("urgent", "flash"))
    async with house_over(tmp_path, clock) as house:
        assert house.desk.hash != before
        assert house.store.desk_in_force() == (house.desk.hash, house.desk.files)


async def test_tables_that_do_not_fit_are_named_with_the_command_that_mends_them(
    tmp_path: Path, clock: Clock
) -> None:
    write_desk(tmp_path / "rules", FEEDS)
    with pytest.raises(SchemaBehind, match="wirebell db upgrade"):
        async with open_house(settings_of(tmp_path), clock=clock):
            pytest.fail("the house opened over no tables")


async def test_a_feed_or_recipient_taken_off_the_desk_is_still_spoken_of(
    tmp_path: Path, clock: Clock
) -> None:
    write_desk(tmp_path / "rules", FEEDS)
    async with house_over(tmp_path, clock) as house:
        assert house.feed("harbour").name == "Harbour"
        assert (house.feed("gone").name, house.feed("gone").read) == ("gone", "feed")
        assert house.recipient("gone") is None


async def test_an_open_house_keeps_what_it_works_on(
    tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wiring, "_RENEWED", timedelta(milliseconds=1))
    write_desk(tmp_path / "rules", FEEDS)

    def until(house: House) -> datetime | None:
        with house.store._database.reading() as session:
            return session.exec(select(FeedRow.lease_until)).one()

    async with house_over(tmp_path, clock) as house:
        house.store.claim_feeds(["harbour"], wiring.LEASE)
        clock.advance(wiring.LEASE * 0.9)
        while (held := until(house)) != clock.now + wiring.LEASE:
            assert held is not None
            await asyncio.sleep(0.01)
    async with house_over(tmp_path, clock) as house:
        assert len(house.store.claim_feeds(["harbour"], wiring.LEASE)) == 1


async def test_garbage_is_looked_for_as_before_once_the_house_is_closed(
    tmp_path: Path, clock: Clock
) -> None:
    usual = gc.get_threshold()
    write_desk(tmp_path / "rules", FEEDS)
    async with house_over(tmp_path, clock):
        assert gc.get_threshold()[0] > usual[0]
    assert (gc.get_threshold(), gc.get_freeze_count()) == (usual, 0)
