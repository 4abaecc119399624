"""try, explain, backtest, people resolve: rules on pages and on what is on file."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from tests.clock import Clock
from tests.pipeline.desk import RULES, write_desk
from tests.storage.samples import arrival, candidate, drop, take_in
from wirebell.cli.app import app
from wirebell.core.clock import system_clock
from wirebell.core.errors import DeskError, NotFound, ParseError
from wirebell.storage import Store

Run = Callable[..., Result]
DAY = timedelta(days=1)
PAGE = Path(__file__).parents[1] / "data" / "articles" / "phone-call.html"
NEAR = """
version: 1
rules:
  - id: deal
    why: w
    when: {all: [{near: [rare earth, [talks, quota]], within: 3}], none: [quiz]}
  - {id: never, why: w, when: zeppelin}
"""
PEOPLE = """
version: 1
people:
  - id: ann-hill
    name: Ann Hill
    aliases: [Secretary Hill]
    roles: [{role: trade, title: Trade Secretary, from: 2025-01-01}]
  - id: bob-hill
    name: Bób Hill
    surname: {alone: never}
    roles: [{role: trade, title: Trade Secretary, from: 2021-01-01, to: 2024-12-31}]
"""


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The command line in an installation of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("WIREBELL_DATABASE", raising=False)
    write_desk(tmp_path / "rules", {"harbour": "https://outlet.example/feed"}, NEAR)
    (tmp_path / "rules" / "people.yaml").write_text(PEOPLE)

    def call(*words: str) -> Result:
        return CliRunner().invoke(app, list(words), env={"COLUMNS": "200"})

    return call


@pytest.fixture
def on_file(run: Run, tmp_path: Path) -> Path:
    """Three articles on file: one that `deal` fires on, one it misses, one it never will."""
    clock = Clock(system_clock())
    store = Store(f"sqlite:///{tmp_path / '.wirebell' / 'wirebell.db'}", clock)
    store.upgrade()
    texts = ("Rare-earth talks go on.", "The rare earth of the far north has no talks.", "Ferries.")
    for key, text in zip("abc", texts, strict=True):
        take_in(store, clock, arrival(key), feed="harbour")
        (inbox,) = store.claim_entries(1, DAY)
        store.file(candidate(inbox, text=text), drop(story=key))
    store.close()
    return tmp_path


def test_explain_shows_every_clause_with_what_it_found(run: Run, on_file: Path) -> None:
    result = run("explain", "deal", "1")
    assert result.exit_code == 0, result.output
    assert "would ring" in result.output
    assert "✅ none of quiz" in result.output
    assert "Rare-earth (text 0)" in result.output


def test_explain_tells_the_nearest_miss(run: Run, on_file: Path) -> None:
    result = run("explain", "deal", "https://news.example/b")
    assert "would not ring" in result.output
    assert "7 words apart, limit 3" in result.output
    told = json.loads(run("explain", "deal", "2", "--json").output)
    assert (told["fires"], told["clause"]["clauses"][0]["holds"]) == (False, False)
    assert "apart" in told["nearest_miss"]


def test_explain_names_the_rule_that_is_nearly_called_so(run: Run) -> None:
    result = run("explain", "dael", str(PAGE))
    assert isinstance(result.exception, NotFound)
    assert "did you mean 'deal'" in str(result.exception)


def test_an_article_that_is_not_on_file_is_told(run: Run, on_file: Path) -> None:
    assert isinstance(run("explain", "deal", "99").exception, NotFound)


def test_try_takes_a_page_another_desk_and_no_database(run: Run, tmp_path: Path) -> None:
    write_desk(tmp_path / "draft", {"harbour": "https://outlet.example/feed"}, RULES)
    tried = run("try", str(PAGE), "--desk", "draft", "--json")
    assert [match["rule"] for match in json.loads(tried.output)] == ["minerals"]
    assert not (tmp_path / ".wirebell").exists()


def test_try_takes_an_article_on_file(run: Run, on_file: Path) -> None:
    assert "1 rules would ring, 1 would not." in run("try", "1").output
    assert isinstance(run("try", "9" * 20).exception, ParseError)  # no column holds so much


def test_backtest_counts_in_the_terminal_in_markdown_and_for_programs(
    run: Run, on_file: Path
) -> None:
    words = run("backtest")
    assert words.exit_code == 0, words.output
    assert "1 articles in 1 stories: about 1 rings" in words.output
    assert "3 articles are on file" in words.output
    page = run("backtest", "deal", "--markdown").output
    assert "| deal | 1 | 1 | 0 |" in page
    told = json.loads(run("backtest", "--json", "--since", "1d").output)
    assert sum(told["histories"]["deal"]["days"].values()) == 1
    assert told["histories"]["deal"]["samples"]["kept"][0]["words"] == ["Rare-earth", "talks"]


def test_backtest_exits_1_over_the_budget(run: Run, on_file: Path) -> None:
    over, within = run("backtest", "--budget", "0.5"), run("backtest", "--budget", "2/day")
    assert (over.exit_code, within.exit_code) == (1, 0)
    assert "over the budget of 0.5" in over.output


def test_backtest_against_a_commit_shows_what_an_edit_does(run: Run, on_file: Path) -> None:
    who = ("-c", "user.name=Ana", "-c", "user.email=ana@desk.example", "-c", "commit.gpgsign=false")
    for words in (("init",), ("add", "rules"), (*who, "commit", "-m", "first")):
        subprocess.run(["git", "-C", str(on_file), *words], check=True, capture_output=True)
    rules = on_file / "rules" / "watch" / "beat.yaml"
    rules.write_text(NEAR.replace("rare earth, [talks, quota]", "far north, [talks, quota]"))
    result = run("backtest", "deal", "--against", "HEAD")
    assert "Against HEAD: 0 kept, 1 lost, 1 new" in result.output
    assert "Lost by deal" in result.output
    rules.write_text(NEAR.replace("within: 3", "within: 9"))
    assert "1 kept, 0 lost, 1 new" in run("backtest", "--against", "HEAD").output


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--since", "soon"), "write 12h, 30d or 4w"),
        (("--since", "30"), "write 12h, 30d or 4w"),
        (("--budget", "few"), "few"),
    ],
)
def test_backtest_names_an_option_it_cannot_read(
    run: Run, words: tuple[str, ...], says: str
) -> None:
    result = run("backtest", *words)
    assert result.exit_code == 2
    assert says in result.output


def test_backtest_without_a_database_says_what_to_do(run: Run) -> None:
    assert "db upgrade" in str(run("backtest").exception)


def test_backtest_of_a_broken_desk_lists_the_mistakes(run: Run, on_file: Path) -> None:
    (on_file / "rules" / "watch" / "beat.yaml").write_text(NEAR.replace("why:", "wy:"))
    assert isinstance(run("backtest").exception, DeskError)


@pytest.mark.parametrize(
    ("words", "day", "meant"),
    [
        ("Trade Secretary", "2025-06-05", ["ann-hill"]),
        ("the trade secretary", "2023-06-05", ["bob-hill"]),
        ("$role:trade", "2024-12-31", ["bob-hill"]),
        ("hill", "2025-06-05", ["ann-hill", "bob-hill"]),
        ("Bob Hill", "2025-06-05", ["bob-hill"]),
        ("Secretary", "2025-06-05", ["ann-hill"]),
        ("Secretary Hill", "2025-06-05", ["ann-hill"]),
        ("Trade Secretary", "2019-06-05", []),
        ("hil", "2025-06-05", []),
    ],
)
def test_people_resolve_says_who_is_meant(run: Run, words: str, day: str, meant: list[str]) -> None:
    result = run("people", "resolve", words, "--on", day, "--json")
    found = json.loads(result.output)
    assert list(dict.fromkeys(each["id"] for each in found)) == meant
    assert all(each["why"] for each in found)
    assert result.exit_code == (0 if meant else 1)


def test_people_resolve_says_why(run: Run) -> None:
    said = run("people", "resolve", "hill").output
    assert "Ann Hill $ann-hill  the surname; alone it counts after full" in said
    assert "alone it counts never" in said
    assert "nobody" in run("people", "resolve", "Zed").output


def test_try_says_when_a_text_should_be_checked(run: Run, tmp_path: Path) -> None:
    stated = json.dumps(
        {"@type": "NewsArticle", "headline": "Tin", "articleBody": "Tin rose. " * 70}
    )
    doubtful = tmp_path / "doubtful.html"
    doubtful.write_text(f"<script type='application/ld+json'>{stated}</script><h1>Tin</h1><p>Rose.")
    assert "confidence 0.00: check the text" in run("try", str(doubtful)).output
