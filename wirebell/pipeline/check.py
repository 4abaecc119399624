"""A desk's own tests: every example an analyst wrote beside a rule, run against that rule."""

from __future__ import annotations

from wirebell.core.errors import Problem
from wirebell.core.news import Article
from wirebell.core.text import one_line
from wirebell.desk import Desk, Example, Rule
from wirebell.matching import Matcher, compile_desk


def check_examples(desk: Desk) -> tuple[Problem, ...]:
    """Every example that does not come out as its analyst says, at its place in the files.

    Expiry is not judged: an example stays true after its rule has ended.
    """
    matcher = compile_desk(desk)
    problems = (_judge(rule, example, matcher) for rule in desk.rules for example in rule.examples)
    return tuple(sorted(problem for problem in problems if problem))


def _judge(rule: Rule, example: Example, matcher: Matcher) -> Problem | None:
    article = Article(url="", title="", text=example.text)
    explanation = matcher.explain(rule.id, article)
    if explanation.fires == example.fires:
        return None
    said = one_line(example.text, 60)
    place = example.place
    if example.fires:
        miss = f": {explanation.nearest_miss}" if explanation.nearest_miss else ""
        words = f"rule {rule.id!r} should fire on “{said}” and does not{miss}"
    else:
        because = f" ({example.because})" if example.because else ""
        words = f"rule {rule.id!r} should not fire on “{said}”{because} and does"
    return Problem(place.file, place.line, place.column, words)
