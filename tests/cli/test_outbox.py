"""What was not sent, silences, and how both are asked for and ended by hand."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from tests.clock import Clock
from tests.pipeline.desk import write_desk
from tests.storage.samples import LEASE, claim_one, file_alert, say
from wirebell.cli.app import app
from wirebell.core.alerts import DeliveryState, How, Receipt, ReceiptState, Step
from wirebell.core.clock import system_clock
from wirebell.core.errors import NotFound
from wirebell.storage import Store


def run(*words: str) -> Result:
    return CliRunner().invoke(app, list(words), env={"COLUMNS": "250"})


@pytest.fixture
def clock() -> Clock:
    return Clock(system_clock())


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clock: Clock) -> Iterator[Store]:
    """An installation in which one message was given up and one is held."""
    monkeypatch.chdir(tmp_path)
    write_desk(tmp_path / "rules", {"harbour": "https://outlet.example/feed"})
    url = f"sqlite:///{tmp_path / '.wirebell' / 'wirebell.db'}"
    with closing(Store(url, clock)) as opened:
        opened.upgrade()
        file_alert(opened, clock, "al-1", "ada")
        dispatch = claim_one(opened)
        opened.begin_attempt(dispatch)
        gone = Receipt(ReceiptState.PERMANENT, "smtp 550", "no such user")
        opened.finish_attempt(dispatch, gone, Step(DeliveryState.DEAD))
        file_alert(opened, clock, "al-2", "ada")
        opened.claim_deliveries(say(How.QUIET, clock.now + timedelta(hours=8)), 9, LEASE)
        yield opened


def test_the_outbox_lists_what_waits_and_what_was_given_up_and_why(store: Store) -> None:
    listed = run("outbox", "list").output
    assert "al-1 ada dead  Rare-earth exports halted" in listed
    assert "ada by mail: 1 attempts; smtp 550 no such user" in listed
    assert "al-2 ada quiet until " in listed
    (dead,) = json.loads(run("outbox", "list", "--dead", "--json").output)
    assert (dead["key"], dead["told"]["state"]) == ("al-1 ada", "dead")


def test_what_was_given_up_is_tried_again_as_the_same_message(store: Store, clock: Clock) -> None:
    assert run("outbox", "requeue").exit_code == 2
    assert run("outbox", "requeue", "--channel", "slack").exit_code == 1
    assert "1 deliveries wait again" in run("outbox", "requeue", "--channel", "mail").output
    assert store.undelivered(dead=True) == ()
    clock.advance(timedelta(minutes=1))
    again = claim_one(store)
    assert (again.message_key, again.attempts) == ("al-1 ada", 1)
    assert run("outbox", "requeue", "al-1").exit_code == 1


def test_a_silence_is_added_listed_and_ended(store: Store) -> None:
    assert "nothing is silenced" in run("silence", "list").output
    added = run("silence", "add", "--rule", "minerals", "--for", "6h", "--by", "ana", "--why", "x")
    assert "1 rule minerals until " in added.output
    told = run("silence", "add", "--story", "al-1", "--until", "2099-01-02T03:04", "--why", "known")
    assert "2 story story of al-1 until 2099-01-02 03:04 UTC" in told.output
    assert [each["about"] for each in json.loads(run("silence", "list", "--json").output)] == [
        "rule",
        "story",
    ]
    assert run("silence", "end", "2").exit_code == 0
    assert "ana" in run("silence", "list").output
    assert "al-1" not in run("silence", "list").output


@pytest.mark.parametrize(
    "words",
    [
        ("--rule", "minerals", "--feed", "harbour", "--for", "6h"),
        ("--rule", "minerals"),
        ("--rule", "minerals", "--for", "6h", "--until", "2099-01-01"),
    ],
)
def test_a_silence_needs_one_name_and_one_end(store: Store, words: tuple[str, ...]) -> None:
    assert run("silence", "add", *words, "--why", "x").exit_code == 2


@pytest.mark.parametrize(
    "words",
    [
        ("--rule", "no-such", "--for", "6h"),
        ("--person", "nobody", "--for", "6h"),
        ("--story", "al-none", "--for", "6h"),
        ("--feed", "harbour", "--for", "soon"),
        ("--feed", "harbour", "--until", "2020-01-01"),
    ],
)
def test_a_silence_of_nothing_or_without_a_time_to_come_is_refused(
    store: Store, words: tuple[str, ...]
) -> None:
    assert isinstance(run("silence", "add", *words, "--why", "x").exception, NotFound)
    assert store.silences() == ()


def test_a_silence_that_is_not_in_force_cannot_be_ended(store: Store) -> None:
    assert isinstance(run("silence", "end", "7").exception, NotFound)
