"""What rules would have done: the articles on file, matched again and compared."""

from __future__ import annotations

import io
import multiprocessing
import re
import subprocess
import tarfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path

from wirebell.core.clock import system_clock
from wirebell.core.errors import DeskError, NotFound, Problem
from wirebell.core.feeds import Feed
from wirebell.core.journal import FiledArticle, Vote
from wirebell.core.matches import Match
from wirebell.core.text import one_line
from wirebell.desk import Desk, load_desk, load_desk_text
from wirebell.desk.entailment import implies
from wirebell.desk.lint import terms
from wirebell.desk.values import Where
from wirebell.matching import Matcher, compile_desk
from wirebell.storage import Store

CHUNK = 250  # articles in memory at once
FEW = 8  # stretches that are over before another process has compiled the desk
SAMPLES = 5  # of each change, the newest
BROAD = 0.02  # of the articles on file: a term in more that rings by itself is remarked on
ENOUGH = 5000  # articles, the newest, tell a rare term from a common one

_DESK_FILE = re.compile(r"(?:feeds|people|channels|watch/\w[\w.-]*)\.yaml", re.ASCII)


@dataclass(frozen=True, slots=True)
class Sample:
    """One matched article, and the words found in it."""

    seen: datetime
    headline: str
    source: str
    url: str
    words: tuple[str, ...]


@dataclass(slots=True)
class RuleHistory:
    """What one rule would have done, or ("") all of them together.

    `days` has the articles of each day, `stories` those of each story: it would have rung about
    once for each. `rang` counts the articles for which it really rang, "" for any rule. `changes`
    and `samples` are by what the desk before makes of them: "new", "kept" or "lost"; without
    such a desk all are "kept". `useful` and `useless` count readers' votes on what it rang for,
    by whether it matches that today.
    """

    rule: str
    days: Counter[str] = field(default_factory=Counter)
    stories: Counter[str] = field(default_factory=Counter)
    changes: Counter[str] = field(default_factory=Counter)
    samples: dict[str, list[Sample]] = field(default_factory=dict)
    rang: int = 0
    useful: Counter[bool] = field(default_factory=Counter)
    useless: Counter[bool] = field(default_factory=Counter)

    def count(
        self, filed: FiledArticle, now: Match | None, then: Match | None, votes: Sequence[Vote] = ()
    ) -> None:
        """Take in an article, matched now and by the desk before, and the votes on it."""
        for vote in votes:
            if self.rule in ("", *vote.rules):
                (self.useful if vote.useful else self.useless)[now is not None] += 1
        self.rang += self.rule in filed.rang or (not self.rule and bool(filed.rang))
        if now:
            self.days[f"{filed.first_seen:%F}"] += 1
            self.stories[filed.story] += 1
        if match := now or then:
            change = "lost" if not now else "kept" if then else "new"
            self.changes[change] += 1
            kept = self.samples.setdefault(change, [])
            if len(kept) < SAMPLES:
                words = tuple(dict.fromkeys(evidence.surface for evidence in match.evidence))
                read = filed.article
                kept.append(Sample(filed.first_seen, read.title, filed.source, read.url, words))

    def add(self, older: RuleHistory) -> None:
        """Take in the history of older articles."""
        self.days.update(older.days)
        self.stories.update(older.stories)
        self.changes.update(older.changes)
        self.rang += older.rang
        self.useful += older.useful
        self.useless += older.useless
        for change, samples in older.samples.items():
            kept = self.samples.setdefault(change, [])
            kept += samples[: SAMPLES - len(kept)]


@dataclass(slots=True)
class Backtest:
    """What articles on file say about rules: how many were seen each day, and each history.

    `histories` has "" for all rules together, and every rule that matched or really rang.
    """

    seen: Counter[str] = field(default_factory=Counter)
    histories: dict[str, RuleHistory] = field(default_factory=lambda: {"": RuleHistory("")})

    @property
    def days(self) -> list[str]:
        """Every day from the first to the last, those without articles too."""
        first, last = (
            date.fromisoformat(end(self.seen, default="1970-01-01")) for end in (min, max)
        )
        return [f"{first + timedelta(day)}" for day in range((last - first).days + 1)]

    @property
    def rules(self) -> list[RuleHistory]:
        """The histories rule by rule, the busiest first."""
        each = [history for rule, history in self.histories.items() if rule]
        return sorted(each, key=lambda history: (-history.days.total(), history.rule))

    @property
    def a_day(self) -> float:
        """Matched articles on the mean day."""
        return self.histories[""].days.total() / len(self.days)

    def __iadd__(self, older: Backtest) -> Backtest:
        self.seen += older.seen
        for rule, history in older.histories.items():
            self.histories.setdefault(rule, RuleHistory(rule)).add(history)
        return self


