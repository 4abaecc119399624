"""Polling: fetch, parse and intake of 1,000 feeds of 30 entries, beside `reader`, interleaved.

    sh bench/run.sh feeds                 three polls: the first, one unchanged, one 5 % changed
    python -m bench.feeds --corpus 10000  feedparser's own tests, cut and mutated so many times

Each system polls in a process of its own, from one server on this machine, 304s and all. Counted
is the CPU (user and system) of its whole process tree during a poll, least of the rounds, and
the most memory (PSS) of the tree. No pages, no rules, no Prefect; reader's start and ours are
left out of the polls and in the memory. Beside them, what aiohttp alone takes to ask.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import subprocess
import sys
import tempfile
import time
import urllib.request
import warnings
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from hashlib import sha256
from pathlib import Path

FEEDS, ENTRIES, ROUNDS, CHANGED = 1_000, 30, 2, 0.05
NOON = datetime(2025, 6, 5, 12, tzinfo=UTC)
TICK = os.sysconf("SC_CLK_TCK")
WORDS = (
    "tariff rare earth magnets truce talks envoy ministry licence export quota port ship grain "
    "customs duty ruling court bank inflation harvest steel copper chip plant strike vote summit"
).split()


# --- the feeds and their server ---------------------------------------------------------------


def words(rng: random.Random, least: int, most: int) -> str:
    return " ".join(rng.choices(WORDS, k=rng.randint(least, most)))


def entry(feed: int, number: int) -> str:
    """One entry of a feed, the same every time; every tenth feed carries whole texts."""
    rng = random.Random(feed * 1_000_003 + number)
    at = NOON + timedelta(minutes=17 * number + feed % 13)
    link = f"https://news{feed}.example/{at:%Y/%m/%d}/{number}-{rng.randrange(9999)}?utm_source=rss"
    title, writer = words(rng, 6, 12).capitalize(), f"Writer {number % 7}"
    text = (
        f"&lt;p&gt;{words(rng, 25, 60)} &lt;a href='/t'&gt;{words(rng, 1, 3)}&lt;/a&gt;&lt;/p&gt;"
    )
    if feed % 2:
        return (
            f"<entry><title>{title}</title><link href='{link}'/><id>tag:news{feed},2025:{number}"
            f"</id><published>{at.isoformat()}</published><updated>{at.isoformat()}</updated>"
            f"<author><name>{writer}</name></author><category term='World'/>"
            f"<summary type='html'>{text}</summary></entry>\n"
        )
    whole = "".join(f"<p>{words(rng, 60, 90)} <b>{words(rng, 1, 2)}</b></p>" for _ in range(6))
    content = f"<content:encoded><![CDATA[{whole}]]></content:encoded>" if feed % 10 == 0 else ""
    return (
        f"<item><title>{title}</title><link>{link}</link><guid isPermaLink='false'>n{feed}-{number}"
        f"</guid><pubDate>{format_datetime(at)}</pubDate><dc:creator><![CDATA[{writer}]]>"
        f"</dc:creator><category>World</category><description>{text}</description>{content}"
        f"<media:content url='https://img.example/{number}.jpg' medium='image'/></item>\n"
    )


def document(feed: int, newest: int) -> bytes:
    entries = "".join(entry(feed, n) for n in range(newest, newest - ENTRIES, -1))
    if feed % 2:
        head = f"<title>News {feed}</title><link href='https://news{feed}.example/'/>"
        text = f"<feed xmlns='http://www.w3.org/2005/Atom'>{head}{entries}</feed>"
    else:
        head = (
            f"<title>News {feed}</title><link>https://news{feed}.example/</link><description>d"
            "</description><language>en-us</language><ttl>15</ttl>"
        )
        spaces = (
            "xmlns:content='http://purl.org/rss/1.0/modules/content/' "
            "xmlns:dc='http://purl.org/dc/elements/1.1/' "
            "xmlns:media='http://search.yahoo.com/mrss/'"
        )
        text = f"<rss version='2.0' {spaces}><channel>{head}{entries}</channel></rss>"
    return f"<?xml version='1.0' encoding='utf-8'?>\n{text}".encode()


async def serve() -> None:
    """Every feed at /N, with validators; /change gives a share of them a new entry, / resets."""
    newest, made = [ENTRIES] * FEEDS, [document(n, ENTRIES) for n in range(FEEDS)]

    def answer(path: str, condition: str) -> bytes:
        if path in ("/", "/change"):
            chosen = random.Random(1).sample(range(FEEDS), int(FEEDS * CHANGED))
            for n in chosen if path == "/change" else range(FEEDS):
                newest[n] = newest[n] + 1 if path == "/change" else ENTRIES
                made[n] = document(n, newest[n])
            return b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
        body = made[int(path[1:])]
        etag = f'"{sha256(body).hexdigest()[:16]}"'
        if condition == etag:
            return f"HTTP/1.1 304 Not Modified\r\nETag: {etag}\r\n\r\n".encode()
        kind = "application/xml; charset=utf-8"
        head = f"Content-Type: {kind}\r\nETag: {etag}\r\nContent-Length: {len(body)}"
        return f"HTTP/1.1 200 OK\r\n{head}\r\n\r\n".encode() + body

    async def visit(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            while True:
                first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
                asked = {k.lower(): v for k, _, v in (line.partition(": ") for line in lines)}
                writer.write(answer(first.split()[1], asked.get("if-none-match", "")))
                await writer.drain()
        writer.close()

    server = await asyncio.start_server(visit, "127.0.0.1", 0, backlog=2048)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


# --- the systems ------------------------------------------------------------------------------


async def ours(base: str, folder: str, poll: Callable[[Awaitable[int]], Awaitable[None]]) -> None:
    from tests.pipeline.desk import settings_of, write_desk
    from wirebell.core.feeds import Feed
    from wirebell.pipeline.steps import poll_feeds
    from wirebell.pipeline.wiring import open_house

    home = Path(folder)
    write_desk(home / "rules", {"one": f"{base}/0"})
    feeds = tuple(Feed(f"f{n}", f"Feed {n}", f"{base}/{n}") for n in range(FEEDS))
    settings = settings_of(home).model_copy(update={"fetch_deadline": 300.0})
    async with open_house(settings, environ={"PATH": ""}, upgrade=True) as house:
        house = replace(house, desk=replace(house.desk, feeds=feeds))

        async def once() -> int:
            return (await poll_feeds(feeds, house, due_only=False)).fresh

        for _ in range(3):
            await poll(once())


async def reader(base: str, folder: str, poll: Callable[[Awaitable[int]], Awaitable[None]]) -> None:
    from reader import make_reader

    library = make_reader(f"{folder}/reader.sqlite")
    for n in range(FEEDS):
        library.add_feed(f"{base}/{n}")

    async def once() -> int:
        found = library.update_feeds_iter(workers=16, scheduled=False)
        values = [told.value for told in found]
        errors = [value for value in values if isinstance(value, Exception)]
        assert not errors, errors[:1]
        return sum(value.new for value in values if value)

    for _ in range(3):
        await poll(once())


async def bare(base: str, _folder: str, poll: Callable[[Awaitable[int]], Awaitable[None]]) -> None:
    """The floor: aiohttp asks and drops what it gets; nothing is parsed, judged or kept."""
    import aiohttp

    etags: dict[int, str] = {}

    async def one(session: aiohttp.ClientSession, n: int) -> None:
        asked = {"If-None-Match": etags[n]} if n in etags else {}
        async with session.get(f"{base}/{n}", headers=asked) as answer:
            await answer.read()
            etags[n] = answer.headers["ETag"]

    async def once(session: aiohttp.ClientSession) -> int:
        await asyncio.gather(*(one(session, n) for n in range(FEEDS)))
        return 0

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=64)) as session:
        for _ in range(3):
            await poll(once(session))


SYSTEMS = {"ours": ours, "reader": reader, "bare": bare}


def ask(url: str) -> None:
    with urllib.request.urlopen(url) as answer:
        answer.read()


async def measure(system: str, base: str) -> None:
    """Poll three times and print CPU seconds, seconds and new entries of each."""
    told: list[tuple[float, float, int]] = []

    async def poll(work: Awaitable[int]) -> None:
        if len(told) == 2:
            await asyncio.to_thread(ask, f"{base}/change")
        began, spent = time.perf_counter(), cpu(os.getpid())
        fresh = await work
        told.append((cpu(os.getpid()) - spent, time.perf_counter() - began, fresh))

    with tempfile.TemporaryDirectory() as folder:
        await SYSTEMS[system](base, folder, poll)
    print(json.dumps(told), flush=True)


# --- what it costs ----------------------------------------------------------------------------


def tree(root: int) -> Iterator[int]:
    """A process and all it started."""
    yield root
    for path in Path(f"/proc/{root}/task").glob("*/children"):
        for child in path.read_text().split():
            yield from tree(int(child))


def cpu(root: int) -> float:
    """Seconds of CPU of a tree, those of children that have ended included."""
    ticks = 0
    for process in tree(root):
        with suppress(OSError):
            fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
            ticks += sum(map(int, fields[11:15]))
    return ticks / TICK


def memory(root: int) -> float:
    """Megabytes of a tree, shared pages counted once (PSS)."""
    kilobytes = 0
    with suppress(OSError):
        for process in tree(root):
            rollup = Path(f"/proc/{process}/smaps_rollup").read_text()
            kilobytes += int(rollup.split("Pss:")[1].split()[0])
    return kilobytes / 1024


def run(system: str, base: str) -> tuple[list[tuple[float, float, int]], float]:
    ask(f"{base}/")
    command = [sys.executable, "-m", "bench.feeds", "--poll", system, "--base", base]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    most = 0.0
    while child.poll() is None:
        most = max(most, memory(child.pid))
        time.sleep(0.5)
    assert child.stdout is not None
    return json.loads(child.stdout.read()), most


def compare() -> None:
    command = [sys.executable, "-m", "bench.feeds", "--serve"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        base = f"http://127.0.0.1:{server.stdout.readline().strip()}"
        runs = [(system, *run(system, base)) for _ in range(ROUNDS) for system in SYSTEMS]
    finally:
        server.kill()
    print(f"{FEEDS} feeds x {ENTRIES}; CPU seconds, least of {ROUNDS}; load {os.getloadavg()}")
    for n, step in enumerate(("first", "unchanged", "5 % changed")):
        least = {s: min(told[n][0] for s2, told, _ in runs if s2 == s) for s in SYSTEMS}
        seen = {system: told[n][2] for system, told, _ in runs}
        ratio = least["ours"] / least["reader"]
        wall = {s: min(told[n][1] for s2, told, _ in runs if s2 == s) for s in least}
        print(
            f"{step:12} ours {least['ours']:6.2f}  reader {least['reader']:6.2f}  ratio {ratio:.3f}"
            f"  (bare aiohttp {least['bare']:.2f})  new {seen}"
            f"  seconds {wall['ours']:.1f} / {wall['reader']:.1f}"
        )
    for system in SYSTEMS:
        print(f"memory       {system}: {max(m for s, _, m in runs if s == system):.0f} MB")


def corpus(times: int) -> None:
    """Read feedparser's tests, whole and mutated; what is not a ParseError is printed."""
    from parsers.feed import parse_feed
    from tests.parsers.test_feedparser_corpus import documents, headers_of, mutated
    from wirebell.core.errors import ParseError

    rng, found = random.Random(7), list(documents())
    broken: Iterable[tuple[Path, bytes, str]] = (
        (path, mutated(body, rng), text) for path, body, text in rng.choices(found, k=times)
    )
    counts = {"read": 0, "refused": 0, "escaped": 0}
    for path, body, text in (*found, *broken):
        try:
            parse_feed(body, url="https://a.example/", headers=headers_of(text))
            counts["read"] += 1
        except ParseError:
            counts["refused"] += 1
        except Exception as error:  # noqa: BLE001 - what this looks for
            counts["escaped"] += 1
            print(path.name, repr(error), body[:200])
    print(len(found), "documents and", times, "mutations:", counts)


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    asked = argparse.ArgumentParser()
    asked.add_argument("--serve", action="store_true")
    asked.add_argument("--poll", choices=SYSTEMS)
    asked.add_argument("--base")
    asked.add_argument("--corpus", type=int, default=0)
    options = asked.parse_args()
    if options.serve:
        asyncio.run(serve())
    elif options.poll:
        asyncio.run(measure(options.poll, options.base))
    elif options.corpus:
        corpus(options.corpus)
    else:
        compare()
