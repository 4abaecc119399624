"""The truth monitor: whether a feed brings what its publisher has. Pure.

A feed is lost without anybody noticing when it fails for good, answers with what is no news, or
leads elsewhere. Each trouble has a health and a reason; operators hear of it once, when it is
sure, and once more when it is over.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import NamedTuple
from urllib.parse import urlsplit

from wirebell.core.books import Notice
from wirebell.core.feeds import (
    Failure,
    Feed,
    FeedClaim,
    FeedHistory,
    Health,
    Lane,
    Outlook,
    Page,
    Unchanged,
    Validators,
)
from wirebell.core.news import ParsedFeed
from wirebell.fetchers.rhythm import LONGEST, hints_of, learn, next_due, pace_of, usual_silence

STEADY = 3
"""Polls in a row that make a failure, a recovery or a move sure."""
SURE_AFTER = timedelta(hours=6)
PATIENCE = 4
"""So many of its usual silences may pass before a feed counts as frozen."""

_DAY, _WEEKEND = timedelta(days=1), timedelta(days=3)
_SLACK = timedelta(minutes=10)  # between a publisher's clock and ours, or its pen
_CROWD = 5  # entries of a document whose being new says that others were missed
_PLACEHOLDER = re.compile(
    r"no longer (?:available|updated|supported|in use)|has (?:been )?(?:moved|discontinued|retired)"
    r"|been (?:closed|shut down)|coming soon|under construction|access denied|not found",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Poll:
    """One question and what came of it; `whole` if it was asked without conditions on purpose."""

    feed: Feed
    claim: FeedClaim
    lane: Lane | None
    whole: bool
    result: Page | Unchanged | Failure
    parsed: ParsedFeed | None = None


class _Verdict(NamedTuple):
    health: Health
    reason: str = ""
    sure: bool = True


def begin(feed: Feed, claim: FeedClaim) -> FeedClaim:
    """The claim as it counts: a feed to which the desk gave another address begins anew.

    Another scheme or port is the same place.
    """
    if claim.history.asked == feed.url:
        return claim
    before, now = urlsplit(claim.history.asked), urlsplit(feed.url)
    if not before.netloc or (before.hostname, before[2:4]) == (now.hostname, now[2:4]):
        return claim
    return replace(claim, history=FeedHistory(), validators=Validators(), last_ok=None)


def wants_whole(history: FeedHistory, now: datetime) -> bool:
    """Whether to ask without conditions: each day, of one that lied, and once a silence is long.

    Servers answer 304 for ever to an ETag they no longer know (Last-Modified in 2041).
    """
    if history.lies or history.whole_at is None or now - history.whole_at >= LONGEST:
        return True
    limit = _frozen_at(history)
    return limit is not None and history.whole_at < limit <= now


def look_ahead(poll: Poll, now: datetime, fresh: int, *, counts: bool = True) -> Outlook:
    """What a poll with so many new entries means: when next, what was learned, what is told.

    A failure that `counts` not is our line's: the feed is asked again as after a success.
    """
    feed, result, failures = poll.feed, poll.result, poll.claim.failures
    history, hold = poll.claim.history, None
    if not isinstance(result, Failure):
        history = _moved(_learned(history, poll, fresh, now), feed, result, now)
    elif counts:
        history = history.having(failing_since=history.failing_since or now, moved_times=0)
        if result.retry_after and poll.lane:
            hold = (poll.lane.host, now + min(result.retry_after, LONGEST))
    due = next_due(feed, history, result, failures if counts else 0, now)
    if not counts:
        return Outlook(due, history, counts=False)
    verdict = _judge(history, poll, fresh, now)
    notices = _adopted(poll, history) if history.address else ()
    history, told = _tell(history, feed, verdict)
    if verdict.health is Health.DEAD:
        history = history.having(address="")  # what it led to is lost: back to the desk's word
    return Outlook(due, history, notices + told, hold)


def _learned(history: FeedHistory, poll: Poll, fresh: int, now: datetime) -> FeedHistory:
    """What a success adds to a feed's history."""
    feed, result, claim = poll.feed, poll.result, poll.claim
    known = 1.0
    if isinstance(result, Page) and poll.parsed:
        entries, had = poll.parsed.entries, history.news[-1:]
        hints = hints_of(poll.parsed.hints, dict(result.headers), now)
        dates = [entry.published for entry in entries if entry.published]
        history = learn(history.having(hints=hints), dates, fresh=fresh, now=now)
        known = 0.5 if claim.first or not entries else 1 - fresh / len(entries)
        before = _answered(claim)
        slack = max(_SLACK, history.pace)
        missed = before and any(had[0] < date < before - slack for date in history.news if had)
        given, old = result.validators, claim.validators
        same = (given.etag, given.last_modified) == (old.etag, old.last_modified)
        lied = poll.whole and fresh and (missed or (same and (old.etag or old.last_modified)))
        history = history.having(lies=history.lies or bool(lied))
    whole_at = now if isinstance(result, Page) or result.status == 200 else history.whole_at
    pace = pace_of(feed, history, known, now)
    return history.having(pace=pace, whole_at=whole_at, failing_since=None)


