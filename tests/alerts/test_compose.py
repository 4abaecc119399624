from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.alerts.samples import PLACE, SEEN
from wirebell.alerts.compose import compose
from wirebell.core.alerts import Alert, AlertKind, AlsoIn, Edit
from wirebell.core.decisions import (
    Candidate,
    Decision,
    History,
    InboxEntry,
    KnownArticle,
    Outcome,
    Relation,
    Ruling,
    Rung,
    Verdict,
    Version,
)
from wirebell.core.matches import Evidence, Severity
from wirebell.core.news import Article, Entry
from wirebell.desk.values import Desk, Person, Rule, Term

TEXT = (
    "Envoys met on Monday. Ada Lindqvist said rare-earth exports would resume.\n"
    "Nobody spoke of tariffs. Lindqvist left early.\nRare earths stay dear."
)
ARTICLE = Article(url="https://news.example/a", title="Envoys meet over rare earths", text=TEXT)
DESK = Desk(
    "3f9ac01b",
    (),
    people=(Person("ada-lindqvist", "Ada Lindqvist"),),
    rules=(
        Rule(
            "rare-earths",
            Term("rare earth"),
            "the sticking point",
            PLACE,
            title="Rare earths",
            tags=("minerals",),
            to=("bo",),
        ),
    ),
)


def evidence(surface: str, term: str, who: str = "", nth: int = 0, field: str = "text") -> Evidence:
    start = -1
    words = ARTICLE.words_of(field)
    for _ in range(nth + 1):
        start = words.index(surface, start + 1)
    return Evidence(term, field, start, start + len(surface), surface, who)


FIRST = Rung("a", "al-first", "[URGENT] First — Wire", Severity.URGENT, SEEN, "story-1")
FOUND = (
    evidence("rare earths", "rare earth", field="title"),
    evidence("Ada Lindqvist", "Ada Lindqvist", "ada-lindqvist"),
    evidence("rare-earth", "rare earth"),
    evidence("Lindqvist", "Lindqvist", "ada-lindqvist", nth=1),
    evidence("Rare earths", "rare earth"),
)


def candidate(article: Article = ARTICLE, entry: Entry | None = None, **changes: Any) -> Candidate:
    inbox = InboxEntry(
        1, "t", "wire", entry or Entry("g", "https://news.example/e", "Entry title"), SEEN
    )
    values: dict[str, Any] = {
        "inbox": inbox,
        "feed_name": "Northern Wire",
        "tier": 1,
        "article": article,
    }
    values |= {"url_key": "https://news.example/a", "text_hash": "h1", "matches": ()}
    return Candidate(**{**values, "desk_hash": "3f9ac01b", **changes})


def ruling(rule: str = "rare-earths", verdict: Verdict = Verdict.RING, **changes: Any) -> Ruling:
    values: dict[str, Any] = {
        "severity": Severity.URGENT,
        "reason": "new",
        "evidence": FOUND,
        **changes,
    }
    return Ruling(rule, verdict=verdict, **values)


def decision(*rulings: Ruling, **changes: Any) -> Decision:
    values: dict[str, Any] = {"verdict": Verdict.RING, "outcome": Outcome.RUNG, "reason": "new"}
    values |= {"relation": Relation.NEW, "story": "story-1", "rulings": rulings or (ruling(),)}
    return Decision(**{**values, **changes})


def alert_of(
    candidate_: Candidate | None = None,
    decision_: Decision | None = None,
    history: History | None = None,
    desk: Desk = DESK,
) -> Alert:
    alert = compose(candidate_ or candidate(), decision_ or decision(), history or History(), desk)
    assert alert is not None
    return alert


def test_only_a_decision_to_ring_becomes_an_alert() -> None:
    assert compose(candidate(), decision(verdict=Verdict.DROP), History(), DESK) is None
    silent = decision(ruling(verdict=Verdict.DROP))
    assert compose(candidate(), silent, History(), DESK) is None


