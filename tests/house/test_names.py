"""Files are nouns of the trade; one word for one thing."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.house.survey import ROOT, named_things, python_files, vague_names

ROOMS = {p.name for p in ROOT.iterdir() if p.is_dir()} | {
    p.name for p in (ROOT / "wirebell").iterdir() if p.is_dir()
}


def avoided(glossary: str) -> set[str]:
    """The words of the glossary's last column: they name nothing in the house."""
    rows = re.findall(r"^\|(?!-).*\|(.*)\|$", glossary, re.MULTILINE)[1:]
    return {word.strip() for row in rows for word in row.split(",") if word.strip()}


def misnamed(paths: Iterable[Path], words: set[str]) -> list[str]:
    return [
        f"{path.name}: {name}"
        for path in paths
        for name in named_things(path)
        if words & set(name.split())
    ]


def test_every_module_is_named_by_a_noun_of_the_trade() -> None:
    files = [*python_files(), *python_files(tests=True)]
    assert vague_names(path.relative_to(ROOT) for path in files) == []


@pytest.mark.parametrize("name", ["utils.py", "a/common/b.py", "_base.py", "manager.py"])
def test_a_planted_vague_name_is_seen(name: str) -> None:
    assert vague_names([Path(name), Path("a/basement.py")]) == [str(Path(name))]


def test_no_flow_is_named_like_a_room() -> None:
    """A path entrypoint would put flows/ first on sys.path, where such a file hides the room."""
    flows = {path.stem for path in (ROOT / "flows").glob("*.py")} - {"__init__"}
    assert flows
    assert flows & ROOMS == set()


def test_every_folder_of_tests_is_a_package() -> None:
    """Without this, tests/storage hides the room it tests, or two files of one name collide."""
    folders = {path.parent for path in python_files(tests=True) if ROOT / "tests" in path.parents}
    assert [str(f) for f in sorted(folders) if not (f / "__init__.py").is_file()] == []


def test_nothing_in_the_house_is_named_by_a_word_the_glossary_avoids() -> None:
    words = avoided((ROOT / "docs/glossary.md").read_text("utf-8"))
    assert "snooze" in words
    assert misnamed(python_files(), words) == []


def test_a_planted_synonym_is_seen(tmp_path: Path) -> None:
    path = tmp_path / "watching.py"
    path.write_text("class AlertSnooze: ...\ndef mute_all(): ...\ndef commuted(): ...\n")
    glossary = "| word | means | not |\n|---|---|---|\n| silence | a hush | snooze, mute |\n"
    assert misnamed([path], avoided(glossary)) == [
        "watching.py: alert snooze",
        "watching.py: mute all",
    ]
