"""A backtest of 1,000 rules over 30,000 stored articles: seconds, memory, and where they go.

The store is SQLite, filled once under WIREBELL_HOME (or a temporary folder) by the rows
themselves; articles and rules are those of bench/rulebook.py. `wirebell backtest` uses as many
processes as WIREBELL_PARSE_PROCESSES says, 2 unless set.

    python -m bench.backtest [articles] [rules]
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from itertools import islice

from sqlmodel import Session, create_engine, insert

from bench.rulebook import Rulebook, articles
from wirebell.core.news import Entry
from wirebell.pipeline.history import CHUNK, backtest
from wirebell.storage import Store
from wirebell.storage.tables import ArticleRow, EntryRow, FeedRow, VersionRow

START = datetime(2025, 6, 1, tzinfo=UTC)


def fill(url: str, count: int) -> None:
    """Articles of thirty days from 60 feeds, every third in an earlier one's story."""
    store = Store(url, lambda: START)
    store.upgrade()
    store.close()
    made = enumerate(articles(count), 1)
    with Session(create_engine(url)) as session:
        session.execute(insert(FeedRow), [{"id": f"feed-{n}"} for n in range(60)])
        while batch := list(islice(made, 500)):
            at = {n: START + timedelta(days=30 * n / count) for n, _ in batch}
            heads = [
                {
                    "id": n,
                    "url_key": f"https://outlet.example/{n}",
                    "url": f"https://outlet.example/{n}",
                    "source": "Outlet",
                    "story_id": f"st-{n // 3 * 3 or n}",
                    "first_seen": at[n],
                }
                for n, _ in batch
            ]
            versions = [
                {
                    "id": n,
                    "article_id": n,
                    "text_hash": f"{n}",
                    "article": article,
                    "scope": "full",
                    "seen_at": at[n],
                }
                for n, article in batch
            ]
            entries = [
                {
                    "feed_id": f"feed-{n % 60}",
                    "key": f"{n}",
                    "fingerprint": f"{n}",
                    "entry": Entry(id=f"{n}", url="", title=article.title),
                    "first_seen": at[n],
                    "outcome": "unmatched",
                    "version_id": n,
                }
                for n, article in batch
            ]
            session.execute(insert(ArticleRow), heads)
            session.execute(insert(VersionRow), versions)
            session.execute(insert(EntryRow), entries)
        session.commit()


def spent() -> float:
    """Seconds of CPU of this process and of those it waited for."""
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in used)


def main() -> None:
    given = sys.argv[1:3]
    count, rules = map(int, given + ["30000", "1000"][len(given) :])
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/wirebell.db"
        fill(url, count)
        desk = Rulebook().desk(rules)
        store = Store(url, lambda: START)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        ids = store.article_ids(START)
        begun = time.perf_counter()
        read = sum(len(store.articles(ids[at : at + CHUNK])) for at in range(0, count, CHUNK))
        print(f"reading alone: {time.perf_counter() - begun:.1f} s")
        for processes in (1, 2):
            begun, cpu = time.perf_counter(), spent()
            *_, told = backtest(url, ids, desk, processes=processes)
            seconds, matched = time.perf_counter() - begun, told.histories[""].days.total()
            print(
                f"{processes} processes: {read} articles, {rules} rules, {matched} articles match, "
                f"{seconds:.1f} s ({spent() - cpu:.1f} s of CPU in all)"
            )
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
        print("limit: 30 s for 30,000 articles and 1,000 rules on a machine of its own")
        print(f"memory grew by {grown / 1024:.0f} MB")


if __name__ == "__main__":
    main()
