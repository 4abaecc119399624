"""The language from the analyst's file to what fires: one line for each thing it can say."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from wirebell.core.feeds import Feed
from wirebell.core.news import Article
from wirebell.desk import load_desk_text
from wirebell.matching import Matcher, compile_desk

FILES = {
    "feeds.yaml": """\
version: 1
feeds:
  - {id: harbour, name: Harbour, url: https://harbour.example/feed, tags: [press], tier: 2}
""",
    "channels.yaml": """\
version: 1
channels: {mail: "${env:WIREBELL_MAIL}"}
recipients: [{name: ana, mail: ana@desk.example}]
""",
    "people.yaml": """\
version: 1
people:
  - id: ada-north
    name: Ada North
    aliases: [{phrase: AN, case: exact}]
    other_scripts: [诺斯]
    masked_by: [Ada North Bridge]
    roles: [{role: envoy, title: Trade Envoy, from: 2024-01-01, to: 2025-01-31}]
  - id: lin-bo
    name: Lin Bo
    name_order: family_first
    surname: {alone: never}
    roles: [{role: envoy, title: Trade Envoy, from: 2025-02-01}]
  - {id: cy-ford, name: Cy Ford, surname: {alone: always}, needs_near: [minister, ministry]}
organisations:
  - {id: customs, name: Customs Board, other_scripts: [商务部], masked_by: [美国商务部]}
""",
}
FEED = Feed("harbour", "Harbour", "https://harbour.example/feed", tags=("press",), tier=2)


def _matcher(when: str, more: str = "") -> Matcher:
    watch = "version: 1\nlists: {ores: [gallium, {prefix: neodymi}]}\nrules:\n"
    watch += f"  - id: one\n    why: w\n    owner: o\n    when: {when}\n{more}"
    return compile_desk(load_desk_text({**FILES, "watch/one.yaml": watch}.items()))


def _fires(when: str, text: str, title: str = "", more: str = "") -> bool:
    return bool(_matcher(when, more).match(Article("", title, text), FEED))


@pytest.mark.parametrize(
    ("when", "there", "not_there"),
    [
        ("rare earth", "RARE-EARTHS' price", "It is rare. Earth pays."),
        ("rare earth", "rare\u00a0earth", "a rare earthquake"),
        ("[truce, talks]", "Talks began.", "They talked."),
        ("“rare earth”", "A rare earth mine.", "Rare."),
        ("[301, on hold, no]", "Section 301.", "Section 302."),
        ("{phrase: US, case: exact}", "The U.S. said so.", "They told us."),
        ("{prefix: neodymi}", "Neodymium rose.", "A neo dymium."),
        ("$ores", "Neodymium rose.", "Iron fell."),
        ("{all: [tin, ore]}", "Ore, not tin.", "Tin."),
        ("{any: [tin, ore], none: [can]}", "Tin fell.", "A tin can."),
        ("{near: [tin, [price, cost]], within: sentence}", "The price of tin.", "Tin. A price."),
        ("{near: [tin, price], within: paragraph}", "Tin. A price.", "Tin.\nA price."),
        ("{near: [tin, price], within: 3}", "tin at a price", "tin at a very low price"),
        ("{near: [tin, price], within: 3, ordered: true}", "tin price", "price of tin"),
        ("{all: [tin], none_near: [tin, can], within: 2}", "Tin. Then what can be?", "A tin can."),
        ("{at_least: {count: 2, of: [tin, ore]}}", "Tin and ore.", "Tin."),
        ("$ada-north", "Ada North spoke.", "Ada North Bridge closed."),
        ("$ada-north", "AN spoke.", "An envoy spoke."),
        ("$ada-north", "诺斯说。", "说。"),
        ("$lin-bo", "Bo Lin spoke.", "Lin spoke."),
        ("$cy-ford", "Minister Ford spoke.", "They cross a Ford."),
        ("$customs", "商务部回应。", "美国商务部回应。"),
        ("稀土", "中国稀土出口。", "稀有的土。"),
    ],
)
def test_what_can_be_said_fires_where_it_should(when: str, there: str, not_there: str) -> None:
    assert _fires(when, there)
    assert not _fires(when, not_there)


def test_a_surname_counts_after_the_full_name_even_when_that_is_in_the_title() -> None:
    assert not _fires("{near: [$ada-north, tin], within: 3}", "North bought tin.")
    assert _fires("{near: [$ada-north, tin], within: 3}", "North bought tin.", "Ada North travels")


@pytest.mark.parametrize(
    ("day", "text", "fires"),
    [
        (date(2025, 1, 31), "Ada North spoke.", True),
        (date(2025, 2, 1), "Ada North spoke.", False),
        (date(2025, 2, 1), "Lin Bo spoke.", True),
        (date(2025, 2, 1), "The Trade Envoy spoke.", True),
    ],
)
def test_an_office_is_who_held_it_on_the_day(day: date, text: str, fires: bool) -> None:
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    article = Article("", "", text, published=noon)
    assert bool(_matcher("$role:envoy").match(article, FEED)) == fires


@pytest.mark.parametrize(
    ("more", "fires"),
    [
        ("where: {feeds: harbour}", True),
        ("where: {tags: press, tiers: [1, 2]}", True),
        ("where: {tiers: 1}", False),
        ("where: {languages: [en, zh]}", True),
        ("where: {min_words: 3}", False),
        ("not_in: title", False),
        ("not_in: [lead, text]", True),
    ],
)
def test_a_rule_looks_only_where_it_says(more: str, fires: bool) -> None:
    assert _fires("tin", "Two words.", "Tin", f"    {more}\n") == fires
    assert _fires("{phrase: tin, in: title}", "Two words.", "Tin", f"    {more}\n") == fires
    assert not _fires("{phrase: tin, in: [lead, byline]}", "Tin.", more=f"    {more}\n")


def test_a_rule_ends_with_its_last_day() -> None:
    watch = FILES | {
        "watch/one.yaml": "version: 1\nrules:\n"
        "  - {id: one, why: w, owner: o, when: tin, expires: 2025-06-05}\n"
    }
    desk, article = load_desk_text(watch.items()), Article("", "", "Tin.")
    assert compile_desk(desk, date(2025, 6, 5)).match(article)
    assert not compile_desk(desk, date(2025, 6, 6)).match(article)
