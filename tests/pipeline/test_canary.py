"""A secret in every place where one can stand, every way of failing, every level of every log."""

from __future__ import annotations

import json
import logging
import traceback
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from tests.alerts.samples import MESSAGE
from tests.clock import Clock
from tests.pipeline.desk import settings_of, write_desk
from tests.servers.slack import Reply, SlackServer
from tests.servers.smtp import SmtpServer
from tests.storage.samples import LEASE, file_alert
from wirebell.core.alerts import Handling, How, ReceiptState
from wirebell.core.errors import StorageError
from wirebell.pipeline.sending import ring
from wirebell.pipeline.wiring import House, open_house
from wirebell.storage import Store

CANARY = "cAnary-7f3a+9"
PLACES = {  # by channel: where in an address of Apprise's grammar the secret stands
    "password": "mailto://desk:{quoted}@127.0.0.1:{smtp}?mode=insecure&from=a@b.example",
    "query": "mailto://127.0.0.1:{smtp}?user=desk&pass={quoted}&mode=insecure&from=a@b.example",
    "starttls": "mailtos://desk:{quoted}@127.0.0.1:{tls}?from=a@b.example&verify=no",
    "webhook": "slack://T0AAAAAAA/B0BBBBBBB/cAnary7f3a9cAnary7f3a9aa",
    "token": "slack://xoxb-1234-1234-cAnary7f3a9/#room",
    "path": "json://127.0.0.1:{slack}/{canary}",
    "header": "json://127.0.0.1:{slack}/hook?+Authorization=Bearer%20{quoted}",
    "login": "ntfy://desk:{quoted}@127.0.0.1:{slack}/topic",
    "topic": "ntfy://127.0.0.1:{slack}/{canary}",
    "broken": "slack://T0AAAAAAA/B0BBBBBBB/{quoted}%21",
    "unknown": "nosuch://{quoted}@host",
    "bare": "{canary}",
}
ECHO = CANARY.encode() + b" Bearer " + CANARY.encode() + b" cAnary7f3a9cAnary7f3a9aa"
ANSWERS = (
    Reply(404, ECHO),
    Reply(400, b"invalid_blocks " + ECHO),
    Reply(503, ECHO, {"Retry-After": "9"}),
    Reply(302, b"", {"Location": f"https://evil.example/{CANARY}"}),
    Reply(200, b"<html>" + ECHO),
    Reply(200, b'{"ok": false, "error": "no such token: xoxb-1234-1234-cAnary7f3a9"}'),
    Reply(drop=True),
)
REFUSALS = {"RCPT": f"550 no {CANARY}", "DATA": f"451 later, {CANARY}", "MAIL": f"550 {CANARY}"}


class Shown(logging.Handler):
    """Keeps a record as handlers show it: as words, and taken apart for JSON as Prefect does."""

    def __init__(self) -> None:
        super().__init__(level=1)
        self.words: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.words.append(self.format(record))
        self.words.append(json.dumps(record.__dict__, default=repr))


@pytest.fixture
def shown() -> Iterator[Shown]:
    """Everything that is logged by anybody, at every level there is."""
    handler, root = Shown(), logging.getLogger()
    names = ("", "apprise", "urllib3", "smtplib", "requests", "wirebell", "prefect")
    levels = {name: logging.getLogger(name).level for name in names}
    root.addHandler(handler)
    yield handler
    root.removeHandler(handler)
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


def listen_to_everything() -> None:
    for name in ("", "apprise", "urllib3", "smtplib", "requests", "wirebell", "prefect"):
        logging.getLogger(name).setLevel(1)


def write_channels(folder: Path) -> None:
    lines = [f"  {name}: ${{env:C_{name.upper()}}}" for name in PLACES]
    lines[0] = f"  password: ${{file:{folder}/secret}}"
    also = ", ".join(PLACES)
    write_desk(folder / "rules", {"harbour": "https://outlet.example/feed"})
    (folder / "rules" / "channels.yaml").write_text(
        "version: 1\nchannels:\n" + "\n".join(lines)
        + f"\nrecipients:\n  - {{name: ada, also: [{also}]}}\nroutes:\n  - {{to: ada}}\n"
    )  # fmt: skip


async def test_the_canary_is_heard_nowhere(
    tmp_path: Path, clock: Clock, shown: Shown, capfd: pytest.CaptureFixture[str]
) -> None:
    with ExitStack() as stack:
        slack = stack.enter_context(SlackServer())
        smtp = stack.enter_context(SmtpServer("another"))
        tls = stack.enter_context(SmtpServer("another", tls=True))
        ports = {"slack": slack.base.rpartition(":")[2], "smtp": smtp.port, "tls": tls.port}
        quoted = CANARY.replace("+", "%2B")
        environ = {
            f"C_{name.upper()}": url.format(canary=CANARY, quoted=quoted, **ports)
            for name, url in PLACES.items()
        }
        (tmp_path / "secret").write_text(environ.pop("C_PASSWORD"))
        write_channels(tmp_path)
        settings = settings_of(tmp_path).model_copy(update={"slack_base": slack.base})
        async with open_house(settings, clock=clock, environ=environ, upgrade=True) as house:
            listen_to_everything()
            receipts = [*fail_in_every_way(house, slack, smtp)]
            ring_once(house, clock)
            told = [repr(receipts), repr(house.transport.problems()), repr(house.transport)]
            told += [repr(house.store.records_of("al-1")), repr(house.settings)]
    assert len(receipts) == len(ANSWERS) * len(PLACES) + 3 * len(REFUSALS)
    told += [*shown.words, *capfd.readouterr(), *written_below(tmp_path)]
    secrets = (CANARY, quoted, "cAnary", "canary-7f3a")
    assert [words for words in told if any(secret in words for secret in secrets)] == []
    assert any("***" in words for words in shown.words)


def written_below(folder: Path) -> list[str]:
    """Every file as it is on disk, the database and its log too, but for the secret's own."""
    files = (path for path in folder.rglob("*") if path.is_file() and path.name != "secret")
    return [path.read_bytes().decode("latin-1") for path in files]


def fail_in_every_way(house: House, slack: SlackServer, smtp: SmtpServer) -> Iterator[object]:
    """Every channel at every answer, none taken for sent but by a webhook that says 200."""
    for answer in ANSWERS:
        slack.reply = answer
        for name in PLACES:
            receipt = house.transport.send(name, "", MESSAGE)
            assert receipt.state is not ReceiptState.SENT or answer.status == 200, name
            yield receipt
    for command, line in REFUSALS.items():
        smtp.refusals = {command: line}
        for name in ("password", "query", "starttls"):
            yield house.transport.send(name, "ada@desk.example", MESSAGE)
    for name in PLACES:
        trouble = ValueError(f"{CANARY} in our own code")
        logging.getLogger("wirebell").error("%s broke: %s", name, CANARY, exc_info=trouble)


def ring_once(house: House, clock: Clock) -> None:
    """One delivery through the real step, so that an answer reaches the database."""
    file_alert(house.store, clock, "al-1", "ada")
    (dispatch,) = house.store.claim_deliveries(lambda _: Handling(How.SINGLE), 1, LEASE)
    ring(replace(dispatch, channel="path"), house)


def test_a_databases_password_is_in_no_error() -> None:
    store = Store(f"postgresql+psycopg://ada:{CANARY}@127.0.0.1:1/news", Clock())
    with pytest.raises(StorageError) as caught:
        store.check_schema()
    trace = "".join(traceback.format_exception(caught.value, chain=False))
    assert "cAnary" not in trace + str(caught.value) + repr(caught.value)
