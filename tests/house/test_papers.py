"""What is written about the house is true of it."""

from __future__ import annotations

import ast
import re
import tomllib
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.main import get_command

from tests.house.survey import (
    MACHINE_PATHS,
    REGISTRIES,
    ROOT,
    own_files,
    passages,
    python_files,
    toothless_tests,
    unpinned,
    unreasoned,
)
from wirebell.cli.app import app

PAPERS = [path for path in own_files() if path.suffix == ".md"]
DECISIONS = sorted((ROOT / "docs/decisions").glob("*.md"))


def commands_of(application: typer.Typer) -> set[str]:
    """Every verb of the command line, in words: `poll`, `channels test`."""
    found = set()
    group: Any = get_command(application)
    context = typer.Context(group)
    for name in group.list_commands(context):
        inner = getattr(group.get_command(context, name), "commands", None)
        found |= {f"{name} {verb}" for verb in inner} | {name} if inner else {name}
    return found


def spoken(paper: str, program: str) -> set[str]:
    """What a paper says after `program` in its code: one word, and two where there are two."""
    code = "\n".join(re.findall(r"```.*?```|`[^`\n]+`", paper, re.DOTALL))
    pattern = rf"(?:^|[\s`/]){program} ([a-z][a-z0-9-]*)"
    return set(re.findall(pattern, code, re.MULTILINE))


def paper(name: str) -> str:
    assert (ROOT / name).is_file(), f"{name} is missing: write it"
    return (ROOT / name).read_text("utf-8")


def test_every_make_command_in_the_papers_is_a_target() -> None:
    targets = set(re.findall(r"^([a-z0-9-]+):", paper("Makefile"), re.MULTILINE))
    assert {"demo", "test"} <= spoken(paper("README.md"), "make")
    for name in ("README.md", "CONTRIBUTING.md", "docs/operators.md", "docs/analysts.md"):
        assert spoken(paper(name), "make") <= targets, name


def test_every_wirebell_command_in_the_papers_exists() -> None:
    verbs = {command.partition(" ")[0] for command in commands_of(app)}
    for path in PAPERS:
        assert spoken(path.read_text("utf-8"), "wirebell") <= verbs, path


def test_the_readme_tells_every_command() -> None:
    assert spoken(paper("README.md"), "wirebell") == {c.partition(" ")[0] for c in commands_of(app)}


def test_spoken_commands_are_found_in_code_alone() -> None:
    told = (
        "make up, `make demo`\n```sh\nmake test  # and wirebell alone\n.venv/bin/wirebell poll\n```"
    )
    assert spoken(told, "make") == {"demo", "test"}
    assert spoken(told, "wirebell") == {"alone", "poll"}


def broken_links(path: Path) -> list[str]:
    """Links to files that are not there; addresses of the web are not followed."""
    links = re.findall(r"\]\(([^)#\s]+)", path.read_text("utf-8"))
    return [link for link in links if "://" not in link and not (path.parent / link).exists()]


@pytest.mark.parametrize("path", PAPERS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_in_the_papers_leads_somewhere(path: Path) -> None:
    assert broken_links(path) == []


def test_a_planted_broken_link_is_seen(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text("[a](a.md) [b](b.md#c) [d](https://news.example/x)")
    assert broken_links(path) == ["b.md"]


def test_the_architecture_lists_the_verbs_of_the_store() -> None:
    verbs = set()
    for name in ("store", "outbox_verbs"):
        tree = ast.parse((ROOT / f"wirebell/storage/{name}.py").read_text("utf-8"))
        (store,) = (node for node in tree.body if isinstance(node, ast.ClassDef))
        verbs |= {f.name for f in store.body if isinstance(f, ast.FunctionDef) if f.name[0] != "_"}
        made = (made.targets[0] for made in store.body if isinstance(made, ast.Assign))
        verbs |= {name.id for name in made if isinstance(name, ast.Name)}
    told = paper("docs/architecture.md").partition("## The verbs of Store")[2].partition("\n## ")[0]
    assert set(re.findall(r"^\| `(\w+)` \|", told, re.MULTILINE)) == verbs


def test_decisions_are_numbered_and_say_what_follows() -> None:
    numbers = [int(path.name[:4]) for path in DECISIONS]  # given out ahead: some may never come
    assert numbers == sorted(set(numbers))
    for path in DECISIONS:
        heads = re.findall(r"^## (.+)$", path.read_text("utf-8"), re.MULTILINE)
        assert heads == ["Context", "Decision", "Consequences"], path


def test_every_dependency_says_why_it_is_there() -> None:
    assert unreasoned(paper("pyproject.toml")) == []


def test_a_planted_dependency_without_a_reason_is_seen() -> None:
    text = '[project]\nname = "w"\ndependencies = [\n  "a>=1", # why\n  "b",\n  "w[c]",\n]\n'
    assert unreasoned(text) == ["b"]


def test_every_version_is_pinned() -> None:
    constraints = paper("constraints.txt")
    assert unpinned(constraints) == unpinned(paper("constraints-apprise2.txt")) == []
    project = tomllib.loads(paper("pyproject.toml"))["project"]
    wanted = [*project["dependencies"], *chain(*project["optional-dependencies"].values())]
    pinned = {_canonical(line.partition("==")[0]) for line in constraints.splitlines()}
    names = {_canonical(re.split(r"[^\w.-]", need)[0]) for need in wanted}
    assert names - pinned - {project["name"]} == set()


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_planted_loose_versions_are_seen() -> None:
    assert unpinned("# why\na==1.0\nb>=2\nc\nd==1.0 ; python_version < '3.12'\n") == ["b>=2", "c"]


@pytest.mark.parametrize("pattern", [REGISTRIES, MACHINE_PATHS], ids=["registries", "machine"])
def test_no_file_names_a_registry_or_a_path_of_one_machine(pattern: re.Pattern[str]) -> None:
    assert [fault for path in own_files() for fault in passages(pattern, path)] == []


def test_planted_registries_and_machine_paths_are_seen(tmp_path: Path) -> None:
    path = tmp_path / "planted.txt"
    path.write_text(
        "https://" + "py" + "pi.org/simple\nat /" + "root/x\nhttps://h.example/work/x\n"
    )
    assert len(passages(REGISTRIES, path)) == 1
    assert passages(MACHINE_PATHS, path) == ["planted.txt:2: at /" + "root/x"]


def test_every_test_can_fail() -> None:
    assert [fault for path in python_files(tests=True) for fault in toothless_tests(path)] == []


def test_planted_toothless_tests_are_seen(tmp_path: Path) -> None:
    path = tmp_path / "test_planted.py"
    path.write_text(
        "def test_a(): print(1)\ndef test_b(): assert 1\ndef look(): assert 1\n"
        "def test_c(): look()\n"
        "async def test_d(): await run()\ndef test_e():\n  with pytest.raises(OSError): run()\n"
    )
    assert toothless_tests(path) == ["test_planted.py: test_a", "test_planted.py: test_d"]
