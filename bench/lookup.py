"""The look-up of what may be a copy: milliseconds with many articles on file, bytes for each.

    python -m bench.lookup 1000000 [postgresql+psycopg://host/name]

Each article holds 130 keys of its own and three of 20 that stand on every page. Asked are texts
that share half their keys with one on file, cold keys first. Both engines are measured through
the functions that `Store.file` uses.
"""

from __future__ import annotations

import random
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime

from sqlalchemy import text

from wirebell.storage.engine import Database
from wirebell.storage.fingerprints import sharing
from wirebell.storage.schema import upgrade

NOON = datetime(2025, 6, 5, 12, tzinfo=UTC)
KEYS, HOT, LOOKUPS, AT_ONCE = 130, 20, 400, 2000


def keys_of(article: int) -> list[int]:
    """The keys of an article, the same every time."""
    rng = random.Random(article)
    hot = rng.sample(range(HOT), 3)
    return hot + [rng.randrange(-(2**63), 2**63) for _ in range(KEYS)]


def fill(database: Database, articles: int) -> None:
    """File `articles` under their keys, in bulk."""
    insert = "INSERT INTO fingerprint (key, article_id, day) VALUES (:key, :article, :day)"
    day = NOON.date().toordinal()
    for first in range(0, articles, AT_ONCE):
        ids = range(first, min(first + AT_ONCE, articles))
        rows = [{"key": k, "article": n, "day": day} for n in ids for k in keys_of(n)]
        with database.writing() as session:
            session.connection().execute(text(insert), rows)


def measure(url: str, articles: int) -> None:
    database = Database(url)
    upgrade(database)
    fill(database, articles)
    rng, spent = random.Random(7), []
    for _ in range(LOOKUPS):
        like = rng.randrange(articles)
        asked = keys_of(like)[: KEYS // 2] + keys_of(articles + like)[: KEYS // 2]
        with database.reading() as session:
            start = time.perf_counter()
            found = sharing(session, asked, NOON)
            spent.append((time.perf_counter() - start) * 1000)
        assert any(like in ids for ids in found.values())
    with database.reading() as session:
        query = "SELECT pg_total_relation_size('fingerprint')"
        if database.file:
            query = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
        size = session.connection().execute(text(query)).scalar_one()
    database.close()
    half, high = statistics.median(spent), statistics.quantiles(spent, n=20)[-1]
    engine = url.split(":")[0]
    print(f"{engine}: {articles} articles, p50 {half:.2f} ms, p95 {high:.2f} ms,", end=" ")
    print(f"{size / articles:.0f} bytes an article")


def main() -> None:
    articles = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    with tempfile.TemporaryDirectory() as folder:
        measure(f"sqlite:///{folder}/lookup.db", articles)
    for url in sys.argv[2:]:
        measure(url, articles)


if __name__ == "__main__":
    main()
