"""A million pairs of an article and a rule, judged by the matcher and by the slow oracle.

Rules and articles are drawn from fixed seeds out of few words, so that much fires and more
almost does. The exit code is 1 if one pair is judged differently.
"""

from __future__ import annotations

import random
import sys
import time
from typing import Literal

from tests.matching.desks import desk, rule
from tests.matching.oracle import PEOPLE, WORDS, fired
from wirebell.core.news import Article
from wirebell.desk.values import (
    AllOf,
    AnyOf,
    AtLeast,
    Condition,
    Desk,
    Named,
    Near,
    NoneOf,
    Term,
    Who,
)
from wirebell.matching import compile_desk

SEEDS = (1, 2, 3)
RULES, ARTICLES = 600, 560  # three times their product is more than a million
GAPS = [" "] * 12 + ["-", "\u00a0", "\u2011", ", ", ". ", ".\n", "; ", "\n"]

REACHES: list[int | Literal["sentence", "paragraph"]] = [1, 2, 4, 8, "sentence", "paragraph"]


class Draws:
    """Rules and articles out of one seed."""

    def __init__(self, seed: int) -> None:
        self._rng = random.Random(seed)

    def desk(self, rules: int) -> Desk:
        made = [
            rule(self.condition(2), f"r{n}", not_in=self._rng.choice([(), (), (), ("title",)]))
            for n in range(rules)
        ]
        return desk(*made, people=PEOPLE)

    def article(self) -> Article:
        title, lead, text = (self._text(most) for most in (6, 8, 25))
        return Article("", title, text, lead=lead)

    def condition(self, depth: int) -> Condition:
        rng = self._rng
        kind = rng.choice(["leaf", "near", "count", "list", "any", "all", "all", "none"])
        if kind == "near":
            return Near(self._some(2, 3, 0), rng.choice(REACHES), rng.random() < 0.5)
        if kind == "count":
            return AtLeast(rng.randint(1, 4), self._some(1, 3, 0))
        if kind == "list":
            return Named("list", self._some(1, 3, 0))
        if kind == "leaf" or not depth:
            return self._leaf()
        parts = self._some(1, 3, depth)
        return AnyOf(parts) if kind == "any" else AllOf(parts) if kind == "all" else NoneOf(parts)

    def _some(self, least: int, most: int, depth: int) -> tuple[Condition, ...]:
        count = self._rng.randint(least, most)
        return tuple(self.condition(depth - 1) if depth else self._leaf() for _ in range(count))

    def _leaf(self) -> Condition:
        rng = self._rng
        if rng.random() < 0.2:
            return Who(rng.choice(PEOPLE).id)
        words = rng.choice([" ", " ", "-"]).join(rng.choices(WORDS, k=rng.choice([1, 1, 2, 3])))
        places = rng.choice([(), (), (), ("title",), ("text", "lead")])
        return Term(words, rng.random() < 0.3, rng.random() < 0.15, places)

    def _text(self, most: int) -> str:
        rng = self._rng
        words = rng.choices(WORDS, k=rng.randint(0, most))
        return "".join(word + rng.choice(GAPS) for word in words)


def disagreements(seed: int, rules: int = RULES, articles: int = ARTICLES) -> tuple[int, int]:
    """How many rules fired, and how many pairs the two sides judge differently."""
    draws = Draws(seed)
    made = draws.desk(rules)
    matcher = compile_desk(made)
    total = differing = 0
    for _ in range(articles):
        article = draws.article()
        ours, truth = {match.rule for match in matcher.match(article)}, set(fired(made, article))
        total += len(truth)
        for id_ in sorted(ours ^ truth):
            differing += 1
            when = next(rule.when for rule in made.rules if rule.id == id_)
            side = "only ours" if id_ in ours else "only the oracle's"
            print(f"seed {seed}: {side}: {when}\n  on {article}", file=sys.stderr)
    return total, differing


def main() -> None:
    wrong = 0
    for seed in SEEDS:
        begun = time.monotonic()
        total, differing = disagreements(seed)
        wrong += differing
        took = time.monotonic() - begun
        pairs = f"{RULES * ARTICLES:,} pairs, {total:,} fire"
        print(f"seed {seed}: {pairs}, {differing} differ; {took:.0f} s", flush=True)
    raise SystemExit(wrong > 0)


if __name__ == "__main__":
    main()
