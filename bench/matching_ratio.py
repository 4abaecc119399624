"""Rules per second: the matcher against a compiled regular expression for each term.

Texts and rules are made from a fixed seed, so that a run can be repeated. Both sides see the
same articles in turn, five rounds; what is printed is the ratio of the best rounds. The
regular expressions know nothing of plurals, hyphens, people or sentences: they do less.
"""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable

from wirebell.core.matches import Severity
from wirebell.core.news import Article
from wirebell.desk import AnyOf, Desk, Place, Rule, Term
from wirebell.matching import Matcher, compile_desk

ARTICLES, WORDS, ROUNDS = 100, 700, 5
SYLLABLES = "ba ce di fo gu ha ke li mo nu pa re si to vu".split()


def vocabulary(rng: random.Random, size: int = 8000) -> list[str]:
    return ["".join(rng.choices(SYLLABLES, k=rng.randint(2, 5))) for _ in range(size)]


def desk_of(rng: random.Random, words: list[str], rules: int) -> Desk:
    place = Place("watch/bench.yaml", 1, 1)
    made = [
        Rule(
            id=f"rule-{number}",
            when=AnyOf(tuple(Term(" ".join(rng.choices(words, k=2))) for _ in range(4))),
            why="bench",
            place=place,
            severity=Severity.ROUTINE,
        )
        for number in range(rules)
    ]
    return Desk(hash="bench", files=(), rules=tuple(made))


def patterns_of(desk: Desk) -> list[re.Pattern[str]]:
    found = []
    for rule in desk.rules:
        assert isinstance(rule.when, AnyOf)
        found += [
            re.compile(rf"\b{re.escape(term.words)}\b", re.IGNORECASE)
            for term in rule.when.of
            if isinstance(term, Term)
        ]
    return found


def measure(rules: int, words: list[str], texts: list[str], rng: random.Random) -> list[float]:
    """Articles per second: ours cold, ours warm, the regular expressions."""
    desk = desk_of(rng, words, rules)
    patterns = patterns_of(desk)
    articles = [Article(url="", title="Bench", text=text) for text in texts]
    sample = texts[: max(2, 2000 // rules)]
    best = [0.0, 0.0, 0.0]
    for _ in range(ROUNDS):
        matcher = compile_desk(desk)

        def ours(matcher: Matcher = matcher) -> None:
            for article in articles:
                matcher.match(article)

        def naive() -> None:
            for text in sample:
                for pattern in patterns:
                    pattern.search(text)

        round_ = rate(ours, ARTICLES), rate(ours, ARTICLES), rate(naive, len(sample))
        best = [max(pair) for pair in zip(best, round_, strict=True)]
    return best


def rate(work: Callable[[], None], count: int) -> float:
    begun = time.process_time()
    work()
    return count / (time.process_time() - begun)


def main() -> None:
    rng = random.Random(20250605)
    words = vocabulary(rng)
    texts = [" ".join(rng.choices(words, k=WORDS)) for _ in range(ARTICLES)]
    print("rules  ours cold/s  ours warm/s  re/s  cold ratio  warm ratio")
    for rules in (100, 1000):
        cold, warm, naive = measure(rules, words, texts, rng)
        ratios = f"{cold / naive:>11.0f}{warm / naive:>12.0f}"
        print(f"{rules:>5}{cold:>13.0f}{warm:>13.0f}{naive:>6.1f}{ratios}")


if __name__ == "__main__":
    main()
