"""The matcher: a desk compiled once, then asked about article after article."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from datetime import date

from wirebell.core.feeds import Feed
from wirebell.core.matches import Clause, Evidence, Explanation, Match
from wirebell.core.news import Article
from wirebell.desk.values import Condition, Desk, Rule, Where, parts_of
from wirebell.matching.index import Index
from wirebell.matching.judge import Judge, words_of
from wirebell.matching.reading import Reading, Sighting
from wirebell.matching.scanning import Scanner, best_scanner

_ANYWHERE = Where()
_MANY = 500  # rules whose terms are worth keeping from the garbage collector's rounds


def compile_desk(
    desk: Desk, today: date | None = None, *, scanner: Scanner = best_scanner
) -> Matcher:
    """The matcher of a desk's rules; those that expired before `today` do not fire.

    Every scanner gives the same answers.

    Raises:
        KeyError: a rule names a person the desk does not have.
    """
    collecting = gc.isenabled()
    gc.disable()  # what is made here stays: looking for garbage takes longer than making it
    try:
        return Matcher(desk, today, Index(desk, scanner))
    finally:
        if len(desk.rules) >= _MANY:
            gc.freeze()  # nor is it looked for in them with every few articles that are matched
        if collecting:
            gc.enable()


class Matcher:
    """Says which rules fire on an article, and why.

    Nothing changes after it is built but the memo of its vocabulary, which threads may share:
    one matcher serves all threads of a process.
    """

    def __init__(self, desk: Desk, today: date | None, index: Index) -> None:
        self._rules = desk.rules
        self._index = index
        self._expired = {r.id for r in desk.rules if today and r.expires and r.expires < today}
        self._always: list[int] = []  # rules that need no phrase
        self._needed_by: dict[int, list[int]] = {}
        for number, (rule, needs) in enumerate(zip(desk.rules, index.needs, strict=True)):
            if rule.id not in self._expired:
                self._always += [] if needs else [number]
                for phrase in needs[0] if needs else ():
                    self._needed_by.setdefault(phrase, []).append(number)

    def match(self, article: Article, feed: Feed | None = None) -> tuple[Match, ...]:
        """The rules that fire on an article, in the order of the desk, with their evidence.

        Without a feed, `where` is not judged by feeds, tags and tiers. Pure and thread-safe.
        """
        reading, matches = Reading(article, self._index.phrases), []
        for rule, judge in self._judging(reading, feed):
            if (found := judge.find(rule.when)) is not None:
                matches.append(Match(rule.id, rule.severity, _evidence(found, reading)))
        return tuple(matches)

    def firing(self, article: Article, feed: Feed | None = None) -> tuple[str, ...]:
        """The ids of the rules that fire, as `match` gives them, without saying by what."""
        judging = self._judging(Reading(article, self._index.phrases), feed)
        return tuple(rule.id for rule, judge in judging if judge.holds(rule.when))

    def _judging(self, reading: Reading, feed: Feed | None) -> Iterator[tuple[Rule, Judge]]:
        for rule in self._candidates(reading):
            if not _misfit(rule.where, reading, feed):
                yield rule, Judge(self._index, reading, rule.not_in)

    def _candidates(self, reading: Reading) -> list[Rule]:
        """The rules of which every need stands in an article, in the order of the desk."""
        standing = reading.found
        by_rarest = [self._needed_by[p] for p in standing if p in self._needed_by]
        missing, needs = standing.isdisjoint, self._index.needs
        numbers = set(self._always).union(*by_rarest)
        stand = [n for n in numbers if len(needs[n]) < 2 or not any(map(missing, needs[n]))]
        return [self._rules[n] for n in sorted(stand)]

    def explain(self, rule: str, article: Article, feed: Feed | None = None) -> Explanation:
        """Every clause of a rule judged on an article, and what it failed by.

        Raises:
            KeyError: the desk has no rule of that id.
        """
        asked = {known.id: known for known in self._rules}[rule]
        reading = Reading(article, self._index.phrases)
        clause = _clause(asked.when, Judge(self._index, reading, asked.not_in), reading)
        reason = f"expired on {asked.expires}" if rule in self._expired else ""
        reason = reason or _misfit(asked.where, reading, feed) or clause.note
        return Explanation(rule, clause.holds and not reason, clause, reason)


def _clause(condition: Condition, judge: Judge, reading: Reading) -> Clause:
    found = judge.find(condition)
    return Clause(
        words=words_of(condition),
        holds=found is not None,
        evidence=_evidence(found or [], reading),
        clauses=tuple(_clause(part, judge, reading) for part in parts_of(condition)),
        note=judge.miss(condition) if found is None else "",
    )


def _evidence(sightings: list[Sighting], reading: Reading) -> tuple[Evidence, ...]:
    """Sightings in reading order; of one term, none that overlaps the one before."""
    ends: dict[tuple[str, str], int] = {}
    kept: list[Sighting] = []
    for sighting in sorted(sightings, key=lambda s: (s.start, -s.end)):
        key = (sighting.term, sighting.who)
        if sighting.start >= ends.get(key, 0):
            ends[key] = sighting.end
            kept.append(sighting)
    return tuple(map(reading.evidence, kept))


def _misfit(where: Where, reading: Reading, feed: Feed | None) -> str:
    """Why a rule does not look at an article, or "" if it does.

    An article whose language nobody knows is looked at: a missing tag must not cost an alert.
    Without a feed, feeds, tags and tiers are not judged.
    """
    if where == _ANYWHERE:
        return ""
    language = reading.article.language or (feed.language if feed else "")
    # BCP 47 lookup: "zh" takes zh-Hant-TW, "zh-TW" does not take zh.
    spoken = f"{language.lower().replace('_', '-')}-"
    speaks = any(spoken.startswith(f"{tag.lower()}-") for tag in where.languages)
    words = reading.words("text") if where.min_words else 0
    checks: list[tuple[bool, str, tuple[object, ...]]] = [
        (speaks or not language, f"language is {language}", where.languages),
        (words >= where.min_words, f"{words} words long", (where.min_words,)),
    ]
    if feed:
        tags = ", ".join(feed.tags) or "nothing"
        checks += [
            (feed.id in where.feeds, f"came by {feed.id}", where.feeds),
            (bool({*where.tags} & {*feed.tags}), f"{feed.id} is tagged {tags}", where.tags),
            (feed.tier in where.tiers, f"{feed.id} is of tier {feed.tier}", where.tiers),
        ]
    for fits, said, wanted in checks:
        if wanted and not fits:
            return f"{said}, the rule wants {', '.join(map(str, wanted))}"
    return ""
