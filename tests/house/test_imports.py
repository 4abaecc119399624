"""Who may import whom, and that no room stands outside the contracts."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

from tests.house.survey import ROOT, broad_excepts, python_files

# Around an article read again, a delivery, a feed, an article.
FENCES = ["rereading.py", "sending.py", "steps.py", "steps.py", "steps.py"]


def rooms_of(root: Path) -> set[str]:
    """The packages that are walls of the house: the roots, and those right under wirebell."""
    roots = {p.parent.name for p in root.glob("*/__init__.py")} - {"tests", "bench", "wirebell"}
    return roots | {f"wirebell.{p.parent.name}" for p in root.glob("wirebell/*/__init__.py")}


def unwatched(root: Path) -> set[str]:
    """Rooms that the layers of the import contracts do not name."""
    linter = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
    layers = next(c["layers"] for c in linter["contracts"] if c["type"] == "layers")
    named = {room.strip() for layer in layers for room in layer.split("|")}
    strays = {
        room for room in rooms_of(root) if room.partition(".")[0] not in linter["root_packages"]
    }
    return strays | (rooms_of(root) ^ named)


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_every_room_is_named_in_the_import_contracts() -> None:
    assert unwatched(ROOT) == set()


def test_the_import_contracts_are_kept() -> None:
    answer = lint_imports(ROOT)
    assert answer.returncode == 0, answer.stdout


def test_a_planted_room_and_a_planted_import_are_seen(tmp_path: Path) -> None:
    for room in ("wirebell", "wirebell/core", "wirebell/attic"):
        (tmp_path / room).mkdir()
        (tmp_path / room / "__init__.py").touch()
    contracts = (
        '[tool.importlinter]\nroot_packages = ["wirebell"]\n[[tool.importlinter.contracts]]\n'
        'name = "down"\ntype = "layers"\nlayers = [{}]\n'
    )
    paper = tmp_path / "pyproject.toml"
    paper.write_text(contracts.format('"wirebell.core"'))
    assert unwatched(tmp_path) == {"wirebell.attic"}
    paper.write_text(contracts.format('"wirebell.attic", "wirebell.core"'))
    assert unwatched(tmp_path) == set()
    assert lint_imports(tmp_path).returncode == 0
    (tmp_path / "wirebell/core/news.py").write_text("import wirebell.attic\n")
    assert lint_imports(tmp_path).returncode == 1


def test_only_the_fences_catch_everything() -> None:
    found = [fault for path in python_files() for fault in broad_excepts(path)]
    assert [fault.partition(":")[0] for fault in found] == FENCES, found


def test_planted_broad_excepts_are_seen(tmp_path: Path) -> None:
    path = tmp_path / "planted.py"
    kinds = ["", " Exception", " (OSError, BaseException)", " Exception as error", " OSError"]
    handlers = [f"try: pass\nexcept{kind}: pass\n" for kind in kinds]
    path.write_text("".join(handlers) + "try: pass\nexcept BaseException: raise\n")
    assert broad_excepts(path) == [f"planted.py:{line}" for line in (2, 4, 6, 8)]
