from __future__ import annotations

import json
import logging
from dataclasses import replace
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from tests.alerts.conftest import HOOK, Plug
from tests.alerts.samples import MESSAGE
from tests.servers.slack import Reply, SlackServer
from tests.servers.smtp import SmtpServer
from wirebell.alerts.secrets import redact
from wirebell.alerts.transport import Transport, guard_logs
from wirebell.core.alerts import Message, Receipt, ReceiptState

SENT, RETRY, PERMANENT, CONFIG, AMBIGUOUS = ReceiptState
CANARY = "Canary7Secret9Sings"


def send(transport: Transport, channel: str, message: Message = MESSAGE) -> Receipt:
    return transport.send(channel, "", message)


def files(tmp_path: Path) -> list[Path]:
    return sorted((tmp_path / "outbox").glob("*"))


def test_without_any_secret_every_message_becomes_two_files(plug: Plug, tmp_path: Path) -> None:
    transport = plug(mail="${env:WIREBELL_MAIL}", slack="${env:WIREBELL_SLACK}")
    receipt = transport.send("mail", "ana@desk.example", MESSAGE)
    assert (receipt.state, receipt.code) == (SENT, "console")
    mail, slack = files(tmp_path)
    assert mail.name == "20250605T151200000000Z-key-1.eml"
    assert slack.name == "20250605T151200000000Z-key-1.json"
    parsed = message_from_bytes(mail.read_bytes(), policy=policy.default)
    assert (parsed["To"], parsed["Message-ID"]) == ("ana@desk.example", MESSAGE.message_id)
    assert json.loads(slack.read_text("utf-8")) == json.loads(MESSAGE.slack)
    assert send(transport, "gone").code == "console"


def test_an_outbox_that_cannot_be_written_is_tried_again(plug: Plug, tmp_path: Path) -> None:
    (tmp_path / "outbox").write_text("a file where the folder should be")
    assert send(plug(), "mail").state is RETRY


def test_once_some_channel_works_the_others_wait_for_their_secrets(
    smtp: SmtpServer, plug: Plug, tmp_path: Path
) -> None:
    transport = plug(mail=smtp.url(), slack="${env:WIREBELL_SLACK}", disk="${file:/nowhere/x}")
    receipt = send(transport, "slack")
    assert receipt.state is CONFIG
    assert "WIREBELL_SLACK" in receipt.detail
    assert send(transport, "gone").state is CONFIG
    assert files(tmp_path) == []
    assert transport.problems() == (
        "channel slack: the variable WIREBELL_SLACK is not set",
        "channel disk: the file /nowhere/x cannot be read: FileNotFoundError",
    )


def test_a_reference_may_be_a_file_or_a_part_of_an_address(
    slack: SlackServer, plug: Plug, tmp_path: Path
) -> None:
    secret = tmp_path / "hook"
    secret.write_text(f"{HOOK}\n")
    transport = plug(
        {"TOKEN": "c0ffeec0ffee"},
        whole=f"${{file:{secret}}}",
        part="slack://T0AAAAAAA/B0BBBBBBB/${env:TOKEN}",
    )
    assert send(transport, "whole").state is SENT
    assert send(transport, "part").state is SENT
    assert slack.posts[1].path == "/services/T0AAAAAAA/B0BBBBBBB/c0ffeec0ffee"


def test_a_password_with_any_signs_goes_into_an_address_as_it_is(plug: Plug) -> None:
    password = "p@ss/w:rd?#%"
    with SmtpServer(password=password) as smtp:
        url = f"mailto://desk:${{env:PASSWORD}}@127.0.0.1:{smtp.port}?mode=insecure"
        assert (
            plug({"PASSWORD": password}, mail=url).send("mail", "a@b.example", MESSAGE).state
            is SENT
        )


def test_an_address_apprise_cannot_use_is_a_problem_that_names_no_value(
    smtp: SmtpServer, plug: Plug
) -> None:
    transport = plug({"BAD": f"nosuch://{CANARY}"}, mail=smtp.url(), bad="${env:BAD}")
    assert send(transport, "bad").state is CONFIG
    (problem,) = transport.problems()
    assert problem.startswith("channel bad:")
    assert CANARY not in problem + send(transport, "bad").detail


