"""What became of the newest entries, and what first polls would have rung for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from wirebell.alerts.compose import compose
from wirebell.core.alerts import Alert
from wirebell.core.decisions import (
    Candidate,
    Decision,
    History,
    InboxEntry,
    Outcome,
    Relation,
    Verdict,
)
from wirebell.core.feeds import Feed
from wirebell.core.journal import Record
from wirebell.core.news import Article
from wirebell.desk import Desk

SPAN = timedelta(hours=24)


def preview(records: Iterable[Record], desk: Desk, now: datetime) -> tuple[str, tuple[Alert, ...]]:
    """What of `records` first polls found, in words ("" for nothing), and what of the last
    24 hours would have rung: one alert for each story, loudest first.

    What nobody dated could be of any age and is left out.
    """
    backlog = [record for record in records if record.outcome == Outcome.BACKLOG]
    feeds = {feed.id: feed for feed in desk.feeds}
    stories: dict[str, Alert] = {}
    for record in backlog:
        feed, published = feeds.get(record.feed_id), record.entry.published
        fresh = feed and published and published >= now - SPAN
        if feed and fresh and (alert := _alert(record, feed, desk)):
            stories.setdefault(record.story, alert)
    times = f"{len(stories)} time{'' if len(stories) == 1 else 's'}{':' if stories else ''}"
    found = f"{len(backlog)} entries from {len({r.feed_id for r in backlog})} of {len(feeds)} feeds"
    words = f"{found}; in the last 24 h your rules would have rung {times}" if backlog else ""
    return words, tuple(sorted(stories.values(), key=lambda ring: -ring.severity.rank))


def _alert(record: Record, feed: Feed, desk: Desk) -> Alert | None:
    """The alert an entry would have been, had it come later."""
    rulings = tuple(replace(ruling, verdict=Verdict.RING) for ruling in record.rulings)
    story, inbox = record.story, InboxEntry(record.id, "", feed.id, record.entry, record.first_seen)
    decision = Decision(Verdict.RING, Outcome.RUNG, "", Relation.NEW, story, rulings=rulings)
    article = record.article or Article(record.entry.url, record.entry.title)
    candidate = Candidate(inbox, feed.name, feed.tier, article, "", "", (), record.desk_hash)
    return compose(candidate, decision, History(), desk)
