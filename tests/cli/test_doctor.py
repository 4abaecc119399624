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

from tests.pipeline.desk import CHANNELS, RULES, write_desk
from tests.servers.slack import Reply, SlackServer
from tests.servers.smtp import SmtpServer
from wirebell.core.clock import system_clock
from wirebell.core.settings import Settings
from wirebell.pipeline import doctor
from wirebell.storage import Store

WELL = CHANNELS.replace("routes:", "operators: [ana]\nroutes:").replace(
    "  mail:", "  slack: ${env:WIREBELL_SLACK}\n  mail:"
)


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
            "WIREBELL_SLACK": "https://hooks.slack.com/services/T0000000A/B0000000B/" + "c" * 24,
            "WIREBELL_SLACK_BASE": slack.base,
            "WIREBELL_CONTACT": "mailto:ana@desk.example",
        }
        self.run("db", "upgrade")

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        environ = {"PATH": path, "HOME": str(self.folder), **self.environ}
        command = [sys.executable, "-m", "wirebell.cli", *words]
        return subprocess.run(
            command, cwd=self.folder, env=environ, capture_output=True, text=True, check=False
        )

    def findings(self) -> dict[str, dict[str, str]]:
        done = self.run("doctor", "--json")
        found: list[dict[str, str]] = json.loads(done.stdout or "[]")
        assert done.returncode == (1 if found else 0), done.stderr
        return {each["what"]: each for each in found}

    def paste(self, line: str) -> None:
        path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        subprocess.run(
            ["bash", "-c", line], cwd=self.folder, env={"PATH": path, **self.environ}, check=True
        )

    def sql(self, *statements: str) -> None:
        with closing(sqlite3.connect(self.database)) as memory, memory:
            for statement in statements:
                memory.execute(statement)


@pytest.fixture
def well(tmp_path: Path) -> Iterator[Installation]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Prefect)
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    with SmtpServer(password="pw") as mail, SlackServer() as slack:
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


def _env(line: str, mode: int = 0o600) -> Callable[[Installation], None]:
    def write(it: Installation) -> None:
        (it.folder / ".env").write_text(line + "\n", "utf-8")
        (it.folder / ".env").chmod(mode)

    return write


def _behind(it: Installation) -> None:
    it.database.unlink()


def _no_operators(it: Installation) -> None:
    (it.folder / "rules" / "channels.yaml").write_text(WELL.replace("operators: [ana]\n", ""))


PASTED: dict[str, tuple[str, Callable[[Installation], None]]] = {
    "a setting that cannot be used": ("settings", _env("WIREBELL_BATCH_SIZE=many")),
    "tables behind the code": ("database", _behind),
    "secrets that others can read": ("secrets", _env("WIREBELL_X=1", 0o644)),
    "a public bind without a login": ("serve", _env("WIREBELL_SERVE_AT=0.0.0.0:4280")),
    "nobody who is told of trouble": ("operators", _no_operators),
}


@pytest.mark.parametrize("fault", PASTED)
def test_a_fault_is_found_and_its_line_mends_it_when_pasted(well: Installation, fault: str) -> None:
    what, plant = PASTED[fault]
    plant(well)
    well.paste(well.findings()[what]["fix"])
    assert well.findings() == {}


def test_no_address_for_webmasters_is_mended_by_a_line(well: Installation) -> None:
    del well.environ["WIREBELL_CONTACT"]
    well.paste(well.findings()["contact"]["fix"])
    assert "contact" not in well.findings()


def test_a_rotated_password_is_found_and_a_new_one_pasted_mends_it(well: Installation) -> None:
    old = well.environ.pop("WIREBELL_MAIL")
    _env(f"WIREBELL_MAIL={old.replace('pw', 'rotated')}")(well)
    found = well.findings()["channel mail"]
    assert "smtp 535" in found["words"]
    assert "rotated" not in str(found)
    well.paste(f"echo '{old}' | ({found['fix']}\n)")
    assert well.findings() == {}


