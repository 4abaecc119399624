"""A rule pasted into a form, as it comes from a page, a file or a head."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.pipeline.desk import RULES, write_desk
from wirebell.core.errors import DeskError
from wirebell.desk import Desk, load_desk
from wirebell.pipeline.drafts import draft_desk

LISTS = """
lists:
  ores: [rare earth, gallium]
"""
MORE = """
  - id: truces
    why: talks
    when: truce
defaults: {owner: ana}
"""


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    folder = write_desk(tmp_path / "rules", {"harbour": "https://outlet.example/feed"})
    (folder / "watch" / "beat.yaml").write_text(RULES + MORE)
    (folder / "watch" / "ores.yaml").write_text(
        "version: 1" + LISTS + "rules:\n  - {id: ores, why: w, when: $ores}\n"
    )
    channels = folder / "channels.yaml"
    channels.write_text(channels.read_text() + "  - {to: [ana], rules: [minerals, truces, ores]}\n")
    return load_desk(folder)


def problems(desk: Desk, pasted: str) -> list[tuple[int, int, str]]:
    with pytest.raises(DeskError) as caught:
        draft_desk(desk, pasted)
    return [(found.line, found.column, found.words) for found in caught.value.problems]


@pytest.mark.parametrize(
    "pasted",
    [
        "  - id: new\n    why: w\n    when: $ores\n",
        "- id: new\n  why: w\n  when: $ores",
        "- id: new\n    why: w\n    when: $ores",  # the first line lost its place in copying
        "id: new\nwhy: w\nwhen: $ores",
        "\n\n# a note\n    id: new\n    why: w\n    when: $ores\n\n",
        "- id: new\r\n  why: w\r\n  when: $ores\r\n",
        "- id: new\n\twhy: w\n\twhen: $ores",
        "version: 1\nrules:\n  - id: new\n    why: w\n    when: $ores\n",
        "- {id: new, why: w, when: $ores}",
    ],
)
def test_a_rule_is_read_however_it_was_copied(desk: Desk, pasted: str) -> None:
    (rule,) = draft_desk(desk, pasted).rules
    assert (rule.id, rule.why) == ("new", "w")


def test_several_rules_may_be_pasted(desk: Desk) -> None:
    pasted = "- id: one\n    why: w\n    when: a word\n  - id: two\n    why: w\n    when: truce\n"
    assert [rule.id for rule in draft_desk(desk, pasted).rules] == ["one", "two"]


@pytest.mark.parametrize("id_", ["minerals", "truces", "ores"])
def test_a_rule_takes_the_place_of_its_older_self(desk: Desk, id_: str) -> None:
    (rule,) = draft_desk(desk, f"- id: {id_}\n  why: w\n  when: gallium\n").rules
    assert (rule.id, rule.why) == (id_, "w")


def test_mistakes_stand_where_the_analyst_sees_them(desk: Desk) -> None:
    assert problems(desk, "- id: new\n    why: w\n    wen: $ores\n    when: $oars\n") == [
        (3, 5, "wen: there is no such key here; did you mean 'when'?"),
        (4, 11, "when: nothing is called '$oars'; did you mean '$ores'?"),
    ]
    ((line, column, _),) = problems(desk, "id: new\nwhy: w\nwhen: $oars\n")
    assert (line, column) == (3, 7)
    ((line, column, _),) = problems(desk, "\n   - id: New\n     why: w\n     when: truce\n")
    assert (line, column) == (2, 10)


def test_a_file_has_its_own_lines(desk: Desk) -> None:
    ((line, column, _),) = problems(
        desk, "version: 1\nrules:\n- id: new\n  why: w\n  when: $oars\n"
    )
    assert (line, column) == (5, 9)


def test_examples_are_run(desk: Desk) -> None:
    pasted = "- id: new\n  why: w\n  when: truce\n  examples: {match: [no such word]}\n"
    ((line, _, words),) = problems(desk, pasted)
    assert (line, "should fire" in words) == (4, True)


@pytest.mark.parametrize("pasted", ["", "\n \n", "hello", "- - -", "- id: x\n  when: [", "{", "\t"])
def test_nonsense_is_a_mistake_and_no_accident(desk: Desk, pasted: str) -> None:
    assert problems(desk, pasted)