class _Trial:
    """A desk's rules, expired or not, and those of a desk before it, set on articles on file."""

    def __init__(self, url: str, desk: Desk, before: Desk | None) -> None:
        self._store = Store(url, system_clock)
        self._feeds = {feed.id: feed for feed in desk.feeds}
        self._rules = {rule.id for rule in (*desk.rules, *(before.rules if before else ()))} | {""}
        self._votes: defaultdict[int | None, list[Vote]] = defaultdict(list)
        for vote in self._store.votes():
            self._votes[vote.article_id].append(vote)
        self._now, self._then = compile_desk(desk), compile_desk(before) if before else None

    def run(self, ids: Sequence[int]) -> Backtest:
        part = Backtest()
        for filed in reversed(self._store.articles(ids)):
            part.seen[f"{filed.first_seen:%F}"] += 1
            found = self._matches(self._now, filed)
            earlier = self._matches(self._then, filed) if self._then else found
            for rule in self._rules & {"", *found, *earlier, *filed.rang}:
                history = part.histories.setdefault(rule, RuleHistory(rule))
                history.count(filed, found.get(rule), earlier.get(rule), self._votes[filed.id])
        return part

    def _matches(self, matcher: Matcher, filed: FiledArticle) -> dict[str, Match]:
        """The rules that fire, whichever of its feeds it came by; under "" one if any does."""
        carried = [self._feeds.get(feed) or Feed(feed, feed, "") for feed in filed.feeds]
        found = [match for feed in carried for match in matcher.match(filed.article, feed)]
        return {"": found[0]} | {match.rule: match for match in reversed(found)} if found else {}


def backtest(
    url: str, ids: Sequence[int], desk: Desk, before: Desk | None = None, processes: int = 1
) -> Iterator[Backtest]:
    """Match the articles of `ids` in the database at `url`, the last ones first.

    Yields one Backtest again and again as it grows, once for every CHUNK of them.
    Each process holds CHUNK articles at once; more than one pays for thousands of articles.
    """
    newest_first = sorted(ids, reverse=True)
    stretches = [newest_first[at : at + CHUNK] for at in range(0, len(ids), CHUNK)]
    told = Backtest()
    yield told
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, spawn, _begin, (url, desk, before)) as pool:
        many = processes > 1 and len(stretches) > FEW
        run = pool.map(_run, stretches) if many else map(_Trial(url, desk, before).run, stretches)
        for part in run:
            told += part
            yield told


_trials: list[_Trial] = []  # of a process of the pool, its one


def _begin(url: str, desk: Desk, before: Desk | None) -> None:
    _trials.append(_Trial(url, desk, before))


def _run(ids: Sequence[int]) -> Backtest:
    return _trials[0].run(ids)


def broad_terms(folder: Path, url: str) -> Iterator[Problem]:
    """Terms that ring a rule by themselves and stand in too many of a month's articles."""
    with closing(Store(url, system_clock)) as store:
        store.check_schema()
        ids = store.article_ids(system_clock() - timedelta(days=30))[-ENOUGH:]
    desk = load_desk(folder)
    alone = [(t, rule) for rule in desk.rules for t in terms(rule.when) if implies(t, rule.when)]
    rules = [
        replace(rule, id=str(n), when=term, where=Where()) for n, (term, rule) in enumerate(alone)
    ]
    *_, told = backtest(url, ids, replace(desk, rules=tuple(rules)))
    read = told.seen.total()
    for n, (term, rule) in enumerate(alone):
        found = told.histories[str(n)].days.total() if str(n) in told.histories else 0
        if found > BROAD * read:
            share = f"{found / read:.0%} of {read} articles on file"
            words = f"{term.words!r} alone rings {rule.id}; it stands in {share}"
            yield (term.at or rule.place).problem(words)


def earlier_desk(against: str, folder: Path, store: Store) -> Desk:
    """The desk to compare with: the one in force for "accepted", else a commit's.

    Raises:
        NotFound: no desk was accepted yet, or git has no such version of the folder.
        DeskError: that version holds mistakes.
    """
    accepted = against == "accepted"
    files = (store.desk_in_force() or ("", ()))[1] if accepted else _committed(folder, against)
    if not files:
        raise NotFound(against, "no desk is in force or in this commit", "Run: wirebell poll")
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
        found = ((name, tar.extractfile(name)) for name in tar.getnames())
        ours = ((name, file) for name, file in found if file and _DESK_FILE.fullmatch(name))
        return tuple((name, file.read().decode("utf-8-sig", "replace")) for name, file in ours)
