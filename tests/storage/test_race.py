"""Four processes on one database. Each test loses something without the lock it is about."""

from __future__ import annotations

import os
import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import update
from sqlmodel import col, select

from tests.clock import Clock
from tests.storage.samples import (
    LEASE,
    Plan,
    alert,
    arrival,
    candidate,
    drop,
    file_alert,
    intake,
    next_at,
    page,
    ring,
    say,
    take_in,
)
from wirebell.alerts.compose import compose
from wirebell.core.alerts import How
from wirebell.core.decisions import Candidate, Filing, History, InboxEntry, Outcome
from wirebell.core.matches import Evidence, Match, Severity
from wirebell.core.news import Article, Entry
from wirebell.desk import Desk
from wirebell.storage import Store
from wirebell.storage.engine import Database
from wirebell.storage.tables import ArticleRow, FeedRow
from wirebell.stories import decide, sketch, term_keys, text_hash

Four = Callable[..., list[Any]]
TEXTS = 12


def _watch(url: str, number: int) -> list[int]:
    """A worker: polls what it gets, then files what waits. Two addresses share each text."""
    store = Store(url, Clock())
    arrivals = [arrival(f"{site}-{n}", f"text {n}") for n in range(TEXTS) for site in "ab"]
    for feed in ("one", "two", "three"):
        for claim in store.claim_feeds([feed], LEASE):
            intake(store, claim, page(), arrivals, next_at(Clock().now + LEASE))
    filed = []
    while claimed := store.claim_entries(5, LEASE):
        for inbox in claimed:
            text = inbox.entry.title.split(" ", 1)[1]
            store.file(candidate(inbox, text=text), _ring_once(f"worker {number}"))
            filed.append(inbox.id)
    store.close()
    return filed


def _ring_once(worker: str) -> Plan:
    """Rings, under a name nobody else would take, unless the article or its text is known."""

    def plan(history: History) -> Filing:
        time.sleep(0.001)
        known = history.article or (history.copies[0] if history.copies else None)
        if known is not None:
            return drop(Outcome.COPY, story=known.story)(history)
        unique = f"{worker} {uuid4().hex}"
        return ring(unique, story=unique)(history)

    return plan


def test_no_entry_no_article_and_no_alert_twice(database_url: str, four_processes: Four) -> None:
    filed = Counter(entry for done in four_processes(_watch, database_url) for entry in done)
    store = Store(database_url, Clock())
    books = store.books()
    assert set(filed.values()) == {1}
    assert (books.entries, books.waiting) == (3 * 2 * TEXTS, 0)
    assert books.alerts == TEXTS
    assert books.outcomes == {"rung": TEXTS, "copy": 5 * TEXTS}
    assert books.whole, books.problems
    store.close()


def _count_up(url: str, number: int) -> None:
    database = Database(url)
    for _ in range(25):
        with database.serialised() as session:
            count = session.exec(select(FeedRow.failures).where(FeedRow.id == "wire")).one()
            time.sleep(0.0005)
            session.exec(
                update(FeedRow).where(col(FeedRow.id) == "wire").values(failures=count + 1)
            )
    database.close()


def test_what_reads_and_then_writes_loses_no_update(
    database_url: str, four_processes: Four
) -> None:
    store = Store(database_url, Clock())
    take_in(store, Clock())
    four_processes(_count_up, database_url)
    assert store.feed_states()[0].failures == 100
    store.close()


def _claim_deliveries(url: str, number: int) -> list[tuple[str, ...]]:
    store = Store(url, Clock())
    how = say(How.DIGEST)
    messages: list[tuple[str, ...]] = []
    while dispatches := store.claim_deliveries(how, 2, LEASE):
        messages += [tuple(alert.id for alert in each.alerts) for each in dispatches]
    store.close()
    return messages


def test_no_delivery_is_leased_twice_and_no_digest_torn(
    database_url: str, four_processes: Four
) -> None:
    store, clock = Store(database_url, Clock()), Clock()
    for n in range(3):
        file_alert(store, clock, f"al-{n}", *(f"reader {m}" for m in range(10)))
    claimed = [each for some in four_processes(_claim_deliveries, database_url) for each in some]
    assert claimed == [("al-0", "al-1", "al-2")] * 10
    store.close()


