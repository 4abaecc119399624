from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from typing import get_args

import pytest

from tests.desk.small import SMALL, desk_with
from wirebell.core.news import FIELDS, REGIONS
from wirebell.desk import lint, load_desk, load_desk_text
from wirebell.desk.models import schemas
from wirebell.desk.spelling import Place
from wirebell.pipeline.check import check_examples
from wirebell.pipeline.recheck import check_desk

RULES = Path(__file__).parents[2] / "rules"


def test_the_shipped_desk_loads_without_a_remark() -> None:
    desk = load_desk(RULES)
    assert [*desk.notes, *lint(desk, date(2026, 1, 1))] == []
    assert len(desk.feeds) >= 40
    assert len([person for person in desk.people if person.kind == "person"]) >= 40


def test_every_shipped_rule_has_an_owner_and_examples_of_both_kinds() -> None:
    for rule in load_desk(RULES).rules:
        assert rule.owner, rule.id
        assert {example.fires for example in rule.examples} == {True, False}, rule.id
        assert all(example.because for example in rule.examples if not example.fires), rule.id


@pytest.mark.parametrize("name", sorted(schemas()))
def test_the_shipped_schemas_are_what_the_models_give(name: str) -> None:
    assert (RULES / "schema" / f"{name}.json").read_text("utf-8") == schemas()[name]


@pytest.mark.parametrize("name", sorted(schemas()))
def test_an_editor_is_told_what_each_key_is_for(name: str) -> None:
    schema = json.loads(schemas()[name])
    for shape in (schema, *schema["$defs"].values()):
        for key, value in shape.get("properties", {}).items():
            assert value["description"].endswith("."), key


@pytest.mark.parametrize("path", sorted(RULES.rglob("*.yaml")), ids=lambda path: str(path.name))
def test_every_shipped_file_names_its_schema_first(path: Path) -> None:
    first = path.read_text("utf-8").split("\n")[0]
    found = re.fullmatch(r"# yaml-language-server: \$schema=(\S+)", first)
    assert found
    assert (path.parent / found.group(1)).is_file()


def test_the_places_of_a_rule_are_the_places_of_an_article() -> None:
    assert get_args(Place) == (*FIELDS, *REGIONS)


def test_the_rules_of_the_analysts_page_can_be_used_as_they_stand() -> None:
    page = (RULES / "README.md").read_text("utf-8")
    first, full, person, feed = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    files = dict(load_desk(RULES).files)
    files["watch/page.yaml"] = f"version: 1\nrules:\n{first}{full}"
    desk = load_desk_text(files.items())
    assert len(first.splitlines()) == 5
    assert {"rare-earth-talks", "licences-eased"} <= {rule.id for rule in desk.rules}
    assert check_examples(desk) == ()
    (note,) = lint(desk, date(2026, 1, 1))
    assert note.words.startswith("rare-earth-talks: no example of what it must find")
    people = {**SMALL, "people.yaml": f"version: 1\npeople:\n{person}"}
    assert load_desk_text(people.items()).people[0].id == "he-lifeng"
    feeds = {**SMALL, "feeds.yaml": f"version: 1\nfeeds:\n{feed}"}
    assert load_desk_text(feeds.items()).feeds[0].kind == "page"


def test_the_shipped_desk_passes_its_own_check(tmp_path: Path) -> None:
    assert check_desk(RULES, tmp_path, date(2026, 1, 1)).problems == ()


def test_every_condition_on_the_analysts_page_means_something() -> None:
    page = (RULES / "README.md").read_text("utf-8")
    table = page.split("| you write |")[1].split("\n\n")[0]
    lists = "lists: {rare_earth: [rare earth]}\n"
    people = (
        "version: 1\npeople:\n  - {id: wang-yi, name: Wang Yi}\n"
        "  - {id: x, name: X Y, roles: [{role: ustr, title: Trade Representative}]}\n"
    )
    written = re.findall(r"^\| `(?:when: )?(.*?)` \|", table, re.MULTILINE)
    assert len(written) > 10
    for when in written:
        text = f"version: 1\n{lists}rules:\n  - id: one\n    why: w\n    when: "
        text += when.replace("[…]", "[a, b]") + "\n"
        assert desk_with(watch=text, people=people).rules[0].id == "one"
