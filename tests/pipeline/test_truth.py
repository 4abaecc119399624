"""The truth monitor and the rhythm end to end: a real server, a real store, a clock of ours."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.clock import Clock
from tests.pipeline.desk import house_over, rss, write_desk
from tests.servers.web import Answer, Request, WebServer
from wirebell.core.feeds import FeedState
from wirebell.pipeline.steps import watch_feeds
from wirebell.pipeline.wiring import House

HOUR = timedelta(hours=1)


@pytest.fixture
async def web() -> AsyncIterator[WebServer]:
    async with WebServer() as server:
        server.put("/feed", Answer(feed_of("a"), headers={"ETag": '"a"'}))
        yield server


@pytest.fixture
async def house(tmp_path: Path, clock: Clock, web: WebServer) -> AsyncIterator[House]:
    write_desk(tmp_path / "rules", {"harbour": web.url("/feed")})
    async with house_over(tmp_path, clock) as opened:
        yield opened


def feed_of(*names: str) -> bytes:
    return rss(*((name, f"Ferries {name}", f"https://outlet.example/{name}") for name in names))


async def polls(house: House, clock: Clock, *hours: float) -> FeedState:
    """Poll after each of these many hours, due or not; the feed's state after the last."""
    for each in hours:
        clock.advance(HOUR * each)
        await watch_feeds(house.desk.feeds, house, due_only=False)
    return next(s for s in house.store.feed_states() if s.feed_id == "harbour")


def told(house: House) -> list[str]:
    return list(house.store.troubles())


async def test_a_server_that_says_304_for_ever_is_healed_within_a_day_and_told(
    house: House, clock: Clock, web: WebServer
) -> None:
    await polls(house, clock, 0)

    def liar(request: Request) -> Answer:
        if "if-none-match" in request.headers:
            return Answer(status=304)
        return Answer(feed_of("a", "b"), headers={"ETag": '"a"'})

    web.put("/feed", liar)
    await polls(house, clock, *[1] * 23)
    assert house.store.books().entries == 1
    assert (await polls(house, clock, 1)).health == "stale"
    assert house.store.books().entries == 2
    assert told(house) == ["feed harbour is stale"]
    await polls(house, clock, 1)
    assert "if-none-match" not in web.requests[-1].headers
    await polls(house, clock, 1, 1)
    assert told(house) == []


def leads(status: int, path: str = "/new") -> Answer:
    return Answer(status=status, headers={"Location": path})


@pytest.mark.parametrize("status", [301, 308])
async def test_a_permanent_move_is_believed_after_three_answers_over_a_day(
    house: House, clock: Clock, web: WebServer, status: int
) -> None:
    web.put("/new", Answer(feed_of("a"), headers={"ETag": '"a"'}))
    web.put("/feed", leads(status))
    assert (await polls(house, clock, 0, 12)).address == ""
    state = await polls(house, clock, 12.1)
    assert (state.health, state.address) == ("moved", web.url("/new"))
    assert told(house) == [f"feed harbour moved to {web.url('/new')}"]
    web.requests.clear()
    await polls(house, clock, 1)
    assert [request.path for request in web.requests] == ["/new"]
    assert house.desk.feeds[0].url == web.url("/feed")  # kept


@pytest.mark.parametrize("status", [302, 307])
async def test_a_temporary_one_never_is(
    house: House, clock: Clock, web: WebServer, status: int
) -> None:
    web.put("/new", Answer(feed_of("a")))
    web.put("/feed", leads(status))
    state = await polls(house, clock, 0, 12, 13, 24, 24)
    assert (state.health, state.address, told(house)) == ("ok", "", [])


async def test_a_move_to_what_is_no_feed_is_not_believed(
    house: House, clock: Clock, web: WebServer
) -> None:
    await polls(house, clock, 0)
    web.put("/new", Answer(b"<html><body>Please log in</body></html>"))
    web.put("/feed", leads(301))
    state = await polls(house, clock, 1, 12, 13)
    assert (state.state, state.address) == ("not_a_feed", "")


