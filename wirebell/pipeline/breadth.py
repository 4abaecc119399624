"""Terms that are too common to ring a rule by themselves, told from what is on file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from wirebell.core.clock import system_clock
from wirebell.core.errors import Problem
from wirebell.core.news import Article
from wirebell.desk import Desk, load_desk
from wirebell.desk.entailment import implies
from wirebell.desk.lint import terms
from wirebell.matching import compile_desk
from wirebell.storage import Store

BROAD = 0.02
"""The share of articles on file from which on a term that rings by itself is remarked on."""
_ENOUGH = 5000  # articles, the newest, tell a rare term from a common one


def check_history(folder: Path, url: str) -> Iterator[Problem]:
    """Terms of a desk that are too broad for the articles of a month in a database."""
    with closing(Store(url, system_clock)) as store:
        store.check_schema()
        ids = store.article_ids(system_clock() - timedelta(days=30))[-_ENOUGH:]
        stretches = (store.articles(ids[at : at + 500]) for at in range(0, len(ids), 500))
        read = (filed.article for stretch in stretches for filed in stretch)
        yield from check_breadth(load_desk(folder), read)


def check_breadth(desk: Desk, articles: Iterable[Article]) -> Iterator[Problem]:
    """Terms that ring a rule by themselves and stand in too many of the articles on file."""
    alone = [
        (term, rule) for rule in desk.rules for term in terms(rule.when) if implies(term, rule.when)
    ]
    rules = [replace(rule, id=str(n), when=term) for n, (term, rule) in enumerate(alone)]
    matcher = compile_desk(replace(desk, rules=tuple(rules)))
    read, found = 0, Counter[str]()
    for article in articles:
        read += 1
        found.update(matcher.firing(article))
    for n, (term, rule) in enumerate(alone):
        if found[str(n)] > BROAD * read:
            share = f"{found[str(n)] / read:.0%} of {read} articles on file"
            words = f"{term.words!r} alone rings {rule.id}; it stands in {share}"
            yield (term.at or rule.place).problem(words)
