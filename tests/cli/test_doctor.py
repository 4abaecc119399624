"""Faults planted one by one in an installation that is well; each is found with what mends it."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from typer.testing import CliRunner, Result

from tests.pipeline.desk import CHANNELS, RULES, write_desk
from tests.servers.slack import Post, Reply, SlackServer
from tests.servers.smtp import SmtpServer
from wirebell.cli.app import app
from wirebell.core.clock import system_clock
from wirebell.desk import load_desk
from wirebell.pipeline.operators import Operators
from wirebell.storage import Store

WELL = CHANNELS.replace("routes:", "operators: [ana]\nroutes:").replace(
    "  mail:", "  slack: ${env:WIREBELL_SLACK}\n  mail:"
)

OLD = Path(__file__).parents[1] / "storage" / "data"
HOOK = "https://hooks.slack.com/services/T0000000A/B0000000B/" + "c" * 24


class _Slack(SlackServer):
    """Takes the webhook that lives; the one before it has expired."""

    def take(self, post: Post) -> Reply:
        expired = post.path.endswith("o" * 24)
        return Reply(403, b"token_expired") if expired else super().take(post)


class _Prefect(BaseHTTPRequestHandler):
    """What the doctor asks Prefect's server: who works."""

    workers = '[{"status": "ONLINE"}]'

    def do_POST(self) -> None:
        body = self.workers.encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class Installation:
    """An installation in a folder, and what its environment says."""

    def __init__(self, folder: Path, mail: SmtpServer, slack: SlackServer, prefect: int) -> None:
        self.folder, self.mail, self.slack = folder, mail, slack
        self.database = folder / ".wirebell" / "wirebell.db"
        write_desk(folder / "rules", {"harbour": "https://outlet.example/feed"})
        (folder / "rules" / "channels.yaml").write_text(WELL)
        self.environ = {
            "PREFECT_API_URL": f"http://127.0.0.1:{prefect}/api",
            "WIREBELL_MAIL": f"mailto://bell:pw@127.0.0.1:{mail.port}?from=bell@desk.example",
            "WIREBELL_SLACK": HOOK,
            "WIREBELL_SLACK_BASE": slack.base,
            "WIREBELL_CONTACT": "mailto:ana@desk.example",
        }
        self.run("db", "upgrade")

    def run(self, *words: str) -> Result:
        """A command in this process, and not in one of its own: that takes two seconds."""
        return CliRunner().invoke(app, words, env=self.environ)

    def findings(self) -> dict[str, dict[str, str]]:
        done = self.run("doctor", "--json")
        found: list[dict[str, str]] = json.loads(done.stdout or "[]")
        assert done.exit_code == (1 if found else 0), done.output
        return {each["what"]: each for each in found}

    def paste(self, line: str, typed: str = "") -> None:
        path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        subprocess.run(
            ["bash", "-c", line], cwd=self.folder, env={"PATH": path, **self.environ}, check=True,
            input=typed + "\n", text=True,
        )  # fmt: skip

    def sql(self, *statements: str) -> None:
        with closing(sqlite3.connect(self.database)) as memory, memory:
            for statement in statements:
                memory.execute(statement)


@pytest.fixture
def well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Installation]:
    monkeypatch.chdir(tmp_path)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Prefect)
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    with SmtpServer(password="pw") as mail, _Slack() as slack:
        slack.reply = Reply(400, b"no_text")  # of a webhook that lives
        yield Installation(tmp_path, mail, slack, server.server_port)
    server.shutdown()
    thread.join()
    server.server_close()


def test_an_installation_that_is_well_has_no_findings_and_nothing_was_sent(
    well: Installation,
) -> None:
    assert well.findings() == {}
    assert well.mail.mails == []


Plant = Callable[["Installation"], None]


def _env(line: str, mode: int = 0o600) -> Plant:
    def write(it: Installation) -> None:
        it.environ.pop(line.partition("=")[0], None)
        (it.folder / ".env").write_text(line + "\n", "utf-8")
        (it.folder / ".env").chmod(mode)

    return write


_expired = _env(f"WIREBELL_SLACK={HOOK.replace('c' * 24, 'o' * 24)}")


def _unset(name: str) -> Plant:
    return lambda it: it.environ.__delitem__(name)


def _no_tables(it: Installation) -> None:
    it.database.unlink()


def _tables_of_the_first_release(it: Installation) -> None:
    it.database.unlink()
    with closing(sqlite3.connect(it.database)) as memory:
        for part in ("sqlite", "rows"):
            memory.executescript((OLD / f"0001.{part}.sql").read_text("utf-8"))


def _no_operators(it: Installation) -> None:
    (it.folder / "rules" / "channels.yaml").write_text(WELL.replace("operators: [ana]\n", ""))


