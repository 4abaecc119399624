from __future__ import annotations

from datetime import date

import pytest

from tests.desk.small import desk_with, problems
from wirebell.desk.values import Office, Person, Term


def _person(more: str = "", name: str = "Bo Lin") -> str:
    return f"version: 1\npeople:\n  - {{id: bo-lin, name: {name}{more}}}\n"


def _read(more: str = "", name: str = "Bo Lin") -> Person:
    return desk_with(people=_person(more, name)).people[0]


def test_the_surname_is_the_last_word_or_the_first_by_name_order() -> None:
    assert _read().surname == "Lin"
    assert _read(", name_order: family_first").surname == "Bo"
    assert _read(", surname: {word: van der Lin}", name="Bo van der Lin").surname == "van der Lin"


def test_a_surname_counts_after_the_full_name_unless_told_otherwise() -> None:
    assert _read().surname_alone == "after_full"
    assert _read(", surname: {alone: never}").surname_alone == "never"


def test_other_scripts_are_aliases_too() -> None:
    person = _read(", aliases: [Mr Lin, {phrase: BL, case: exact}], other_scripts: [林波]")
    assert person.aliases == (Term("Mr Lin"), Term("BL", exact=True), Term("林波"))


def test_an_office_has_days_and_null_is_open() -> None:
    roles = "[{role: envoy, title: Envoy, from: 2024-02-29, to: null}, {role: mayor, title: Mayor}]"
    assert _read(f", roles: {roles}").roles == (
        Office("envoy", "Envoy", date(2024, 2, 29)),
        Office("mayor", "Mayor"),
    )


def test_what_masks_and_what_must_be_near_is_kept() -> None:
    person = _read(", masked_by: Lin Bo Steel, needs_near: [steel, [trade, tariff]]")
    assert person.masked_by == ("Lin Bo Steel",)
    assert len(person.needs_near) == 2


def test_an_organisation_has_neither_surname_nor_office() -> None:
    board = desk_with().people[1]
    assert (board.kind, board.surname, board.surname_alone) == ("organisation", "", "never")
    text = "version: 1\norganisations:\n  - {id: x, name: X, surname: {word: X}}\n"
    assert problems(people=text)[0].startswith("people.yaml:3:22: surname: there is no such key")


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (", name_order: family", "name_order: write given_first or family_first; did you mean"),
        (", surname: {alone: sometimes}", "alone: write never, after_full or always"),
        (", surname: Lin", "surname: write keys and values here"),
        (", roles: [{role: a, title: A, from: 2025-02-30}]", "from: write a day that exists"),
        (", roles: [{role: a, title: A, from: 2025-02}]", "from: write a day that exists"),
        (
            ", roles: [{role: a, title: A, from: 2025-01-02, to: 2024-01-01}]",
            "roles: this office ends before it begins",
        ),
        (", aliases: [{prefix: abcd}]", "aliases: prefix cannot stand here"),
        (", aliases: [[Mr Lin]]", "aliases: write one text here, not a list"),
        (", aliases: [Mr: Lin]", "a colon made this a key and a value"),
        (", aliases: ['...']", "aliases: no letter or digit is left"),
        (", needs_near: [$nobody]", "needs_near: nothing is called '$nobody'"),
    ],
)
def test_a_mistake_about_a_person_is_told_once(more: str, words: str) -> None:
    (only,) = problems(people=_person(more))
    assert words in only


def test_lists_people_and_organisations_share_their_names() -> None:
    text = (
        "version: 1\npeople:\n  - {id: ores, name: Bo Lin}\n"
        "organisations:\n  - {id: ores, name: Ores Board}\n"
    )
    assert problems(people=text) == [
        "people.yaml:5:10: $ores exists already: people.yaml:3; rename or remove one",
        "watch/ores.yaml:3:3: $ores exists already: people.yaml:3; rename or remove one",
    ]


def test_a_name_somebody_else_bears_in_any_spelling_is_remarked_on() -> None:
    more = "aliases: [{phrase: BL, case: exact}], other_scripts: [林波], surname: {word: Linn}"
    text = _person(f", {more}") + f"  - {{id: bo-linn, name: Bo Linn, {more}}}\n"
    assert [note.split(": ")[1] for note in desk_with(people=text).notes] == [
        "'BL' is a name of bo-lin too; both will be found",
        "'林波' is a name of bo-lin too; both will be found",
        "'Linn' is a name of bo-lin too; both will be found",
    ]


def test_two_people_of_one_name_are_remarked_on() -> None:
    text = _person() + "  - {id: bo-lin-2, name: BO LIN}\n"
    assert desk_with(people=text).notes == (
        "people.yaml:4:26: 'BO LIN' is a name of bo-lin too; both will be found",
    )
