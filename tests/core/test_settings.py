"""Settings: where they come from, how a bad one is told, and that the papers list them."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest

from wirebell.core.errors import SettingsError
from wirebell.core.settings import Settings, load_settings

ROOT = Path(__file__).parents[2]
CHANNELS = {"WIREBELL_MAIL", "WIREBELL_SLACK"}
"""Secrets the desk refers to by name; no settings, but at home in .env."""


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder without .env, and an environment without settings of ours."""
    for name in _variables():
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _variables() -> set[str]:
    return {f"WIREBELL_{name.upper()}" for name in Settings.model_fields}


def test_the_environment_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WIREBELL_MAX_AGE", "P1D")
    monkeypatch.setenv("WIREBELL_ALLOW_HOSTS", " intranet.example, ,10.0.0.0/8 ")
    settings = load_settings()
    assert settings.max_age == timedelta(days=1)
    assert settings.allowed == ("intranet.example", "10.0.0.0/8")


def test_dotenv_is_read_and_the_environment_wins(
    elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (elsewhere / ".env").write_text(
        "WIREBELL_BATCH_SIZE=7\nWIREBELL_PREFECT_PORT=4300\nWIREBELL_MAIL=mailto://x\nPATH_TO=y\n"
    )
    monkeypatch.setenv("WIREBELL_PREFECT_PORT", "4400")
    settings = load_settings()
    assert (settings.batch_size, settings.prefect_port) == (7, 4400)


def test_the_database_is_in_the_home_folder_unless_named(
    elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WIREBELL_HOME", "state")
    assert load_settings().database_url == f"sqlite:///{elsewhere}/state/wirebell.db"
    monkeypatch.setenv("WIREBELL_DATABASE", "postgresql+psycopg://db.example/wirebell")
    assert load_settings().database_url == "postgresql+psycopg://db.example/wirebell"


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("WIREBELL_BATCH_SIZE", "hunter2-many"),
        ("WIREBELL_BATCH_SIZE", "-4711"),
        ("WIREBELL_PREFECT_PORT", "70007"),
        ("WIREBELL_FETCH_DEADLINE", "hunter2"),
        ("WIREBELL_MAX_AGE", "hunter2"),
    ],
)
def test_a_bad_value_is_told_by_its_variable_and_never_shown(
    variable: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert caught.value.subject == variable
    assert "docs/settings.md" in str(caught.value)
    assert value not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


def test_settings_cannot_be_changed_once_read() -> None:
    with pytest.raises(ValueError, match="frozen"):
        load_settings().batch_size = 3  # type: ignore[misc]  # the point of the test


def test_the_settings_page_lists_every_setting_with_its_default_and_no_other() -> None:
    page = (ROOT / "docs/settings.md").read_text("utf-8")
    rows = dict(re.findall(r"^\| `(WIREBELL_\w+)` \| (.*?) \| .+ \|$", page, re.MULTILINE))
    assert set(rows) == _variables()
    for name, field in Settings.model_fields.items():
        shown = rows[f"WIREBELL_{name.upper()}"].strip("`")
        assert shown == (_written(field.default) or "empty"), name


def test_the_example_environment_sets_nothing_and_names_every_setting() -> None:
    lines = (ROOT / ".env.example").read_text("utf-8").splitlines()
    assert all(not line or line.startswith("#") for line in lines)
    pairs = dict(re.findall(r"^# ?(WIREBELL_\w+)=(.*)$", "\n".join(lines), re.MULTILINE))
    assert set(pairs) == _variables() | CHANNELS
    for name, field in Settings.model_fields.items():
        assert pairs[f"WIREBELL_{name.upper()}"].strip('"') == _written(field.default), name


def test_the_example_environment_is_one_we_can_use_as_it_stands(elsewhere: Path) -> None:
    text = (ROOT / ".env.example").read_text("utf-8")
    set_all = re.sub(r"^# ?(WIREBELL_\w+=)", r"\1", text, flags=re.MULTILINE)
    (elsewhere / ".env").write_text(set_all)
    assert load_settings() == Settings.model_construct()


def _written(default: object) -> str:
    """A default as one writes it into .env."""
    if isinstance(default, timedelta):
        minutes, seconds = divmod(round(default.total_seconds()), 60)
        if seconds:
            return f"PT{60 * minutes + seconds}S"
        return f"PT{minutes}M" if minutes % 60 else f"PT{minutes // 60}H"
    return str(default)
