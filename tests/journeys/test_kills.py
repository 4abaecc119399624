from __future__ import annotations

import asyncio
import json
import shutil
import signal
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from tests.conftest import Postgres
from tests.journeys.doomed import Fate, live_and_die
from tests.journeys.morning import NOW, WORKERS, Site, found_site, make_pass
from tests.servers.outlook import open_mail
from wirebell.cli.newsroom import Newsroom
from wirebell.cli.newsroom.script import RINGS, departures
from wirebell.pipeline.steps import SENDERS
from wirebell.storage import Store

pytestmark = pytest.mark.kill

LATER = timedelta(minutes=10)  # every lease of the killed worker has run out by then

FATES = (
    Fate("after", "claim_feeds", 1),
    Fate("before", "intake", 1),
    Fate("after", "intake", 1),
    Fate("after", "claim_entries", 1),
    Fate("before", "file", 1),
    Fate("during", "file", 1),
    Fate("after", "file", 1),
    Fate("during", "file", 7),
    Fate("after", "file", 7),
    Fate("after", "file", 13),
    Fate("during", "claim_deliveries", 1),
    Fate("after", "claim_deliveries", 1),
    Fate("after", "begin_attempt", 1),
    Fate("after", "send", 1, by="mail"),
    Fate("after", "send", 1, by="slack"),
    Fate("after", "send", 6, by="mail"),
    Fate("after", "finish_attempt", 1),
    Fate("before", "finish_attempt", 12),
    Fate("after", "finish_attempt", 12),
)
"""Every step of a morning with 8 feeds, 14 entries, 6 alerts and 12 messages, both of its sides."""

POSTGRES_FATES = (
    Fate("after", "claim_entries", 1),
    Fate("during", "file", 7),
    Fate("during", "claim_deliveries", 1),
    Fate("after", "send", 6, by="mail"),
)
"""Where the engines differ: in who frees the locks and rows of a connection that broke off."""


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Newsroom]:
    with Newsroom(tmp_path_factory.mktemp("newsroom"), NOW) as newsroom:
        yield newsroom


@pytest.fixture(scope="module")
def yesterday(
    room: Newsroom, migrated_file: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A SQLite file that knows the baseline."""
    home = tmp_path_factory.mktemp("home")
    file = home / "yesterday.db"
    shutil.copyfile(migrated_file, file)
    poll_baseline(found_site(home, f"sqlite:///{file}", room), room)
    return file


@pytest.fixture(scope="module")
def yesterday_on_postgres(
    room: Newsroom, postgres: Postgres, tmp_path_factory: pytest.TempPathFactory
) -> str:
    """The name of a PostgreSQL database that knows the baseline."""
    url = postgres.renew("yesterday", postgres.template)
    poll_baseline(found_site(tmp_path_factory.mktemp("home"), url, room), room)
    return "yesterday"


def poll_baseline(site: Site, room: Newsroom) -> None:
    room.stage("baseline")
    asyncio.run(make_pass(site, NOW - timedelta(hours=20)))


@pytest.mark.parametrize("fate", FATES, ids=str)
def test_a_killed_worker_loses_nothing_and_tells_nothing_twice(
    fate: Fate, room: Newsroom, yesterday: Path, tmp_path: Path
) -> None:
    file = tmp_path / "wirebell.db"
    shutil.copyfile(yesterday, file)
    live_through(fate, found_site(tmp_path, f"sqlite:///{file}", room), room)


@pytest.mark.postgres
@pytest.mark.parametrize("fate", POSTGRES_FATES, ids=str)
def test_on_postgres_too(
    fate: Fate, room: Newsroom, yesterday_on_postgres: str, postgres: Postgres, tmp_path: Path
) -> None:
    url = postgres.renew("today", yesterday_on_postgres)
    live_through(fate, found_site(tmp_path, url, room), room)


def live_through(fate: Fate, site: Site, room: Newsroom) -> None:
    """A worker dies in the morning; the next finishes its work and goes on to the update."""
    mails, posts = len(room.mails), len(room.posts)
    room.stage("morning")
    assert exit_code_of(site, fate) == -signal.SIGKILL
    asyncio.run(make_pass(site, NOW + LATER))
    room.stage("update")
    asyncio.run(make_pass(site, NOW + 2 * LATER))
    assert_all_is_accounted_for(site)
    assert_each_told_once(room.mails[mails:], room.posts[posts:])


def exit_code_of(site: Site, fate: Fate) -> int | None:
    worker = WORKERS.Process(target=live_and_die, args=(site, NOW, fate))
    worker.start()
    worker.join(60)
    return worker.exitcode


def assert_all_is_accounted_for(site: Site) -> None:
    store = Store(site.database, lambda: NOW + 2 * LATER)
    books, alerts = store.books(), store.recent_alerts(100)
    outcomes = store.outcomes_since(NOW - timedelta(days=2))
    store.close()
    assert books.problems == ()
    assert (books.waiting, dict(books.deliveries)) == (0, {"sent": 2 * len(RINGS)})
    assert departures(alerts, [(title, outcome) for title, outcome, _ in outcomes]) == ()


def assert_each_told_once(mails: Sequence[Path], posts: Sequence[Path]) -> None:
    """Every alert reached both recipients; what came twice can be known for a copy, in Slack by
    saying that it may be one.
    """
    told = {(str(mail["message-id"]), str(mail["subject"])) for mail in map(open_mail, mails)}
    assert len(told) == len({message_id for message_id, _ in told}) == len(RINGS)
    assert len({json.loads(post.read_text("utf-8"))["text"] for post in posts}) == len(RINGS)
    assert len(mails) + len(posts) <= 2 * len(RINGS) + SENDERS
