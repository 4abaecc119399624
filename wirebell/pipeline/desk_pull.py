"""The desk's own repository: whose commit a desk is, and how its checkout is brought up to date."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from wirebell.core.errors import NotFound
from wirebell.core.text import one_line


def author_of(folder: Path) -> tuple[str, str]:
    """The commit a desk's folder stands at, and its author; "" when anything is not committed."""
    try:
        if _git(folder, "status", "--porcelain", "--", "."):
            return "", ""
        said = _git(folder, "log", "-1", "--format=%H%n%an <%ae>", "--", ".")
    except NotFound:  # no checkout at all
        return "", ""
    commit, _, author = said.partition("\n")
    return commit, author


def fast_forward(folder: Path) -> str:
    """Bring a desk's checkout up to its upstream, by fast-forward only; returns the commit.

    Raises:
        NotFound: it is no checkout, has no upstream, or both sides have changed.
    """
    _git(folder, "pull", "--quiet", "--ff-only")
    return _git(folder, "rev-parse", "HEAD")


def _git(folder: Path, *words: str) -> str:
    command = ["git", "-C", str(folder), *words]
    environ = {**os.environ, "GIT_TERMINAL_PROMPT": "0"}  # fails where it would wait for a password
    try:
        done = subprocess.run(  # noqa: S603 - no shell
            command, capture_output=True, check=True, timeout=120, env=environ
        )
    except (OSError, subprocess.SubprocessError) as error:
        said = (getattr(error, "stderr", None) or str(error).encode()).decode("utf-8", "replace")
        advice = f"Look at it: git -C {folder} status"
        raise NotFound(str(folder), f"git says: {one_line(said, 200)}", advice) from None
    return done.stdout.decode("utf-8", "replace").strip()
