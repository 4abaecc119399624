from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import cast

import pytest

from tests.clock import Clock
from tests.pipeline.desk import house_over, mails_in, page, rss, write_desk
from tests.servers.web import Answer, WebServer
from wirebell.core.books import Tally
from wirebell.core.decisions import InboxEntry, Outcome
from wirebell.core.errors import StorageBusy
from wirebell.core.feeds import FailureKind
from wirebell.core.settings import Settings
from wirebell.matching import Matcher
from wirebell.pipeline.steps import (
    TRIES,
    deliver_due,
    due_feeds,
    file_entry,
    file_inbox,
    poll_feeds,
    watch_feeds,
)
from wirebell.pipeline.wiring import LEASE, House, open_transport

STORY = (
    "Exports of rare-earth minerals were raised during the call between the two presidents.",
    "Both sides agreed to send negotiators to Geneva in June, officials said on Thursday.",
    "Markets in Asia had closed by the time the first readout was published in the capital.",
)
HOUR = timedelta(hours=1)


@pytest.fixture
async def web() -> AsyncIterator[WebServer]:
    async with WebServer() as server:
        server.put("/feed", Answer(rss(("old", "Ferries run late", server.url("/old")))))
        yield server


async def morning(home: Path, clock: Clock, web: WebServer, feed: bytes) -> dict[str, str]:
    """A baseline poll, then a poll of `feed` an hour later: headline to outcome."""
    write_desk(home / "rules", {"harbour": web.url("/feed")})
    async with house_over(home, clock) as house:
        await watch_feeds(house.desk.feeds, house)
    clock.advance(HOUR)
    web.put("/feed", Answer(feed))
    async with house_over(home, clock) as house:
        await watch_feeds(house.desk.feeds, house)
        deliver_due(house)
        assert house.store.books().whole
        return {
            title: outcome for title, outcome, _ in house.store.outcomes_since(clock.now - HOUR)
        }


async def test_a_story_is_polled_read_matched_filed_and_rung(
    tmp_path: Path, clock: Clock, web: WebServer
) -> None:
    web.put("/call", Answer(page("Presidents speak", *STORY)))
    feed = rss(("n", "Presidents speak", web.url("/call")))
    outcomes = await morning(tmp_path, clock, web, feed)
    assert outcomes == {"Ferries run late": "backlog", "Presidents speak": "rung"}
    (mail,) = mails_in(tmp_path / "outbox")
    assert "[URGENT] Presidents speak" in mail
    assert "rare-earth" in mail


async def test_a_page_that_cannot_be_had_leaves_the_feeds_own_words_to_match(
    tmp_path: Path, clock: Clock, web: WebServer
) -> None:
    web.put("/gone", Answer(b"no", status=403))
    feed = rss(("n", "Rare earths run short", web.url("/gone")))
    assert (await morning(tmp_path, clock, web, feed))["Rare earths run short"] == "rung"
    (mail,) = mails_in(tmp_path / "outbox")
    assert "could not be read" in mail
    assert "403" in mail


async def test_a_page_without_a_story_says_so_in_the_alert(
    tmp_path: Path, clock: Clock, web: WebServer
) -> None:
    web.put("/shell", Answer(b"<html><body><script>load()</script></body></html>"))
    feed = rss(("n", "Rare earths run short", web.url("/shell")))
    assert (await morning(tmp_path, clock, web, feed))["Rare earths run short"] == "rung"
    (mail,) = mails_in(tmp_path / "outbox")
    assert "held no story" in mail


async def test_a_link_that_leads_to_the_front_page_leaves_the_feeds_own_words(
    tmp_path: Path, clock: Clock, web: WebServer
) -> None:
    web.put("/", Answer(page("Outlet", *STORY)))
    web.put("/gone", Answer(b"", status=302, headers={"Location": "/"}))
    feed = rss(("n", "Rare earths run short", web.url("/gone")), ("m", "Trams", web.url("/gone")))
    outcomes = await morning(tmp_path, clock, web, feed)
    assert (outcomes["Rare earths run short"], outcomes["Trams"]) == ("rung", "unmatched")


