from __future__ import annotations

import os
import pickle
from pathlib import Path

import pytest

from tests.desk.small import SMALL, WATCH, desk_with, rule
from wirebell.core.errors import DeskError
from wirebell.desk import load_desk, load_desk_text


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "watch").mkdir()
    for name, text in SMALL.items():
        (tmp_path / name).write_text(text, "utf-8")
    return tmp_path


def _mistakes(folder: Path) -> list[str]:
    with pytest.raises(DeskError) as caught:
        load_desk(folder)
    return [str(problem) for problem in caught.value.problems]


def test_a_folder_is_read_whole(folder: Path) -> None:
    desk = load_desk(folder)
    assert [feed.id for feed in desk.feeds] == ["harbour"]
    assert [person.id for person in desk.people] == ["ada-north", "customs-board"]
    assert [rule.id for rule in desk.rules] == ["ores-move"]
    assert [name for name, _ in desk.files] == sorted(SMALL)
    assert desk.notes == ()


def test_a_desk_travels_between_processes(folder: Path) -> None:
    desk = load_desk(folder)
    assert pickle.loads(pickle.dumps(desk)) == desk


def test_the_hash_names_the_content_whatever_the_order() -> None:
    one = load_desk_text(SMALL.items())
    other = load_desk_text(reversed(SMALL.items()))
    assert one.hash == other.hash
    assert len(one.hash) == 64
    changed = desk_with(feeds=SMALL["feeds.yaml"] + "# a remark\n")
    assert changed.hash != one.hash


def test_an_accepted_desk_read_again_is_the_same(folder: Path) -> None:
    (folder / "watch" / "ores.yaml").write_bytes(WATCH.replace("\n", "\r\n").encode("utf-8-sig"))
    desk = load_desk(folder)
    assert load_desk_text(desk.files) == desk


def test_a_folder_that_is_not_there_is_said_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(DeskError, match="there is no such folder; set WIREBELL_RULES"):
        load_desk(tmp_path / "nowhere")


def test_an_empty_folder_names_every_missing_file(tmp_path: Path) -> None:
    assert [line.split(":")[0] for line in _mistakes(tmp_path)] == [
        "channels.yaml",
        "feeds.yaml",
        "watch",
    ]


def test_a_desk_may_know_nobody_by_name(folder: Path) -> None:
    (folder / "people.yaml").unlink()
    assert load_desk(folder).people == ()


def test_a_missing_file_does_not_make_its_names_unknown(folder: Path) -> None:
    (folder / "channels.yaml").unlink()
    (folder / "watch" / "more.yaml").write_text(rule("a", "    to: ana\n"), "utf-8")
    assert _mistakes(folder) == ["channels.yaml:1:1: there is no such file"]


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("feed.yaml", "did you mean 'feeds.yaml'?"),
        ("watch/old.yml", "rules are in watch/NAME.yaml"),
        ("watch/sub/x.yaml", "rules are in watch/NAME.yaml"),
    ],
)
def test_a_file_that_would_be_passed_over_is_a_mistake(folder: Path, name: str, hint: str) -> None:
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_text("version: 1\n", "utf-8")
    (only,) = _mistakes(folder)
    assert only.startswith(f"{name}:1:1: this file is not read")
    assert hint in only


def test_what_an_editor_leaves_behind_is_passed_over(folder: Path) -> None:
    (folder / "watch" / ".#ores.yaml").symlink_to("nobody@nowhere")
    (folder / "watch" / "ores.yaml~").write_text("old", "utf-8")
    assert load_desk(folder).notes == ()


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_bytes_that_are_not_utf8_are_placed(folder: Path, mark: bytes) -> None:
    spoilt = f"{WATCH}  #".encode() + b" caf\xe9"
    (folder / "watch" / "ores.yaml").write_bytes(mark + spoilt)
    line = WATCH.count("\n") + 1
    assert _mistakes(folder) == [
        f"watch/ores.yaml:{line}:8: this is not UTF-8 text; save the file as UTF-8"
    ]


def test_a_name_that_is_a_folder_is_said_in_a_sentence(folder: Path) -> None:
    (folder / "feeds.yaml").unlink()
    (folder / "feeds.yaml").mkdir()
    assert any("feeds.yaml:1:1: this file cannot be read" in line for line in _mistakes(folder))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_nobody_may_read_is_said_in_a_sentence(folder: Path) -> None:
    (folder / "feeds.yaml").chmod(0)
    assert any("cannot be read" in line for line in _mistakes(folder))
