"""A desk checked whole: mistakes, remarks, its examples, its tests of who is told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

from wirebell.alerts.route import reasons, route, takes, ways
from wirebell.core.alerts import Alert, AlertKind, AlertRule
from wirebell.core.clock import system_clock
from wirebell.core.errors import DeskError, Problem
from wirebell.core.matches import Severity
from wirebell.core.news import Article
from wirebell.core.text import one_line
from wirebell.desk import Desk, Example, Rule, lint, load_desk_text, read_folder
from wirebell.desk.values import Where
from wirebell.matching import Matcher, compile_desk
from wirebell.pipeline.recheck import Report


def examine(folder: Path, today: date) -> Report:
    """Everything there is to say about a desk, as its files are now.

    Raises:
        DeskError: there is no such folder.
    """
    files, unread = read_folder(folder)
    try:
        desk = load_desk_text(files, unread)
    except DeskError as error:
        return Report("", error.problems)
    notes = sorted({*desk.notes, *map(str, lint(desk, today))})
    examples = sum(len(rule.examples) for rule in desk.rules)
    counts = (
        f"{len(desk.rules)} rules, {examples} examples, {len(desk.people)} people and "
        f"organisations, {len(desk.feeds)} feeds, {len(desk.recipients)} recipients"
    )
    asked = [(str(each.place.problem(each.id)), each.url) for each in desk.channels]
    asked += [(f"feeds.yaml: {each.id}", each.private) for each in desk.feeds if each.private]
    problems = (*check_examples(desk), *check_routes(desk), *check_reach(desk))
    return Report("", tuple(sorted(problems)), tuple(notes), counts, tuple(asked))


def check_examples(desk: Desk) -> tuple[Problem, ...]:
    """Every example that does not come out as its analyst says, at its place in the files.

    Neither expiry nor `where` is judged: an example stays true after its rule has ended, and one
    sentence stands for a long article.
    """
    matcher = compile_desk(
        replace(desk, rules=tuple(replace(r, where=Where()) for r in desk.rules))
    )
    problems = (_judge(rule, example, matcher) for rule in desk.rules for example in rule.examples)
    return tuple(sorted(problem for problem in problems if problem))


def _judge(rule: Rule, example: Example, matcher: Matcher) -> Problem | None:
    article = Article(url="", title="", text=example.text)
    if (rule.id in matcher.firing(article)) == example.fires:
        return None
    said = one_line(example.text, 60)
    if example.fires:
        nearest = matcher.explain(rule.id, article).nearest_miss
        miss = f": {nearest}" if nearest else ""
        return example.place.problem(f"rule {rule.id!r} should fire on “{said}” and does not{miss}")
    because = f" ({example.because})" if example.because else ""
    return example.place.problem(f"rule {rule.id!r} should not fire on “{said}”{because} and does")


def alert_of(rule: Rule, severity: Severity | None = None, tags: Iterable[str] = ()) -> Alert:
    """An alert as a rule would ring it, to see whom it is told to; perhaps louder or tagged."""
    loud, now = severity or rule.severity, system_clock()
    fired = AlertRule(rule.id, rule.title, rule.why, loud, (*rule.tags, *tags), rule.to)
    return Alert("", "", AlertKind.NEW, loud, "", "", "", 1, now, "", "", (fired,))


def check_routes(desk: Desk) -> Iterator[Problem]:
    """Every test of channels.yaml whose rule is told to others than it says."""
    rules = {rule.id: rule for rule in desk.rules}
    for test in desk.tests:
        alert = alert_of(rules[test.rule], test.severity)
        told = {delivery.recipient for delivery in route(alert, desk)}
        if told != {*test.to}:
            wanted, got = (", ".join(sorted(names)) or "nobody" for names in (test.to, told))
            yield test.place.problem(f"{test.rule} should be told to {wanted}, but goes to {got}")


def check_reach(desk: Desk) -> Iterator[Problem]:
    """Channels that nobody is told by, and routes that no rule of the desk can take."""
    used = {channel for who in desk.recipients for channel, _ in ways(who)}
    used |= {channel.fallback for channel in desk.channels}
    for channel in desk.channels:
        if channel.id not in used:
            words = f"{channel.id}: nobody is told by it; name it in also: or take it out"
            yield channel.place.problem(words)
    fired = [alert_of(replace(rule, to=())).rules[0] for rule in desk.rules]
    for line in desk.routes:
        mine = [rule for rule in fired if takes(line, rule)]
        for who in (who for who in desk.recipients if who.name in line.to):
            loud = (rule for rule in mine if rule.severity.rank >= who.at_least.rank)
            if not any(next(reasons(who, rule, [line]), "") for rule in loud):
                what = "is for no rule of the desk" if not mine else f"tells {who.name} of nothing"
                mend = "mend its rules, tags or at_least, or those of the recipient"
                yield line.place.problem(f"this route {what}; {mend}")
