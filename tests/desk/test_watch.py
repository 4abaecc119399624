from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.desk.small import CHANNELS, WATCH, desk_with, notes, problems, rule
from wirebell.core.matches import Severity
from wirebell.desk.values import Example, Place, Rule, Term, Where

FULL = """\
version: 1
defaults: {owner: desk, severity: urgent, tags: [trade], to: ana}
rules:
  - id: full
    title: All there is
    why: because
    severity: flash
    owner: bo
    tags: [ores, trade]
    to: [ana]
    where: {feeds: harbour, tags: [press], tiers: [1, 2], languages: en, min_words: 50}
    when: a
    not_in: [title, byline]
    expires: 2999-12-31
    quiet: 36h
    examples:
      match: [one]
      no_match:
        - {text: two, because: not one}
  - {id: bare, why: because, when: a}
"""


def test_a_rule_says_all_it_can() -> None:
    full = desk_with(watch=FULL).rules[0]
    place = "watch/more.yaml"
    assert full == Rule(
        "full",
        Term("a"),
        "because",
        Place(place, 4, 5),
        title="All there is",
        severity=Severity.FLASH,
        tags=("trade", "ores"),
        to=("ana",),
        where=Where(("harbour",), ("press",), (1, 2), ("en",), 50),
        not_in=("title", "byline"),
        expires=date(2999, 12, 31),
        quiet=timedelta(hours=36),
        owner="bo",
        examples=(
            Example("one", True, "", Place(place, 17, 15)),
            Example("two", False, "not one", Place(place, 19, 11)),
        ),
    )


def test_defaults_stand_for_rules_that_say_nothing() -> None:
    bare = desk_with(watch=FULL).rules[1]
    assert (bare.severity, bare.owner) == (Severity.URGENT, "desk")
    assert (bare.tags, bare.to) == (("trade",), ("ana",))
    assert desk_with().rules[0].severity is Severity.ROUTINE


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ("severity: urgnt", "8:15: severity: write flash, urgent or routine; did you mean"),
        ("severity: [flash]", "8:15: severity: write flash, urgent or routine"),
        ("to: [ana, bob]", "8:15: to: no recipient is called 'bob'"),
        ("where: {feeds: harbor}", "8:20: feeds: no feed is called 'harbor'; did you mean"),
        ("where: {tags: [pres]}", "8:20: tags: no feed tag is called 'pres'; did you mean"),
        ("where: {tiers: [0]}", "8:21: tiers: write 1 at least"),
        ("where: {min_words: many}", "8:24: min_words: write a whole number"),
        ("where: press", "8:12: where: write keys and values here"),
        ("not_in: [body]", "8:14: not_in: write title, lead"),
        ("expires: {on: friday}", "8:14: expires: write a day that exists"),
        ("expires: 2025-13-01", "8:14: expires: write a day that exists"),
        ("tags: [Rare Earth]", "8:12: tags: write a-z in lower case"),
        ("title: {a: b}", "8:12: title: a colon made this a key and a value"),
        ("title: [a]", "8:12: title: write one text here"),
        ("colour: red", "8:5: colour: there is no such key here; there are severity"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_rule_is_told_once_and_in_its_place(more: str, words: str) -> None:
    (only,) = problems(watch=rule("a", f"    {more}\n"))
    assert words in only


def test_an_example_with_a_colon_asks_for_quotes() -> None:
    text = rule("a").replace("[x y]", "[Oslo: x]")
    assert problems(watch=text) == [
        (
            "watch/more.yaml:7:24: match: a colon made this a key and a value; "
            "put the words in quotes: 'Oslo: x'"
        )
    ]


def test_what_a_rule_cannot_do_without_is_named() -> None:
    assert problems(watch="version: 1\nrules:\n  - title: x\n") == [
        "watch/more.yaml:3:5: id is missing",
        "watch/more.yaml:3:5: when is missing",
        "watch/more.yaml:3:5: why is missing",
    ]


def test_one_id_in_two_files_names_the_first() -> None:
    text = rule("a").replace("id: one", "id: ores-move")
    assert problems(watch=text) == [
        (
            "watch/ores.yaml:5:9: the rule 'ores-move' exists already: watch/more.yaml:3; "
            "rename or remove one"
        )
    ]


def test_a_list_has_a_plain_name() -> None:
    found = problems(watch="version: 1\nlists: {Rare Earth: [a]}\nrules: []\n")
    assert found[0].startswith("watch/more.yaml:2:9: Rare Earth: write a-z in lower case")


def test_a_rule_nobody_owns_or_tried_or_hears_of_is_remarked_on() -> None:
    lonely = "version: 1\nrules:\n  - {id: one, why: w, when: a, expires: 2025-06-05}\n"
    routed = CHANNELS.replace("{to: ana}", "{to: ana, tags: [minerals]}")
    on_the_day = notes(date(2025, 6, 5), watch=lonely, channels=routed)
    assert on_the_day == [
        "watch/more.yaml:3:5: one: no example of what it must find; add examples: match:",
        (
            "watch/more.yaml:3:5: one: no route sends it to anybody; "
            "give it a tag that a route has, or to:"
        ),
        "watch/more.yaml:3:5: one: nobody owns it; add owner:",
    ]
    after = notes(date(2025, 6, 6), watch=lonely, channels=routed)
    assert [note for note in after if note not in on_the_day] == [
        "watch/more.yaml:3:5: one: expired on 2025-06-05; take it out or give it a new day"
    ]


def test_a_persons_name_as_a_bare_term_is_remarked_on() -> None:
    desk = desk_with(watch=rule("[ADA NORTH, b]"))
    assert desk.notes == (
        "watch/more.yaml:6:12: 'ADA NORTH' is somebody in people.yaml; did you mean '$ada-north'?",
    )


def test_rules_of_all_files_stand_in_the_order_of_the_files() -> None:
    desk = desk_with(watch=rule("a"))
    assert [one.id for one in desk.rules] == ["one", "ores-move"]
    assert desk_with(watch=WATCH.split("rules:")[0].replace("ores", "more-ores")).rules
