from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.prefect
def test_the_demo_rings_its_morning_through_a_worker_of_a_real_prefect_server(
    tmp_path: Path,
) -> None:
    environ = {**os.environ, "WIREBELL_HOME": str(tmp_path), "COLUMNS": "160"}
    done = subprocess.run(
        [sys.executable, "-m", "wirebell.cli", "demo"],
        cwd=ROOT, env=environ, capture_output=True, text=True, timeout=400, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "flow run: update: 8 feeds, 5 new, 1 rang, 2 failing" in done.stdout
    assert "Rang 7  (14 sent)" in done.stdout
    assert "the books balance: 26 entries" in done.stdout
    assert len(list((tmp_path / "demo" / "messages" / "mail").glob("*.eml"))) == 7
    assert len(done.stdout.splitlines()) <= 31
    assert "not as planned" not in done.stderr
