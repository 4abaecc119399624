from __future__ import annotations

from pathlib import Path

import pytest

from tests.clock import Clock
from tests.pipeline.desk import CHANNELS, house_over, mails_in, write_desk
from wirebell.pipeline.steps import deliver_due

TWO_WAYS = CHANNELS.replace("  mail:", "  slack: ${env:WIREBELL_SLACK}\n  mail:").replace(
    "routes:",
    "  - {name: ops, mail: ops@desk.example, also: [slack]}\noperators: [ops]\nroutes:",
)


def _two_ways(home: Path) -> None:
    folder = write_desk(home / "rules", {"harbour": "https://outlet.example/feed"})
    (folder / "channels.yaml").write_text(TWO_WAYS)


async def test_operators_hear_when_trouble_begins_and_when_it_ends_and_analysts_do_not(
    tmp_path: Path, clock: Clock
) -> None:
    _two_ways(tmp_path)
    async with house_over(tmp_path, clock) as house:
        told = [house.operators.tell("feed harbour", "silent for 9 h") for _ in range(3)]
        over = [house.operators.tell_over("feed harbour", "speaks again") for _ in range(3)]
        assert told == over == [True, False, False]
        assert deliver_due(house).sent == 4  # both by mail and by Slack, and nobody else
    mails = mails_in(tmp_path / "outbox")
    assert sorted({mail.splitlines()[0] for mail in mails}) == [
        "Re: [Wirebell] feed harbour: speaks again",
        "[Wirebell] feed harbour: silent for 9 h",
    ]
    assert all("Wirebell itself: a notice to operators" in mail for mail in mails)


async def test_a_dead_channel_is_told_of_by_the_other(
    tmp_path: Path, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "wirebell")
    _two_ways(tmp_path)
    async with house_over(tmp_path, clock) as house:
        house.operators.tell("channel mail", "nothing leaves: smtp 535", avoid={"mail"})
        assert deliver_due(house).sent == 1
    assert "message to ops by slack" in caplog.text
    assert "message to ops by mail" not in caplog.text


async def test_trouble_that_nobody_can_be_told_of_is_in_the_log(
    tmp_path: Path, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    write_desk(tmp_path / "rules", {"harbour": "https://outlet.example/feed"})
    async with house_over(tmp_path, clock) as house:
        assert house.operators.tell("heartbeat", "late")
        assert deliver_due(house).sent == 0
    assert caplog.text.count("heartbeat: late") == 1