def _claim_feeds(url: str, number: int) -> tuple[list[str], bool, bool]:
    store = Store(url, Clock())
    claimed = store.claim_feeds([f"feed {n}" for n in range(40)], LEASE)
    answer = (
        [claim.feed_id for claim in claimed],
        store.notice("x", alert(f"notice-{number}"), (), over=False),
        store.accept_desk("d", ()),
    )
    store.close()
    return answer


def test_a_feed_is_leased_once_and_a_telling_told_once(
    database_url: str, four_processes: Four
) -> None:
    answers = four_processes(_claim_feeds, database_url)
    assert sorted(feed for feeds, _, _ in answers for feed in feeds) == sorted(
        f"feed {n}" for n in range(40)
    )
    assert [told for _, told, _ in answers].count(True) == 1
    assert [accepted for _, _, accepted in answers].count(True) == 1


def test_a_lease_that_ran_out_goes_to_one_other(database_url: str, four_processes: Four) -> None:
    store = Store(database_url, Clock())
    ago = timedelta(microseconds=0)
    take_in(store, Clock(), *(arrival(f"{n}") for n in range(30)))
    assert len(store.claim_entries(30, ago)) == 30
    claimed = four_processes(_claim_entries, database_url)
    assert sorted(entry for some in claimed for entry in some) == sorted(
        {entry for some in claimed for entry in some}
    )
    assert sum(map(len, claimed)) == 30
    store.close()


def _claim_entries(url: str, number: int) -> list[int]:
    store = Store(url, Clock())
    claimed = [entry.id for _ in range(4) for entry in store.claim_entries(10, LEASE)]
    store.close()
    return claimed


PAIRS = int(os.environ.get("WIREBELL_RACE_PAIRS", "30"))  # bench.race: 200, often
WORDS = "ore port ship envoy mine truce tariff talks kiln quay barge smelter licence quota".split()


def _near_copies(number: int) -> Candidate:
    """Article 2n, and article 2n + 1, which is its near-copy, before they are entries."""
    rng = random.Random(number // 2)
    sentences = [
        " ".join(f"{rng.choice(WORDS)}{rng.randrange(99)}" for _ in range(9)) for _ in "abcde"
    ]
    text = f"Rare earth {'. '.join(sentences)}." + " A word from the local mayor." * (number % 2)
    article = Article(
        url=f"https://site{number % 2}.example/{number}", title=f"h{number}", text=text
    )
    evidence = Evidence("rare earth", "text", 0, 10, "Rare earth")
    return Candidate(
        inbox=InboxEntry(0, "", "", Entry(f"{number}", article.url, article.title), Clock().now),
        feed_name="The Wire",
        tier=2,
        article=article,
        url_key=article.url,
        text_hash=text_hash(article),
        matches=(Match("rare-earth", Severity.URGENT, (evidence,)),),
        desk_hash="desk-1",
        sketch=sketch(article),
        terms=term_keys(article),
    )


def _file_stories(url: str, number: int) -> None:
    """A worker: decides for real about what waits."""
    store, desk, now = Store(url, Clock()), Desk(hash="desk-1", files=()), Clock().now
    while claimed := store.claim_entries(7, LEASE):
        for inbox in claimed:
            known = replace(_near_copies(int(inbox.entry.id)), inbox=inbox)

            def plan(history: History, known: Candidate = known) -> Filing:
                decision = decide(known, history, now)
                return Filing(decision, compose(known, decision, history, desk))

            store.file(known, plan)
    store.close()


def test_two_outlets_and_four_workers_open_one_story_each_pair(
    database_url: str, four_processes: Four
) -> None:
    store = Store(database_url, Clock())
    arrivals = [arrival(f"{number}") for number in range(2 * PAIRS)]
    for feed in ("one", "two"):
        take_in(store, Clock(), feed=feed)  # the first poll is backlog
        take_in(store, Clock(), *arrivals, feed=feed)
    four_processes(_file_stories, database_url)
    books = store.books()
    assert (books.alerts, books.waiting, books.problems) == (PAIRS, 0, ())
    assert books.outcomes == {"rung": PAIRS, "copy": PAIRS, "known": 2 * PAIRS}
    database = Database(database_url)
    with database.reading() as session:
        articles = session.exec(select(ArticleRow)).all()
    database.close()
    assert (len(articles), len({row.story_id for row in articles})) == (2 * PAIRS, PAIRS)
    store.close()
