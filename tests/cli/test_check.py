from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from tests.clock import Clock
from tests.pipeline.desk import RULES, write_desk
from tests.storage.samples import arrival, candidate, drop, take_in
from wirebell.cli.app import app
from wirebell.core.clock import system_clock
from wirebell.core.errors import SettingsError
from wirebell.storage import Store

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("WIREBELL_")]:
        monkeypatch.delenv(name)
    write_desk(tmp_path / "rules", {"harbour": "https://outlet.example/feed"})

    def call(*words: str) -> Result:
        return CliRunner().invoke(app, ["check", *words], env={"COLUMNS": "200"})

    return call


def test_a_remark_stands_with_its_file_and_counts_only_if_strict(run: Run, tmp_path: Path) -> None:
    (tmp_path / "rules/watch/beat.yaml").write_text(RULES.replace("    owner: ana\n", ""))
    loose, strict = run(), run("--strict")
    assert "note: rules/watch/beat.yaml:4:5: minerals: nobody owns it" in loose.output
    assert "all well: 1 rules" in loose.output
    assert "mend these and check again" in strict.output
    assert (loose.exit_code, strict.exit_code) == (0, 1)


def test_a_secret_this_machine_has_not_is_told_in_its_place_and_is_no_mistake(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = "note: rules/channels.yaml:4:3: mail: the variable WIREBELL_MAIL is not set here"
    strict = run("--strict")
    assert told in strict.output
    assert strict.exit_code == 0
    monkeypatch.setenv("WIREBELL_MAIL", "mailto://ana:canary-secret@desk.example")
    assert "WIREBELL_MAIL" not in run().output


def test_a_feeds_secret_this_machine_has_not_is_told_too(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "rules/feeds.yaml"
    line = "  - {id: closed, name: C, url: https://c.example/, auth: '${env:CLOSED_KEY}'}\n"
    path.write_text(path.read_text() + line)
    told = "note: rules/feeds.yaml: closed: the variable CLOSED_KEY is not set here"
    assert told in run().output


def test_a_folder_that_is_not_there_is_said_in_one_sentence(run: Run) -> None:
    result = run("nowhere")
    assert isinstance(result.exception, SettingsError)
    assert str(result.exception) == (
        "nowhere: there is no such folder. Name one, or set WIREBELL_RULES"
    )


def test_the_schemas_are_written_where_the_files_name_them(run: Run, tmp_path: Path) -> None:
    assert run("--write-schema").exit_code == 0
    written = sorted(path.name for path in (tmp_path / "rules/schema").iterdir())
    assert written == ["channels.json", "feeds.json", "people.json", "watch.json"]


def test_broad_terms_are_looked_for_where_there_is_a_history(run: Run, tmp_path: Path) -> None:
    assert "wirebell db upgrade" in str(run("--history").exception)
    clock = Clock(system_clock())
    with closing(Store(f"sqlite:///{tmp_path / '.wirebell' / 'wirebell.db'}", clock)) as store:
        store.upgrade()
        for key, text in (("a", "A rare-earth mine."), ("b", "Ferries.")):
            take_in(store, clock, arrival(key), feed="harbour")
            (inbox,) = store.claim_entries(1, timedelta(days=1))
            store.file(candidate(inbox, text=text), drop(story=key))
    beat = tmp_path / "rules/watch/beat.yaml"
    beat.write_text(beat.read_text().replace("when: rare", "when: [{all: [ferry, mine]}, rare"))
    beat.write_text(beat.read_text().replace("rare earth\n", "rare earth, tin]\n", 1))
    said = [line for line in run("--history").output.splitlines() if "alone rings" in line]
    words = "'rare earth' alone rings minerals; it stands in 50% of 2 articles on file"
    assert said == [f"note: rules/watch/beat.yaml:8:34: {words}"]
    assert "alone rings" not in run().output


def test_a_desk_is_checked_again_whenever_it_is_saved(run: Run, tmp_path: Path) -> None:
    beat = tmp_path / "rules/watch/beat.yaml"
    words = [sys.executable, "-m", "wirebell.cli", "check", "--watch"]
    here = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), "PYTHONUNBUFFERED": "1"}
    here["WIREBELL_MAIL"] = "mailto://desk.example"
    with subprocess.Popen(
        words, cwd=tmp_path, env=here, stdout=subprocess.PIPE, text=True
    ) as watcher:
        assert watcher.stdout is not None
        assert watcher.stdout.readline().startswith("all well: 1 rules")
        beat.write_text(RULES.replace("urgent", "loud"))
        assert "severity: write flash" in watcher.stdout.readline()
        assert watcher.stdout.readline().startswith("mend these")
        beat.write_text(RULES)
        assert watcher.stdout.readline().startswith("all well: 1 rules")
        watcher.send_signal(signal.SIGINT)
        assert watcher.wait(20) == 0


_LOOK = """
import sys
from wirebell.cli.app import app
try:
    app(["check", sys.argv[1]])
except SystemExit as ended:
    slow = {"aiohttp", "apprise", "ruamel", "sqlalchemy", "trafilatura"} & set(sys.modules)
    print(ended.code, sorted(slow))
"""


def test_a_desk_that_has_not_changed_is_answered_without_the_rooms(tmp_path: Path) -> None:
    environ = {**os.environ, "WIREBELL_HOME": str(tmp_path)}
    rules = write_desk(tmp_path / "rules", {"harbour": "https://outlet.example/feed"})
    command = [sys.executable, "-c", _LOOK, str(rules)]
    first, again = (
        subprocess.run(command, env=environ, capture_output=True, text=True, check=True).stdout
        for _ in range(2)
    )
    assert first.splitlines()[-2].startswith("all well: ")
    assert again.splitlines()[-2:] == [first.splitlines()[-2], "0 []"]