async def test_a_headline_corrected_over_the_same_text_is_told(
    tmp_path: Path, clock: Clock, web: WebServer
) -> None:
    title = "CORRECTED: Presidents did not discuss rare earths"
    web.put("/call", Answer(page("Presidents discuss rare earths", *STORY)))
    await morning(tmp_path, clock, web, rss(("n", "Presidents speak", web.url("/call"))))
    web.put("/call", Answer(page(title, *STORY)))
    web.put("/feed", Answer(rss(("n", title, web.url("/call")))))
    clock.advance(HOUR)
    async with house_over(tmp_path, clock) as house:
        await watch_feeds(house.desk.feeds, house)
        assert deliver_due(house).sent == 1


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (Answer(b"<html><body>Welcome</body></html>"), FailureKind.NOT_A_FEED),
        (Answer(b""), FailureKind.EMPTY),
        (Answer(rss()), FailureKind.EMPTY),
        (Answer(b"x", status=500), FailureKind.HTTP),
        (Answer(b"<rss>" * 2**16, times=64), FailureKind.TOO_BIG),
        (Answer(b"x", late=8), FailureKind.TIMEOUT),
        (Answer(b"", status=302, headers={"Location": "/feed"}), FailureKind.REDIRECTS),
    ],
    ids=lambda value: value.value if isinstance(value, FailureKind) else "",
)
async def test_a_feed_in_trouble_has_a_named_state_and_the_others_go_on(
    tmp_path: Path, clock: Clock, web: WebServer, answer: Answer, state: FailureKind
) -> None:
    web.put("/other", web_answer := Answer(rss(("o", "Ferries", web.url("/o")))))
    write_desk(tmp_path / "rules", {"harbour": web.url("/feed"), "other": web.url("/other")})
    async with house_over(tmp_path, clock) as house:
        await watch_feeds(house.desk.feeds, house)
        clock.advance(HOUR)
        web.put("/feed", answer)
        web.put("/other", replace(web_answer, body=rss(("p", "Trams", web.url("/p")))))
        tally = await watch_feeds(house.desk.feeds, house)
        states = {each.feed_id: each for each in house.store.feed_states()}
    assert (states["harbour"].state, states["harbour"].failures) == (state, 1)
    assert states["harbour"].detail
    assert states["other"].state == "ok"
    assert (tally.polled, tally.failed, tally.fresh) == (2, 1, 1)


async def test_a_feed_at_a_private_address_is_guarded(
    tmp_path: Path, clock: Clock, web: WebServer
) -> None:
    write_desk(tmp_path / "rules", {"inside": web.url("/feed")})
    async with house_over(tmp_path, clock, allow="") as house:
        await watch_feeds(house.desk.feeds, house)
        assert [state.state for state in house.store.feed_states()] == [FailureKind.GUARDED]
    assert not web.requests


async def test_an_empty_feed_that_never_had_entries_is_well(
    tmp_path: Path, clock: Clock, web: WebServer
) -> None:
    web.put("/feed", Answer(rss()))
    write_desk(tmp_path / "rules", {"new": web.url("/feed")})
    async with house_over(tmp_path, clock) as house:
        await watch_feeds(house.desk.feeds, house)
        assert [state.state for state in house.store.feed_states()] == ["ok"]


async def test_each_feed_has_its_line_and_those_without_news_share_a_record(
    tmp_path: Path, clock: Clock, web: WebServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "wirebell")
    feeds = {name: web.url(f"/{name}") for name in ("fresh", "same", "too", "dead")}
    for name in ("fresh", "same", "too"):
        web.put(f"/{name}", Answer(rss((name, "Trams", web.url("/a")))))
    web.put("/dead", Answer(b"<html>gone</html>"))
    write_desk(tmp_path / "rules", feeds)
    async with house_over(tmp_path, clock) as house:
        await poll_feeds(house.desk.feeds, house)
        web.put("/fresh", Answer(rss(("b", "Ferries", web.url("/b")))))
        caplog.clear()
        await poll_feeds(house.desk.feeds, house, due_only=False)
    told = [record.getMessage() for record in caplog.records if record.name == "wirebell"]
    assert sorted(told) == [
        "feed dead: not_a_feed, 0 new; this is an HTML page, not a feed",
        "feed fresh: ok, 1 new",
        "feed same: ok, 0 new\nfeed too: ok, 0 new",
    ]


async def test_only_due_feeds_are_polled(tmp_path: Path, clock: Clock, web: WebServer) -> None:
    write_desk(tmp_path / "rules", {"harbour": web.url("/feed")})
    async with house_over(tmp_path, clock) as house:
        assert len(due_feeds(house)) == 1
        await watch_feeds(house.desk.feeds, house)
        assert due_feeds(house) == ()
        assert (await watch_feeds(house.desk.feeds, house)).polled == 0
        clock.advance(HOUR)
        assert len(due_feeds(house)) == 1


async def test_a_clock_that_was_put_back_leaves_no_gap_in_which_nothing_is_polled(
    tmp_path: Path, clock: Clock, web: WebServer
) -> None:
    web.put("/feed", Answer(rss(("a", "Trams", web.url("/a")))))
    write_desk(tmp_path / "rules", {"harbour": web.url("/feed")})
    async with house_over(tmp_path, clock) as house:
        await watch_feeds(due_feeds(house), house)
        assert due_feeds(house) == ()
        clock.advance(-timedelta(hours=1))
        assert (await watch_feeds(due_feeds(house), house)).polled == 1
        assert due_feeds(house) == ()


class Broken:
    """A matcher with a mistake in it."""

    def match(self, *_: object) -> None:
        raise ZeroDivisionError("our own mistake")


