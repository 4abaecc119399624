"""Remarks on a sound desk: what would surprise its analyst, though it stops nothing."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from wirebell.core.errors import Problem
from wirebell.core.feeds import Feed
from wirebell.core.text import fold
from wirebell.desk.entailment import implies, keys, needed, standing
from wirebell.desk.sheet import SENTENCES
from wirebell.desk.values import Condition, Desk, Rule, Term, Where, parts_of

_EVERYDAY = frozenset(SENTENCES["lint"]["everyday"].split())
_ACRONYM = re.compile(r"(?:[A-Z]\.?){2,}")
_COMPARED = re.compile(r"(?<!\w)(?:\w{1,2}(?:&\w{1,2})+|[A-Za-z](?:\+\+|#))(?!\w)|[\w\s'’.,·・‧-]")


def lint(desk: Desk, today: date) -> Iterator[Problem]:
    """What would surprise the analyst, each in its place. `today` decides what has expired."""
    for person in desk.people:
        yield from (remark for alias in person.aliases for remark in _spelling(alias))
    for rule in desk.rules:
        yield from map(rule.place.problem, _rule(rule, desk, today))
        yield from (remark for term in terms(rule.when) for remark in _spelling(term))
    yield from _implied(desk.rules)


def terms(condition: Condition) -> Iterator[Term]:
    """Every term of a condition, those of its lists and of its `none` among them."""
    if isinstance(condition, Term):
        yield condition
    for part in parts_of(condition):
        yield from terms(part)


def _say(sentence: str, **facts: object) -> str:
    return SENTENCES["lint"][sentence].format(**facts)


def _spelling(term: Term) -> Iterator[Problem]:
    if not term.at:
        return
    if not term.exact and _ACRONYM.fullmatch(term.words):
        word = fold(term.words).text.replace(".", "")
        if word in _EVERYDAY:
            yield term.at.problem(_say("acronym", words=term.words, word=word))
    if lost := _COMPARED.sub("", fold(term.words).text):
        yield term.at.problem(_say("signs", words=term.words, signs=" ".join(dict.fromkeys(lost))))


def _rule(rule: Rule, desk: Desk, today: date) -> Iterator[str]:
    routed = any(
        not (route.rules or route.tags) or rule.id in route.rules or {*rule.tags} & {*route.tags}
        for route in desk.routes
    )
    told = {
        "expired": rule.expires and rule.expires < today,
        "owner": not rule.owner,
        "example": not any(example.fires for example in rule.examples),
        "unrouted": not (rule.to or routed),
        "unreachable": not standing(rule.when, frozenset(rule.not_in)),
        "nowhere": not any(_looks_at(rule.where, feed) for feed in desk.feeds),
    }
    return (_say(name, rule=rule.id, day=rule.expires) for name, holds in told.items() if holds)


def _looks_at(where: Where, feed: Feed) -> bool:
    return (
        (not where.feeds or feed.id in where.feeds)
        and (not where.tags or not {*where.tags}.isdisjoint(feed.tags))
        and (not where.tiers or feed.tier in where.tiers)
    )


def _implied(rules: tuple[Rule, ...]) -> Iterator[Problem]:
    """Rules that ring nobody whom another rule does not ring; of twins the later one."""
    known: defaultdict[str, list[int]] = defaultdict(list)
    needs = [needed(rule.when) for rule in rules]
    for number, need in enumerate(needs):
        for key in min(need, key=len, default=()):
            known[key].append(number)
    for number, rule in enumerate(rules):
        said = keys(rule.when)
        near = {other for key in said for other in known.get(key, ())} - {number}
        for other in sorted(near):
            if any(map(said.isdisjoint, needs[other])):
                continue
            twin = rules[other]
            if _adds_nothing(rule, twin) and (other < number or not _adds_nothing(twin, rule)):
                yield rule.place.problem(_say("implied", rule=rule.id, other=twin.id))
                break


def _adds_nothing(rule: Rule, other: Rule) -> bool:
    """Whether `other` rings wherever `rule` does, as loudly and for the same people."""
    return (
        other.severity.rank >= rule.severity.rank
        and {*rule.tags} <= {*other.tags}
        and {*rule.to} <= {*other.to}
        and other.where in (Where(), rule.where)
        and {*other.not_in} == {*rule.not_in}  # to leave out more rings more by what is absent
        and (not other.expires or bool(rule.expires and rule.expires <= other.expires))
        and implies(rule.when, other.when)
    )
