"""A check remembered: a desk that has not changed is not looked at again.

Imports nothing that takes time, so that the answer is there at once.
"""

from __future__ import annotations

import hashlib
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from pydantic import TypeAdapter

from wirebell.core.errors import Problem


@dataclass(frozen=True, slots=True)
class Report:
    """What a check found. `notes` stop nothing; `counts` is what there is, in a sentence.

    `asked` are the places and the words of channels and feeds whose secrets the machine that
    runs it may have, or not.
    """

    key: str
    problems: tuple[Problem, ...]
    notes: tuple[str, ...] = ()
    counts: str = ""
    asked: tuple[tuple[str, str], ...] = ()


_REPORTS = TypeAdapter(Report)


def check_desk(folder: Path, home: Path, today: date) -> Report:
    """Everything there is to say about a desk; remembered in `home` until a file changes.

    What is remembered is used only for the same files, day and code of Wirebell.

    Raises:
        DeskError: there is no such folder.
    """
    key = _key(folder, today)
    memory = home / "cache" / "check.json"
    with suppress(OSError, ValueError):
        if (known := _REPORTS.validate_json(memory.read_bytes())).key == key:
            return known
    from wirebell.pipeline.check import examine

    report = replace(examine(folder, today), key=key)
    with suppress(OSError):
        memory.parent.mkdir(parents=True, exist_ok=True)
        memory.write_bytes(_REPORTS.dump_json(report))
    return report


def _key(folder: Path, today: date) -> str:
    """A name for what the answer depends on."""
    digest = hashlib.sha256(f"{today}".encode())
    code = Path(__file__).parents[1]
    for root, kinds in ((folder, (".yaml", ".yml")), (code, (".py", ".toml"))):
        for path in sorted(path for path in root.rglob("*") if path.suffix in kinds):
            try:
                content = path.read_bytes()
            except OSError as error:
                content = repr(error).encode()
            digest.update(f"{path}:{len(content)}:".encode() + content)
    return digest.hexdigest()
