from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.clock import NOON, Clock
from tests.pipeline.desk import RULES, house_over, mails_in, page, rss, write_desk
from tests.servers.web import Answer, WebServer
from tests.storage.samples import arrival, intake, next_at
from tests.storage.samples import page as answer
from wirebell.core.errors import NotFound
from wirebell.pipeline.ledger import (
    feeds_near,
    near_misses,
    records_of,
    replay,
    ring_by_hand,
)
from wirebell.pipeline.steps import deliver_due, watch_feeds
from wirebell.pipeline.wiring import House

STORY = (
    "Exports of 40 tons of rare-earth minerals were raised during the call of the presidents.",
    "Both sides agreed to send negotiators to Geneva in June, officials said on Thursday.",
    "Markets in Asia had closed by the time the first readout was published in the capital.",
    "Nobody at either ministry would say who is to sit at the table when the talks begin.",
)
HOUR = timedelta(hours=1)
DAY_START = datetime(2025, 6, 5, tzinfo=NOON.tzinfo)
DAY_END = DAY_START + timedelta(days=1)
TWO_CLAUSES = """
  - id: minerals-talks
    why: both must come together
    owner: ana
    when: {all: [negotiators, antimony]}
    examples: {match: [negotiators and antimony], no_match: [antimony]}
"""

TRAMS = """
version: 1
rules:
  - id: trams
    why: another beat
    owner: ana
    when: tram
    examples: {match: [the tram], no_match: [the bus]}
"""


@pytest.fixture
async def web() -> AsyncIterator[WebServer]:
    async with WebServer() as server:
        server.put("/feed", Answer(rss(("old", "Ferries run late", server.url("/old")))))
        for name in ("call", "wire"):
            server.put(f"/{name}", Answer(page(f"Presidents speak, by {name}", *STORY)))
        server.put("/trams", Answer(page("Trams stop", *STORY[1:])))
        yield server


@pytest.fixture
async def house(tmp_path: Path, clock: Clock, web: WebServer) -> AsyncIterator[House]:
    """A day: one backlog entry, one that rang, a copy of it, one that no rule asked for."""
    write_desk(tmp_path / "rules", {"harbour": web.url("/feed")}, RULES + TWO_CLAUSES)
    async with house_over(tmp_path, clock) as house:
        await watch_feeds(house.desk.feeds, house)
        for name, title in (
            ("call", "Presidents speak"),
            ("wire", "Presidents speak"),
            ("trams", "Trams stop"),
        ):
            clock.advance(HOUR)
            web.put("/feed", Answer(rss((name, title, web.url(f"/{name}")))))
            await watch_feeds(house.desk.feeds, house)
        assert deliver_due(house).sent == 1
        yield house
        assert house.store.books().whole


def outcome_of(house: House, what: str) -> str:
    return records_of(house.store, what)[-1].outcome


def differences(house: House, *, then: bool = False) -> list[tuple[str, str, str]]:
    found = replay(house, DAY_START, DAY_END, then=then, tick=lambda: None)
    return [(one.record.entry.id, one.record.outcome, one.now.outcome) for one in found]


async def test_an_address_an_article_and_an_alert_lead_to_the_same_record(
    house: House, web: WebServer
) -> None:
    (record,) = records_of(house.store, web.url("/call?utm_source=rss"))
    assert record.outcome == "rung"
    assert record.rulings[0].evidence[0].surface == "rare-earth"
    assert [(told.recipient, told.state, told.attempts) for told in record.told] == [
        ("ana", "sent", 1)
    ]
    assert records_of(house.store, record.alert_id) == (record,)
    assert records_of(house.store, str(record.article_id)) == (record,)


async def test_a_copy_says_what_it_is_a_copy_of(house: House, web: WebServer) -> None:
    (record,) = records_of(house.store, web.url("/wire"))
    assert (record.outcome, record.relation) == ("copy", "copy")
    assert web.url("/call") in " ".join(record.evidence)
    rang = records_of(house.store, web.url("/call"))[0]
    assert rang.alert_id in record.rulings[0].reason


async def test_what_was_never_seen_is_said_so_with_the_feeds_of_its_site(
    house: House, web: WebServer
) -> None:
    with pytest.raises(NotFound, match="never seen"):
        records_of(house.store, web.url("/nowhere"))
    assert [state.feed_id for state in feeds_near(house, web.url("/nowhere"))] == ["harbour"]
    assert feeds_near(house, "https://elsewhere.example/a") == ()


