"""The doctor: what is wrong with an installation, each with a line to paste that mends it."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import requests

from wirebell.alerts.secrets import REFERENCE, unresolved
from wirebell.core.alerts import ReceiptState
from wirebell.core.clock import Clock
from wirebell.core.errors import DeskError, SchemaBehind, StorageBusy, StorageError
from wirebell.core.feeds import SKEW
from wirebell.core.settings import Settings
from wirebell.desk import Desk, load_desk
from wirebell.pipeline.wiring import open_transport
from wirebell.storage import Store

ROOM = 500 * 2**20  # bytes below which a disk counts as full
_LATE = timedelta(minutes=15)
_BEAT = timedelta(hours=2)
_PATIENCE = timedelta(seconds=2)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is wrong: what, in which words, and a line for the shell."""

    what: str
    words: str
    fix: str


def examine(settings: Settings, environ: Mapping[str, str], clock: Clock) -> Iterator[Finding]:
    """Everything that is wrong, the roots first: what hides behind one of them is not told."""
    yield from _place(settings)
    yield from _openings(settings, environ)
    api = environ.get("PREFECT_API_URL", f"http://127.0.0.1:{settings.prefect_port}/api")
    yield from _prefect(api)
    try:
        desk = load_desk(settings.rules)
    except DeskError as error:
        yield Finding("desk", str(error), f"wirebell check {settings.rules}")
        desk = None
    if desk:
        yield from _desk(desk, settings)
        yield from _channels(desk, settings, environ, clock)
    store = Store(settings.database_url, clock, patience=_PATIENCE)
    try:
        store.check_schema()
        store.claim_feeds((), _PATIENCE)  # writes nothing, but needs what writing needs
        yield from _memory(store, clock(), api)
    except StorageBusy as error:
        holders = _holders(settings)
        fix = f"kill {' '.join(holders)}" if holders else "wirebell doctor  # again: it may pass"
        yield Finding("database", error.problem, fix)
    except StorageError as error:
        behind = isinstance(error, SchemaBehind)
        fix = "wirebell db upgrade" if behind else _way_back(settings.database_url)
        yield Finding("database", str(error), fix)
    finally:
        store.close()


def _place(settings: Settings) -> Iterator[Finding]:
    home = settings.home if settings.home.exists() else Path()
    free = shutil.disk_usage(home).free
    if free < ROOM:
        fix = f"rm -rf {settings.home}/demo; truncate -s 0 {settings.home}/prefect/*.log"
        yield Finding("disk", f"{free >> 20} MB are free below {settings.home}", fix)
    for secret in (Path(".env"), settings.home / "page.key"):
        if secret.exists() and secret.stat().st_mode & 0o077:
            yield Finding("secrets", f"{secret} can be read by others", f"chmod 600 {secret}")
    if settings.contact == Settings.model_fields["contact"].default:
        words = "webmasters cannot write to you before they block you"
        yield Finding("contact", words, _set("WIREBELL_CONTACT=mailto:you@your.domain"))


def _openings(settings: Settings, environ: Mapping[str, str]) -> Iterator[Finding]:
    """What listens to more than this machine and asks nobody who he is."""
    if not _is_loopback(settings.serve_at.rpartition(":")[0]):
        words = f"metrics and health are open to everybody at {settings.serve_at}"
        yield Finding("serve", words, _set("WIREBELL_SERVE_AT=127.0.0.1:4280"))
    host = environ.get("PREFECT_SERVER_API_HOST", "127.0.0.1")
    if not _is_loopback(host) and not environ.get("PREFECT_SERVER_API_AUTH_STRING"):
        line = _set("PREFECT_SERVER_API_AUTH_STRING=admin:$(openssl rand -hex 16)")
        yield Finding("prefect", f"its server on {host} takes orders from everybody", line)


def _prefect(api: str) -> Iterator[Finding]:
    try:
        asked = requests.post(f"{api}/work_pools/wirebell/workers/filter", json={}, timeout=5)
        workers = asked.json() if asked.ok else []
    except (requests.RequestException, ValueError) as error:
        yield Finding("prefect", f"no server answers at {api}: {type(error).__name__}", "make up")
        return
    if not any(worker.get("status") == "ONLINE" for worker in workers):
        fix = f"PREFECT_API_URL={api} prefect worker start --pool wirebell --type process"
        yield Finding("worker", "no worker is online for the pool wirebell", fix)


