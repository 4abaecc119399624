"""The matcher: a desk compiled once, then asked about article after article."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from wirebell.core.feeds import Feed
from wirebell.core.matches import Clause, Evidence, Explanation, Match
from wirebell.core.news import Article
from wirebell.desk.values import Desk, Rule
from wirebell.matching.compiler import Compiler
from wirebell.matching.conditions import Node
from wirebell.matching.reading import Hit, Reading, Span
from wirebell.matching.scanning import Scanner, best_scanner
from wirebell.matching.where import misfit


@dataclass(frozen=True, slots=True)
class _Watch:
    rule: Rule
    when: Node
    expired: bool


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
    compiler = Compiler(desk)
    watches = tuple(
        _Watch(rule, compiler.rule(rule), bool(today and rule.expires and rule.expires < today))
        for rule in desk.rules
    )
    return Matcher(watches, compiler, scanner)


class Matcher:
    """Says which rules fire on an article, and why.

    Nothing changes after it is built but the memo of its alphabet, which threads may share
    (see `vocabulary.Alphabet`): one matcher serves all threads of a process.
    """

    def __init__(
        self, watches: tuple[_Watch, ...], compiler: Compiler, scanner: Scanner = best_scanner
    ) -> None:
        self._watches = watches
        self._places = tuple(compiler.places)
        self._alphabet, owners = compiler.phrases.spell()
        self._owners = tuple(owners.values())
        self._scan = scanner(tuple(owners))
        self._always: list[int] = []
        self._anchored: dict[int, list[int]] = {}
        for number, watch in enumerate(watches):
            self._file(number, watch)

    def match(self, article: Article, feed: Feed | None = None) -> tuple[Match, ...]:
        """The rules that fire on an article, in the order of the desk, with their evidence.

        Without a feed, `where` is not judged by feeds, tags and tiers. Pure and thread-safe.
        """
        reading = self._read(article)
        return tuple(
            Match(watch.rule.id, watch.rule.severity, _evidence(watch.when, reading))
            for watch in self._candidates(reading)
            if not misfit(watch.rule.where, reading, feed) and watch.when.holds(reading)
        )

    def explain(self, rule: str, article: Article, feed: Feed | None = None) -> Explanation:
        """Every clause of a rule judged on an article, and what it failed by.

        Raises:
            KeyError: the desk has no rule of that id.
        """
        watch = next((w for w in self._watches if w.rule.id == rule), None)
        if watch is None:
            raise KeyError(rule)
        reading = self._read(article)
        clause = _clause(watch.when, reading)
        reason = f"expired on {watch.rule.expires}" if watch.expired else ""
        reason = reason or misfit(watch.rule.where, reading, feed) or clause.note
        return Explanation(rule, clause.holds and not reason, clause, reason)

    def _file(self, number: int, watch: _Watch) -> None:
        """Put a rule under what must stand in an article before it can fire."""
        anchor = watch.when.anchor
        if watch.expired:
            return
        if anchor is None:
            self._always.append(number)
            return
        for phrase in anchor:
            self._anchored.setdefault(phrase.number, []).append(number)

    def _read(self, article: Article) -> Reading:
        reading = Reading(article, self._places, self._alphabet.pack)
        found: dict[int, list[Span]] = {}
        for start, end, codes in self._scan(reading.codes):
            for phrase in self._owners[codes]:
                found.setdefault(phrase, []).append((start, end))
        reading.found = found
        return reading

    def _candidates(self, reading: Reading) -> Iterator[_Watch]:
        numbers = set(self._always)
        for phrase in self._anchored.keys() & reading.found.keys():
            numbers.update(self._anchored[phrase])
        return (self._watches[number] for number in sorted(numbers))


def _evidence(node: Node, reading: Reading) -> tuple[Evidence, ...]:
    """The hits of a node in reading order; of one term, none that overlaps the one before."""
    ends: dict[tuple[str, str], int] = {}
    kept: list[Hit] = []
    for hit in sorted(node.hits(reading), key=lambda hit: (hit.start, -hit.end)):
        key = (hit.term, hit.who)
        if hit.start >= ends.get(key, 0):
            ends[key] = hit.end
            kept.append(hit)
    return tuple(reading.evidence(hit) for hit in kept)


def _clause(node: Node, reading: Reading) -> Clause:
    holds = node.holds(reading)
    return Clause(
        words=node.words,
        holds=holds,
        evidence=_evidence(node, reading),
        clauses=tuple(_clause(part, reading) for part in node.parts),
        note="" if holds else node.miss(reading),
    )