async def test_the_near_miss_is_the_rule_of_which_one_clause_holds(
    house: House, web: WebServer
) -> None:
    (record,) = records_of(house.store, web.url("/trams"))
    (near,) = near_misses(house, record)
    assert near.rule == "minerals-talks"
    assert [clause.holds for clause in near.clause.clauses] == [True, False]
    assert [one.rule for one in near_misses(house, record, ["minerals"])] == ["minerals"]


async def test_an_entry_that_waits_is_found_by_its_address(
    house: House, web: WebServer, clock: Clock
) -> None:
    clock.advance(HOUR)
    (claim,) = house.store.claim_feeds(["harbour"], HOUR, due_only=False)
    intake(house.store, claim, answer(), [arrival("late")], next_at(clock.now))
    (record,) = records_of(house.store, "https://news.example/late")
    assert (record.outcome, record.article) == ("", None)
    with pytest.raises(NotFound, match="not read yet"):
        ring_by_hand(house, "https://news.example/late", "ana")


async def test_ringing_by_hand_tells_whom_the_routes_name_and_keeps_on_whose_word(
    house: House, web: WebServer, tmp_path: Path
) -> None:
    filing = ring_by_hand(house, web.url("/wire"), "ana")
    assert filing.alert is not None
    assert deliver_due(house).sent == 1
    assert len(mails_in(tmp_path / "outbox")) == 2
    (record,) = records_of(house.store, web.url("/wire"))
    assert (record.outcome, record.alert_id) == ("rung", filing.alert.id)
    assert record.reason.startswith("rung by hand by ana; it was copy: ")


async def test_what_no_rule_matches_cannot_be_rung(house: House, web: WebServer) -> None:
    with pytest.raises(NotFound, match="no rule fires"):
        ring_by_hand(house, web.url("/trams"), "ana")
    assert outcome_of(house, web.url("/trams")) == "unmatched"


async def test_what_rang_is_not_rung_again(house: House, web: WebServer) -> None:
    with pytest.raises(NotFound, match="it rang"):
        ring_by_hand(house, web.url("/call"), "ana")


def rewrite(home: Path, statement: str) -> None:
    (file,) = home.rglob("wirebell.db")
    with closing(sqlite3.connect(file)) as ledger, ledger:
        ledger.execute(statement)


async def test_a_day_replayed_by_the_same_rules_differs_in_nothing(house: House) -> None:
    assert differences(house) == []
    assert differences(house, then=True) == []


@pytest.mark.parametrize(
    "otherwise",
    [
        "UPDATE entry SET relation = 'same_event' WHERE outcome = 'copy'",
        "UPDATE entry SET reason = 'told elsewhere' WHERE outcome = 'copy'",
        "UPDATE ruling SET reason = 'told elsewhere' WHERE verdict = 'drop'",
        "UPDATE article SET story_id = 'st-another' WHERE original_id IS NOT NULL",
    ],
)
async def test_a_decision_on_other_grounds_or_into_another_story_differs(
    house: House, tmp_path: Path, otherwise: str
) -> None:
    rewrite(tmp_path, otherwise)
    assert differences(house) == [("wire", "copy", "copy")]


async def test_a_day_replayed_leaves_out_what_is_no_longer_on_file(
    house: House, clock: Clock
) -> None:
    assert house.store.prune(clock.now + HOUR).texts > 1
    assert differences(house) == []


async def test_a_rule_that_rings_louder_is_a_decision_that_differs(
    house: House, tmp_path: Path, clock: Clock, web: WebServer
) -> None:
    louder = RULES.replace("severity: urgent", "severity: flash")
    write_desk(tmp_path / "rules", {"harbour": web.url("/feed")}, louder)
    async with house_over(tmp_path, clock) as changed:
        assert ("call", "rung", "rung") in differences(changed)


async def test_a_day_replayed_by_other_rules_tells_which_decisions_differ(
    house: House, tmp_path: Path, clock: Clock, web: WebServer
) -> None:
    write_desk(tmp_path / "rules", {"harbour": web.url("/feed")}, TRAMS)
    async with house_over(tmp_path, clock) as changed:
        found = differences(changed)
        assert sorted(found) == [
            ("call", "rung", "unmatched"),
            ("trams", "unmatched", "rung"),
            ("wire", "copy", "unmatched"),
        ]
        assert differences(changed, then=True) == []
        assert changed.store.books() == house.store.books()


async def test_the_books_of_a_day_count_what_came_that_day(house: House, clock: Clock) -> None:
    day = house.store.books(DAY_START, DAY_END)
    assert (day.entries, day.alerts, day.attempts) == (4, 1, 1)
    other = house.store.books(DAY_END, DAY_END + timedelta(days=1))
    assert (other.entries, other.alerts, other.attempts, other.deliveries.total()) == (0, 0, 0, 0)
