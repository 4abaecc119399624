from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wirebell.core.alerts import Edit
from wirebell.core.news import Article
from wirebell.stories.facts import ALIGNED, Account, account, change_in, claim
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
    assert change_in(changed, OLD) == Edit(FED, changed)


def test_a_sentence_without_a_counterpart_is_new() -> None:
    new = "Beijing announced export controls on seven metals."
    assert change_in(new, OLD) == Edit("", new)


def test_the_same_initials_with_and_without_stops_are_no_change() -> None:
    old = account(Article(url="", title="Trade", text="The U.S. will lift its tariffs in June."))
    assert change_in("The US will lift its tariffs in June.", (old,)) is None


def test_a_headline_loses_its_papers_name_and_no_name_of_its_column() -> None:
    assert bare_title("Presidents speak at length | The Ledger") == "Presidents speak at length"
    column = "Opinion | How the quarrel over metals ends"
    assert bare_title(column) == column


TEAM = "The envoys will be Scott Bessent, Howard Lutnick and Jamieson Greer, the ministry said."


@pytest.mark.parametrize(
    ("edited", "rings"),
    [
        (TEAM.replace(", Howard Lutnick and", " and"), True),
        (TEAM.replace(" and Jamieson Greer", ""), True),
        (TEAM.replace("Scott ", ""), False),
        (TEAM.replace(", the ministry said", ""), False),
    ],
)
def test_a_name_left_out_of_a_list_is_news(edited: str, rings: bool) -> None:
    old, new = (account(Article(url="", title="Talks", text=text)) for text in (TEAM, edited))
    change = Edit(TEAM, edited) if rings else None
    assert change_in(edited, (old,), kept=new.words) == change
    elsewhere = account(Article(url="", title="Talks", text=f"{edited} Lutnick and Greer agreed."))
    assert change_in(edited, (old,), kept=elsewhere.words) is None, "he is still told of"
    assert change_in(edited, (old,)) is None, "another paper tells less and contradicts nobody"


WORDS = st.lists(st.sampled_from("ore port talks ship envoy mine truce bank".split()), max_size=9)


@given(st.lists(WORDS, max_size=6), WORDS)
def test_a_counterpart_is_found_as_if_every_sentence_were_looked_at(
    text: list[list[str]], words: list[str]
) -> None:
    told = Account(tuple(claim(" ".join(sentence)) for sentence in text))
    ours = claim(" ".join(words))

    def share(other: frozenset[str]) -> float:
        common = len(ours.words & other)
        whole = max(
            common / (len(ours.words | other) or 1), ALIGNED * (common >= 0.8 * len(ours.words))
        )
        return whole if common and whole >= ALIGNED else 0.0

    likest = max(told.claims, key=lambda each: share(each.words), default=ours)
    expected = likest if told.claims and share(likest.words) else None
    assert told.counterpart(ours) is expected


def test_who_two_reports_are_about_tells_twin_events_apart() -> None:
    title = "Harbour receiver arrested"
    jackson = account(Article(url="", title=title, text="Vincent Jackson was held. Jackson slept."))
    williams = account(Article(url="", title=title, text="Jamal Williams was held on Monday."))
    both = account(Article(url="", title=title, text="Vincent Jackson and Jamal Williams slept."))
    assert jackson.apart(jackson) == jackson.apart(both) == 0.0
    assert jackson.apart(williams) == 1.0
    assert 0 < both.apart(jackson) < 1


@pytest.mark.parametrize(
    ("old", "new", "rings"),
    [
        ("The levy covers ore and steel.", "The levy covers ore, steel and tin.", True),
        ("The levy covers ore.", "The levy covers ore and tin.", True),
        ("The levy covers ore, steel and tin.", "The levy covers steel and tin.", True),
        ("The levy covers ore and steel.", "The levy covers steel and ore.", False),
        ("The levy covers ore and steel.", "The new levy covers ore and steel.", False),
    ],
)
def test_what_is_put_into_a_list_or_taken_out_of_it_is_news(
    old: str, new: str, *, rings: bool
) -> None:
    before, after = (account(Article(url="", title="Duties", text=text)) for text in (old, new))
    assert (change_in(new, (before,), kept=after.words) is not None) is rings


@pytest.mark.parametrize(
    "rubbish", ["Tin, " * 40_000, "Tin " * 40_000, "x" * 200_000, "x-" * 99_999]
)
def test_a_list_is_read_whatever_stands_before_it(rubbish: str) -> None:
    # read in two ways, forty thousand items took for ever
    old = account(Article(url="", title="Duties", text=f"The levy covers {rubbish} ore."))
    edited = f"The levy covers {rubbish} ore and steel."
    assert change_in(edited, (old,)) is not None


@pytest.mark.parametrize(("wrong", "misprints"), [(1, 1), (100, 0)])
def test_no_misprints_are_looked_for_in_a_table(wrong: int, misprints: int) -> None:
    # six thousand cells against as many others took 17 seconds under the lock of filing
    cells = [f"{chr(97 + n // 26)}{chr(97 + n % 26)}quayside" for n in range(300)]
    read = [word.replace("quay", "qway") for word in cells[:wrong]] + cells[wrong:]
    ours, theirs = (
        account(Article(url="", title="", text=f"Table {' '.join(words)}."))
        for words in (cells, read)
    )
    assert ours.compared_with(theirs).misprints == misprints
