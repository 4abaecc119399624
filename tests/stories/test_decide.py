from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.stories.desk_hands import CALL, NOW, candidate, known, match, rung, told
from wirebell.core.decisions import History, Outcome, Relation, Verdict
from wirebell.core.news import Scope
from wirebell.stories import decide


def test_a_first_match_rings_and_says_so() -> None:
    decision = decide(candidate(), History(), NOW)
    assert decision.verdict is Verdict.RING
    assert decision.outcome is Outcome.RUNG
    assert decision.relation is Relation.NEW
    assert [(r.rule, r.verdict) for r in decision.rulings] == [("minerals", Verdict.RING)]


def test_an_article_no_rule_fired_on_is_unmatched() -> None:
    decision = decide(candidate(matches=()), History(), NOW)
    assert (decision.verdict, decision.outcome) == (Verdict.DROP, Outcome.UNMATCHED)


def test_what_stood_in_the_feed_before_we_looked_is_backlog_and_keeps_its_rulings() -> None:
    decision = decide(candidate(backlog=True), History(), NOW)
    assert decision.outcome is Outcome.BACKLOG
    assert [ruling.verdict for ruling in decision.rulings] == [Verdict.DROP]


@pytest.mark.parametrize(
    ("hours", "outcome"), [(71, Outcome.RUNG), (73, Outcome.TOO_OLD), (24 * 365, Outcome.TOO_OLD)]
)
def test_news_older_than_three_days_does_not_ring(hours: int, outcome: Outcome) -> None:
    old = candidate(published=NOW - timedelta(hours=hours))
    assert decide(old, History(), NOW).outcome is outcome


def test_a_page_without_a_date_is_as_new_as_its_poll() -> None:
    assert decide(candidate(published=None), History(), NOW).outcome is Outcome.RUNG


def test_a_date_in_the_future_still_rings() -> None:
    ahead = candidate(published=NOW + timedelta(days=400))
    assert decide(ahead, History(), NOW).outcome is Outcome.RUNG


def test_the_same_version_is_known() -> None:
    assert decide(candidate(), told(), NOW).outcome is Outcome.KNOWN


def test_equal_text_in_another_outlet_is_a_copy_for_the_rules_that_rang() -> None:
    history = History(copies=(known(),), rung=(rung(),))
    decision = decide(
        candidate(url="https://meridian.example/a", title="Leaders talk"), history, NOW
    )
    assert (decision.outcome, decision.relation) == (Outcome.COPY, Relation.COPY)
    assert decision.story == "st-aaaaaaaaaa"
    assert "al-first" in decision.reason


def test_the_headline_another_outlet_puts_over_a_copy_is_no_news() -> None:
    title = "Leaders of Norland and Sudland hold call to rescue the rare-earth deal"
    copied = candidate(
        url="https://meridian.example/a",
        title=title,
        matches=(match(title, "rare-earth", field="title"),),
    )
    decision = decide(copied, History(copies=(known(),), rung=(rung(),)), NOW)
    assert (decision.verdict, decision.outcome) == (Verdict.DROP, Outcome.COPY)


def test_a_copy_rings_for_a_rule_that_has_not_rung_in_the_story() -> None:
    history = History(copies=(known(),), rung=(rung("another"),))
    decision = decide(candidate(url="https://meridian.example/a"), history, NOW)
    assert decision.outcome is Outcome.RUNG


def test_a_new_stamp_and_polished_words_do_not_ring_again() -> None:
    edited = "Updated June 5, 2025 12:40 pm ET\n" + CALL.replace("were raised", "had been raised")
    decision = decide(candidate(edited), told(), NOW)
    assert (decision.verdict, decision.outcome) == (Verdict.DROP, Outcome.UNCHANGED)


