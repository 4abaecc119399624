from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from tests.clock import NOON, Clock
from tests.storage.samples import LEASE, SECOND, intake, next_at, page
from wirebell.core.feeds import Failure, FailureKind, Lane, Outlook
from wirebell.storage import Store

BURNER = Lane("burner.example", 5 * SECOND)
BUSY = Failure("https://burner.example/", FailureKind.HTTP, "429", NOON, 429, LEASE)


def lanes(count: int) -> dict[str, Lane]:
    return {f"f{number:02}": BURNER for number in range(count)}


def turns(store: Store, feeds: dict[str, Lane]) -> dict[str, datetime | None]:
    claims = store.claim_feeds(list(feeds), LEASE, lanes=feeds)
    return {claim.feed_id: claim.at for claim in claims}


def test_feeds_of_one_domain_take_turns_and_others_ask_at_once(store: Store) -> None:
    claims = store.claim_feeds(["f00", "f01", "own"], LEASE, lanes=lanes(2))
    assert {c.feed_id: c.at for c in claims} == {
        "f00": NOON, "f01": NOON + 5 * SECOND, "own": NOON,
    }  # fmt: skip


def test_a_crowd_rolls_over_oldest_first_and_nobody_is_asked_twice_before_all_were(
    store: Store, clock: Clock
) -> None:
    """69 feeds of one domain, each due again before the turns of all have come."""
    feeds, asked = lanes(69), []
    for _ in range(14):
        claims = store.claim_feeds(list(feeds), LEASE, lanes=feeds)
        assert len(claims) == 10  # so many turns of 5 s begin within 50 s
        for claim in claims:
            asked.append(claim.feed_id)
            intake(store, claim, page(), (), next_at(clock.now + LEASE))
        clock.advance(timedelta(minutes=1))
    assert set(asked[:69]) == set(feeds)
    assert {asked.count(feed) for feed in feeds} <= {1, 2, 3}


def test_whose_turn_does_not_come_stays_as_it_was(store: Store, clock: Clock) -> None:
    feeds = lanes(12)
    turns(store, feeds)
    left = {s.feed_id: s for s in store.feed_states()}["f11"]
    assert (left.state, left.failures, left.next_due) == ("new", 0, None)
    clock.advance(60 * SECOND)
    assert next(iter(turns(store, feeds))) == "f10"


def test_a_domain_that_asks_for_peace_has_it_from_all_its_feeds(store: Store, clock: Clock) -> None:
    (claim,) = store.claim_feeds(["f00"], LEASE, lanes=lanes(1))
    hold = ("burner.example", clock.now + timedelta(hours=1))
    intake(store, claim, BUSY, (), lambda _: Outlook(clock.now, hold=hold))
    clock.advance(timedelta(minutes=59))
    assert turns(store, lanes(3)) == {}
    assert [c.feed_id for c in store.claim_feeds(["own"], LEASE, lanes=lanes(3))] == ["own"]
    clock.advance(timedelta(minutes=1))
    assert len(turns(store, lanes(3))) == 3


def test_peace_granted_is_not_shortened(store: Store, clock: Clock) -> None:
    for minutes in (60, 10):
        (claim,) = store.claim_feeds([f"f{minutes}"], LEASE)
        hold = ("burner.example", clock.now + timedelta(minutes=minutes))
        intake(store, claim, BUSY, (), partial(_held, clock.now, hold))
    clock.advance(timedelta(minutes=30))
    assert turns(store, lanes(1)) == {}


def test_a_feed_whose_turn_was_withdrawn_is_given_back_untouched(
    store: Store, clock: Clock
) -> None:
    (claim,) = store.claim_feeds(["wire"], LEASE)
    before = store.feed_states()
    waiting = Failure("https://a.example/", FailureKind.LATER, "closed", clock.now)
    assert intake(store, claim, waiting, (), next_at(clock.now + LEASE)).state == "later"
    assert store.feed_states() == before
    assert len(store.claim_feeds(["wire"], LEASE)) == 1


def _held(due: datetime, hold: tuple[str, datetime], fresh: int) -> Outlook:
    return Outlook(due, hold=hold, counts=bool(fresh))


def _claim_all(url: str, number: int) -> list[datetime | None]:
    store = Store(url, Clock())
    feeds = {f"{number}-{n}": BURNER for n in range(3)}
    found = [claim.at for claim in store.claim_feeds(list(feeds), LEASE, lanes=feeds)]
    store.close()
    return found


def test_four_processes_never_get_one_turn_twice(
    database_url: str, four_processes: Callable[..., list[Any]]
) -> None:
    found = [turn for each in four_processes(_claim_all, database_url) for turn in each]
    assert sorted(found) == [NOON + 5 * SECOND * number for number in range(len(found))]
    assert len(found) == 10


def test_a_clock_that_was_put_back_closes_no_host_and_holds_no_feed(
    store: Store, clock: Clock
) -> None:
    clock.advance(timedelta(hours=1))
    feeds = lanes(2)
    for claim in store.claim_feeds(list(feeds), LEASE, lanes=feeds):
        intake(store, claim, page(), (), next_at(clock.now + LEASE))
    (dead,) = store.claim_feeds(["dead"], LEASE)  # its worker never answers
    clock.now = NOON
    assert turns(store, feeds) == {"f00": NOON, "f01": NOON + 5 * SECOND}
    assert [claim.feed_id for claim in store.claim_feeds(["dead"], LEASE)] == [dead.feed_id]


def test_a_host_that_asked_for_patience_keeps_it_when_the_clock_is_put_back(
    store: Store, clock: Clock
) -> None:
    (claim,) = store.claim_feeds(["f00"], LEASE, lanes=lanes(1))
    hold = ("burner.example", clock.now + timedelta(hours=2))
    intake(store, claim, BUSY, (), lambda _: Outlook(clock.now, hold=hold))
    clock.advance(-timedelta(hours=1))
    assert turns(store, lanes(1)) == {}
