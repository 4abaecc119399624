"""The matcher: a desk compiled once, then asked about article after article."""

from __future__ import annotations

from datetime import date

from wirebell.core.feeds import Feed
from wirebell.core.matches import Clause, Evidence, Explanation, Match
from wirebell.core.news import Article
from wirebell.desk.values import Condition, Desk, Where
from wirebell.matching.index import Index
from wirebell.matching.judge import Judge, parts_of, words_of
from wirebell.matching.reading import Reading, Sighting
from wirebell.matching.scanning import Scanner, best_scanner


def compile_desk(
    desk: Desk, today: date | None = None, *, scanner: Scanner = best_scanner
) -> Matcher:
    """The matcher of a desk's rules.

    Args:
        desk: a checked desk; nothing is checked again.
        today: rules that expired before that day do not fire. None judges no expiry.
        scanner: finds the phrases; every scanner gives the same answers.

    Raises:
        KeyError: a rule names a person the desk does not have.
    """
    return Matcher(desk, today, Index(desk, scanner))


class Matcher:
    """Says which rules fire on an article, and why.

    Nothing changes after it is built but the memo of its vocabulary, which threads may share:
    one matcher serves all threads of a process.
    """

    def __init__(self, desk: Desk, today: date | None, index: Index) -> None:
        self._rules = desk.rules
        self._index = index
        self._expired = {r.id for r in desk.rules if today and r.expires and r.expires < today}
        self._always: list[int] = []
        self._anchored: dict[int, list[int]] = {}
        for number, (rule, anchor) in enumerate(zip(desk.rules, index.anchors, strict=True)):
            if rule.id in self._expired:
                continue
            if anchor is None:
                self._always.append(number)
            for phrase in anchor or ():
                self._anchored.setdefault(phrase, []).append(number)

    def match(self, article: Article, feed: Feed | None = None) -> tuple[Match, ...]:
        """The rules that fire on an article, in the order of the desk, with their evidence.

        Without a feed, `where` is not judged by feeds, tags and tiers. Pure and thread-safe.
        """
        reading = self._read(article)
        candidates = set(self._always)
        for phrase in self._anchored.keys() & reading.found.keys():
            candidates.update(self._anchored[phrase])
        matches = []
        for rule in (self._rules[number] for number in sorted(candidates)):
            judge = Judge(self._index, reading, rule.not_in)
            if not _misfit(rule.where, reading, feed) and judge.holds(rule.when):
                evidence = _evidence(judge.sightings(rule.when), reading)
                matches.append(Match(rule.id, rule.severity, evidence))
        return tuple(matches)

    def explain(self, rule: str, article: Article, feed: Feed | None = None) -> Explanation:
        """Every clause of a rule judged on an article, and what it failed by.

        Raises:
            KeyError: the desk has no rule of that id.
        """
        asked = {known.id: known for known in self._rules}[rule]
        reading = self._read(article)
        clause = _clause(asked.when, Judge(self._index, reading, asked.not_in), reading)
        reason = f"expired on {asked.expires}" if rule in self._expired else ""
        reason = reason or _misfit(asked.where, reading, feed) or clause.note
        return Explanation(rule, clause.holds and not reason, clause, reason)

    def _read(self, article: Article) -> Reading:
        index = self._index
        return Reading(article, index.places, index.phrases, index.people.names)


def _clause(condition: Condition, judge: Judge, reading: Reading) -> Clause:
    holds = judge.holds(condition)
    return Clause(
        words=words_of(condition),
        holds=holds,
        evidence=_evidence(judge.sightings(condition), reading),
        clauses=tuple(_clause(part, judge, reading) for part in parts_of(condition)),
        note="" if holds else judge.miss(condition),
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
    language = reading.article.language or (feed.language if feed else "")
    if where.languages and language and not _speaks(language, where.languages):
        return f"language is {language}, the rule wants {', '.join(where.languages)}"
    if where.min_words and (words := reading.words("text")) < where.min_words:
        return f"{words} words long, the rule wants {where.min_words}"
    if feed is None:
        return ""
    if where.feeds and feed.id not in where.feeds:
        return f"came by {feed.id}, the rule wants {', '.join(where.feeds)}"
    if where.tags and not set(where.tags) & set(feed.tags):
        return f"{feed.id} has none of the tags {', '.join(where.tags)}"
    if where.tiers and feed.tier not in where.tiers:
        wanted = ", ".join(map(str, where.tiers))
        return f"{feed.id} is of tier {feed.tier}, the rule wants {wanted}"
    return ""


def _speaks(language: str, wanted: tuple[str, ...]) -> bool:
    """BCP 47 lookup: "zh" takes zh-Hant-TW, "zh-TW" does not take zh."""
    spoken = language.lower().replace("_", "-")
    return any(f"{spoken}-".startswith(f"{tag.lower()}-") for tag in wanted)