async def test_an_entry_that_breaks_us_is_tried_again_and_then_failed_not_lost(
    tmp_path: Path, clock: Clock, web: WebServer, caplog: pytest.LogCaptureFixture
) -> None:
    write_desk(tmp_path / "rules", {"harbour": web.url("/feed")})
    async with house_over(tmp_path, clock) as house:
        broken = replace(house, matcher=cast(Matcher, Broken()))
        await watch_feeds(house.desk.feeds, broken)
        assert house.store.books().waiting == 1
        for _ in range(2):
            clock.advance(HOUR)
            await file_inbox(broken)
        books = house.store.books()
        assert (books.waiting, books.outcomes) == (0, {Outcome.FAILED: 1})
        assert list(house.store.troubles()) == ["entries"]
        assert books.whole
    assert caplog.text.count("ZeroDivisionError: our own mistake") == 3


async def test_an_entry_that_another_worker_took_over_is_given_up_by_that_one_alone(
    tmp_path: Path, clock: Clock, web: WebServer
) -> None:
    write_desk(tmp_path / "rules", {"harbour": web.url("/feed")})
    async with house_over(tmp_path, clock) as house:
        broken = replace(house, matcher=cast(Matcher, Broken()))
        await poll_feeds(house.desk.feeds, house)
        (lost,) = house.store.claim_entries(1, LEASE)
        clock.advance(LEASE)
        assert len(house.store.claim_entries(1, LEASE)) == 1
        assert await file_entry(replace(lost, tries=TRIES), broken) == Tally()
        assert house.store.books().waiting == 1


class Busy:
    """A matcher that stands in for a database locked for too long."""

    def match(self, *_: object) -> None:
        raise StorageBusy("the database", "locked for longer than we wait")


async def test_an_entry_is_not_failed_because_the_database_was_busy(
    tmp_path: Path, clock: Clock, web: WebServer
) -> None:
    write_desk(tmp_path / "rules", {"harbour": web.url("/feed")})
    async with house_over(tmp_path, clock) as house:
        busy = replace(house, matcher=cast(Matcher, Busy()))
        for _ in range(4):
            await watch_feeds(house.desk.feeds, busy)
            clock.advance(HOUR)
        assert (await file_inbox(house)).outcomes == {Outcome.BACKLOG: 1}


async def test_an_entry_left_by_a_dead_worker_is_filed_by_the_next_run(
    tmp_path: Path, clock: Clock, web: WebServer
) -> None:
    write_desk(tmp_path / "rules", {"harbour": web.url("/feed")})
    async with house_over(tmp_path, clock) as house:
        held = await poll_and_abandon(house)
        assert held
        assert not (await file_inbox(house)).outcomes
        clock.advance(HOUR)
        assert (await file_inbox(house)).outcomes == {Outcome.BACKLOG: 1}


async def poll_and_abandon(house: House) -> tuple[InboxEntry, ...]:
    await poll_feeds(house.desk.feeds, house)
    return house.store.claim_entries(10, timedelta(minutes=5))


async def test_a_channel_that_fails_leaves_the_delivery_waiting_with_its_reason(
    tmp_path: Path, clock: Clock, web: WebServer
) -> None:
    web.put("/call", Answer(page("Presidents speak", *STORY)))
    write_desk(tmp_path / "rules", {"harbour": web.url("/feed")})
    async with house_over(tmp_path, clock) as house:
        await watch_feeds(house.desk.feeds, house)
        clock.advance(HOUR)
        web.put("/feed", Answer(rss(("n", "Presidents speak", web.url("/call")))))
        await watch_feeds(house.desk.feeds, house)
        nobody = {"WIREBELL_MAIL": "mailto://127.0.0.1:9?from=bell@wirebell.example"}
        deaf = replace(house, transport=open_transport(house.desk, house.settings, nobody))
        assert deliver_due(deaf).retrying == 1
        assert house.store.books().deliveries == {"pending": 1}
        clock.advance(HOUR)
        assert deliver_due(house).sent == 1
        assert house.store.books().whole


async def test_a_story_in_twelve_feeds_is_one_message_that_names_the_other_eleven(
    tmp_path: Path, clock: Clock, web: WebServer
) -> None:
    names = [f"feed{n}" for n in range(12)]
    for name in names:
        web.put(f"/{name}", Answer(rss(("old", f"Ferries of {name}", web.url(f"/old-{name}")))))
        web.put(f"/story-{name}", Answer(page("Presidents speak", *STORY)))
    write_desk(tmp_path / "rules", {name: web.url(f"/{name}") for name in names})
    async with house_over(tmp_path, clock) as opened:
        usual = Settings.model_fields["group_wait"].default
        settings = opened.settings.model_copy(update={"group_wait": usual})
        house = replace(opened, settings=settings)
        await watch_feeds(house.desk.feeds, house)
        clock.advance(HOUR)
        for published, sent in ((names[:1], 0), (names[1:], 1)):  # the runs of two minutes
            for name in published:
                item = ("n", "Presidents speak", web.url(f"/story-{name}"))
                web.put(f"/{name}", Answer(rss(item)))
            await watch_feeds(house.desk.feeds, house, due_only=False)
            assert deliver_due(house).sent == sent
            clock.advance(timedelta(minutes=1))
    (mail,) = mails_in(tmp_path / "outbox")
    assert sum(f"/story-{name}" in mail for name in names) == 12
