"""What is a copy, what only looks like one, and what tells of the same event."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.stories.desk_hands import CALL, NOW, candidate, known, match, rung
from wirebell.core.decisions import Candidate, History, Outcome, Relation, Verdict
from wirebell.core.news import Article
from wirebell.stories import decide, sketch
from wirebell.stories.sketch import LEAST, containment

ELSEWHERE = "https://meridian.example/a"
FED = (
    "The central bank raised its benchmark rate by 25 basis points on Wednesday. "
    "The committee said it would watch incoming data before it moves again. "
    "The rate now stands at 5.5 percent, the highest in 22 years. "
    "The chair will hold a news conference later in the day. "
    "Rare-earth makers borrow more than others and watched the decision."
)
MINISTRY = (
    "商务部周三宣布对七类稀土相关物项实施出口管制，自发布之日起正式实施。"
    "发言人表示，此举不针对任何特定国家，符合条件的出口申请将获得批准。"
    "分析人士说，全球约九成的稀土精炼产能集中在中国，多家车企已经开始寻找替代来源。"
)


def near(text: str, words: str) -> Candidate:
    return candidate(text, title="Leaders talk", url=ELSEWHERE, matches=(match(text, words),))


def after(text: str) -> History:
    """Another article is near, and the minerals rule has rung for it."""
    return History(near=(known(text),), rung=(rung(text=text),))


@pytest.mark.parametrize(
    "text",
    [
        "HARROW (Wire) - " + CALL,
        "By Ann Lee\nSign up for our newsletter.\n" + CALL + "\nMost read\n© Meridian",
        CALL.split(" Officials")[0],
        CALL.replace("phone", "telephone").replace("warm", "friendly"),
        CALL + " The mayor said the town would follow the talks.",
    ],
    ids=["dateline", "boilerplate", "cut", "polished", "a local sentence"],
)
def test_a_copy_is_quiet_for_the_rules_that_rang_and_says_why(text: str) -> None:
    decision = decide(near(text, "rare-earth"), after(CALL), NOW)
    assert (decision.outcome, decision.relation) == (Outcome.COPY, Relation.COPY)
    assert (decision.story, decision.original) == ("st-aaaaaaaaaa", 7)
    assert "of the text stands in" in decision.evidence[0]
    assert decision.evidence[1].endswith("0 conflict")


@pytest.mark.parametrize(
    ("old", "new"),
    [("raised", "lowered"), ("25 basis", "50 basis"), ("Wednesday", "Thursday")],
)
def test_a_template_with_other_facts_rings_into_the_same_story(old: str, new: str) -> None:
    text = FED.replace(old, new)
    decision = decide(near(text, "Rare-earth"), after(FED), NOW)
    assert (decision.verdict, decision.relation) == (Verdict.RING, Relation.SAME_EVENT)
    assert decision.story == "st-aaaaaaaaaa"


def test_a_new_fact_in_a_matched_sentence_of_a_copy_rings() -> None:
    text = CALL + " Beijing will resume exports of 40 rare-earth magnets within ten days."
    decision = decide(near(text, "rare-earth magnets"), after(CALL), NOW)
    assert (decision.outcome, decision.relation) == (Outcome.RUNG, Relation.COPY)
    assert decision.changes[0].new.startswith("Beijing will resume")


@pytest.mark.parametrize(
    ("lead", "verdict"),
    [
        ("Rare-earth miners walked away from every contract overnight, furious.", Verdict.RING),
        ("During their phone call both spoke of rare-earth exports on Thursday.", Verdict.DROP),
    ],
)
def test_a_matched_sentence_in_words_of_its_own_rings_in_a_copy(
    lead: str, verdict: Verdict
) -> None:
    decision = decide(near(f"{lead} {CALL}", lead[:4]), after(CALL), NOW)
    assert (decision.relation, decision.verdict) == (Relation.COPY, verdict)


def test_background_under_a_new_lead_is_no_copy() -> None:
    lead = (
        "A cargo ship with rare-earth ore ran aground off Harrow before dawn on Monday. "
        "Its crew of twelve was brought ashore by lifeboats from two villages. "
        "The harbour master expects the tide to lift the vessel within a day. "
    )
    decision = decide(near(lead + CALL, "rare-earth ore"), after(CALL), NOW)
    assert decision.verdict is Verdict.RING
    assert decision.relation is not Relation.COPY


def test_a_copy_of_what_a_machine_misread_is_a_copy() -> None:
    noisy = CALL
    for right, wrong in zip(
        ("presidents", "negotiators", "minerals", "constructive", "readout"),
        ("presidcnts", "negotialors", "mincrals", "constrvctive", "readovt"),
        strict=True,
    ):
        noisy = noisy.replace(right, wrong)
    noisy = noisy.replace("June 9", "June 4")
    assert decide(near(noisy, "rare-earth"), after(CALL), NOW).outcome is Outcome.COPY


def test_chinese_copies_are_found_by_characters() -> None:
    copy = "新华社北京电 " + MINISTRY.replace("多家车企", "一些车企")
    decision = decide(near(copy, "稀土"), after(MINISTRY), NOW)
    assert decision.relation is Relation.COPY
    denied = MINISTRY.replace("将获得批准", "不会获得批准").replace("周三", "周四")
    assert decide(near(denied, "稀土"), after(MINISTRY), NOW).verdict is Verdict.RING


def test_another_report_of_the_event_joins_the_story_and_rings() -> None:
    other = (
        "Trade negotiators of both presidents will meet in Geneva on June 9 after their call. "
        "Rare-earth minerals and exports head the list in Geneva, officials said. "
        "The tone of the presidents was called constructive in Asia."
    )
    decision = decide(near(other, "Rare-earth"), after(CALL), NOW)
    assert (decision.relation, decision.verdict) == (Relation.SAME_EVENT, Verdict.RING)
    assert decision.story == "st-aaaaaaaaaa"


ARREST = (
    "The Rovers receiver Vincent Jackson was arrested in Harrow early on Sunday. "
    "Police said Jackson had driven through a red light. "
    "The Rovers said they would wait for the courts. "
    "Jackson, 25, will play on Thursday against the Mariners of Oldport."
)
RELEASE = (
    "{} of the Rovers failed a test at the roadside in Harrow. "
    "{}, 25, was let go before noon. "
    "The club has a driver for such nights, and {} had been told of it twice this season."
)


@pytest.mark.parametrize(
    ("names", "relation"),
    [
        (("Vincent Jackson", "Jackson", "Jackson"), Relation.SAME_EVENT),
        (("Jamal Williams", "Williams", "Williams"), Relation.NEW),
    ],
)
def test_a_twin_event_of_other_people_is_a_story_of_its_own(
    names: tuple[str, ...], relation: Relation
) -> None:
    text = RELEASE.format(*names)
    decision = decide(near(text, "Rovers"), after(ARREST), NOW)
    assert decision.relation is relation
    assert (decision.story == "st-aaaaaaaaaa") is (relation is Relation.SAME_EVENT)


def test_headlines_alone_are_never_copies() -> None:
    text = "Exports of rare-earth minerals were raised."
    assert decide(near(text, "rare-earth"), after(CALL), NOW).relation is not Relation.COPY


def test_equal_text_in_the_backlog_of_a_new_feed_does_not_keep_an_older_feed_quiet() -> None:
    before = replace(known(), backlog=frozenset({"added"}), fired=frozenset({"minerals"}))
    assert decide(candidate(), History(article=before), NOW).outcome is Outcome.RUNG
    own = replace(before, backlog=frozenset({"added", "harbour"}))
    assert decide(candidate(), History(article=own), NOW).outcome is Outcome.KNOWN


def test_a_correction_that_fires_no_rule_any_more_tells_those_who_were_told() -> None:
    text = CALL.replace("Exports of rare-earth minerals were raised during the call. ", "")
    corrected = candidate(f"{text}\nCorrection: minerals were not raised.", matches=())
    history = History(article=known(), rung=(rung(),))
    decision = decide(corrected, history, NOW)
    assert (decision.outcome, decision.relation) == (Outcome.RUNG, Relation.CORRECTION)
    assert [ruling.rule for ruling in decision.rulings] == ["minerals"]


def test_a_sentence_that_rang_and_now_says_otherwise_is_told_as_old_and_new() -> None:
    text = CALL.replace("minerals were", "minerals were not")
    decision = decide(candidate(text, matches=()), History(article=known(), rung=(rung(),)), NOW)
    assert decision.outcome is Outcome.RUNG
    assert "rare-earth" in decision.changes[0].old


def test_a_correction_told_from_a_short_reading_is_not_told_again_in_full() -> None:
    title = "WITHDRAWN: Presidents speak by phone"
    short = known("The story is wrong.", title=title, scope="teaser").newest
    history = History(article=replace(known(), latest=short), rung=(rung(),))
    assert decide(candidate(title=title), history, NOW).outcome is not Outcome.RUNG


@pytest.mark.parametrize(
    ("lead", "relation"),
    [
        ("Brazil froze its accord with the bank on Tuesday.", Relation.SAME_EVENT),
        ("It was a long day for everybody who had come there.", Relation.COPY),
    ],
)
def test_who_begins_with_a_fact_of_their_own_is_no_copy(lead: str, relation: Relation) -> None:
    follow_up = near(f"{lead} {FED}", "Rare-earth")
    assert decide(follow_up, after(FED), NOW).relation is relation


@given(
    st.lists(st.sampled_from("tariff ore port talks ship envoy mine truce".split()), min_size=30)
)
def test_a_part_finds_its_whole(words: list[str]) -> None:
    whole = Article(url="", title="", text=" ".join(words))
    part = replace(whole, text=" ".join(words[:20]))
    assert containment(part, whole) == 1.0
    assert sketch(part)[:LEAST] == sketch(replace(part, text=part.text.upper()))[:LEAST]
    assert len(set(sketch(whole))) == len(sketch(whole))
