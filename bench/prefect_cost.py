"""What Prefect's own database takes in a day with every deployment on its schedule, and keeps.

`python -m bench.prefect_cost MINUTES FEEDS [KEPT]` runs server and worker on SQLite with local
feeds that publish every hour, and prints every minute what the database holds: the slope after
the first ten is the figure. With KEPT, what ended longer ago than so many minutes is dated back
by the days for which runs are kept: from then on the size should stay.
"""

from __future__ import annotations

import os
import sqlite3
import sys
import tempfile
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.screenshots import free_port
from bench.workers import Press, write_desk
from wirebell.cli.prefect_server import PrefectServer
from wirebell.core.clock import system_clock
from wirebell.storage import Store

HOUR = timedelta(hours=1)
RINGS = 100  # one entry of so many rings
TABLES = ("flow_run", "flow_run_state", "task_run", "task_run_state", "log", "artifact", "events")
AGED = "UPDATE flow_run SET end_time = datetime(end_time, '-4 days') WHERE end_time BETWEEN ? AND ?"


class Hourly(Press):
    """Feeds that publish an entry an hour each, at different minutes; a few of them ring."""

    born = datetime.now(UTC)

    def issued(self, feed: str) -> list[datetime]:
        """All since a few hours before the start."""
        first = self.born - 4 * HOUR + HOUR * (int(feed[1:]) * 37 % 60 / 60)
        return [first + HOUR * n for n in range(int((datetime.now(UTC) - first) / HOUR) + 1)]

    def headline(self, feed: str, n: int) -> str:
        """A headline of its own, which the rule asks for once in a while."""
        about = "rare earth" if (int(feed[1:]) + n) % RINGS == 0 else "tram"
        return f"Talks of {feed} on {about} lines, hour {n}"


def main() -> None:
    """Run for so many minutes."""
    minutes, feeds, *kept = map(int, sys.argv[1:])
    press = Hourly(0.05)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        write_desk(home / "rules", feeds, press.port)
        environ = {
            **os.environ, "WIREBELL_HOME": str(home), "WIREBELL_RULES": str(home / "rules"),
            "WIREBELL_DATABASE": "", "WIREBELL_ALLOW_HOSTS": "127.0.0.0/8",
            "PREFECT_SERVER_SERVICES_DB_VACUUM_LOOP_SECONDS": "60",
        }  # fmt: skip
        store = Store(f"sqlite:///{home / 'wirebell.db'}", system_clock)
        store.upgrade()
        store.close()
        with PrefectServer(home / "prefect", free_port(), environ) as server:
            server.start()
            server.deploy()
            server.automate()
            watch(home / "prefect" / "prefect.db", minutes, kept)


def watch(database: Path, minutes: int, kept: list[int]) -> None:
    """Say every minute what the database holds."""
    first, began = 0, time.monotonic()
    for minute in range(1, minutes + 1):
        time.sleep(max(0, began + 60 * minute - time.monotonic()))
        with closing(sqlite3.connect(database, timeout=60)) as memory, memory:
            for age in kept:
                bounds = (datetime.now(UTC) - back for back in (24 * HOUR, age * HOUR / 60))
                memory.execute(AGED, [f"{at:%F %T}" for at in bounds])
            pages, free, size = (
                memory.execute(f"PRAGMA {name}").fetchone()[0]
                for name in ("page_count", "freelist_count", "page_size")
            )
            rows = {
                table: memory.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
                for table in TABLES
            }
        used = (pages - free) * size
        first = used if minute == 10 else first
        day = (used - first) / max(minute - 10, 1) * 1440 / 1e6 if first else 0
        log = database.with_name("prefect.db-wal").stat().st_size
        print(f"{minute} min, load {os.getloadavg()[0]:.0f}: {used / 1e6:.2f} MB used of "
              f"{pages * size / 1e6:.2f}, {log / 1e6:.2f} ahead; {day:.0f} MB a day since the "
              f"tenth minute; {rows}", flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
