from __future__ import annotations

import pytest

from tests.desk.small import CHANNELS, notes, rule

TWO = """\
version: 1
lists: {metals: [gallium, tungsten, tin, {prefix: neodymi}]}
rules:
  - {id: wide, why: w, owner: o, severity: urgent, examples: {match: [x]}, when: WIDE}
  - {id: thin, why: w, owner: o, examples: {match: [x]}, MOREwhen: THIN}
"""


def _on_thin(wide: str, thin: str, more: str = "") -> list[str]:
    text = TWO.replace("WIDE", wide).replace("THIN", thin).replace("MORE", more)
    return [note for note in notes(watch=text) if "watch/more.yaml:5:5" in note]


@pytest.mark.parametrize(
    ("wide", "thin"),
    [
        ("tin", "tin"),
        ("[tin, iron]", "iron"),
        ("tariff", "Tariff"),
        ("rare earth", "a rare-earth mine"),
        ("{prefix: neodymi}", "neodymium magnet"),
        ("$metals", "[tungsten, neodymium]"),
        ("$metals", "{any: [$ores, tin], none: [can]}"),
        ("[mine, $ada-north]", "{all: [$ada-north, tin]}"),
        ("{any: [$role:trade-envoy]}", "{near: [$role:trade-envoy, tin], within: 5}"),
        ("tin", "{phrase: tin, in: title}"),
        ("{phrase: [US, EU], case: exact}", "{phrase: EU, case: exact}"),
        ("tin", "{at_least: {count: 3, of: [tin can, tin mine]}}"),
        ("{at_least: {count: 2, of: [tin, iron]}}", "{at_least: {count: 3, of: tin}}"),
        (
            "{near: [tin, iron], within: paragraph}",
            "{near: [iron, tin, ore], within: sentence, ordered: true}",
        ),
        ("{near: [[tin, iron], ore], within: 20}", "{near: [tin, ore], within: 10}"),
        ("{all: [tin], none: [can]}", "{all: [tin, ore], none: [can, tray]}"),
    ],
)
def test_a_rule_that_another_makes_needless_is_remarked_on(wide: str, thin: str) -> None:
    assert any("thin: wherever it rings, wide rings too" in note for note in _on_thin(wide, thin))


@pytest.mark.parametrize(
    ("wide", "thin", "more"),
    [
        ("[tin, iron]", "[iron, ore]", ""),
        ("tin", "tinny", ""),
        ("{phrase: tin, in: title}", "tin", ""),
        ("{phrase: US, case: exact}", "us", ""),
        ("neodymium", "{prefix: neodymi}", ""),
        ("{all: [tin, ore]}", "tin", ""),
        ("{all: [tin], none: [can]}", "tin", ""),
        ("{near: [tin, ore], within: 5}", "{near: [tin, ore], within: 6}", ""),
        ("{near: [tin, ore], within: 5, ordered: true}", "{near: [tin, ore], within: 5}", ""),
        ("{near: [tin, ore], within: sentence}", "{near: [tin, ore], within: 5}", ""),
        ("tin", "tin", "severity: flash, "),
        ("tin", "tin", "tags: [metals], "),
        ("tin", "tin", "to: ana, "),
        ("{all: [tin], none: [can]}", "{all: [tin], none: [can]}", "not_in: title, "),
    ],
)
def test_a_rule_that_says_something_of_its_own_is_not(wide: str, thin: str, more: str) -> None:
    assert not _on_thin(wide, thin, more)


def test_of_two_rules_that_say_the_same_the_later_one_is_named() -> None:
    text = TWO.replace("WIDE", "tin").replace("THIN", "tin").replace("severity: urgent, ", "")
    assert notes(watch=text.replace("MORE", "")) == [
        (
            "watch/more.yaml:5:5: thin: wherever it rings, wide rings too; take it out, "
            "or make it louder or narrower"
        )
    ]


@pytest.mark.parametrize(
    ("when", "more"),
    [
        ("{all: [rare earth], none: [earth]}", ""),
        ("{all: [$ores], none: [tungsten, gallium]}", ""),
        ("{any: [{phrase: tin, in: title}]}", "    not_in: title\n"),
        ("{near: [{phrase: tin, in: title}, {phrase: ore, in: lead}], within: 5}", ""),
        ("{all: [{near: [b, c], within: 3}], none_near: [b, c], within: 5}", ""),
        ("$ada-north", "    not_in: [title, lead, key_points, text]\n"),
    ],
)
def test_a_rule_that_can_never_ring_is_remarked_on(when: str, more: str) -> None:
    assert "watch/more.yaml:3:5: one: its clauses can never all hold; it never rings" in notes(
        watch=rule(when, more)
    )


def test_a_rule_that_no_feed_can_serve_is_remarked_on() -> None:
    feeds = (
        "version: 1\nfeeds:\n"
        "  - {id: harbour, name: Harbour, url: https://harbour.example/feed, tags: [press]}\n"
        "  - {id: tower, name: Tower, url: https://tower.example/feed, tags: [us], tier: 1}\n"
    )
    served = rule("tin", "    where: {feeds: [harbour, tower], tags: us, tiers: 1}\n")
    unserved = rule("tin", "    where: {feeds: harbour, tags: us}\n")
    words = "one: no feed is all that its where: asks for; it never rings"
    assert not any(words in note for note in notes(watch=served, feeds=feeds))
    assert f"watch/more.yaml:3:5: {words}" in notes(watch=unserved, feeds=feeds)


@pytest.mark.parametrize("acronym", ["US", "WHO", "IT", "U.S.", "ICE"])
def test_an_acronym_that_is_a_word_is_remarked_on_where_it_stands(acronym: str) -> None:
    (note,) = notes(watch=rule(f"[tin, {acronym}]"))
    assert note.startswith(f"watch/more.yaml:6:17: '{acronym}' finds the word ")
    assert f"write {{phrase: {acronym}, case: exact}}" in note
    assert not notes(watch=rule(f"{{phrase: {acronym}, case: exact}}"))
    assert not notes(watch=rule("[NATO, OPEC, us]"))


@pytest.mark.parametrize("term", ["50% cut", "Yahoo!", "Disney+", "#MeToo", "either/or"])
def test_signs_that_are_not_compared_are_remarked_on(term: str) -> None:
    (note,) = notes(watch=rule(f"['{term}']"))
    assert note.startswith("watch/more.yaml:6:12: ")
    assert "is not compared; it finds the words without it too" in note


@pytest.mark.parametrize(
    "term", ["C++", "R&D", "AT&T", "rare-earth", "J.D. Vance", "米兰·昆", "O'Neil"]
)
def test_signs_that_are_compared_or_belong_to_spelling_are_not(term: str) -> None:
    assert not notes(watch=rule(f'["{term}"]'))


def test_a_route_for_everything_reaches_every_rule() -> None:
    routed = CHANNELS.replace("{to: ana}", "{to: ana, tags: [minerals]}")
    assert not notes(watch=rule("tin"))
    assert [n for n in notes(watch=rule("tin"), channels=routed) if "no route sends it" in n]
