"""Mails and Slack posts a second with four senders, beside stock Apprise in the same run.

And how long a flash takes through the real `watch` flow, from filing to accepted. The servers
are processes of their own; Slack's takes 150 ms for each reply. What is sent is the same for
both: messages of the same words to forty addresses.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import re
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import quantiles
from typing import Any

import apprise

from tests.alerts.samples import ALERT
from tests.pipeline.desk import RULES, rss, write_desk
from tests.servers.slack import Post, Reply, SlackServer
from tests.servers.smtp import SmtpServer
from tests.servers.web import Answer, WebServer
from wirebell.alerts.route import route
from wirebell.core.alerts import Alert
from wirebell.core.clock import system_clock
from wirebell.core.decisions import (
    Arrival,
    Candidate,
    Catch,
    Decision,
    Filing,
    Outcome,
    Relation,
    Verdict,
)
from wirebell.core.feeds import Outlook, Page, Validators
from wirebell.core.matches import Severity
from wirebell.core.news import Article, Entry
from wirebell.core.settings import Settings
from wirebell.pipeline.steps import SENDERS, deliver_due
from wirebell.pipeline.wiring import House, open_house
from wirebell.storage import Store

PEOPLE = 40
MAILS, POSTS = 10, 5  # alerts, each told to forty
THROTTLED = 3  # mails through one stock object: each waits 5.5 s for the one before
FLASHES = 20
LEASE = timedelta(minutes=5)


def main() -> None:
    """Print every figure, ours and stock Apprise's."""
    print(f"load {os.getloadavg()[0]:.1f}, {os.cpu_count()} cores, {SENDERS} senders")
    with servers() as (smtp, slack), tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        asyncio.run(ours(home / "mail", smtp, slack, "mail", MAILS))
        stock("mail, an object for each message", mail_to(smtp), MAILS * PEOPLE // 4, anew=True)
        stock("mail, an object for each sender", mail_to(smtp), THROTTLED * SENDERS, anew=False)
        asyncio.run(ours(home / "slack", smtp, slack, "slack", POSTS))
        stock("slack, an object for each message", slack_at(slack), POSTS * PEOPLE // 4, anew=True)
        stock("slack, an object for each sender", slack_at(slack), 5 * SENDERS, anew=False)
        asyncio.run(flash(home / "flash", smtp))


@contextmanager
def servers() -> Iterator[tuple[int, int]]:
    """The ports of a mail server and of a Slack, in a process beside ours."""
    spawn = multiprocessing.get_context("spawn")
    here, there = spawn.Pipe()
    process = spawn.Process(target=serve, args=(there,), daemon=True)
    process.start()
    try:
        yield here.recv()
    finally:
        here.send("done")
        process.join()


class Room(SlackServer):
    """Answers webhooks in words and bots in JSON, 150 ms late."""

    def take(self, post: Post) -> Reply:
        words = b"ok" if post.path.startswith("/services") else b'{"ok": true, "ts": "1"}'
        return Reply(200, words, pause=0.15)


def serve(pipe: Connection) -> None:
    with SmtpServer() as smtp, Room() as slack:
        pipe.send((smtp.port, int(slack.base.rpartition(":")[2])))
        pipe.recv()


async def ours(home: Path, smtp: int, slack: int, channel: str, alerts: int) -> None:
    """The outbox filled with flashes for forty, and emptied by the real step."""
    environ = {
        "WIREBELL_MAIL": f"mailto://127.0.0.1:{smtp}?from=desk@news.example",
        "WIREBELL_SLACK": "slack://xoxb-1234-1234-abcdef",
    }
    write_desk(home / "rules", {"wire": "https://wire.example/feed"})
    ways = {"mail": "mail: ada{n}@desk.example", "slack": "slack: '#room{n}'"}
    people = "\n".join(f"  - {{name: ada{n}, {ways[channel]}}}" for n in range(PEOPLE))
    people = re.sub(r"\{name: ada(\d+), (.*)\{n\}", r"{name: ada\1, \g<2>\1", people)
    (home / "rules" / "channels.yaml").write_text(
        "version: 1\nchannels:\n"
        "  mail: {url: '${env:WIREBELL_MAIL}', rate: 1000/s}\n"
        "  slack: {url: '${env:WIREBELL_SLACK}', rate: 1000/s}\n"
        f"recipients:\n{people}\nroutes:\n"
        f"  - {{to: [{', '.join(f'ada{n}' for n in range(PEOPLE))}]}}\n"
    )
    settings = Settings(
        _env_file=None, home=home, rules=home / "rules", database="",
        slack_base=f"http://127.0.0.1:{slack}", parse_processes=1,
    )  # fmt: skip
    async with open_house(settings, environ=environ, upgrade=True) as house:
        for number in range(alerts):
            file_flash(house, number)
        started = time.perf_counter()
        tally = deliver_due(house)
        report(f"ours, {channel}", tally.sent, time.perf_counter() - started)
        assert tally.sent == alerts * PEOPLE, tally


def file_flash(house: House, number: int) -> None:
    """One alert owed to everybody, written as the pipeline writes it."""
    rule = replace(ALERT.rules[0], severity=Severity.FLASH)
    id_, now = f"al-{number:010}", house.clock()
    alert: Alert = replace(
        ALERT, id=id_, story=id_, root=id_, severity=Severity.FLASH, rules=(rule,), seen=now
    )
    (claim,) = house.store.claim_feeds(["wire"], LEASE, due_only=False)
    entry = Entry(id=id_, url=f"https://wire.example/{number}", title=ALERT.headline)
    answer = Page("", 200, (), b"", Validators(), now)
    arrival = Arrival(id_, "1", entry)
    house.store.intake([Catch(claim, answer, [arrival], lambda _: Outlook(now))])
    (inbox,) = house.store.claim_entries(1, LEASE)
    candidate = Candidate(
        inbox, "Wire", 1, Article(url=entry.url, title=entry.title), entry.url, id_, (), "bench"
    )
    decision = Decision(Verdict.RING, Outcome.RUNG, "new", Relation.NEW, id_)
    house.store.file(candidate, lambda _: Filing(decision, alert, route(alert, house.desk)))


def mail_to(port: int) -> Callable[[int], Any]:
    """A stock object for one address."""

    def make(number: int) -> Any:
        made: Any = apprise.Apprise()
        made.add(f"mailto://127.0.0.1:{port}?from=desk@news.example&to=ada{number}@desk.example")
        return made

    return make


def slack_at(port: int) -> Callable[[int], Any]:
    """A stock object for a webhook, its own host put aside."""

    def make(_: int) -> Any:
        made: Any = apprise.Apprise()
        made.add("slack://T0AAAAAAA/B0BBBBBBB/c0ffeec0ffeec0ffeec0ffee")
        made[0].webhook_url = f"http://127.0.0.1:{port}/services"
        return made

    return make


def stock(name: str, make: Callable[[int], Any], count: int, *, anew: bool) -> None:
    """The same words through stock Apprise, by as many threads as we have senders."""
    kept = [make(number) for number in range(SENDERS)]

    def send(number: int) -> bool:
        made = make(number % PEOPLE) if anew else kept[number % SENDERS]
        return bool(made.notify(ALERT.headline * 10, ALERT.subject, body_format="text"))

    def share(first: int) -> int:
        return sum(send(number) for number in range(first, count, SENDERS))

    started = time.perf_counter()
    with ThreadPoolExecutor(SENDERS) as threads:
        sent = sum(threads.map(share, range(SENDERS)))
    report(f"stock, {name}", sent, time.perf_counter() - started)


def report(name: str, sent: int, seconds: float) -> None:
    print(f"{name:42} {sent:4} in {seconds:6.2f} s  {sent / seconds:7.1f}/s", flush=True)


async def flash(home: Path, smtp: int) -> None:
    """One flash after the other through the real flow; what the database says of each."""
    import logging

    from prefect.testing.utilities import prefect_test_harness

    os.environ |= {
        "WIREBELL_HOME": str(home), "WIREBELL_RULES": str(home / "rules"), "WIREBELL_DATABASE": "",
        "WIREBELL_ALLOW_HOSTS": "127.0.0.1", "WIREBELL_PARSE_PROCESSES": "1",
        "WIREBELL_MAIL": f"mailto://127.0.0.1:{smtp}?from=desk@news.example",
    }  # fmt: skip
    logging.disable(logging.INFO)
    with prefect_test_harness(server_startup_timeout=120):
        from flows.watch import watch

        async with WebServer() as web:
            rules = RULES.replace("urgent", "flash")
            write_desk(home / "rules", {"harbour": web.url("/feed")}, rules)
            store = Store(f"sqlite:///{home / 'wirebell.db'}", system_clock)
            store.upgrade()
            for number in range(FLASHES + 1):  # the first poll is backlog
                now = format_datetime(datetime.now(UTC)).encode()
                items = [
                    (f"a{n}", TITLES[n], f"http://wire.example/{n}") for n in range(number + 1)
                ]
                feed = rss(*items).replace(b"Thu, 05 Jun 2025 11:00:00 GMT", now)
                web.put("/feed", Answer(feed))
                await watch(every_feed=True, return_state=True)
        print_latency(home, store)


PLACES = """Oslo Lima Cairo Quito Dakar Hanoi Perth Turin Delhi Accra Seoul Miami Osaka Basel Kyoto
Bergen Malmo Tunis Porto Genoa Leeds""".split()
THINGS = """mine strike vote levy port refinery pact fleet audit tender lawsuit cargo auction quota
merger pipeline summit survey leak visit blast""".split()
TITLES = [
    f"Rare earths: {thing} number {7 * n} in {place} over {place}'s own {thing}"
    for n, (place, thing) in enumerate(zip(PLACES, THINGS, strict=True))
]


def print_latency(home: Path, store: Store) -> None:
    import sqlite3

    query = (
        "SELECT (julianday(t.finished_at) - julianday(a.created_at)) * 86400 FROM attempt t "
        "JOIN delivery d ON d.message_key = t.message_key JOIN alert a ON a.id = d.alert_id "
        "WHERE t.state = 'sent' AND d.severity = 'flash'"
    )
    store.close()
    with sqlite3.connect(home / "wirebell.db") as database:
        seconds = sorted(value for (value,) in database.execute(query))
    p95 = quantiles(seconds, n=20)[-1]
    print(
        f"flash from filing to accepted, {len(seconds)} of {FLASHES} through the watch flow: "
        f"median {seconds[len(seconds) // 2]:.2f} s, p95 {p95:.2f} s"
    )


if __name__ == "__main__":
    main()
