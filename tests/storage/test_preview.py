from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from tests.clock import Clock
from tests.storage.samples import LEASE, RARE_EARTH, arrival, candidate, take_in
from wirebell.core.books import Preview
from wirebell.core.decisions import Decision, Filing, History, Outcome, Relation, Ruling, Verdict
from wirebell.core.matches import Severity
from wirebell.storage import Store

HOUR = timedelta(hours=1)


def file_backlog(
    store: Store, clock: Clock, feed: str, entries: dict[str, tuple[str, datetime | None]]
) -> None:
    """One first poll of `feed`: what each entry's story is, and when it was published."""
    found = [arrival(key) for key in entries]
    found = [replace(one, entry=replace(one.entry, published=entries[one.key][1])) for one in found]
    take_in(store, clock, *found, feed=feed)
    reason = "was in the feed when it was first polled"
    ruling = Ruling(RARE_EARTH.rule, RARE_EARTH.severity, Verdict.DROP, reason, RARE_EARTH.evidence)
    flash = replace(ruling, rule="embargo", severity=Severity.FLASH)
    for inbox in store.claim_entries(10, LEASE):
        story = entries[inbox.entry.id][0]
        rulings = (ruling, flash) if story == "loud" else (ruling,)
        decision = Decision(
            Verdict.DROP, Outcome.BACKLOG, reason, Relation.NEW, story, rulings=rulings
        )
        store.file(candidate(inbox), partial(_filed, Filing(decision)))


def _filed(filing: Filing, _: History) -> Filing:
    return filing


def test_a_first_poll_is_told_as_the_alerts_it_would_have_been(store: Store, clock: Clock) -> None:
    fresh = clock.now - HOUR
    file_backlog(store, clock, "wire", {"a": ("calm", fresh), "b": ("loud", fresh)})
    found = store.preview(clock.now)
    assert (found.entries, found.feeds) == (2, 1)
    first, second = found.rings
    assert (first.headline, first.severity, first.source) == (
        "b first", Severity.FLASH, "The Wire",
    )  # fmt: skip
    assert [rule.id for rule in first.rules] == ["rare-earth", "embargo"]
    assert (first.url, first.id) == ("https://news.example/b", "")
    assert [finding.surface for finding in second.rules[0].findings] == ["Rare-earth"]


def test_a_story_counts_once_and_what_is_old_or_undated_not_at_all(
    store: Store, clock: Clock
) -> None:
    fresh = clock.now - HOUR
    file_backlog(store, clock, "wire", {"a": ("one", fresh), "b": ("old", clock.now - 25 * HOUR)})
    file_backlog(store, clock, "post", {"c": ("one", fresh), "d": ("undated", None)})
    found = store.preview(clock.now)
    assert (found.entries, found.feeds) == (4, 2)
    assert [ring.headline for ring in found.rings] == ["a first"]
    assert found.words(3) == (
        "4 entries from 2 of 3 feeds; in the last 24 h your rules would have rung 1 time:"
    )


def test_what_was_previewed_before_and_what_came_later_is_no_preview(
    store: Store, clock: Clock
) -> None:
    file_backlog(store, clock, "wire", {"a": ("one", clock.now)})
    clock.advance(HOUR)
    take_in(store, clock, arrival("b"))
    assert store.preview(clock.now) == Preview(0, 0)
