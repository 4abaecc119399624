"""Small desks and articles to ask about."""

from __future__ import annotations

from typing import Any

from wirebell.core.matches import Evidence
from wirebell.core.news import Article
from wirebell.desk.values import Condition, Desk, Person, Place, Rule
from wirebell.matching import Matcher, compile_desk

HERE = Place("watch/test.yaml", 1, 1)


def rule(when: Condition, id_: str = "it", **more: Any) -> Rule:
    return Rule(id_, when, "because", HERE, **more)


def desk(*rules: Rule, people: tuple[Person, ...] = ()) -> Desk:
    return Desk("hash", (), rules=rules, people=people)


def matcher(when: Condition, *people: Person, **more: Any) -> Matcher:
    return compile_desk(desk(rule(when, **more), people=people))


def story(text: str, title: str = "", **more: Any) -> Article:
    return Article("https://news.example/1", title, text, **more)


def found(when: Condition, text: str | Article, *people: Person, **more: Any) -> list[Evidence]:
    """The evidence with which a rule fires on a text, or nothing."""
    article = story(text) if isinstance(text, str) else text
    matches = matcher(when, *people, **more).match(article)
    return [evidence for match in matches for evidence in match.evidence]


def surfaces(when: Condition, text: str | Article, *people: Person, **more: Any) -> list[str]:
    return [evidence.surface for evidence in found(when, text, *people, **more)]