def test_only_ringing_rules_are_told_and_the_loudest_sets_the_severity() -> None:
    alert = alert_of(
        decision_=decision(
            ruling("dropped", Verdict.DROP, severity=Severity.FLASH),
            ruling(severity=Severity.ROUTINE),
            ruling("second", severity=Severity.URGENT),
        )
    )
    assert [rule.id for rule in alert.rules] == ["rare-earths", "second"]
    assert alert.severity is Severity.URGENT


def test_a_rule_brings_its_words_and_the_recipients_it_adds() -> None:
    rule = alert_of().rules[0]
    assert (rule.title, rule.why, rule.tags, rule.to) == (
        "Rare earths",
        "the sticking point",
        ("minerals",),
        ("bo",),
    )


def test_a_rule_that_left_the_desk_still_rings_under_its_id() -> None:
    rule = alert_of(decision_=decision(ruling("gone"))).rules[0]
    assert (rule.id, rule.title, rule.why) == ("gone", "gone", "")


def test_terms_and_people_are_counted_once_for_each_place() -> None:
    twice = ruling(evidence=(*FOUND, *FOUND))
    findings = alert_of(decision_=decision(twice)).rules[0].findings
    assert [(f.term, f.surface, f.count, f.who) for f in findings] == [
        ("rare earth", "rare earths", 3, ""),
        ("Ada Lindqvist", "Ada Lindqvist", 2, "ada-lindqvist"),
    ]


def test_a_person_is_named_as_on_the_desk_whatever_was_printed() -> None:
    only_surname = ruling(evidence=(evidence("Lindqvist", "Lindqvist", "ada-lindqvist", nth=1),))
    finding = alert_of(decision_=decision(only_surname)).rules[0].findings[0]
    assert (finding.term, finding.surface) == ("Ada Lindqvist", "Lindqvist")


def test_snippets_are_the_fullest_sentences_in_reading_order_with_marks_on_the_words() -> None:
    snippets = alert_of().snippets
    assert [s.text for s in snippets] == [
        "Ada Lindqvist said rare-earth exports would resume.",
        "Lindqvist left early.",
        "Rare earths stay dear.",
    ]
    assert [[s.text[a:b] for a, b in s.marks] for s in snippets] == [
        ["Ada Lindqvist", "rare-earth"],
        ["Lindqvist"],
        ["Rare earths"],
    ]


def test_a_match_in_the_headline_alone_needs_no_snippet() -> None:
    assert alert_of(decision_=decision(ruling(evidence=FOUND[:1]))).snippets == ()


def test_a_sentence_without_end_is_cut_around_its_mark() -> None:
    words = "word " * 300 + "magnets " + "word " * 300
    start = words.index("magnets")
    found = Evidence("magnet", "text", start, start + 7, "magnets")
    article = replace(ARTICLE, text=words)
    snippet = alert_of(candidate(article), decision(ruling(evidence=(found,)))).snippets[0]
    assert len(snippet.text) < 420
    assert [snippet.text[a:b] for a, b in snippet.marks] == ["magnets"]


@given(st.text(max_size=60), st.text(max_size=60))
def test_marks_stand_on_the_words_whatever_is_cleaned_away_around_them(
    before: str, after: str
) -> None:
    words = before.replace("\n", " ") + " magnets " + after
    start = words.index("magnets")
    found = Evidence("magnet", "text", start, start + 7, "magnets")
    article = replace(ARTICLE, text=words)
    alert = alert_of(candidate(article), decision(ruling(evidence=(found,))))
    assert all(s.text[a:b] == "magnets" for s in alert.snippets for a, b in s.marks)
    assert len(alert.snippets) == 1


def test_the_kind_says_what_the_article_is_to_what_we_had() -> None:
    rung = History(rung=(FIRST,))
    kinds = {
        relation: alert_of(decision_=decision(relation=relation), history=rung).kind
        for relation in Relation
    }
    assert kinds.pop(Relation.UPDATE) is AlertKind.UPDATE
    assert kinds.pop(Relation.SAME_EVENT) is AlertKind.UPDATE
    assert kinds.pop(Relation.CORRECTION) is AlertKind.CORRECTION
    assert set(kinds.values()) == {AlertKind.NEW}


