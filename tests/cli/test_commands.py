from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from email.utils import format_datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from tests.pipeline.desk import RULES, page, rss, write_desk
from tests.servers.web import Answer, WebServer
from wirebell.cli.app import app
from wirebell.core.clock import system_clock

Run = Callable[..., Result]
PAGE = Path(__file__).parents[1] / "data" / "articles" / "phone-call.html"


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The command line in an installation of its own, without any channel set."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WIREBELL_ALLOW_HOSTS", "127.0.0.1")
    for name in ("WIREBELL_MAIL", "WIREBELL_SLACK"):
        monkeypatch.delenv(name, raising=False)
    write_desk(tmp_path / "rules", {"harbour": "https://outlet.example/feed"})

    def call(*words: str) -> Result:
        return CliRunner().invoke(app, list(words), env={"COLUMNS": "200"})

    return call


def test_check_says_all_well_and_counts(run: Run) -> None:
    result = run("check")
    assert result.exit_code == 0, result.output
    assert "1 rules, 2 examples" in result.output


def test_check_lists_every_mistake_at_once_and_exits_1(run: Run, tmp_path: Path) -> None:
    rules = RULES.replace("severity: urgent", "severity: loud").replace("why:", "wy:")
    write_desk(tmp_path / "rules", {"harbour": "nonsense"}, rules)
    result = run("check")
    assert result.exit_code == 1
    places = [line.split(": ")[0] for line in result.output.splitlines()]
    assert any(place.startswith("rules/feeds.yaml:3:") for place in places)
    assert any(place.startswith("rules/watch/beat.yaml:5:") for place in places)
    assert any(place.startswith("rules/watch/beat.yaml:6:") for place in places)


def test_check_runs_the_examples_beside_the_rules(run: Run, tmp_path: Path) -> None:
    rules = RULES.replace("[rare-earth minerals]", "[lithium]").replace(
        "a rare earthquake", "rare earth"
    )
    write_desk(tmp_path / "rules", {"harbour": "https://outlet.example/feed"}, rules)
    result = run("check", "--json")
    problems = json.loads(result.output)["problems"]
    assert result.exit_code == 1
    assert ["should fire" in problems[0]["words"], "should not fire" in problems[1]["words"]] == [
        True,
        True,
    ]
    assert problems[0]["line"] == 9


def test_try_shows_rule_and_words_and_neither_reporter_nor_sign_off(run: Run) -> None:
    result = run("try", str(PAGE), "--json")
    assert result.exit_code == 0, result.output
    (match,) = json.loads(result.output)
    assert match["rule"] == "minerals"
    assert {evidence["surface"] for evidence in match["evidence"]} >= {"rare-earth"}


def test_try_names_a_file_that_is_not_there(run: Run) -> None:
    result = run("try", "nowhere.html")
    assert "nowhere.html" in str(result.exception)


def test_parse_prints_fields_as_json(run: Run) -> None:
    article = json.loads(run("parse", str(PAGE), "--json").output)
    assert article["modified"].startswith("2025-06-05 15:10")
    assert "Write to" not in article["text"]
    assert any("Write to" in piece for piece in article["regions"]["sign_off"])


def test_parse_says_where_each_field_was_found(run: Run) -> None:
    output = run("parse", str(PAGE)).output
    assert "(json-ld, to the second, zone in the text)" in output
    assert "(printed, to the minute, zone in the text)" in output
    assert "sign_off  Write to Marlow Quist" in output


def test_db_upgrade_may_run_twice(run: Run, tmp_path: Path) -> None:
    assert run("db", "upgrade").exit_code == 0
    assert run("db", "upgrade").exit_code == 0
    assert (tmp_path / ".wirebell" / "wirebell.db").exists()


def test_poll_makes_a_whole_pass_and_the_books_balance(run: Run, tmp_path: Path) -> None:
    async def polled() -> tuple[Result, Result]:
        async with WebServer() as web:
            web.put("/feed", Answer(rss(("a", "Ferries", web.url("/a")))))
            web.put("/b", Answer(page("Minerals", "Exports of rare-earth minerals fell in May.")))
            write_desk(tmp_path / "rules", {"harbour": web.url("/feed")})
            first = await asyncio.to_thread(run, "poll")
            old, new = rss(("b", "Minerals", web.url("/b"))), rss(("c", "Magnets", web.url("/c")))
            item = new.partition(b"<item>")[2].partition(b"</item>")[0]
            item = item.replace(
                b"Thu, 05 Jun 2025 11:00:00 GMT", format_datetime(system_clock()).encode()
            )
            web.put("/c", Answer(page("Magnets", "Exports of rare-earth magnets fell in May.")))
            both = old.replace(b"</item>", b"</item><item>" + item + b"</item>")
            web.put("/feed", Answer(both))
            return first, await asyncio.to_thread(run, "poll", "--every-feed")

    first, second = asyncio.run(polled())
    assert (first.exit_code, second.exit_code) == (0, 0), first.output + second.output
    assert "1 were in the feed before we looked" in first.output
    assert "the books balance" in second.output
    assert "too old" in second.output  # the feed's date is of 2025
    assert "Rang 1  (messages: 1 sent)" in second.output, "nobody sweeps after a pass by hand"
