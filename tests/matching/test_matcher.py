"""What fires: conditions together, places, where, expiry, the order of matches and evidence."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest

from tests.matching.desks import desk, found, matcher, rule, story, surfaces
from wirebell.core.feeds import Feed
from wirebell.core.matches import Severity
from wirebell.core.news import Regions
from wirebell.desk.values import (
    AllOf,
    AnyOf,
    AtLeast,
    Condition,
    Named,
    Near,
    NoneOf,
    Term,
    Where,
)
from wirebell.matching import compile_desk

TRUCE, TARIFF, QUIZ = Term("truce"), Term("tariff"), Term("quiz")


@pytest.mark.parametrize(
    ("when", "text", "marked"),
    [
        (AnyOf((TRUCE, TARIFF)), "tariffs and a truce", ["tariffs", "truce"]),
        (AllOf((TRUCE, TARIFF)), "tariffs and a truce", ["tariffs", "truce"]),
        (AllOf((TRUCE, TARIFF)), "a truce", []),
        (AllOf((TRUCE, NoneOf((QUIZ,)))), "truce quiz", []),
        (AllOf((TRUCE, NoneOf((QUIZ,)))), "truce", ["truce"]),
        (AllOf((TRUCE, NoneOf((Near((TRUCE, QUIZ), 2),)))), "truce one two quiz", ["truce"]),
        (AllOf((TRUCE, NoneOf((Near((TRUCE, QUIZ), 2),)))), "truce one quiz", []),
        (AnyOf((AllOf((TRUCE, QUIZ)), TARIFF)), "truce and tariff", ["tariff"]),
        (Named("trade", (TRUCE, TARIFF)), "tariff", ["tariff"]),
        (AtLeast(2, (TRUCE, TARIFF)), "truce and tariff", ["truce", "tariff"]),
        (AtLeast(2, (TRUCE, TARIFF)), "truce and more", []),
        (AtLeast(2, (TRUCE,)), "truce after truce", ["truce", "truce"]),
        (AtLeast(2, (Term("trade war"), Term("war"))), "trade war", []),
    ],
)
def test_a_condition_fires_with_its_evidence(when: Condition, text: str, marked: list[str]) -> None:
    assert surfaces(when, text) == marked


def test_a_rule_of_negatives_alone_is_still_judged() -> None:
    rules = matcher(NoneOf((QUIZ,)))
    assert [match.evidence for match in rules.match(story("truce"))] == [()]
    assert rules.match(story("quiz")) == ()


def test_an_empty_desk_and_an_empty_article_match_nothing() -> None:
    assert compile_desk(desk()).match(story("truce")) == ()
    assert matcher(TRUCE).match(story("")) == ()


def test_matches_come_in_the_order_of_the_desk_with_their_severity() -> None:
    rules = compile_desk(desk(rule(TARIFF, "b", severity=Severity.FLASH), rule(TRUCE, "a")))
    matches = rules.match(story("truce, tariff"))
    assert [(m.rule, m.severity) for m in matches] == [
        ("b", Severity.FLASH),
        ("a", Severity.ROUTINE),
    ]


def test_evidence_comes_in_reading_order_through_all_fields() -> None:
    article = story("truce", title="A truce", lead="Truces", key_points=("one", "truce two"))
    evidence = found(TRUCE, article)
    assert [(e.field, e.start) for e in evidence] == [
        ("title", 2), ("lead", 0), ("key_points", 4), ("text", 0),
    ]  # fmt: skip


def test_a_term_written_twice_is_evidence_once() -> None:
    assert surfaces(AnyOf((TRUCE, Named("list", (TRUCE,)))), "truce") == ["truce"]
    assert surfaces(Term("ha ha"), "ha ha ha") == ["ha ha"]


def test_regions_are_looked_at_only_on_request() -> None:
    article = story("nothing", regions=Regions(caption=("A truce", "signed"), byline=("Truce",)))
    assert not found(TRUCE, article)
    (mark,) = found(Term("truce", places=("caption",)), article)
    assert article.words_of("caption")[mark.start : mark.end] == mark.surface == "truce"
    assert not found(Term("truce signed", places=("caption",)), article)


def test_a_rule_can_leave_places_out() -> None:
    article = story("nothing", title="truce")
    assert found(TRUCE, article)
    assert not found(TRUCE, article, not_in=("title",))
    assert not found(Term("truce", places=("text",)), article)


def test_a_phrase_does_not_run_from_field_to_field() -> None:
    assert not found(Term("rare earth"), story("earth", title="rare", alt_titles=("earth",)))


WIRE = Feed("wire", "Wire", "https://wire.example/feed", tags=("asia",), tier=1, language="de")


@pytest.mark.parametrize(
    ("where", "without_feed", "with_feed"),
    [
        (Where(feeds=("wire",)), True, True),
        (Where(feeds=("other",)), True, False),
        (Where(tags=("asia", "us")), True, True),
        (Where(tags=("us",)), True, False),
        (Where(tiers=(1, 2)), True, True),
        (Where(tiers=(2,)), True, False),
        (Where(languages=("en",)), True, False),  # unknown until the feed says German
        (Where(languages=("de", "en")), True, True),
        (Where(min_words=3), True, True),
        (Where(min_words=4), False, False),
    ],
)
def test_a_rule_looks_where_it_says(where: Where, without_feed: bool, with_feed: bool) -> None:
    rules = matcher(TRUCE, where=where)
    assert bool(rules.match(story("truce it is"))) is without_feed
    assert bool(rules.match(story("truce it is"), WIRE)) is with_feed


@pytest.mark.parametrize(
    ("wanted", "language", "fires"),
    [
        ("zh", "zh-Hant-TW", True),
        ("zh-TW", "zh", False),
        ("en", "EN_us", True),
        ("en", "eng", False),
    ],
)
def test_a_language_takes_its_variants(wanted: str, language: str, fires: bool) -> None:
    rules = matcher(TRUCE, where=Where(languages=(wanted,)))
    assert bool(rules.match(story("truce", language=language))) is fires


def test_an_expired_rule_is_silent_from_the_day_after() -> None:
    over = desk(rule(TRUCE, expires=date(2025, 6, 5)))
    assert compile_desk(over).match(story("truce"))
    assert compile_desk(over, date(2025, 6, 5)).match(story("truce"))
    assert not compile_desk(over, date(2025, 6, 6)).match(story("truce"))


def test_threads_share_one_matcher() -> None:
    rules = matcher(AnyOf((TRUCE, Term("rare earth"))))
    articles = [story(f"w{n} truce x{n % 7} rare-earth " * 20) for n in range(60)]
    expected = [matcher(AnyOf((TRUCE, Term("rare earth")))).match(a) for a in articles]
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(rules.match, articles)) == expected