def test_any_other_scheme_goes_through_its_stock_plugin_as_disarmed_words(
    slack: SlackServer, plug: Plug
) -> None:
    hook = plug(hook=f"{slack.base.replace('http', 'json')}/hook")
    long = replace(MESSAGE, text="@everyone <!channel>\nhttps://news.example/a\n" + "more\n" * 9000)
    receipt = send(hook, "hook", long)
    assert receipt.state is SENT
    document = slack.posts[0].document
    assert document["title"] == MESSAGE.subject
    assert document["message"].startswith(
        "@\u200beveryone <\u200b!\u200bchannel>\nhttps://news.example/a"
    )
    assert len(document["message"]) < 32768


@pytest.mark.parametrize(
    ("reply", "state"),
    [
        (Reply(429), RETRY),
        (Reply(503), RETRY),
        (Reply(404), CONFIG),
        (Reply(301, headers={"Location": "/elsewhere"}), CONFIG),
        (Reply(400), PERMANENT),
        (Reply(drop=True), RETRY),
    ],
)
def test_a_stock_plugins_failure_is_judged_by_the_code_it_logs(
    slack: SlackServer, plug: Plug, reply: Reply, state: ReceiptState
) -> None:
    slack.reply = reply
    receipt = send(plug(hook=f"{slack.base.replace('http', 'json')}/hook"), "hook")
    assert receipt.state is state
    assert len(slack.posts) == 1


def test_a_canary_secret_is_in_no_record_receipt_or_problem(
    slack: SlackServer, plug: Plug, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(1)
    logging.getLogger("apprise").setLevel(1)
    logging.getLogger("urllib3").setLevel(1)
    with SmtpServer(password="other") as smtp:
        smtp.refusals["RCPT"] = f"550 no {CANARY} here"
        transport = plug(
            {
                "MAIL": f"mailto://desk:{CANARY}@127.0.0.1:{smtp.port}?mode=insecure",
                "SLACK": f"slack://T0AAAAAAA/B0BBBBBBB/{CANARY}",
                "BAD": f"slack://T0AAAAAAA/B0BBBBBBB/{CANARY}%21",
                "HOOK": f"{slack.base.replace('http', 'json')}/{CANARY}",
            },
            mail="${env:MAIL}",
            slack="${env:SLACK}",
            bad="${env:BAD}",
            hook="${env:HOOK}",
            open=f"mailto://127.0.0.1:{smtp.port}",
        )
        slack.reply = Reply(404, f"no hook {CANARY}".encode())
        channels = ("mail", "slack", "bad", "hook", "open")
        receipts = [transport.send(name, "a@b.example", MESSAGE) for name in channels]
    assert all(receipt.state is not SENT for receipt in receipts)
    assert CANARY not in repr(receipts) + repr(transport.problems())
    assert "***" in repr(receipts)
    assert caplog.records
    assert CANARY not in caplog.text


def test_a_traceback_on_a_guarded_handler_is_masked(
    plug: Plug, caplog: pytest.LogCaptureFixture
) -> None:
    plug({"TOKEN": CANARY}, slack="slack://T0AAAAAAA/B0BBBBBBB/${env:TOKEN}")
    guard_logs()
    trouble = ValueError(f"cannot post to {CANARY}")
    logging.getLogger("wirebell.somewhere").error("failed: %s", CANARY, exc_info=trouble)
    assert CANARY not in caplog.text
    assert "ValueError: cannot post to ***" in caplog.text


def test_words_without_a_secret_are_left_alone() -> None:
    assert redact("the services at hooks.slack.com are slow") == (
        "the services at hooks.slack.com are slow"
    )


def test_libraries_that_print_secrets_below_info_are_kept_at_info(plug: Plug) -> None:
    for name in ("apprise", "urllib3", "smtplib"):
        logging.getLogger(name).setLevel(logging.DEBUG)
    plug()
    for name in ("apprise", "urllib3", "smtplib"):
        assert logging.getLogger(name).level >= logging.INFO
