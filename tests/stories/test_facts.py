from __future__ import annotations

import pytest

from wirebell.core.decisions import Change
from wirebell.core.news import Article
from wirebell.stories.facts import account, change_in

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
