"""The demo's own desk, laid down with the addresses of a running newsroom."""

from __future__ import annotations

from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path


def write_desk(folder: Path, base: str, *, refusing: str = "http://127.0.0.1:9") -> None:
    """Write the demo's feeds, people, channels and rules into `folder`.

    `base` is the newsroom's address, `refusing` one where nobody listens (port 9 is "discard",
    which hardly anybody serves).
    """
    _write(files("wirebell.cli.newsroom") / "desk", folder, {"base": base, "refusing": refusing})


def _write(source: Traversable, folder: Path, values: dict[str, str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for entry in source.iterdir():
        target = folder / entry.name
        if entry.is_dir():
            _write(entry, target, values)
            continue
        text = entry.read_text("utf-8")
        for name, value in values.items():
            text = text.replace("{{" + name + "}}", value)
        target.write_text(text, encoding="utf-8")
