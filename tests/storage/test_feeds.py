from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.exc import StatementError

from tests.clock import NOON, Clock
from tests.storage.samples import LEASE, arrival, intake, next_at, page, take_in
from wirebell.core.books import FeedLine
from wirebell.core.decisions import Catch
from wirebell.core.errors import LeaseLost
from wirebell.core.feeds import Failure, FailureKind, FeedClaim, FeedState, Unchanged, Validators
from wirebell.core.news import Entry
from wirebell.storage import Store
from wirebell.stories import arrive, recognise

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
        intake(store, claim_one(store, feed), page(), (), next_at(due))
    clock.advance(timedelta(minutes=5))
    feeds = ["late", "not yet", "later", "new"]
    assert [c.feed_id for c in store.claim_feeds(feeds, LEASE)] == ["new", "later", "late"]
    assert [c.feed_id for c in store.claim_feeds(feeds, LEASE, due_only=False)] == ["not yet"]


def test_a_claim_takes_only_the_feeds_it_names(store: Store, clock: Clock) -> None:
    intake(store, claim_one(store, "other"), page(), (), next_at(clock.now))
    assert [claim.feed_id for claim in store.claim_feeds(["wire"], LEASE)] == ["wire"]
    assert store.claim_feeds([], LEASE) == ()
    assert [state.feed_id for state in store.feed_states()] == ["other", "wire"]


def test_intake_takes_entries_validators_and_state_together(store: Store, clock: Clock) -> None:
    line = intake(
        store,
        claim_one(store),
        page('"v1"'),
        [arrival("a"), arrival("b")],
        next_at(clock.now + LEASE),
    )
    assert (line.feed_id, line.state, line.fresh, line.newly_failing) == ("wire", "ok", 2, False)
    claim = claim_one(store)
    assert (claim.validators.etag, claim.first) == ('"v1"', False)
    (state,) = store.feed_states()
    assert state == FeedState("wire", "ok", last_ok=NOON, last_new=NOON, next_due=NOON + LEASE)


def test_an_intake_that_breaks_leaves_nothing_behind(store: Store, clock: Clock) -> None:
    broken = arrival("b")
    object.__setattr__(broken.entry, "title", "\ud800")  # no reader of ours lets this through
    claim = claim_one(store)
    with pytest.raises(StatementError, match="surrogate"):
        intake(store, claim, page('"v1"'), [arrival("a"), broken], next_at(clock.now))
    assert store.books().entries == 0
    assert store.feed_states()[0].last_ok is None
    intake(store, claim, page(), [arrival("a")], next_at(clock.now))


def test_validators_come_back_byte_for_byte(store: Store, clock: Clock) -> None:
    odd = Validators(etag='W/"\udcff\x00é"', last_modified="Thu, 05 Jun 2025", body_hash="0" * 64)
    intake(store, claim_one(store), Unchanged("u", odd, NOON), (), next_at(clock.now))
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
    intake(store, claim_one(store), REFUSED, (), next_at(clock.now))
    take_in(store, clock, arrival("old"))
    take_in(store, clock, arrival("new"))
    assert [e.backlog for e in store.claim_entries(5, LEASE)] == [True, False]


def test_a_feed_that_begins_anew_keeps_no_validators_of_its_old_address(
    store: Store, clock: Clock
) -> None:
    intake(store, claim_one(store), page('"old"'), (), next_at(clock.now))
    anew = replace(claim_one(store), last_ok=None, validators=Validators())
    there = replace(page(), validators=Validators())
    intake(store, anew, there, (), next_at(clock.now))
    assert claim_one(store).validators == Validators()


def test_a_failure_keeps_the_validators_and_counts_in_a_row(store: Store, clock: Clock) -> None:
    intake(store, claim_one(store), page('"v1"'), (), next_at(clock.now))
    lines = [intake(store, claim_one(store), REFUSED, (), next_at(clock.now)) for _ in range(2)]
    assert [(line.state, line.newly_failing) for line in lines] == [
        ("refused", True),
        ("refused", False),
    ]
    assert lines[0].detail == "nobody listens"
    claim = claim_one(store)
    assert (claim.validators.etag, claim.failures, claim.first) == ('"v1"', 2, False)
    intake(store, claim, page(), (), next_at(clock.now))
    (state,) = store.feed_states()
    assert (state.state, state.detail, state.failures) == ("ok", "", 0)


