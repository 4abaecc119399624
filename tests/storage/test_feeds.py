from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.exc import StatementError

from tests.clock import NOON, Clock
from tests.storage.samples import LEASE, arrival, next_at, page, take_in
from wirebell.core.errors import LeaseLost
from wirebell.core.feeds import Failure, FailureKind, FeedClaim, FeedState, Unchanged, Validators
from wirebell.core.news import Entry
from wirebell.storage import Store

REFUSED = Failure("https://feed.example/", FailureKind.REFUSED, "nobody listens", NOON)


def claim_one(store: Store, feed: str = "wire") -> FeedClaim:
    (claim,) = store.claim_feeds([feed], LEASE, due_only=False)
    return claim


def test_a_feed_never_seen_is_due_at_once(store: Store) -> None:
    (claim,) = store.claim_feeds(["wire"], LEASE)
    assert (claim.feed_id, claim.first, claim.failures) == ("wire", True, 0)
    assert claim.validators == Validators()


def test_a_leased_feed_is_nobody_elses_until_the_lease_runs_out(store: Store, clock: Clock) -> None:
    first = claim_one(store)
    assert store.claim_feeds(["wire"], LEASE) == ()
    clock.advance(LEASE)
    second = claim_one(store)
    assert second.token != first.token


def test_feeds_due_longest_come_first_and_those_not_due_not_at_all(
    store: Store, clock: Clock
) -> None:
    for minutes, feed in ((3, "late"), (2, "later"), (60, "not yet")):
        due = clock.now + timedelta(minutes=minutes)
        store.intake(claim_one(store, feed), page(), (), next_at(due))
    clock.advance(timedelta(minutes=5))
    feeds = ["late", "not yet", "later", "new"]
    assert [c.feed_id for c in store.claim_feeds(feeds, LEASE)] == ["new", "later", "late"]
    assert [c.feed_id for c in store.claim_feeds(feeds, LEASE, due_only=False)] == ["not yet"]


def test_a_claim_takes_only_the_feeds_it_names(store: Store, clock: Clock) -> None:
    store.intake(claim_one(store, "other"), page(), (), next_at(clock.now))
    assert [claim.feed_id for claim in store.claim_feeds(["wire"], LEASE)] == ["wire"]
    assert store.claim_feeds([], LEASE) == ()
    assert [state.feed_id for state in store.feed_states()] == ["other", "wire"]


def test_intake_takes_entries_validators_and_state_together(store: Store, clock: Clock) -> None:
    line = store.intake(
        claim_one(store), page('"v1"'), [arrival("a"), arrival("b")], next_at(clock.now + LEASE)
    )
    assert (line.feed_id, line.state, line.fresh, line.newly_failing) == ("wire", "ok", 2, False)
    claim = claim_one(store)
    assert (claim.validators.etag, claim.first) == ('"v1"', False)
    (state,) = store.feed_states()
    assert state == FeedState(
        "wire", "ok", last_ok=NOON, last_new=NOON, next_due=NOON + LEASE, entries=2
    )


def test_an_intake_that_breaks_leaves_nothing_behind(store: Store, clock: Clock) -> None:
    broken = arrival("b")
    object.__setattr__(broken.entry, "title", "\ud800")  # no reader of ours lets this through
    claim = claim_one(store)
    with pytest.raises(StatementError, match="surrogate"):
        store.intake(claim, page('"v1"'), [arrival("a"), broken], next_at(clock.now))
    assert store.books().entries == 0
    assert store.feed_states()[0].last_ok is None
    store.intake(claim, page(), [arrival("a")], next_at(clock.now))


def test_validators_come_back_byte_for_byte(store: Store, clock: Clock) -> None:
    odd = Validators(etag='W/"\udcff\x00é"', last_modified="Thu, 05 Jun 2025", body_hash="0" * 64)
    store.intake(claim_one(store), Unchanged("u", odd, NOON), (), next_at(clock.now))
    assert claim_one(store).validators == odd


