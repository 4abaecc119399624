from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from tests.pipeline.desk import RULES, write_desk
from tests.servers.slack import Reply, SlackServer
from tests.servers.smtp import SmtpServer
from wirebell.cli.app import app

ROOT = Path(__file__).parents[2]
HOOK = "https://hooks.slack.com/services/T0NEWSROOM/B0BELLROOM/CanarySecretOfTheRoom"

Run = Callable[..., Result]


@pytest.fixture
def mail() -> Iterator[SmtpServer]:
    with SmtpServer("canary-secret") as server:
        yield server


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, slack: SlackServer) -> Run:
    """The command line of a newcomer: the channels we ship, and what he wrote into .env."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WIREBELL_SLACK_BASE", slack.base)
    for name in ("WIREBELL_MAIL", "WIREBELL_SLACK"):
        monkeypatch.delenv(name, raising=False)
    tagged = RULES.replace("    when:", "    tags: [trade, minerals, diplomacy]\n    when:")
    write_desk(tmp_path / "rules", {"harbour": "https://outlet.example/feed"}, tagged)
    shipped = (ROOT / "rules" / "channels.yaml").read_text("utf-8")
    ours = shipped.partition("\ntests:")[0]  # its tests name rules that are not in this desk
    (tmp_path / "rules" / "channels.yaml").write_text(ours, "utf-8")

    def call(*words: str, **env: str) -> Result:
        lines = (f"WIREBELL_{name.upper()}={url}\n" for name, url in env.items())
        (tmp_path / ".env").write_text("".join(lines))
        return CliRunner().invoke(app, ["channels", *words], env={"COLUMNS": "200"})

    return call


def box(server: SmtpServer, query: str = "") -> str:
    """The mail line of .env as its example has it."""
    return f"mailto://ana:canary-secret@desk.example:{server.port}?smtp=127.0.0.1{query}"


def test_two_lines_are_all_that_real_channels_need(
    run: Run, mail: SmtpServer, slack: SlackServer
) -> None:
    result = run("test", mail=box(mail), slack=HOOK)
    assert result.exit_code == 0, result.output
    assert result.output.splitlines() == [
        "desk by mail: accepted  smtp 250 2.0.0 OK queued as 42",
        "desk-room by slack: accepted  http 200 ",
    ]
    (sent,) = mail.mails
    assert sent.recipients == (sent.sender,) == ("ana@desk.example",)
    assert sent.parsed["From"] == "Wirebell <ana@desk.example>"
    (post,) = slack.posts
    assert post.path == HOOK.removeprefix("https://hooks.slack.com")
    assert "TEST" in sent.parsed["subject"]
    assert "TEST" in post.document["text"]


def test_somebody_else_may_be_named_in_the_mail_line(run: Run, mail: SmtpServer) -> None:
    run("test", "desk", mail=box(mail, "&to=desk@other.example"))
    assert [sent.recipients for sent in mail.mails] == [("desk@other.example",)]


def test_a_refusal_is_told_in_the_servers_words(
    run: Run, mail: SmtpServer, slack: SlackServer
) -> None:
    mail.refusals["RCPT"] = "550 5.1.1 nobody of that name"
    slack.reply = Reply(404, b"no_service")
    result = run("test", mail=box(mail), slack=HOOK)
    assert result.exit_code == 3
    assert result.output.splitlines() == [
        "desk by mail: refused  smtp 550 5.1.1 nobody of that name",
        "desk-room by slack: refused  http 404 no_service",
    ]


def test_a_wrong_password_is_refused_and_never_printed(run: Run, mail: SmtpServer) -> None:
    result = run("test", "desk", mail=box(mail).replace("canary-secret", "canary-wrong"))
    assert result.exit_code == 3
    assert "desk by mail: refused  smtp 535" in result.output
    assert "canary" not in result.output


def test_a_server_nobody_answers_at_is_no_refusal(run: Run) -> None:
    result = run("test", "desk", mail="mailto://ana:canary-secret@127.0.0.1:9")
    assert result.exit_code == 3
    assert "desk by mail: not taken now  connection" in result.output
    assert "canary" not in result.output


def test_with_nothing_set_it_says_what_to_write_and_where_alerts_go(run: Run) -> None:
    result = run("test")
    assert result.exit_code == 3
    assert "mail: cannot send  the variable WIREBELL_MAIL is not set" in result.output
    assert "write into .env, with your own values: WIREBELL_MAIL=mailtos://NAME" in result.output
    assert "values: WIREBELL_SLACK=https://hooks.slack.com/services/" in result.output
    assert "alerts are written to .wirebell/outbox/" in result.output


def test_one_channel_without_the_other_is_tried_and_the_gap_told(
    run: Run, mail: SmtpServer
) -> None:
    result = run("test", mail=box(mail))
    assert result.exit_code == 3
    assert "slack: cannot send  the variable WIREBELL_SLACK is not set" in result.output
    assert "desk by mail: accepted" in result.output
    assert "outbox" not in result.output


def test_two_recipients_of_one_address_get_one_message(
    run: Run, mail: SmtpServer, tmp_path: Path
) -> None:
    path = tmp_path / "rules" / "channels.yaml"
    path.write_text(path.read_text().replace("also: [slack]", "also: [mail]"))
    run("test", mail=box(mail), slack=HOOK)
    assert len(mail.mails) == 1


def test_names_the_recipients_there_are(run: Run) -> None:
    result = run("test", "nobody")
    assert result.exit_code == 2
    assert "desk-room" in result.output


def test_check_sends_nothing_and_tells_each_channel(
    run: Run, mail: SmtpServer, slack: SlackServer
) -> None:
    result = run("check", mail=box(mail), slack=HOOK)
    assert result.exit_code == 0, result.output
    assert result.output.splitlines() == ["mail: set  for desk", "slack: set  for desk-room"]
    assert (mail.mails, slack.posts) == ([], [])


def test_check_finds_an_address_nobody_can_use(run: Run) -> None:
    result = run("check", mail="ana@desk.example", slack=HOOK)
    assert result.exit_code == 1
    assert "mail: cannot send  its address is none that Apprise can use" in result.output
    assert "WIREBELL_MAIL=mailtos://NAME" in result.output


def test_check_finds_a_channel_nobody_is_told_by_and_a_route_for_nothing(
    run: Run, mail: SmtpServer, tmp_path: Path
) -> None:
    path = tmp_path / "rules" / "channels.yaml"
    path.write_text(path.read_text().replace("at_least: urgent}", "at_least: flash}"))
    path.write_text(path.read_text().replace("  slack: ", "  pager: ${env:X}\n  slack: "))
    result = run("check", mail=box(mail), slack=HOOK)
    assert result.exit_code == 1
    for words in (
        "channels.yaml:6:3: pager: cannot send  the variable X is not set",
        "channels.yaml:6:3: pager: nobody is told by it; name it in also: or take it out",
        f"channels.yaml:{line_of(path, 'at_least: flash')}:5: this route is for no rule",
    ):
        assert words in result.output


def line_of(path: Path, words: str) -> int:
    """The last line of a file that has these words."""
    lines = enumerate(path.read_text("utf-8").splitlines(), 1)
    return max(number for number, line in lines if words in line)


def test_route_prints_people_channels_and_why(run: Run, tmp_path: Path) -> None:
    line = line_of(tmp_path / "rules" / "channels.yaml", "to: desk-room")
    result = run("route", "--rule", "minerals")
    assert result.exit_code == 0, result.output
    assert result.output.splitlines() == [
        f"desk: mail  the route at channels.yaml:{line - 1}",
        f"desk-room: slack  the route at channels.yaml:{line}",
    ]


def test_route_says_who_is_not_told_and_why_not(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "rules" / "channels.yaml"
    more = "  - {name: ana, mail: ana@desk.example, follows: [trade], at_least: urgent}\n"
    path.write_text(path.read_text().replace("recipients:\n", "recipients:\n" + more))
    path.write_text(path.read_text().replace("{to: desk,", "{to: [desk, ana],"))
    quiet = run("route", "--rule", "minerals", "--severity", "routine").output
    assert "ana: not told  hears of nothing below urgent" in quiet
    assert "desk-room: not told  no route sends it to them, or they do not follow it" in quiet
    path.write_text(path.read_text().replace("follows: [trade]", "follows: [other]"))
    beat = tmp_path / "rules" / "watch" / "beat.yaml"
    beat.write_text(beat.read_text().replace("tags: [trade", "tags: [other, trade"))
    assert "ana: mail ana@desk.example" in run("route", "--rule", "minerals").output
    beat.write_text(beat.read_text().replace("tags: [other, trade", "to: [ana]\n    tags: [trade"))
    path.write_text(path.read_text().replace("follows: [other]", "follows: [minerals]"))
    assert "minerals names ana in to:" in run("route", "--rule", "minerals").output


def test_route_of_a_rule_that_is_not_there_names_the_nearest(run: Run) -> None:
    result = run("route", "--rule", "mineral")
    assert "did you mean 'minerals'?" in str(result.exception)


def test_route_of_what_nobody_hears_is_a_finding(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "rules" / "channels.yaml"
    path.write_text(path.read_text().replace("tags: [trade, minerals, diplomacy]", "tags: [tin]"))
    more = "  - {id: ores, why: because, owner: ana, tags: [tin], when: tin}\n"
    beat = tmp_path / "rules" / "watch" / "beat.yaml"
    beat.write_text(beat.read_text() + more)
    asked = ("route", "--rule", "minerals", "--severity", "routine")
    assert run(*asked).exit_code == 1
    assert run(*asked, "--tag", "tin").exit_code == 0
