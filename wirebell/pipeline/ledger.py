"""Asking the ledger: why something rang or did not, ringing it after all, replaying a day."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from wirebell.core.decisions import Arrival, Catch, Filing, InboxEntry
from wirebell.core.domains import same_site
from wirebell.core.errors import NotFound
from wirebell.core.feeds import FeedState, Outlook, Page, Validators
from wirebell.core.journal import Record
from wirebell.core.matches import Explanation
from wirebell.core.news import LET_GO
from wirebell.desk import load_desk_text
from wirebell.matching import compile_desk
from wirebell.pipeline.steps import file_article
from wirebell.pipeline.wiring import LEASE, House
from wirebell.storage import Store

MEMORY = timedelta(days=14)
"""How much before a day is replayed with it: as far back as a copy finds its original."""

_ALERT = re.compile(r"\bal-\w+")  # changes with a headline, which is not kept as it was


def records_of(store: Store, what: str) -> tuple[Record, ...]:
    """The entries behind an alert, an article's number or an address, oldest first.

    Raises:
        NotFound: nothing on file is called so; see `feeds_near` for an address.
    """
    found = store.records_of(what.strip())
    if not found:
        advice = "Name an alert (al-…), the number of an article, or an address"
        raise NotFound(what, "never seen", advice)
    return found


def settled_records(store: Store, since: datetime, until: datetime) -> Iterator[Record]:
    """The entries settled from one instant to before another, in that order."""
    ids = store.settled(since, until)
    for first in range(0, len(ids), 250):  # so many in memory at once
        chunk = ids[first : first + 250]
        found = {record.id: record for record in store.records(chunk)}
        yield from (found[each] for each in chunk)


def feeds_near(house: House, url: str) -> tuple[FeedState, ...]:
    """The feeds that could have brought an address: those of its site, as they stand."""
    near = {feed.id for feed in house.desk.feeds if same_site(feed.url, url)}
    return tuple(state for state in house.store.feed_states() if state.feed_id in near)


def near_misses(house: House, record: Record, rules: Sequence[str] = ()) -> tuple[Explanation, ...]:
    """The rules that do not fire on an entry's article though a clause of theirs holds.

    Of the rules named, all that do not fire. By the desk of today: rules change.
    """
    article = record.article
    if article is None:
        return ()
    wanted = rules or [rule.id for rule in house.desk.rules]
    judged = [one for rule in wanted if not (one := house.matcher.explain(rule, article)).fires]
    near = (one for one in judged if any(c.holds and c.evidence for c in one.clause.clauses))
    return tuple(judged if rules else near)


def ring_by_hand(house: House, what: str, who: str) -> Filing:
    """Ring the newest version of what did not ring, for the rules that match it.

    Raises:
        NotFound: never seen, not read yet, rung already, or no rule matches: nobody is routed.
    """
    record = records_of(house.store, what)[-1]
    article, feed = record.article, house.feed(record.feed_id)
    if article is None:
        raise NotFound(what, "not read yet, or could not be read", "Ask: wirebell why")
    if not house.matcher.match(article, feed):
        advice = "Write a rule for it first; wirebell try shows whether it fires"
        raise NotFound(what, "no rule fires on it, so nobody would be told", advice)
    inbox = house.store.reopen(record.id, LEASE)
    reason = f"rung by hand by {who}; it was {record.outcome}: {record.reason}"
    return file_article(inbox, feed, article, "", house, overruled=reason)


@dataclass(frozen=True, slots=True)
class Difference:
    """An entry that would be decided otherwise: what it became then, and what it becomes now."""

    record: Record
    now: Record


def replay(
    house: House, start: datetime, end: datetime, *, then: bool, tick: Callable[[], None]
) -> Iterator[Difference]:
    """Decide again, in their order, what was settled from `start` to before `end`.

    In a scratch database that remembers the 14 days before, under a clock that stands where it
    stood; by the desk of today, or, with `then`, by the one each was decided by. Nobody is told.
    Entries whose text was let go of are left out. They are compared when all are decided: an
    article may come into another story by what follows.
    """
    with TemporaryDirectory() as folder:
        instant = [start]  # where the clock of this house stands
        scratch = Store(f"sqlite:///{Path(folder) / 'replay.db'}", lambda: instant[0])
        scratch.upgrade()
        stage = replace(house, store=scratch, clock=lambda: instant[0])
        again: dict[int, int] = {}  # entries by what they are here
        try:
            for record in settled_records(house.store, start - MEMORY, end):
                article, settled_at = record.article, record.settled_at
                if article is None or article.note == LET_GO or settled_at is None:
                    continue
                stage = _by_desk_of(record, house, stage) if then else stage
                instant[0] = record.first_seen
                inbox = _enter(record, stage)
                instant[0] = settled_at
                file_article(inbox, stage.feed(record.feed_id), article, "", stage)
                again[record.id] = inbox.id
                tick()
            for record in settled_records(house.store, start, end):
                for now in scratch.records([again.get(record.id, 0)]):
                    if _decision(record) != _decision(now):
                        yield Difference(record, now)
        finally:
            scratch.close()


def _by_desk_of(record: Record, house: House, stage: House) -> House:
    if record.desk_hash == stage.desk.hash:
        return stage
    known = house.store.desk(record.desk_hash)
    desk = load_desk_text(known[0]) if known else house.desk
    return replace(stage, desk=desk, matcher=compile_desk(desk, stage.clock().date()))


def _enter(record: Record, stage: House) -> InboxEntry:
    (claim,) = stage.store.claim_feeds([record.feed_id], LEASE, due_only=False)
    arrival = Arrival(record.key, record.fingerprint, record.entry)
    answer = Page("", 200, (), b"", Validators(), stage.clock())
    stage.store.intake([Catch(claim, answer, [arrival], lambda _: Outlook(stage.clock()))])
    (inbox,) = stage.store.claim_entries(1, LEASE)
    return replace(inbox, backlog=record.backlog)


def _decision(record: Record) -> tuple[object, ...]:
    """What of a record two decisions may differ in; the evidence of a ruling follows its rule."""
    rulings = {(each.rule, each.verdict, each.severity) for each in record.rulings}
    said = (record.reason, *(each.reason for each in record.rulings))
    reasons = {_ALERT.sub("", reason) for reason in said}
    return record.outcome, record.relation, record.story, reasons, rulings
