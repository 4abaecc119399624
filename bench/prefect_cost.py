"""What Prefect's own database takes in a day with every deployment on its schedule.

`python -m bench.prefect_cost MINUTES FEEDS [KEPT]` runs server and worker on SQLite with local
feeds, and prints the size of the database every minute: the slope after the first ten is the
figure. With KEPT runs are let go of after so many minutes, 61 at least, instead of three days:
from then on the size should stay.
"""

from __future__ import annotations

import os
import sqlite3
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

from bench.screenshots import free_port
from bench.workers import Press, write_desk
from wirebell.cli.prefect_server import PrefectServer
from wirebell.core.clock import system_clock
from wirebell.storage import Store

VACUUM = "PREFECT_SERVER_SERVICES_DB_VACUUM"


def main() -> None:
    """Run for so many minutes."""
    minutes, feeds = int(sys.argv[1]), int(sys.argv[2])
    press = Press(0.05)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        write_desk(home / "rules", feeds, press.port)
        environ = {
            **os.environ, "WIREBELL_HOME": str(home), "WIREBELL_RULES": str(home / "rules"),
            "WIREBELL_DATABASE": "", "WIREBELL_ALLOW_HOSTS": "127.0.0.0/8",
        }  # fmt: skip
        store = Store(f"sqlite:///{home / 'wirebell.db'}", system_clock)
        store.upgrade()
        store.close()
        with PrefectServer(home / "prefect", free_port(), environ) as server:
            for kept in sys.argv[3:]:
                server._environ[f"{VACUUM}_RETENTION_PERIOD"] = str(60 * int(kept))
                server._environ[f"{VACUUM}_LOOP_SECONDS"] = "60"
            server.start()
            server.deploy()
            server.automate()
            first, began = 0, time.monotonic()
            for minute in range(minutes):
                time.sleep(max(0, began + 60 * (minute + 1) - time.monotonic()))
                size = used(home / "prefect" / "prefect.db")
                first = size if minute == 9 else first
                slope = (size - first) / max(minute - 9, 1) if first else 0
                runs = server._ask("POST", "flow_runs/count", {})
                tasks = server._ask("POST", "task_runs/count", {})
                day = slope * 1440 / 1e6
                print(f"{minute + 1} min: {size / 1e6:.2f} MB, {runs} runs, {tasks} task runs; "
                      f"{day:.0f} MB a day since the tenth minute", flush=True)  # fmt: skip


def used(database: Path) -> int:
    """Bytes of pages in use, what is free for reuse left out."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as memory:
        pages, free, size = (
            memory.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("page_count", "freelist_count", "page_size")
        )
        return int((pages - free) * size)


if __name__ == "__main__":
    main()
