from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from tests.pipeline.desk import RULES, rss, write_desk
from tests.servers.web import Answer, WebServer
from wirebell.cli.app import app
from wirebell.core.clock import system_clock
from wirebell.core.errors import SchemaBehind
from wirebell.core.settings import Settings
from wirebell.pipeline.steps import deliver_due, watch_feeds
from wirebell.pipeline.wiring import open_house
from wirebell.storage import Store

NEAR = """
  - id: talks
    why: both must come together
    owner: ana
    when: {all: [negotiators, antimony]}
    examples: {match: [negotiators and antimony], no_match: [antimony]}
"""
STORY = (
    "Exports of rare-earth minerals were raised during the call between the two presidents.",
    "Both sides agreed to send negotiators to Geneva in June, officials said on Thursday.",
)
URL = "http://outlet.example"


def run(*words: str) -> Result:
    return CliRunner().invoke(app, list(words), env={"COLUMNS": "250"})


@pytest.fixture
async def alert(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[str]:
    """An installation in which one article rang and another did not; the id of the alert."""
    monkeypatch.chdir(tmp_path)
    async with WebServer() as web:
        write_desk(tmp_path / "rules", {"harbour": web.url("/feed")}, RULES + NEAR)
        monkeypatch.setenv("WIREBELL_ALLOW_HOSTS", "127.0.0.1")
        settings = Settings(
            _env_file=None,
            home=tmp_path / ".wirebell",
            rules=tmp_path / "rules",
            database="",
            group_wait=timedelta(),
        )
        now = f"{system_clock() - timedelta(minutes=5):%a, %d %b %Y %H:%M:%S} GMT"
        async with open_house(settings, environ={"PATH": ""}, upgrade=True) as house:
            web.put("/feed", Answer(rss(("old", "Ferries", f"{URL}/old"))))
            await watch_feeds(house.desk.feeds, house)
            items = rss(("a", "Rare earths run short", f"{URL}/a"), ("b", STORY[1], f"{URL}/b"))
            dated = items.replace(b"Thu, 05 Jun 2025 11:00:00 GMT", now.encode())
            web.put("/feed", Answer(dated))
            await watch_feeds(house.desk.feeds, house, due_only=False)
            deliver_due(house)
            (rang,) = house.store.recent_alerts(5)
        yield rang.id


def test_why_tells_outcome_rule_words_and_who_was_told(alert: str) -> None:
    result = run("why", alert)
    assert result.exit_code == 0, result.output
    for words in ("RUNG", "Rare earths run short", "minerals", "told ana by mail: sent"):
        assert words in result.output


def test_why_shows_what_readers_said_of_the_rule(alert: str) -> None:
    assert "readers of this rule" not in run("why", alert).output
    with closing(Store("sqlite:///.wirebell/wirebell.db", system_clock)) as store:
        store.vote(alert, "ana", useful=True)
        store.vote(alert, "ben", useful=False)
    assert "readers of this rule: 1 useful, 1 not for them" in run("why", alert).output


def test_why_takes_an_address_and_answers_programs(alert: str) -> None:
    (record,) = json.loads(run("why", f"{URL}/a?utm_medium=rss", "--json").output)
    assert (record["outcome"], record["alert_id"]) == ("rung", alert)


def test_why_not_names_the_stage_and_the_clause_that_was_missing(alert: str) -> None:
    result = run("why-not", f"{URL}/b")
    assert result.exit_code == 0, result.output
    for words in ("UNMATCHED", "no rule fired", "did not fire: talks", "antimony"):
        assert words in result.output
    assert alert not in result.output


def test_why_not_explains_a_rule_that_is_named(alert: str) -> None:
    result = run("why-not", f"{URL}/b", "minerals")
    assert "did not fire: minerals" in result.output
    assert alert not in result.output


def test_why_not_of_what_was_never_seen_says_which_feed_could_have_brought_it(alert: str) -> None:
    near = run("why-not", "http://127.0.0.1/never")
    assert near.exit_code == 1
    assert "never seen" in near.output
    assert "feed harbour (ok) last answered" in near.output
    assert "no feed of the desk is of that site" in run("why-not", "https://x.example/y").output
    assert alert not in near.output
    told = json.loads(run("why-not", "http://127.0.0.1/never", "--json").output)
    assert (told["record"], [feed["feed_id"] for feed in told["feeds"]]) == (None, ["harbour"])


def test_ring_tells_what_no_route_or_rule_would(alert: str) -> None:
    refused = run("ring", f"{URL}/b")
    assert refused.exit_code != 0
    assert "no rule fires" in str(refused.exception)
    again = run("ring", alert)
    assert "it rang" in str(again.exception)


def test_nothing_invented_is_ever_rung_by_hand(alert: str) -> None:
    refused = run("ring", alert, "--demo")  # the demo's channels are gone; ours are for real news
    assert (refused.exit_code, "No such option" in refused.output) == (2, True), refused.output


def test_the_books_before_anything_is_on_file_say_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".wirebell").mkdir()
    assert isinstance(run("books").exception, SchemaBehind)


def test_the_books_of_all_time_and_of_a_day(alert: str) -> None:
    assert "the books balance: 3 entries" in run("books").output
    today = f"{system_clock():%F}"
    assert json.loads(run("books", "--day", today, "--json").output)["entries"] == 3
    past = run("books", "--day", "2001-01-01")
    assert past.exit_code == 0
    assert "0 entries" in past.output
    assert alert not in past.output


def test_a_day_replayed_differs_once_the_rules_do(alert: str, tmp_path: Path) -> None:
    same = run("replay", "--day", f"{system_clock():%F}")
    assert same.exit_code == 0, same.output
    assert "3 entries" in same.output
    rules = tmp_path / "rules" / "watch" / "beat.yaml"
    rules.write_text(
        rules.read_text().replace("when: rare earth", "when: {phrase: rare earths, in: text}")
    )
    other = run("replay", "--day", f"{system_clock():%F}")
    assert (other.exit_code, alert in other.output) == (1, False), other.output
    assert "RUNG" in other.output
    assert "UNMATCHED" in other.output
    assert run("replay", "--day", f"{system_clock():%F}", "--then").exit_code == 0
