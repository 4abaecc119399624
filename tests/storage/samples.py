"""Small values to store, and the shortest way to get them there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from tests.clock import NOON, Clock
from wirebell.core.alerts import Alert, AlertKind, AlertRule, Delivery, Dispatch, Handling, How
from wirebell.core.books import FeedLine
from wirebell.core.decisions import (
    Arrival,
    Candidate,
    Catch,
    Decision,
    Filing,
    History,
    InboxEntry,
    KnownArticle,
    Outcome,
    Relation,
    Ruling,
    Verdict,
)
from wirebell.core.errors import LeaseLost
from wirebell.core.feeds import Failure, FeedClaim, Outlook, Page, Unchanged, Validators
from wirebell.core.matches import Evidence, Match, Severity
from wirebell.core.news import Article, Entry
from wirebell.storage import Store

LEASE = timedelta(minutes=5)
SECOND = timedelta(seconds=1)
RARE_EARTH = Match(
    "rare-earth", Severity.URGENT, (Evidence("rare earth", "title", 0, 10, "Rare-earth"),)
)

Plan = Callable[[History], Filing]


def page(etag: str = "") -> Page:
    return Page("https://feed.example/", 200, (), b"", Validators(etag=etag), NOON)


def next_at(due: datetime) -> Callable[[int], Outlook]:
    """Nothing learned, nothing told; due at an instant."""
    return lambda fresh: Outlook(due)  # noqa: ARG005


def arrival(key: str, words: str = "first", title: str = "") -> Arrival:
    entry = Entry(id=key, url=f"https://news.example/{key}", title=title or f"{key} {words}")
    return Arrival(key, words, entry)


def intake(
    store: Store,
    claim: FeedClaim,
    result: Page | Unchanged | Failure,
    arrivals: Sequence[Arrival],
    look_ahead: Callable[[int], Outlook],
) -> FeedLine:
    """Take in one poll alone; LeaseLost is raised."""
    (line,) = store.intake([Catch(claim, result, arrivals, look_ahead)])
    if isinstance(line, LeaseLost):
        raise line
    return line


def take_in(store: Store, clock: Clock, *arrivals: Arrival, feed: str = "wire") -> FeedLine:
    """One successful poll of a feed, due or not."""
    (claim,) = store.claim_feeds([feed], LEASE, due_only=False)
    return intake(store, claim, page(), arrivals, next_at(clock.now + LEASE))


def inbox_entry(store: Store, clock: Clock, key: str, words: str = "first") -> InboxEntry:
    """A new entry, taken in and claimed."""
    take_in(store, clock, arrival(key, words))
    (claimed,) = store.claim_entries(1, LEASE)
    return claimed


def candidate(inbox: InboxEntry, *, text: str = "", source: str = "The Wire") -> Candidate:
    """The entry as an article at its own address; `text` doubles as its hash."""
    return Candidate(
        inbox=inbox,
        feed_name=source,
        tier=2,
        article=Article(url=inbox.entry.url, title=inbox.entry.title, text=text),
        url_key=inbox.entry.url,
        text_hash=text,
        matches=(RARE_EARTH,),
        desk_hash="desk-1",
    )


def drop(outcome: Outcome = Outcome.UNMATCHED, story: str = "st-1") -> Plan:
    decision = Decision(Verdict.DROP, outcome, "no rule fired", Relation.NEW, story)
    return lambda _: Filing(decision)


def ring(
    alert_id: str = "al-1",
    *,
    story: str = "st-1",
    to: Sequence[str] = ("ada",),
    relation: Relation = Relation.NEW,
) -> Plan:
    ruling = Ruling(
        RARE_EARTH.rule, RARE_EARTH.severity, Verdict.RING, "new story", RARE_EARTH.evidence
    )
    decision = Decision(
        Verdict.RING, Outcome.RUNG, "new story", relation, story, ("a fact",), (ruling,)
    )
    deliveries = tuple(delivery(alert_id, name) for name in to)
    return lambda _: Filing(decision, alert(alert_id, story), deliveries)


def alert(alert_id: str, story: str = "st-1") -> Alert:
    return Alert(
        id=alert_id,
        story=story,
        kind=AlertKind.NEW,
        severity=Severity.URGENT,
        headline="Rare-earth exports halted",
        url="https://news.example/1",
        source="The Wire",
        tier=2,
        seen=NOON,
        root=alert_id,
        subject=f"subject of {alert_id}",
        rules=(AlertRule("rare-earth", "Rare earth", "supply", Severity.URGENT),),
    )


def delivery(alert_id: str, recipient: str) -> Delivery:
    return Delivery(
        key=f"{alert_id} {recipient}",
        alert_id=alert_id,
        recipient=recipient,
        channel="mail",
        address=f"{recipient}@desk.example",
        severity=Severity.URGENT,
    )


def file_alert(store: Store, clock: Clock, alert_id: str, *to: str, story: str = "") -> None:
    """One alert on file, with a delivery to each recipient, all due."""
    inbox = inbox_entry(store, clock, f"entry of {alert_id}")
    store.file(candidate(inbox), ring(alert_id, story=story or f"story of {alert_id}", to=to))


def say(how: How, not_before: datetime | None = None) -> Callable[[object], Handling]:
    """Handles every delivery alike."""
    return lambda _: Handling(how, not_before)


def claim_one(store: Store, how: How = How.SINGLE) -> Dispatch:
    (dispatch,) = store.claim_deliveries(say(how), 10, LEASE)
    return dispatch


def read_as(known: Candidate, **changes: object) -> Candidate:
    """A candidate whose article reads otherwise."""
    return replace(known, article=replace(known.article, **changes))  # type: ignore[arg-type]


def file(store: Store, known: Candidate, plan: Plan | None = None) -> History:
    """File a candidate; returns what was recalled for it."""
    recalled: list[History] = []

    def noting(history: History) -> Filing:
        recalled.append(history)
        return (plan or drop())(history)

    store.file(known, noting)
    return recalled[0]


def fresh(store: Store, clock: Clock, key: str, text: str = "", **changes: object) -> Candidate:
    made = candidate(inbox_entry(store, clock, key), text=text)
    return replace(made, **changes)  # type: ignore[arg-type]


def article_of(history: History) -> KnownArticle:
    assert history.article is not None
    return history.article


def again(store: Store, clock: Clock, known: Candidate, words: str, **changes: object) -> Candidate:
    """The same article brought again by an edited entry."""
    clock.advance(SECOND)
    inbox = inbox_entry(store, clock, known.inbox.entry.id, words)
    return read_as(replace(known, inbox=inbox), **changes)
