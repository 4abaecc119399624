from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.clock import Clock
from tests.conftest import Postgres
from tests.storage.samples import file_alert
from wirebell.cli.app import app
from wirebell.core.settings import load_settings
from wirebell.storage import Store


@pytest.fixture
def filled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clock: Clock) -> Path:
    """An installation with an alert on file."""
    monkeypatch.chdir(tmp_path)
    for name in ("HOME", "DATABASE"):
        monkeypatch.delenv(f"WIREBELL_{name}", raising=False)
    store = Store(load_settings().database_url, clock)
    store.upgrade()
    file_alert(store, clock, "al-1", "ada")
    store.close()
    return tmp_path


def run(*words: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["db", *words])
    return done.exit_code, done.output + str(done.exception or "")


def test_a_backup_is_made_verified_and_restored_into_an_empty_place(
    filled: Path, monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    assert run("backup", "b.db")[0] == 0
    code, said = run("verify", "b.db")
    assert (code, "1 alerts; equal" in said) == (0, True)
    assert "is not empty" in run("restore", "b.db")[1]
    monkeypatch.setenv("WIREBELL_HOME", str(filled / "new"))
    assert run("restore", "b.db")[0] == 0
    assert run("verify", "b.db")[0] == 0
    store = Store(load_settings().database_url, clock)
    file_alert(store, clock, "al-2", "ada")
    store.close()
    code, said = run("verify", "b.db")
    assert (code, "differs from the database of today" in said) == (1, True)


def test_a_backup_that_is_not_there_is_named(filled: Path) -> None:
    assert "there is no such file" in run("verify", "no.db")[1]
    assert not Path("no.db").exists()


@pytest.mark.postgres
def test_a_move_to_postgresql_says_what_to_set(filled: Path, postgres: Postgres) -> None:
    code, said = run("move", postgres.renew("moved", "template1"))
    assert (code, "WIREBELL_DATABASE=" in said) == (0, True)
