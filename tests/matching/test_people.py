"""Who is named: orders of names, surnames, longer names, offices, contexts."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from tests.matching.desks import desk, found, matcher, rule, story, surfaces
from wirebell.core.news import Article, Regions
from wirebell.desk.values import AllOf, Office, Person, Role, Term, Who
from wirebell.matching import compile_desk

BESSENT = Person(
    "scott-bessent",
    "Scott Bessent",
    surname="Bessent",
    aliases=(Term("Secretary Bessent"),),
    roles=(Office("treasury", "Treasury Secretary", date(2025, 1, 28)),),
)
YELLEN = Person(
    "janet-yellen",
    "Janet Yellen",
    surname="Yellen",
    roles=(Office("treasury", "Treasury Secretary", date(2021, 1, 26), date(2025, 1, 20)),),
)
WANG = Person(
    "wang-yi", "Wang Yi", surname="Wang", name_order="family_first", aliases=(Term("王毅"),)
)
WENTAO = Person("wang-wentao", "Wang Wentao", surname="Wang", name_order="family_first")
PERDUE = Person("perdue", "David Perdue", surname="Perdue", masked_by=("Perdue Farms",))
TRUMP = Person("trump", "Donald Trump", surname="Trump")
HE = Person("he", "He Lifeng", surname="He", name_order="family_first")
LONDON = Term("London")
XI = Person(
    "xi",
    "Xi Jinping",
    name_order="family_first",
    aliases=(Term("Xi", exact=True),),
    needs_near=(Term("China"), Term("Beijing")),
)


@pytest.mark.parametrize(
    ("person", "text", "marked"),
    [
        (BESSENT, "Bessent spoke. Later Scott Bessent left.", ["Bessent", "Scott Bessent"]),
        (BESSENT, "Secretary Bessent’s plan; Bessent won", ["Secretary Bessent", "Bessent"]),
        (BESSENT, "Bessent spoke.", []),
        (BESSENT, "scott bessent spoke", ["scott bessent"]),
        (WANG, "Wang Yi and Yi Wang and 王毅", ["Wang Yi", "Yi Wang", "王毅"]),
        (TRUMP, "TRUMP WINS: Donald Trump leads", ["TRUMP", "Donald Trump"]),
        (TRUMP, "Donald J. Trump’s order", ["Donald J. Trump"]),
        (TRUMP, "Donald Trump; a trump card", ["Donald Trump"]),
        (HE, "He Lifeng said he would come. Asked, he smiled.", ["He Lifeng"]),
    ],
)
def test_a_person_is_found_as_written(person: Person, text: str, marked: list[str]) -> None:
    assert surfaces(Who(person.id), text, person) == marked


def test_the_full_name_in_the_title_vouches_for_the_surname_in_the_text() -> None:
    article = story("Bessent spoke.", title="Scott Bessent in London")
    assert [e.field for e in found(Who("scott-bessent"), article, BESSENT)] == ["title", "text"]


def test_it_vouches_even_from_a_place_the_rule_leaves_out() -> None:
    article = story("Bessent spoke.", title="Scott Bessent in London")
    assert surfaces(Who("scott-bessent"), article, BESSENT, not_in=("title",)) == ["Bessent"]


def test_an_alias_counts_only_where_its_entry_says() -> None:
    person = Person("bo", "Bo Lin", aliases=(Term("the Envoy", places=("title",)),))
    article = story("The Envoy spoke.", title="The Envoy in London")
    assert [mark.field for mark in found(Who("bo"), article, person)] == ["title"]
    assert not found(Who("bo"), "The Envoy spoke.", person)


def test_evidence_says_who_and_what_the_analyst_wrote() -> None:
    first, second = found(Who("scott-bessent"), "Scott Bessent’s aide. Bessent left.", BESSENT)
    assert (first.who, first.term, first.surface) == (BESSENT.id, "Scott Bessent", "Scott Bessent")
    assert (second.who, second.term) == (BESSENT.id, "Bessent")


@pytest.mark.parametrize(
    ("alone", "marked"), [("never", ["David Perdue"]), ("always", ["Perdue", "David Perdue"])]
)
def test_a_surname_alone_counts_as_its_entry_says(alone: str, marked: list[str]) -> None:
    person = Person("p", "David Perdue", surname="Perdue", surname_alone=alone)  # type: ignore[arg-type]  # pytest hands over str
    assert surfaces(Who("p"), "Perdue left. David Perdue stayed.", person) == marked
    assert surfaces(Who("p"), "Perdue left.", person) == (["Perdue"] if alone == "always" else [])


@pytest.mark.parametrize(
    ("person", "text", "marked"),
    [
        (PERDUE, "Perdue Farms and David Perdue and Perdue", ["David Perdue", "Perdue"]),
        (PERDUE, "Perdue Farms only", []),
        (TRUMP, "Donald Trump Jr. met Trump Jr.", []),
        (TRUMP, "Donald J. Trump Jr. met Donald Trump", ["Donald Trump"]),
        (WANG, "Wang Yi met Wang Wentao", ["Wang Yi"]),
    ],
)
def test_a_longer_name_masks_the_shorter_inside(
    person: Person, text: str, marked: list[str]
) -> None:
    assert surfaces(Who(person.id), text, person, WENTAO) == marked


def test_an_organisation_is_masked_by_a_longer_one() -> None:
    ours = Person("mofcom", "商务部", kind="organisation")
    theirs = Person("us-commerce", "美国商务部", kind="organisation")
    text = "美国商务部表示遗憾,商务部回应"
    (mark,) = found(Who("mofcom"), text, ours, theirs)
    assert (mark.start, mark.surface) == (text.rindex("商务部"), "商务部")
    masked = Person("mofcom", "商务部", kind="organisation", masked_by=("美国商务部",))
    assert found(Who("mofcom"), text, masked) == [mark]


def test_a_mask_leaves_plain_terms_alone() -> None:
    assert surfaces(Term("Perdue"), "Perdue Farms", PERDUE) == ["Perdue"]


def test_a_junior_of_our_own_is_himself() -> None:
    kennedy = Person(
        "rfk", "Robert Kennedy", surname="Kennedy", aliases=(Term("Robert Kennedy Jr."),)
    )
    marked = surfaces(Who("rfk"), "Robert Kennedy Jr. spoke. Kennedy left.", kennedy)
    assert marked == ["Robert Kennedy Jr", "Kennedy"]


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("Xi spoke in Beijing", ["Xi"]),
        ("Xi spoke", []),
        ("Xi " + "word " * 39 + "China", ["Xi"]),
        ("Xi " + "word " * 40 + "China", []),
        ("Xi Jinping spoke", ["Xi Jinping"]),
    ],
)
def test_a_bare_alias_needs_its_context_near(text: str, marked: list[str]) -> None:
    assert surfaces(Who("xi"), text, XI) == marked


def test_a_surname_after_the_full_name_needs_no_context() -> None:
    person = Person("p", "May Lee", surname="Lee", needs_near=(LONDON,))
    assert surfaces(Who("p"), "May Lee spoke. Lee left.", person) == ["May Lee", "Lee"]
    always = Person("p", "May Lee", surname="Lee", surname_alone="always", needs_near=(LONDON,))
    assert surfaces(Who("p"), "Lee left.", always) == []
    assert surfaces(Who("p"), "Lee left London.", always) == ["Lee"]


def test_what_a_name_needs_near_counts_only_where_it_is_looked_for() -> None:
    titled = Term("London", places=("title",))
    lee = Person("p", "May Lee", surname="Lee", surname_alone="always", needs_near=(titled,))
    assert surfaces(Who("p"), "Lee left London.", lee) == []
    assert surfaces(Who("p"), story("She went.", title="Lee leaves London"), lee) == ["Lee"]


def test_two_who_need_each_other_do_not_go_in_circles() -> None:
    one = Person("one", "Aa Bb", aliases=(Term("Cc"),), needs_near=(Who("two"),))
    two = Person("two", "Dd Ee", aliases=(Term("Ff"),), needs_near=(Who("one"),))
    assert surfaces(Who("one"), "Cc met Ff", one, two) == ["Cc"]
    assert surfaces(AllOf((Who("one"), Who("two"))), "Cc met Ff", one, two) == ["Cc", "Ff"]


def test_a_reporter_in_the_byline_credits_no_official() -> None:
    byline = Regions(byline=("By Scott Bessent",))
    assert not found(Who("scott-bessent"), story("Bessent left.", regions=byline), BESSENT)
    asked = AllOf((Term("By", places=("byline",)), Who("scott-bessent")))
    assert not found(asked, story("Bessent left.", regions=byline), BESSENT)


def day(year: int, month: int, number: int) -> datetime:
    return datetime(year, month, number, tzinfo=UTC)


@pytest.mark.parametrize(
    ("article", "marked"),
    [
        (story("Janet Yellen, Scott Bessent", published=day(2024, 5, 1)), ["Janet Yellen"]),
        (story("Janet Yellen, Scott Bessent", published=day(2025, 1, 20)), ["Janet Yellen"]),
        (story("Janet Yellen, Scott Bessent", published=day(2025, 1, 24)), []),
        (story("Janet Yellen, Scott Bessent", modified=day(2025, 1, 28)), ["Scott Bessent"]),
        (story("Janet Yellen, Scott Bessent"), ["Scott Bessent"]),
        (story("the Treasury Secretary said"), ["Treasury Secretary"]),
    ],
)
def test_a_role_is_its_holder_on_the_day_or_its_words(article: Article, marked: list[str]) -> None:
    assert surfaces(Role("treasury"), article, BESSENT, YELLEN) == marked


def test_a_role_nobody_holds_never_fires() -> None:
    assert not found(Role("nobody"), "Scott Bessent", BESSENT)


def test_a_person_the_desk_does_not_have_is_refused() -> None:
    with pytest.raises(KeyError):
        compile_desk(desk(rule(Who("ghost"))))


def test_the_same_person_serves_many_rules() -> None:
    rules = [rule(Who("trump"), f"r{number}") for number in range(3)]
    matches = compile_desk(desk(*rules, people=(TRUMP,))).match(story("Donald Trump"))
    assert [match.rule for match in matches] == ["r0", "r1", "r2"]
    assert not matcher(Who("trump"), TRUMP).match(story("Trump"))
