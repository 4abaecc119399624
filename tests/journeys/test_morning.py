from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

from tests.journeys.morning import NOW, found_site, make_pass
from wirebell.cli.newsroom import STAGES, Newsroom
from wirebell.cli.newsroom.script import FAILING, RINGS, departures
from wirebell.storage import Store


def test_a_morning_goes_by_its_plan(database_url: str, tmp_path: Path) -> None:
    with Newsroom(tmp_path / "messages", NOW) as room:
        site = found_site(tmp_path / "home", database_url, room)
        store = Store(database_url, lambda: NOW)
        rung = 0
        for minutes, stage in enumerate(STAGES):
            room.stage(stage)
            rung += sum(ring.stage == stage for ring in RINGS)
            # the readers of an installation, and a second look at a stage that is known
            asyncio.run(make_pass(site, NOW + timedelta(minutes=minutes), lambda house: house))
            asyncio.run(make_pass(site, NOW + timedelta(minutes=minutes)))
            assert (len(room.mails), len(room.posts)) == (rung, rung)
            states = {state.feed_id: state.state for state in store.feed_states()}
            assert {id: state for id, state in states.items() if state != "ok"} == {
                id: kind
                for id, (since, kind) in FAILING.items()
                if STAGES.index(since) <= STAGES.index(stage)
            }
        outcomes = [(title, outcome) for title, outcome, _ in store.outcomes_since(NOW)]
        assert departures(store.recent_alerts(100), outcomes) == ()
        assert store.books().whole
        store.close()