def test_the_same_document_again_is_nothing_new(store: Store, clock: Clock) -> None:
    assert take_in(store, clock, arrival("a")).fresh == 1
    clock.advance(LEASE)
    line = take_in(store, clock, arrival("a"))
    assert line.fresh == 0
    assert store.feed_states()[0].last_new == NOON


def test_an_entry_twice_in_one_document_is_one(store: Store, clock: Clock) -> None:
    assert take_in(store, clock, arrival("a"), arrival("a")).fresh == 1


def test_one_key_in_two_feeds_is_two_entries(store: Store, clock: Clock) -> None:
    take_in(store, clock, arrival("a"))
    assert take_in(store, clock, arrival("a"), feed="other").fresh == 1


def test_an_edited_entry_enters_again_and_is_no_backlog(store: Store, clock: Clock) -> None:
    take_in(store, clock, arrival("a"))
    assert take_in(store, clock, arrival("a", "edited")).fresh == 1
    assert take_in(store, clock, arrival("a", "first")).fresh == 0
    backlog = {e.entry.title: e.backlog for e in store.claim_entries(5, LEASE)}
    assert backlog == {"a first": True, "a edited": False}


def test_what_the_first_poll_that_works_brings_is_backlog(store: Store, clock: Clock) -> None:
    store.intake(claim_one(store), REFUSED, (), next_at(clock.now))
    take_in(store, clock, arrival("old"))
    take_in(store, clock, arrival("new"))
    assert [e.backlog for e in store.claim_entries(5, LEASE)] == [True, False]


def test_a_failure_keeps_the_validators_and_counts_in_a_row(store: Store, clock: Clock) -> None:
    store.intake(claim_one(store), page('"v1"'), (), next_at(clock.now))
    lines = [store.intake(claim_one(store), REFUSED, (), next_at(clock.now)) for _ in range(2)]
    assert [(line.state, line.newly_failing) for line in lines] == [
        ("refused", True),
        ("refused", False),
    ]
    assert lines[0].detail == "nobody listens"
    claim = claim_one(store)
    assert (claim.validators.etag, claim.failures, claim.first) == ('"v1"', 2, False)
    store.intake(claim, page(), (), next_at(clock.now))
    (state,) = store.feed_states()
    assert (state.state, state.detail, state.failures) == ("ok", "", 0)


def test_a_stale_claim_takes_nothing_in(store: Store, clock: Clock) -> None:
    stale = claim_one(store)
    clock.advance(LEASE)
    fresh = claim_one(store)
    with pytest.raises(LeaseLost, match="feed wire"):
        store.intake(stale, page(), [arrival("a")], next_at(clock.now))
    assert store.books().entries == 0
    store.intake(fresh, page(), [arrival("a")], next_at(clock.now))
    with pytest.raises(LeaseLost):
        store.intake(fresh, page(), [arrival("b")], next_at(clock.now))


def test_more_entries_than_one_statement_takes_come_in_at_once(store: Store, clock: Clock) -> None:
    many = [arrival(f"{n}") for n in range(2100)]
    assert take_in(store, clock, *many).fresh == 2100
    assert take_in(store, clock, *many, arrival("one more")).fresh == 1


def test_a_key_longer_than_an_index_takes_is_still_one_entry(store: Store, clock: Clock) -> None:
    # Beyond what PostgreSQL can compress into one index row.
    long = "".join(chr(0x4E00 + (n * 7919) % 20000) for n in range(5000))
    assert take_in(store, clock, arrival(long), arrival(long + "x")).fresh == 2
    assert take_in(store, clock, arrival(long), arrival(long + "x")).fresh == 0


def test_an_entry_comes_back_as_it_was(store: Store, clock: Clock) -> None:
    entry = Entry("1", "https://news.example/1", "Title", published=NOON, authors=("A", "B"))
    take_in(store, clock, replace(arrival("1"), entry=entry))
    (claimed,) = store.claim_entries(1, LEASE)
    assert claimed.entry == entry
    assert (claimed.feed_id, claimed.first_seen) == ("wire", NOON)
