from __future__ import annotations

import pytest

from wirebell.core.decisions import Change
from wirebell.core.news import Article
from wirebell.stories.facts import account, change_in
from wirebell.stories.words import bare_title

FED = "The Fed raised rates by 25 basis points on Wednesday."
OLD = (account(Article(url="", title="The Fed", text=f"{FED} Markets were calm.")),)


@pytest.mark.parametrize(
    "polished",
    [
        "The Fed raised rates by 25 basis points on Wednesday.",
        "On Wednesday the Fed raised its rates by 25 basis points.",
        "The Fed raised rates by 25 basis points, on Wednesday!",
    ],
)
def test_polished_words_are_no_change(polished: str) -> None:
    assert change_in(polished, OLD) is None


@pytest.mark.parametrize(
    "changed",
    [
        "The Fed raised rates by 25 and 25 basis points on Wednesday.",
        "The Fed raised rates by 50 basis points on Wednesday.",
        "The Fed cut rates by 25 basis points on Wednesday.",
        "The Fed has not raised rates by 25 basis points on Wednesday.",
        "The Fed raised rates by 25 basis points on Thursday.",
        "The Fed and Powell raised rates by 25 basis points on Wednesday.",
    ],
)
def test_a_changed_claim_is_told_as_old_and_new(changed: str) -> None:
    assert change_in(changed, OLD) == Change(FED, changed)


def test_a_sentence_without_a_counterpart_is_new() -> None:
    new = "Beijing announced export controls on seven metals."
    assert change_in(new, OLD) == Change("", new)


def test_the_same_initials_with_and_without_stops_are_no_change() -> None:
    old = account(Article(url="", title="Trade", text="The U.S. will lift its tariffs in June."))
    assert change_in("The US will lift its tariffs in June.", (old,)) is None


def test_a_headline_loses_its_papers_name_and_no_name_of_its_column() -> None:
    assert bare_title("Presidents speak at length | The Ledger") == "Presidents speak at length"
    column = "Opinion | How the quarrel over metals ends"
    assert bare_title(column) == column
