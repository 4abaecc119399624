"""The pages of failures name tests that are there, one at least for every row."""

from __future__ import annotations

import re

import pytest

from tests.house.survey import ROOT

ROW = re.compile(r"^\| (\d+) \|(.*)$", re.MULTILINE)
NAMED = re.compile(r"`([\w/]+\.py)::(test_\w+)`")
ON_APPRISE_2 = "36"  # a target of make: every test of the alerts, in another environment


@pytest.mark.parametrize(("page", "count"), [("failures", 37), ("feeds", 30)])
def test_every_failure_is_tested_by_what_the_page_names(page: str, count: int) -> None:
    rows = dict(ROW.findall((ROOT / "docs" / f"{page}.md").read_text("utf-8")))
    assert [*rows] == [str(number) for number in range(1, count + 1)]
    for number, words in rows.items():
        named = NAMED.findall(words)
        assert named or (page, number) == ("failures", ON_APPRISE_2), number
        for file, name in named:
            assert f"def {name}(" in (ROOT / "tests" / file).read_text("utf-8"), (file, name)