@pytest.mark.parametrize(
    "sentence",
    [
        "Beijing will resume exports of rare-earth magnets to carmakers within ten days.",
        "Exports of rare-earth minerals were not raised during the call.",
        "Exports of 40 rare-earth minerals were raised during the call.",
        "Exports of rare-earth minerals were raised by Lutnick during the call.",
    ],
    ids=["a new sentence", "a negation", "a number", "a name"],
)
def test_a_new_fact_in_a_matched_sentence_rings_again(sentence: str) -> None:
    old = "Exports of rare-earth minerals were raised during the call."
    edited = CALL.replace(old, sentence)
    update = candidate(edited, matches=(match(edited, "rare-earth"),))
    decision = decide(update, told(), NOW)
    assert (decision.outcome, decision.relation) == (Outcome.RUNG, Relation.UPDATE)
    assert [change.new for change in decision.changes] == [sentence]


def test_a_name_left_out_rings_in_the_article_itself_and_in_no_other_report() -> None:
    sentence = "Exports of rare-earth minerals were raised by Bessent and by Lutnick."
    old = CALL.replace("Exports of rare-earth minerals were raised during the call.", sentence)
    edited = old.replace("Bessent and by ", "")
    found = (match(edited, "rare-earth"),)
    assert decide(candidate(edited, matches=found), told(old), NOW).outcome is Outcome.RUNG
    elsewhere = candidate(edited, url="https://meridian.example/a", matches=found)
    history = History(near=(known(old),), rung=(rung(text=old),))
    assert decide(elsewhere, history, NOW).outcome is Outcome.COPY


def test_a_number_that_changes_in_an_unmatched_sentence_does_not_ring() -> None:
    edited = CALL.replace("June 9", "June 11")
    assert decide(candidate(edited), told(), NOW).outcome is Outcome.UNCHANGED


def test_an_update_that_rang_from_another_outlet_does_not_ring_again() -> None:
    edited = CALL + " Beijing will resume exports of rare-earth magnets within ten days."
    meridian = rung(text=edited, alert_id="al-second", article_id=8)
    update = candidate(edited, matches=(match(edited, "rare-earth magnets"),))
    decision = decide(update, replace(told(), rung=(rung(), meridian)), NOW)
    assert (decision.outcome, decision.relation) == (Outcome.UNCHANGED, Relation.UPDATE)
    assert "al-second" in decision.reason


def test_an_update_rings_though_a_copy_that_never_rang_has_it_already() -> None:
    edited = CALL + " Beijing will resume exports of rare-earth magnets within ten days."
    history = replace(told(), copies=(replace(known(edited), id=8, first_seen=NOW),))
    update = candidate(edited, matches=(match(edited, "rare-earth magnets"),))
    assert decide(update, history, NOW).outcome is Outcome.RUNG


def test_a_rule_that_had_not_rung_rings_on_an_edited_article() -> None:
    edited = CALL + " A 90-day truce was extended."
    both = (match(edited, "rare-earth"), match(edited, "truce", "truce"))
    decision = decide(candidate(edited, matches=both), told(), NOW)
    assert {r.rule: r.verdict for r in decision.rulings} == {
        "minerals": Verdict.DROP,
        "truce": Verdict.RING,
    }


def test_a_headline_edit_alone_is_judged_as_an_update() -> None:
    title = "Presidents discuss rare-earth minerals in 90-minute call"
    update = candidate(title=title, matches=(match(title, "rare-earth", field="title"),))
    decision = decide(update, told(), NOW)
    assert (decision.outcome, decision.relation) == (Outcome.RUNG, Relation.UPDATE)


@pytest.mark.parametrize(
    "label",
    ["Correction: an earlier version misstated the date.", "Editor's note: the figure was wrong."],
)
def test_a_correction_rings_the_rules_that_rang(label: str) -> None:
    decision = decide(candidate(CALL + "\n" + label), told(), NOW)
    assert (decision.outcome, decision.relation) == (Outcome.RUNG, Relation.CORRECTION)


@pytest.mark.parametrize("label", ["corrected", "withdrawn", "clarified"])
def test_a_correction_in_another_language_is_known_by_its_label(label: str) -> None:
    notice = "Berichtigung: In einer früheren Fassung stand ein falscher Tag. Es war der Montag."
    read = candidate(f"{CALL}\n{notice}")
    labelled = replace(read, article=replace(read.article, labels=(label,), notices=(notice,)))
    decision = decide(labelled, told(), NOW)
    assert (decision.outcome, decision.relation) == (Outcome.RUNG, Relation.CORRECTION)
    assert decision.rulings[0].reason.startswith("corrected: Berichtigung: In einer")