def _desk(desk: Desk, settings: Settings) -> Iterator[Finding]:
    if desk.recipients and not desk.operators:
        fix = f"echo 'operators: [{desk.recipients[0].name}]' >> {settings.rules}/channels.yaml"
        yield Finding("operators", "nobody is told when Wirebell is in trouble", fix)


def _channels(
    desk: Desk, settings: Settings, environ: Mapping[str, str], clock: Clock
) -> Iterator[Finding]:
    for feed in desk.feeds:
        if words := unresolved(feed.private, environ):
            yield Finding(f"feed {feed.id}", words, _secret(feed.private, environ))
    transport = open_transport(desk, settings, environ, clock)
    for channel in desk.channels:
        words = transport.trouble(channel.id)
        if not words and (said := transport.probe(channel.id)):
            refused = said.state not in (ReceiptState.SENT, ReceiptState.PERMANENT)
            words = f"{said.code} {said.detail}" if refused else ""
        if words:
            yield Finding(f"channel {channel.id}", words, _secret(channel.url, environ))


def _secret(text: str, environ: Mapping[str, str]) -> str:
    """What asks for a secret that `text` refers to, first one that is not set, and keeps it."""
    known = sorted(REFERENCE.findall(text), key=lambda found: found[1] in environ)
    if not known:
        return "wirebell channels check  # its address stands in channels.yaml"
    kind, name = known[0]
    kept = _set(f"{name}=$A") if kind == "env" else f'(umask 077; echo "$A" > {name})'
    return f"read -rs A; {kept}  # the new secret"


def _set(line: str) -> str:
    """What puts a line into .env in place of one of its name; only its owner may read the file."""
    name = line.partition("=")[0]
    return f"(umask 077; touch .env; sed -i '/^{name}=/d' .env; echo \"{line}\" >> .env)"


def _way_back(url: str) -> str:
    """What helps a database that cannot be used. A server's URL holds a password: its host only."""
    if url.startswith("sqlite:"):
        file = url.removeprefix("sqlite:///")
        return f"mv {file} {file}.broken; wirebell db restore BACKUP"
    at = urlsplit(url)
    return f"pg_isready -h {at.hostname} -p {at.port or 5432}  # or mend WIREBELL_DATABASE"


def _memory(store: Store, now: datetime, api: str) -> Iterator[Finding]:
    books, pulse = store.books(), store.pulse(now - timedelta(days=1))
    beats = store.beats(now - timedelta(days=7))
    newest = max((state.last_ok for state in store.feed_states() if state.last_ok), default=now)
    if newest > now + SKEW:
        words = f"the clock is {newest - now} behind what was written before"
        yield Finding("clock", words, "timedatectl set-ntp true")
    for problem in books.problems:
        yield Finding("books", problem, "wirebell books --json")
    for what, since in (("inbox", pulse.waiting_since), ("outbox", pulse.owed_since)):
        if since and since < now - _LATE:
            yield Finding(what, f"something waits since {since:%F %H:%M} UTC", "wirebell poll")
    if beats and (beats[-1].stage or beats[-1].at < now - _BEAT):
        last = beats[-1]
        words = f"stopped at {last.stage}: {last.detail}" if last.stage else "none since"
        fix = f"PREFECT_API_URL={api} prefect deployment run heartbeat/heartbeat"
        yield Finding("heartbeat", f"{words} {last.at:%F %H:%M} UTC", fix)
    for subject, since in store.troubles().items():
        yield Finding("trouble", f"{subject} since {since:%F %H:%M} UTC", "wirebell status")


def _holders(settings: Settings) -> list[str]:
    """The processes that hold a lock on a SQLite file, as the kernel lists them."""
    file = Path(settings.database_url.removeprefix("sqlite:///"))
    inodes = {str(path.stat().st_ino) for path in file.parent.glob(f"{file.name}*")}
    try:
        lines = [line.split() for line in Path("/proc/locks").read_text("ascii").splitlines()]
    except OSError:
        return []
    held = [words for words in lines if words[3:4] == ["WRITE"]]
    found = {words[4] for words in held if words[5].rpartition(":")[2] in inodes}
    return sorted(found - {str(os.getpid()), "-1"})


def _is_loopback(host: str) -> bool:
    return re.fullmatch(r"localhost|::1|\[::1\]|127(\.\d+){3}", host) is not None