def _moved(
    history: FeedHistory, feed: Feed, result: Page | Unchanged, now: datetime
) -> FeedHistory:
    """Count equal permanent redirects: three over a day are believed, never out of https."""
    to = result.moved_to
    if not to or (feed.url.startswith("https:") and not to.startswith("https:")):
        return history.having(moved_times=0)
    if to != history.moved_to or not history.moved_times or history.moved_since is None:
        return replace(history, moved_to=to, moved_since=now, moved_times=1)
    times = history.moved_times + 1
    if times < STEADY or now - history.moved_since < _DAY:
        return replace(history, moved_times=times)
    return replace(history, address=to, moved_times=0)


def _judge(history: FeedHistory, poll: Poll, fresh: int, now: datetime) -> _Verdict:
    """The health of a feed after a poll, and whether it is sure enough to be told."""
    result, parsed, had = poll.result, poll.parsed, poll.claim.history
    if isinstance(result, Failure):
        reason = f"{result.kind.value.replace('_', ' ')}: {result.detail}"
        sure = result.status == 410 or poll.claim.failures >= STEADY
        sure = sure or now - (history.failing_since or now) > SURE_AFTER
        return _Verdict(Health.DEAD if sure else Health.LATE, reason, sure)
    if history.lies and not had.lies:
        return _Verdict(
            Health.STALE, "lying 304: nothing had changed, it said, over news; some was missed"
        )
    if closed := _placeholder(poll):
        return _Verdict(Health.STALE, closed)
    entries = parsed.entries if parsed and not poll.claim.first else ()
    if len(entries) >= _CROWD and fresh > len(entries) * 2 / 3 and not _again(poll):
        some = f"{fresh} of {len(entries)}"
        return _Verdict(Health.LATE, f"overflow: {some} were new; entries may have been missed")
    limit = _frozen_at(history)
    if limit and limit < now and (history.whole_at or limit) >= limit:
        return _Verdict(Health.STALE, f"frozen: nothing new since {history.news[-1]:%d %b %Y}")
    if history.address:
        return _Verdict(Health.MOVED, f"moved: asked at {history.address}")
    return _Verdict(Health.OK)


def _placeholder(poll: Poll) -> str:
    """Why a document is no news but stands in for it, "" if it is."""
    if isinstance(poll.result, Unchanged):
        before = poll.claim.history.reason
        return before if before.startswith("placeholder") else ""
    entries = poll.parsed.entries if poll.parsed else ()
    words = (e.title for e in entries if _PLACEHOLDER.search(f"{e.title} {e.summary}"))
    title = next(words, "") if len(entries) < _CROWD else ""
    return title and f"placeholder: {title}"


def _answered(claim: FeedClaim) -> datetime | None:
    """When the feed answered last with what was no placeholder; None where that is not known."""
    return None if claim.history.reason.startswith("placeholder") else claim.last_ok


def _again(poll: Poll) -> bool:
    """Whether most of a document is older than the poll before: old entries under new names."""
    entries, before = poll.parsed.entries if poll.parsed else (), _answered(poll.claim)
    old = [entry for entry in entries if entry.published and before and entry.published < before]
    return len(old) > len(entries) / 2


def _frozen_at(history: FeedHistory) -> datetime | None:
    """When silence becomes suspicious; None until the feed is known.

    Of a feed known for a week or less, a weekend is no silence.
    """
    usual = usual_silence(history)
    if usual is None:
        return None
    days = history.silences[-1][0] - history.silences[0][0]
    limit = PATIENCE * usual
    return history.news[-1] + (limit if days > 7 else max(limit, _WEEKEND))


def _adopted(poll: Poll, history: FeedHistory) -> tuple[Notice, ...]:
    if history.address == poll.claim.history.address:
        return ()
    words = f"asked there from now on, no more at {poll.feed.url}; mend its address in feeds.yaml"
    return (Notice(f"feed {poll.feed.id} moved to {history.address}", words),)


def _tell(
    history: FeedHistory, feed: Feed, verdict: _Verdict
) -> tuple[FeedHistory, tuple[Notice, ...]]:
    """The history with its verdict, and what operators are to hear.

    A sure trouble is in the notices of every poll, in case a worker died before it told the first.
    """
    health, reason, sure = verdict
    well = health in (Health.OK, Health.MOVED)
    good, told = history.good + 1 if well and history.told else 0, history.told
    notices: tuple[Notice, ...] = ()
    if not well and sure:
        told = (*(each for each in told if each != health), health.value)
        notices = (Notice(f"feed {feed.id} is {health}", reason),)
    elif good >= STEADY:
        notices = tuple(Notice(f"feed {feed.id} is {each}", "well again", True) for each in told)
        told = ()
    seen = {"asked": feed.url, "health": health, "reason": reason, "told": told, "good": good}
    return history.having(**seen), notices
