"""What rules would have done: the articles on file, matched again and compared."""

from __future__ import annotations

import io
import re
import subprocess
import tarfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

from wirebell.core.errors import DeskError, NotFound
from wirebell.core.feeds import Feed
from wirebell.core.journal import FiledArticle
from wirebell.core.matches import Match
from wirebell.core.text import one_line
from wirebell.desk import Desk, load_desk_text
from wirebell.matching import Matcher, compile_desk
from wirebell.storage import Store

CHUNK = 250  # articles in memory at once
SAMPLES = 5  # of each change, the newest

_DESK_FILE = re.compile(r"(?:feeds|people|channels|watch/\w[\w.-]*)\.yaml", re.ASCII)


@dataclass(frozen=True, slots=True)
class Sample:
    """One matched article; `change` is "new", "kept" or "lost" against the desk before."""

    change: str
    seen: datetime
    headline: str
    source: str
    url: str
    words: tuple[str, ...]


@dataclass(slots=True)
class RuleHistory:
    """What one rule would have done, or ("") all of them together.

    `days` has the articles of each day, `stories` those of each story: it would have rung about
    once for each. `rang` counts the articles for which it really rang, "" for any rule.
    """

    rule: str
    days: Counter[str] = field(default_factory=Counter)
    stories: Counter[str] = field(default_factory=Counter)
    changes: Counter[str] = field(default_factory=Counter)
    samples: list[Sample] = field(default_factory=list)
    rang: int = 0

    def count(self, filed: FiledArticle, now: Match | None, then: Match | None) -> None:
        """Take in an article, matched now and by the desk before."""
        self.rang += self.rule in filed.rang or (not self.rule and bool(filed.rang))
        if now:
            self.days[f"{filed.first_seen:%F}"] += 1
            self.stories[filed.story] += 1
        if match := now or then:
            change = "lost" if not now else "kept" if then else "new"
            self.changes[change] += 1
            if self.changes[change] <= SAMPLES:
                words = tuple(dict.fromkeys(evidence.surface for evidence in match.evidence))
                read, seen = filed.article, filed.first_seen
                sample = Sample(change, seen, read.title, filed.source, read.url, words)
                self.samples.append(sample)


@dataclass(frozen=True, slots=True)
class Backtest:
    """What the articles of some `days` say about rules, the busiest rule first."""

    read: int
    days: tuple[str, ...]
    total: RuleHistory
    rules: tuple[RuleHistory, ...]

    @property
    def a_day(self) -> float:
        """Matched articles on the mean day."""
        return self.total.days.total() / max(len(self.days), 1)


def backtest(articles: Iterable[FiledArticle], desk: Desk, before: Desk | None = None) -> Backtest:
    """Match articles against the rules of a desk, expired or not, and those of one `before`.

    Of samples the first are kept: hand in the newest articles first.
    """
    feeds = {feed.id: feed for feed in desk.feeds}
    now, then = compile_desk(desk), compile_desk(before) if before else None
    rules = [rule.id for rule in (*desk.rules, *(before.rules if before else ()))]
    histories = {rule: RuleHistory(rule) for rule in ("", *rules)}
    seen: Counter[date] = Counter()
    for filed in articles:
        seen[filed.first_seen.date()] += 1
        found = _matches(now, filed, feeds)
        earlier = _matches(then, filed, feeds) if then else found
        for rule in histories.keys() & {"", *found, *earlier, *filed.rang}:
            histories[rule].count(filed, found.get(rule), earlier.get(rule))
    span = (max(seen) - min(seen)).days + 1 if seen else 0
    days = tuple(f"{min(seen) + timedelta(day)}" for day in range(span))
    total, *told = histories.values()
    busiest = sorted(told, key=lambda rule: -rule.days.total())
    return Backtest(seen.total(), days, total, tuple(busiest))


def _matches(matcher: Matcher, filed: FiledArticle, feeds: Mapping[str, Feed]) -> dict[str, Match]:
    """The rules that fire, whichever of its feeds it came by; under "" one if any does."""
    carried = [feeds.get(feed) or Feed(feed, feed, "") for feed in filed.feeds]
    found = [match for feed in carried for match in matcher.match(filed.article, feed)]
    return {"": found[0]} | {match.rule: match for match in reversed(found)} if found else {}


def look_back(store: Store, ids: Iterable[int]) -> Iterator[FiledArticle]:
    """The articles of these ids, the last ones first, 250 at a time."""
    newest_first = sorted(ids, reverse=True)
    for start in range(0, len(newest_first), CHUNK):
        yield from reversed(store.articles(newest_first[start : start + CHUNK]))


def earlier_desk(against: str, folder: Path, store: Store) -> Desk:
    """The desk to compare with: the one in force for "accepted", else a commit's.

    Raises:
        NotFound: no desk was accepted yet, or git has no such version of the folder.
        DeskError: that version holds mistakes.
    """
    if against != "accepted":
        files = _committed(folder, against)
    elif (accepted := store.desk_in_force()) is None:
        raise NotFound("accepted", "no desk is in force yet", "Run: wirebell poll")
    else:
        files = accepted[1]
    try:
        return load_desk_text(files)
    except DeskError as error:
        raise DeskError(f"the desk of {against}", error.problems) from None


def _committed(folder: Path, commit: str) -> tuple[tuple[str, str], ...]:
    command = ["git", "-C", str(folder), "archive", "--format=tar", "--end-of-options", commit]
    try:
        packed = subprocess.run(command, capture_output=True, check=True).stdout  # noqa: S603 - no shell
    except (OSError, subprocess.CalledProcessError) as error:
        said = getattr(error, "stderr", b"").decode("utf-8", "replace") or str(error)
        advice = f"Name a commit of the repository that holds {folder}, or: accepted"
        raise NotFound(commit, f"git says: {one_line(said, 200)}", advice) from None
    with tarfile.open(fileobj=io.BytesIO(packed)) as tar:
        ours = [
            (name, tar.extractfile(name)) for name in tar.getnames() if _DESK_FILE.fullmatch(name)
        ]
        return tuple(
            (name, file.read().decode("utf-8-sig", "replace")) for name, file in ours if file
        )
