"""Articles a second through 100 to 100,000 rules, beside regular expressions and tantivy.

Every side works in turn in each round, on the same machine in the same minutes, on the CPU time
of this process (tantivy's threads included); the best round of each counts, and only ratios mean
anything. Cold is the first pass after compiling, with an empty memo; warm the pass after it.
What is compared is which rules fire, yes or no, which is all the peers say; "with evidence" is the
warm pass that also gives the words and offsets for whatever fires. Slow peers are given fewer
articles of the same list. Floors are those of issue 4; the exit code is 1 under one.
"""

from __future__ import annotations

import gc
import resource
import sys
import time
from collections.abc import Callable

from bench.rule_peers import Expressions, Tantivy
from bench.rulebook import Rulebook, articles
from wirebell.core.news import Article
from wirebell.desk.values import Desk
from wirebell.matching import compile_desk

ROUNDS = 3
FLOORS = {  # (rules, side): the least cold ratio; warm is held to twice that
    (1_000, "re"): 250,
    (1_000, "tantivy"): 25,
    (10_000, "tantivy"): 100,
}


def per_second(work: Callable[[], object], count: int) -> float:
    """How many of `count` a second of CPU time does."""
    gc.collect()
    begun = time.process_time()
    work()
    return count / (time.process_time() - begun)


class Contest:
    """The sides, on one desk; `best` holds the most articles a second of each."""

    def __init__(self, desk: Desk, read: list[Article], peers: bool) -> None:
        rules = len(desk.rules)
        self.desk, self.read, self.best = desk, read, dict[str, float]()
        self._few = read[: max(1, 5_000 // rules)]
        self._one_by_one = read[: max(3, 20_000 // rules)]
        self._re = Expressions(desk) if peers and rules <= 1_000 else None
        self._tantivy = Tantivy(desk) if peers else None
        self.fired = self.megabytes = 0.0

    def round(self) -> None:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        gc.collect()
        begun = time.process_time()
        matcher = compile_desk(self.desk)
        self.best["compile"] = max(self.best.get("compile", 0), 1 / (time.process_time() - begun))
        self._note("cold", lambda: [*map(matcher.firing, self.read)], self.read)
        self._note("warm", lambda: [*map(matcher.firing, self.read)], self.read)
        self._note("told", lambda: [*map(matcher.match, self.read)], self.read)
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
        self.megabytes = max(self.megabytes, grown / 1024)
        self.fired = sum(map(len, map(matcher.firing, self.read))) / len(self.read)
        if found := self._re:
            self._note("re", lambda: [found.fired(article) for article in self._few], self._few)
        if index := self._tantivy:
            few = self._one_by_one
            self._note("tantivy", lambda: [index.fired([article]) for article in few], few)
            self._note("together", lambda: index.fired(self.read), self.read)

    def _note(self, side: str, work: Callable[[], object], read: list[Article]) -> None:
        self.best[side] = max(self.best.get(side, 0), per_second(work, len(read)))


def told(rules: int, contest: Contest) -> bool:
    """Print one contest; whether it is above its floors."""
    best = contest.best
    print(
        f"{rules:>7,} rules: {contest.fired:.2f} fire on an article; compiled in"
        f" {1 / best['compile']:.2f} s; grew {contest.megabytes:.0f} MB;"
        f" cold {best['cold']:,.0f}/s, warm {best['warm']:,.0f}/s"
        f", with evidence {best['told']:,.0f}/s"
        f" ({1000 / best['cold']:.2f} ms cold: 30,000 articles in {30_000 / best['cold']:.0f} s)"
    )
    good = True
    for side in ("re", "tantivy", "together"):
        if side not in best:
            continue
        floor = FLOORS.get((rules, side), 0)
        cold, warm = best["cold"] / best[side], best["warm"] / best[side]
        met = cold >= floor and warm >= 2 * floor
        good = good and met
        wanted = f"  wanted {floor} and {2 * floor}{'' if met else ': MISSED'}" if floor else ""
        print(f"{side:>15} {best[side]:>9,.1f}/s: cold {cold:.1f}x, warm {warm:.1f}x{wanted}")
    return good


def main() -> None:
    read = articles(181)
    sizes = [int(size) for size in sys.argv[1:]] or [100, 1_000, 10_000, 100_000]
    words = sum(len(article.text.split()) for article in read) / len(read)
    print(f"{len(read)} articles of {words:.0f} words, {ROUNDS} rounds")
    good = True
    for rules in sizes:
        contest = Contest(Rulebook().desk(rules), read, peers=rules <= 10_000)
        for _ in range(ROUNDS if rules <= 10_000 else 1):
            contest.round()
        good = told(rules, contest) and good
    raise SystemExit(not good)


if __name__ == "__main__":
    main()
