"""The demo's own desk, laid down with the addresses of a running newsroom."""

from __future__ import annotations

from pathlib import Path

_DESK = Path(__file__).with_name("desk")


def write_desk(folder: Path, base: str, *, refusing: str) -> None:
    """Write the demo's feeds, people, channels and rules into `folder`.

    `base` is the newsroom's address, `refusing` one where nobody listens.
    """
    for path in _DESK.rglob("*.yaml"):
        target = folder / path.relative_to(_DESK)
        target.parent.mkdir(parents=True, exist_ok=True)
        text = path.read_text("utf-8").replace("{{base}}", base)
        target.write_text(text.replace("{{refusing}}", refusing), "utf-8")