def test_a_label_without_a_notice_is_the_headlines() -> None:
    title = "更正：两国元首通电话"
    read = candidate(title=title)
    labelled = replace(read, article=replace(read.article, labels=("corrected",)))
    assert decide(labelled, told(), NOW).relation is Relation.CORRECTION


def test_a_note_of_the_editor_in_another_language_is_an_edit_like_others() -> None:
    notice = "Anmerkung der Redaktion: Der Autor lebt in Rom."
    read = candidate(f"{CALL}\n{notice}")
    noted = replace(read.article, labels=("editor's note",), notices=(notice,))
    assert decide(replace(read, article=noted), told(), NOW).relation is Relation.UPDATE


def test_a_correction_told_once_is_not_told_again() -> None:
    corrected = CALL + "\nCorrection: an earlier version misstated the date."
    polished = corrected.replace("warm", "friendly")
    assert decide(candidate(polished), told(corrected), NOW).outcome is Outcome.UNCHANGED


def test_the_full_text_after_a_teaser_is_the_same_version() -> None:
    teaser = known("Exports of rare-earth minerals were raised.", scope="teaser")
    history = History(article=teaser, rung=(rung(),))
    decision = decide(candidate(), history, NOW)
    assert (decision.outcome, decision.relation) == (Outcome.UNCHANGED, Relation.SAME)


def test_a_page_that_answers_badly_today_is_no_edit() -> None:
    stub = candidate("Subscribe to read about rare-earth minerals.", scope="teaser")
    assert decide(stub, told(), NOW).outcome is Outcome.UNCHANGED


def test_a_correction_rings_even_in_a_shorter_reading() -> None:
    title = "WITHDRAWN: Presidents discuss rare-earth minerals"
    found = (match(title, "rare-earth", field="title"),)
    short = candidate("The story is wrong.", title=title, scope="teaser", matches=found)
    decision = decide(short, told(), NOW)
    assert (decision.outcome, decision.relation) == (Outcome.RUNG, Relation.CORRECTION)


@pytest.mark.parametrize("scope", ["teaser", "full"])
def test_a_polished_entry_of_the_backlog_stays_quiet(scope: Scope) -> None:
    before = replace(known(scope=scope), fired=frozenset({"minerals"}))
    decision = decide(candidate(CALL.replace("warm", "kind")), History(article=before), NOW)
    assert (decision.verdict, decision.outcome) == (Verdict.DROP, Outcome.UNCHANGED)


def test_a_new_fact_in_an_entry_of_the_backlog_rings() -> None:
    before = replace(known(), fired=frozenset({"minerals"}))
    edited = CALL.replace("Exports of rare-earth", "Exports of 40 rare-earth")
    update = candidate(edited, matches=(match(edited, "rare-earth"),))
    assert decide(update, History(article=before), NOW).outcome is Outcome.RUNG


def test_a_feed_that_lags_does_not_ring_an_older_version_again() -> None:
    newer = CALL.replace("Exports of rare-earth", "Exports of 40 rare-earth")
    before = known()
    after = replace(
        known(newer, title="Forty minerals"),
        text_hashes=before.text_hashes | known(newer).text_hashes,
    )
    history = History(article=after, rung=(rung(),))
    assert decide(candidate(title="An older headline"), history, NOW).outcome is Outcome.KNOWN


@given(st.permutations(["one", "two", "three"]), st.booleans())
def test_deciding_twice_never_rings_twice(rules: list[str], edited: bool) -> None:
    text = CALL + " Exports of 40 rare-earth minerals follow." if edited else CALL
    matches = tuple(match(text, "rare-earth", rule) for rule in rules)
    first = decide(candidate(text, matches=matches), told(), NOW)
    filed = replace(
        known(text), text_hashes=frozenset({known(text).newest.text_hash, known().newest.text_hash})
    )
    after = History(article=filed, rung=(rung(), *(rung(rule) for rule in rules)))
    again = decide(candidate(text, matches=matches), after, NOW + timedelta(minutes=5))
    assert first.story == again.story
    assert again.verdict is Verdict.DROP