def test_what_was_never_told_is_new_whatever_it_is_a_version_of() -> None:
    for relation in Relation:
        assert alert_of(decision_=decision(relation=relation)).kind is AlertKind.NEW


def test_the_subject_says_how_loud_what_and_who_and_leaves_room_for_re() -> None:
    subject = alert_of().subject
    assert subject == "[URGENT] Envoys meet over rare earths — Northern Wire"
    long = replace(ARTICLE, title="Envoys of both sides " * 10)
    cut = alert_of(candidate(long, feed_name="Northern Wire " * 9)).subject
    assert cut.startswith("[URGENT] Envoys of both sides Envoys")
    assert "… — Northern Wire Northern" in cut
    assert len(f"Re: {cut}") <= 120


def test_changes_are_told_as_edits() -> None:
    changed = decision(relation=Relation.UPDATE, changes=(Edit("old", "new"), Edit("", "add")))
    assert alert_of(decision_=changed).edits == (Edit("old", "new"), Edit("", "add"))


def test_the_first_alert_of_a_story_is_the_root_of_the_later_ones() -> None:
    assert alert_of().root == alert_of().id
    second = replace(FIRST, alert_id="al-second", subject="[FLASH] Second")
    elsewhere = replace(FIRST, alert_id="al-other", story="story-2")
    later = alert_of(history=History(rung=(elsewhere, FIRST, second)))
    assert (later.root, later.subject) == ("al-first", "[URGENT] First — Wire")


def test_other_outlets_are_told_once_each() -> None:
    version = Version("h1", Article(url="https://a.example/", title="t", text="t"), SEEN)
    copies = tuple(
        KnownArticle(n, "story-1", url, url, "Harbour Daily", SEEN, version, frozenset({"h1"}))
        for n, url in enumerate(["https://a.example/", "https://b.example/", "https://a.example/"])
    )
    assert alert_of(history=History(copies=copies)).also_in == (
        AlsoIn("Harbour Daily", "https://a.example/"),
        AlsoIn("Harbour Daily", "https://b.example/"),
    )


def test_a_date_in_the_future_is_told_as_the_time_we_saw_it() -> None:
    early, late = SEEN - timedelta(hours=1), SEEN + timedelta(hours=1)
    assert alert_of(candidate(replace(ARTICLE, published=early))).published == early
    assert alert_of(candidate(replace(ARTICLE, published=late))).published == SEEN
    assert alert_of().published is None


def test_the_entry_speaks_where_the_page_is_silent() -> None:
    entry = Entry("g", "https://news.example/e", "Entry title", published=SEEN)
    alert = alert_of(candidate(Article(url="", title=""), entry))
    assert (alert.headline, alert.url, alert.published) == ("Entry title", entry.url, SEEN)


def test_the_id_depends_on_story_rules_and_text_alone() -> None:
    first = alert_of(decision_=decision(ruling("a"), ruling("b")))
    again = alert_of(
        candidate(feed_name="Else"), decision(ruling("b"), ruling("a")), desk=Desk("other", ())
    )
    assert first.id == again.id
    assert first.id.startswith("al-")
    assert len(first.id) == 13
    others = (
        alert_of(decision_=decision(ruling("a"))),
        alert_of(decision_=decision(ruling("a"), ruling("b"), story="story-2")),
        alert_of(candidate(text_hash="h2"), decision(ruling("a"), ruling("b"))),
    )
    assert len({first.id, *(alert.id for alert in others)}) == 4


def test_nothing_that_breaks_a_line_or_a_database_gets_into_an_alert() -> None:
    nasty = "A\r\nBcc: x\x00 \ud800‮ title"
    alert = alert_of(candidate(replace(ARTICLE, title=nasty), feed_name=nasty, note=nasty))
    for words in (alert.headline, alert.source, alert.note):
        assert words == "A Bcc: x title"