def _unset_login(it: Installation) -> None:
    feeds = it.folder / "rules" / "feeds.yaml"
    feeds.write_text(feeds.read_text().replace("feed'}", "feed', auth: '${env:HARBOUR_LOGIN}'}"))


def _no_file_of_a_secret(it: Installation) -> None:
    said = WELL.replace("${env:WIREBELL_SLACK}", "${file:%s}" % (it.folder / "slack.secret"))
    (it.folder / "rules" / "channels.yaml").write_text(said)


def _open_key(it: Installation) -> None:
    (it.folder / ".wirebell" / "page.key").write_bytes(b"k" * 32)


def _rotated(it: Installation) -> None:
    _env(f"WIREBELL_MAIL={it.environ['WIREBELL_MAIL'].replace('pw', 'rotated')}")(it)


def _no_database(it: Installation) -> None:
    assert it.run("db", "backup", "BACKUP").exit_code == 0
    for path in it.database.parent.glob("wirebell.db*"):
        path.unlink()
    it.database.write_bytes(b"not a database" * 1000)


ENTRY = '{"id": "k", "url": "", "title": "Trams"}'


def _waiting_entry(it: Installation) -> None:
    ago = datetime.now(UTC) - timedelta(hours=3)
    it.sql(
        "INSERT INTO feed (id, state, detail, failures, next_due) "
        "VALUES ('harbour', 'ok', '', 0, '2999-01-01 00:00:00.000000')",
        "INSERT INTO entry (feed_id, key, fingerprint, entry, first_seen, backlog, tries, reason) "
        f"VALUES ('harbour', 'k', 'f', '{ENTRY}', '{ago:%F %T}.000000', 0, 0, '')",
    )


def _waiting_message(it: Installation) -> None:
    ago = datetime.now(UTC) - timedelta(hours=3)
    store = Store(f"sqlite:///{it.database}", lambda: ago)
    Operators(store, load_desk(it.folder / "rules"), lambda: ago).tell("our line", "looks down")
    store.close()
    it.sql("DELETE FROM telling")  # it is over, and was never told


