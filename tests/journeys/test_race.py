from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from multiprocessing.synchronize import Barrier
from pathlib import Path

from tests.journeys.morning import NOW, WORKERS, Site, found_site, make_pass
from tests.servers.outlook import open_mail
from wirebell.cli.newsroom import STAGES, Newsroom
from wirebell.cli.newsroom.script import RINGS, departures
from wirebell.storage import Store

RACERS = 4


def race(site: Site, now: datetime, line: Barrier) -> None:
    """One racer's main function: all of them start at once."""
    line.wait(60)
    asyncio.run(make_pass(site, now))


def test_four_workers_at_once_take_no_entry_and_tell_no_alert_twice(
    database_url: str, tmp_path: Path
) -> None:
    with Newsroom(tmp_path / "messages", NOW) as room:
        site = found_site(tmp_path / "home", database_url, room)
        for minutes, stage in enumerate(STAGES):
            room.stage(stage)
            assert run_race(site, NOW + timedelta(minutes=minutes)) == [0] * RACERS
        store = Store(database_url, lambda: NOW)
        books = store.books()
        outcomes = [(title, outcome) for title, outcome, _ in store.outcomes_since(NOW)]
        alerts = store.recent_alerts(100)
        store.close()
        subjects = [str(open_mail(mail)["subject"]) for mail in room.mails]
        posts = room.posts
    assert books.problems == ()
    assert (books.waiting, dict(books.deliveries)) == (0, {"sent": 2 * len(RINGS)})
    assert departures(alerts, outcomes) == ()
    assert len(set(subjects)) == len(subjects) == len(posts) == len(RINGS)


def run_race(site: Site, now: datetime) -> list[int | None]:
    line = WORKERS.Barrier(RACERS)
    racers = [WORKERS.Process(target=race, args=(site, now, line)) for _ in range(RACERS)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join(120)
    return [racer.exitcode for racer in racers]