def test_an_expired_token_is_found(well: Installation) -> None:
    well.slack.reply = Reply(403, b"token_expired")
    assert "token_expired" in well.findings()["channel slack"]["words"]


def test_a_channel_without_its_secret_is_found(well: Installation) -> None:
    del well.environ["WIREBELL_SLACK"]
    assert "WIREBELL_SLACK" in well.findings()["channel slack"]["words"]


def test_a_desk_with_a_mistake_is_found_with_the_command_that_lists_it(well: Installation) -> None:
    (well.folder / "rules" / "watch" / "beat.yaml").write_text(RULES.replace("urgent", "loud"))
    found = well.findings()["desk"]
    assert "watch/beat.yaml:6" in found["words"]
    assert found["fix"].startswith("wirebell check")


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


def test_a_file_that_is_no_database_is_set_aside(well: Installation) -> None:
    assert well.run("db", "backup", "BACKUP").returncode == 0
    for path in well.database.parent.glob("wirebell.db*"):
        path.unlink()
    well.database.write_bytes(b"not a database" * 1000)
    well.paste(well.findings()["database"]["fix"])
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


def test_prefect_open_to_everybody_is_found(well: Installation) -> None:
    well.environ["PREFECT_SERVER_API_HOST"] = "0.0.0.0"
    assert "takes orders from everybody" in well.findings()["prefect"]["words"]


def test_a_clock_that_was_put_back_is_found(well: Installation) -> None:
    ahead = datetime.now(UTC) + timedelta(hours=1)
    well.sql(
        "INSERT INTO feed (id, state, detail, failures, last_ok) "
        f"VALUES ('harbour', 'ok', '', 0, '{ahead:%F %T}.000000')"
    )
    assert "behind what was written" in well.findings()["clock"]["words"]


def test_what_waits_too_long_and_a_heartbeat_that_stopped_are_found(well: Installation) -> None:
    ago = datetime.now(UTC) - timedelta(hours=3)
    well.sql(
        "INSERT INTO feed (id, state, detail, failures) VALUES ('harbour', 'ok', '', 0)",
        "INSERT INTO entry (feed_id, key, fingerprint, entry, first_seen, backlog, tries, reason) "
        f"VALUES ('harbour', 'k', 'f', '{{\"id\": \"k\"}}', '{ago:%F %T}.000000', 0, 0, '')",
        f"INSERT INTO beat VALUES ('{ago:%F %T}.000000', 1.5, 'delivery', 'mail: no attempt')",
    )
    found = well.findings()
    assert found["inbox"]["fix"] == "wirebell poll"
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


def test_a_full_disk_is_found_and_its_line_makes_room(
    well: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No disk is filled: the limit below which one counts as full is put above this one's room."""
    home = well.folder / ".wirebell"
    (home / "demo").mkdir()
    (home / "demo" / "large").write_bytes(b"x" * 100_000)
    (home / "prefect").mkdir()
    (home / "prefect" / "server.log").write_bytes(b"x" * 100_000)
    monkeypatch.setattr(doctor, "ROOM", 2**60)
    settings = Settings(_env_file=None, home=home, rules=well.folder / "rules", database="")
    found = next(doctor.examine(settings, {}, system_clock))
    assert found.what == "disk"
    well.paste(found.fix)
    assert sum(path.stat().st_size for path in home.rglob("*.log")) == 0
    assert not (home / "demo").exists()


def test_status_says_whether_the_house_is_at_work(well: Installation) -> None:
    stands = well.run("status")
    assert (stands.returncode, "no feed answered yet" in stands.stdout) == (1, True)
    store = Store(f"sqlite:///{well.database}", system_clock)
    (claim,) = store.claim_feeds(["harbour"], timedelta(minutes=1))
    from tests.storage.samples import intake, next_at, page

    intake(store, claim, page(), (), next_at(datetime.now(UTC)))
    store.close()
    works = well.run("status", "--json")
    assert works.returncode == 0
    assert json.loads(works.stdout)["feeds"] == 1