SMTP = "mailto://bell:pw@127.0.0.1:{port}?from=bell@desk.example"
FAULTS: dict[str, tuple[str, Plant, str]] = {  # what is found, how it is planted, what is typed
    "a setting that cannot be used": ("settings", _env("WIREBELL_BATCH_SIZE=many"), ""),
    "a setting below its least": ("settings", _env("WIREBELL_KEEP_DAYS=1"), ""),
    "an address that is no database": ("settings", _env("WIREBELL_DATABASE=nonsense"), ""),
    "no tables": ("database", _no_tables, ""),
    "tables of the first release": ("database", _tables_of_the_first_release, ""),
    "a file that is no database": ("database", _no_database, ""),
    "secrets that others can read": ("secrets", _env("WIREBELL_X=1", 0o644), ""),
    "a page key that others can read": ("secrets", _open_key, ""),
    "a public bind without a login": ("serve", _env("WIREBELL_SERVE_AT=0.0.0.0:4280"), ""),
    "a bind to a name that begins alike": ("serve", _env("WIREBELL_SERVE_AT=127.x.y:1"), ""),
    "Prefect open to everybody": ("prefect", _env("PREFECT_SERVER_API_HOST=0.0.0.0"), ""),
    "no address for webmasters": ("contact", _unset("WIREBELL_CONTACT"), ""),
    "nobody who is told of trouble": ("operators", _no_operators, ""),
    "a rotated SMTP password": ("channel mail", _rotated, SMTP),
    "an expired token": ("channel slack", _expired, HOOK),
    "a channel without its secret": ("channel mail", _unset("WIREBELL_MAIL"), SMTP),
    "a channel without the file of its secret": ("channel slack", _no_file_of_a_secret, HOOK),
    "a feed without its login": ("feed harbour", _unset_login, "reader:sesame"),
    "an inbox that nobody empties": ("inbox", _waiting_entry, ""),
    "an outbox that nobody empties": ("outbox", _waiting_message, ""),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_found_and_its_line_mends_it_when_pasted(well: Installation, fault: str) -> None:
    what, plant, typed = FAULTS[fault]
    plant(well)
    well.paste(well.findings()[what]["fix"], typed.format(port=well.mail.port))
    assert what not in well.findings()


def test_what_a_channel_answers_is_said_and_no_secret(well: Installation) -> None:
    _rotated(well)
    said = well.findings()["channel mail"]
    assert "smtp 535" in said["words"]
    assert "rotated" not in str(said)
    _expired(well)
    assert "token_expired" in well.findings()["channel slack"]["words"]


def test_a_server_that_cannot_be_reached_is_named_without_its_password(well: Installation) -> None:
    well.environ["WIREBELL_DATABASE"] = "postgresql+psycopg://bell:sesame@127.0.0.1:9/news"
    found = well.findings()["database"]
    assert found["fix"].startswith("pg_isready -h 127.0.0.1 -p 9 ")
    assert "sesame" not in str(found)


def test_a_desk_with_a_mistake_is_found_with_the_command_that_lists_it(well: Installation) -> None:
    (well.folder / "rules" / "watch" / "beat.yaml").write_text(RULES.replace("urgent", "loud"))
    found = well.findings()["desk"]
    assert "watch/beat.yaml:6" in found["words"]
    assert "wirebell check " in found["fix"]


def test_a_locked_database_is_found_and_ending_its_holder_mends_it(well: Installation) -> None:
    hold = f"""
        import sqlite3, time
        held = sqlite3.connect({str(well.database)!r}, isolation_level=None)
        held.execute("BEGIN IMMEDIATE")
        print("held", flush=True)
        time.sleep(120)
    """
    command = [sys.executable, "-c", textwrap.dedent(hold)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        found = well.findings()["database"]
        assert found["fix"] == f"kill {holder.pid}"
        well.paste(found["fix"])
        holder.wait(10)
    assert well.findings() == {}


def test_prefect_that_does_not_answer_or_has_no_worker_is_found(well: Installation) -> None:
    port = well.environ["PREFECT_API_URL"]
    well.environ["PREFECT_API_URL"] = "http://127.0.0.1:9/api"
    assert well.findings()["prefect"]["fix"] == "make up"
    well.environ["PREFECT_API_URL"] = port
    _Prefect.workers = "[]"
    try:
        assert "prefect worker start" in well.findings()["worker"]["fix"]
    finally:
        _Prefect.workers = '[{"status": "ONLINE"}]'


def test_a_clock_that_was_put_back_is_found(well: Installation) -> None:
    ahead = datetime.now(UTC) + timedelta(hours=1)
    well.sql(
        "INSERT INTO feed (id, state, detail, failures, last_ok) "
        f"VALUES ('harbour', 'ok', '', 0, '{ahead:%F %T}.000000')"
    )
    assert "behind what was written" in well.findings()["clock"]["words"]


def test_a_heartbeat_that_stopped_is_found(well: Installation) -> None:
    ago = datetime.now(UTC) - timedelta(hours=3)
    well.sql(
        f"INSERT INTO beat VALUES ('{ago:%F %T}.000000', 1.5, 'delivery', 'mail: no attempt')",
    )
    found = well.findings()
    assert "stopped at delivery: mail: no attempt" in found["heartbeat"]["words"]


def test_books_that_do_not_hold_and_open_troubles_are_found(well: Installation) -> None:
    well.sql(
        "INSERT INTO attempt (message_key, token, started_at, code, detail, provider_id) "
        "VALUES ('stray', 't', '2025-06-05 12:00:00.000000', '', '', '')",
        "INSERT INTO telling VALUES ('feed harbour', '2025-06-05 12:00:00.000000')",
    )
    found = well.findings()
    assert "attempts have no delivery" in found["books"]["words"]
    assert "feed harbour since" in found["trouble"]["words"]


def test_a_full_disk_is_found_and_its_line_makes_room(well: Installation) -> None:
    home = well.folder / ".wirebell"
    full = ["mount", "-t", "tmpfs", "-o", "size=510m", "none", str(home)]  # 500 must stay free
    if subprocess.run(full, capture_output=True, check=False).returncode:
        pytest.skip("a disk of its own needs the right to mount one")
    try:
        well.run("db", "upgrade")
        assert well.findings() == {}
        for large in (home / "demo" / "large", home / "prefect" / "server.log"):
            large.parent.mkdir()
            large.write_bytes(bytes(10 * 2**20))
        found = well.findings()["disk"]
        assert " MB are free" in found["words"]
        well.paste(found["fix"])
        assert well.findings() == {}
    finally:
        subprocess.run(["umount", str(home)], check=True)


def test_status_says_whether_the_house_is_at_work(well: Installation) -> None:
    stands = well.run("status")
    assert (stands.exit_code, "no feed answered yet" in stands.stdout) == (1, True)
    store = Store(f"sqlite:///{well.database}", system_clock)
    (claim,) = store.claim_feeds(["harbour"], timedelta(minutes=1))
    from tests.storage.samples import intake, next_at, page

    intake(store, claim, page(), (), next_at(datetime.now(UTC)))
    store.close()
    works = well.run("status", "--json")
    assert works.exit_code == 0
    assert json.loads(works.stdout)["feeds"] == 1