def test_a_stale_claim_takes_nothing_in(store: Store, clock: Clock) -> None:
    stale = claim_one(store)
    clock.advance(LEASE)
    fresh = claim_one(store)
    with pytest.raises(LeaseLost, match="feed wire"):
        intake(store, stale, page(), [arrival("a")], next_at(clock.now))
    assert store.books().entries == 0
    intake(store, fresh, page(), [arrival("a")], next_at(clock.now))
    with pytest.raises(LeaseLost):
        intake(store, fresh, page(), [arrival("b")], next_at(clock.now))


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


def test_polls_that_end_together_are_taken_in_together_and_a_lost_one_hinders_no_other(
    store: Store, clock: Clock
) -> None:
    stale = claim_one(store, "stale")
    clock.advance(LEASE)
    ours = claim_one(store, "stale")
    claims = [claim_one(store, feed) for feed in ("one", "two")]
    catches = [
        Catch(claim, page(f'"{n}"'), [arrival("a"), arrival(f"b{n}")], next_at(clock.now + LEASE))
        for n, claim in enumerate([stale, *claims])
    ]
    refused = Catch(claim_one(store, "three"), REFUSED, (), next_at(clock.now))
    lost, one, two, three = store.intake([*catches, refused])
    assert isinstance(lost, LeaseLost)
    assert [(line.feed_id, line.fresh) for line in (one, two) if isinstance(line, FeedLine)] == [
        ("one", 2),
        ("two", 2),
    ]
    assert isinstance(three, FeedLine)
    assert (three.state, three.newly_failing) == ("refused", True)
    assert store.books().entries == 4
    assert claim_one(store, "two").validators.etag == '"2"'
    intake(store, ours, page(), [arrival("a")], next_at(clock.now))
    assert store.books().entries == 5


def test_polls_taken_in_together_are_all_there_or_none(store: Store, clock: Clock) -> None:
    broken = arrival("b")
    object.__setattr__(broken.entry, "title", "\ud800")
    catches = [
        Catch(claim_one(store, feed), page('"v1"'), [taken], next_at(clock.now))
        for feed, taken in (("good", arrival("a")), ("bad", broken))
    ]
    with pytest.raises(StatementError, match="surrogate"):
        store.intake(catches)
    assert store.books().entries == 0
    store.intake(catches[:1])
    assert claim_one(store, "good").validators.etag == '"v1"'


def brought(store: Store, clock: Clock, entries: list[Entry]) -> int:
    catch = Catch(claim_one(store), page(), arrive(entries), next_at(clock.now), recognise)
    (line,) = store.intake([catch])
    assert isinstance(line, FeedLine)
    return line.fresh


def outcomes(store: Store) -> dict[str, int]:
    return {name: count for name, count in store.books().outcomes.items() if count}


def story(name: str, site: str = "a", guid: str = "") -> Entry:
    return Entry(guid or f"{site} {name}", f"https://{site}.example/{name}", f"Story {name}")


def test_a_feed_that_renames_all_it_has_rings_nobody_and_what_is_new_in_it_waits(
    store: Store, clock: Clock
) -> None:
    assert brought(store, clock, [story(str(n)) for n in range(6)]) == 6
    waiting = len(store.claim_entries(99, LEASE))
    moved = [story(str(n), guid=f"other {n}") for n in range(6)]
    assert brought(store, clock, [*moved, story("new")]) == 1
    (new,) = store.claim_entries(99, LEASE)
    assert (waiting, new.entry.title) == (6, "Story new")
    assert outcomes(store)["rekeyed"] == 6
    assert store.books().whole
    assert brought(store, clock, [*moved, story("new")]) == 0, "the new names are on file"
    relinked = [replace(story(str(n), "b"), title=f"Story {n}") for n in range(6)]
    assert brought(store, clock, relinked) == 0


def test_guids_that_can_no_longer_be_believed_make_nothing_new(store: Store, clock: Clock) -> None:
    known = [story(str(n)) for n in range(6)]
    brought(store, clock, known)
    shared = [replace(entry, id="tag:site,2025:0") for entry in known]
    assert brought(store, clock, [*shared, replace(story("new"), id="tag:site,2025:0")]) == 1


def test_a_busy_hour_and_an_edited_page_of_headlines_are_news(store: Store, clock: Clock) -> None:
    brought(store, clock, [story(str(n)) for n in range(6)])
    assert brought(store, clock, [story(f"other {n}") for n in range(6)]) == 6
    edited = [replace(story(f"other {n}"), title=f"Corrected {n}") for n in range(6)]
    assert brought(store, clock, edited) == 6


def test_two_old_headlines_in_a_short_document_are_no_churn(store: Store, clock: Clock) -> None:
    brought(store, clock, [story("1"), story("2")])
    assert brought(store, clock, [story("1", "b"), story("2", "b")]) == 2
