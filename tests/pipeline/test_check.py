from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from tests.pipeline.desk import CHANNELS, RULES, write_desk
from wirebell.core.errors import DeskError
from wirebell.pipeline.recheck import check_desk

DAY = date(2025, 6, 5)
FEEDS = {"harbour": "https://outlet.example/feed"}


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    return write_desk(tmp_path / "rules", FEEDS)


def _tests(folder: Path, tests: str) -> list[str]:
    (folder / "channels.yaml").write_text(f"{CHANNELS}tests:\n{tests}")
    return [str(problem) for problem in check_desk(folder, folder, DAY).problems]


def test_a_test_of_who_is_told_passes_or_says_who_would_be(rules: Path) -> None:
    assert not _tests(rules, "  - {rule: minerals, to: ana}\n")
    assert _tests(rules, "  - {rule: minerals, to: []}\n") == [
        "channels.yaml:10:5: minerals should be told to nobody, but goes to ana"
    ]


def test_a_test_of_who_is_told_may_ask_about_another_severity(rules: Path) -> None:
    channels = CHANNELS.replace("{to: [ana]}", "{to: [ana], at_least: urgent}")
    tests = (
        "tests:\n  - {rule: minerals, severity: routine, to: ana}\n  - {rule: minerals, to: ana}\n"
    )
    (rules / "channels.yaml").write_text(channels + tests)
    (problem,) = check_desk(rules, rules, DAY).problems
    assert str(problem) == "channels.yaml:10:5: minerals should be told to ana, but goes to nobody"


def test_a_test_names_rules_and_people_that_exist(rules: Path) -> None:
    first, second = _tests(rules, "  - {rule: mineral, to: anna}\n")
    assert "10:12: rule: no rule is called 'mineral'; did you mean 'minerals'?" in first
    assert "10:25: to: no recipient is called 'anna'; did you mean 'ana'?" in second


def test_a_check_is_remembered_until_a_file_or_the_day_changes(rules: Path, tmp_path: Path) -> None:
    memory = tmp_path / "home" / "cache" / "check.json"
    first = check_desk(rules, tmp_path / "home", DAY)
    told = json.loads(memory.read_text())
    memory.write_text(json.dumps(told | {"counts": "from memory"}))
    assert check_desk(rules, tmp_path / "home", DAY).counts == "from memory"
    assert check_desk(rules, tmp_path / "home", date(2025, 6, 6)).counts == first.counts
    memory.write_text(json.dumps(told | {"counts": "from memory"}))
    (rules / "watch" / "beat.yaml").write_text(RULES.replace("urgent", "loud"))
    assert check_desk(rules, tmp_path / "home", DAY).problems


@pytest.mark.parametrize("torn", [b"", b"{", b"\xff", b"[]", b'{"key": 1}', b'{"problems": [{}]}'])
def test_a_memory_that_cannot_be_read_is_no_memory(
    rules: Path, tmp_path: Path, torn: bytes
) -> None:
    memory = tmp_path / "home" / "cache" / "check.json"
    memory.parent.mkdir(parents=True)
    memory.write_bytes(torn)
    assert check_desk(rules, tmp_path / "home", DAY).counts.startswith("1 rules, 2 examples")
    assert json.loads(memory.read_text())["counts"].startswith("1 rules")


def test_a_check_that_cannot_be_remembered_is_still_told(rules: Path, tmp_path: Path) -> None:
    (tmp_path / "home").write_text("a file where a folder is due")
    assert not check_desk(rules, tmp_path / "home", DAY).problems


def test_what_cannot_be_read_is_told_beside_the_rest(rules: Path, tmp_path: Path) -> None:
    (rules / "feed.yaml").write_text("version: 1\n")
    (rules / "watch" / "beat.yaml").write_text(RULES.replace("urgent", "loud"))
    found = [problem.file for problem in check_desk(rules, tmp_path, DAY).problems]
    assert found == ["feed.yaml", "watch/beat.yaml"]
    with pytest.raises(DeskError, match="there is no such folder"):
        check_desk(tmp_path / "nowhere", tmp_path, DAY)