async def test_a_feed_that_is_gone_is_told_at_once_and_rests_a_month(
    house: House, clock: Clock, web: WebServer
) -> None:
    web.put("/feed", Answer(status=410))
    state = await polls(house, clock, 0)
    assert (state.health, told(house)) == ("dead", ["feed harbour is dead"])
    assert state.next_due is not None
    assert state.next_due - clock.now >= timedelta(days=30)


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("when", ["7200", "Thu, 05 Jun 2025 14:00:00 GMT"])
async def test_a_retry_after_is_kept_to(
    house: House, clock: Clock, web: WebServer, status: int, when: str
) -> None:
    web.put("/feed", Answer(b"", status=status, headers={"Retry-After": when}))
    state = await polls(house, clock, 0)
    assert state.next_due is not None
    assert timedelta(hours=2) <= state.next_due - clock.now <= timedelta(hours=2.2)


async def test_hints_of_document_and_answer_slow_a_feed_up_to_what_is_allowed(
    house: House, clock: Clock, web: WebServer
) -> None:
    for hint, minutes in (("<ttl>20</ttl>", 20), ("<ttl>600</ttl>", 60)):
        body = feed_of("a").replace(b"<title>Outlet", hint.encode() + b"<title>Outlet")
        web.put("/feed", Answer(body))
        state = await polls(house, clock, 1)
        assert state.next_due is not None
        wait = (state.next_due - clock.now) / timedelta(minutes=1)
        assert minutes <= wait <= min(minutes * 1.1, 60)
    web.put("/feed", Answer(feed_of("a", "b"), headers={"Cache-Control": "max-age=1800"}))
    state = await polls(house, clock, 1)
    assert state.next_due is not None
    assert timedelta(minutes=30) <= state.next_due - clock.now <= timedelta(minutes=33)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (Answer(b"no", status=403, headers={"cf-mitigated": "challenge"}), "challenge"),
        (Answer(b"<html><body>Welcome</body></html>"), "not a feed"),
        (Answer(b"<rss>" * 2**16, times=64), "too big"),
        (Answer(rss()), "empty"),
        (leads(301, "http://169.254.169.254/"), "guarded"),
    ],
    ids=["challenge", "html", "bomb", "empty", "guarded"],
)
async def test_what_kills_a_feed_is_told_once_by_its_name_and_its_recovery_too(
    house: House,
    clock: Clock,
    web: WebServer,
    answer: Answer,
    reason: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("INFO", "wirebell.operators")
    await polls(house, clock, 0)
    web.put("/feed", answer)
    state = await polls(house, clock, *[1] * 6)
    assert (state.health, state.reason.partition(":")[0]) == ("dead", reason)
    web.put("/feed", Answer(feed_of("a")))
    assert (await polls(house, clock, *[1] * 5)).health == "ok"
    assert caplog.text.count("feed harbour is dead") == 2  # that it is, and that it is over


async def test_a_run_that_reaches_nobody_is_our_lines_and_counts_for_nobody(
    tmp_path: Path, clock: Clock, web: WebServer
) -> None:
    dead = {f"f{n}": f"http://127.0.0.{n + 2}:1/feed" for n in range(3)}
    write_desk(tmp_path / "rules", {"harbour": web.url("/feed"), **dead})
    async with house_over(tmp_path, clock, allow="127.0.0.0/8") as house:
        await polls(house, clock, *[1] * 9)
        assert told(house) == ["our line"]
        states = {s.feed_id: s for s in house.store.feed_states()}
        assert {states[name].failures for name in dead} == {0}
        assert {states[name].health for name in dead} == {"ok"}
        web.put("/feed", Answer(feed_of("a", "b")))
        reached = [feed for feed in house.desk.feeds if feed.id == "harbour"]
        clock.advance(HOUR)
        await watch_feeds(reached, house)
        assert told(house) == []
