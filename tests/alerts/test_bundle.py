from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from tests.alerts.samples import ALERT, RULE, SEEN, UPDATE
from wirebell.alerts.bundle import fold
from wirebell.core.alerts import Alert, AlertKind, AlertRule, AlsoIn, Edit
from wirebell.core.matches import Severity

LATER = SEEN + timedelta(minutes=20)


def update(number: int, *edits: Edit, **changes: object) -> Alert:
    values = {"id": f"al-{number}", "seen": SEEN + timedelta(minutes=number), "edits": edits}
    return replace(UPDATE, **(values | changes))  # type: ignore[arg-type]


def test_stories_apart_stay_as_they_are() -> None:
    other = replace(ALERT, id="al-other", story="story-2", seen=LATER)
    assert fold([other, ALERT]) == (ALERT, other)


def test_a_story_and_its_update_are_one_piece_of_news_in_its_newest_words() -> None:
    first = replace(ALERT, url="https://wire.example/first", source="First Wire")
    (told,) = fold([update(1, Edit("a", "b"), headline="Newest"), first])
    assert (told.kind, told.headline, told.edits) == (AlertKind.NEW, "Newest", ())
    assert told.also_in[0] == AlsoIn("First Wire", "https://wire.example/first")


def test_a_sentence_that_changed_twice_is_told_once_from_first_to_last() -> None:
    one = update(1, Edit("Tariffs at 10 %.", "Tariffs at 20 %."), Edit("", "A pact is near."))
    two = update(2, Edit("Tariffs at 20 %.", "Tariffs at 30 %."), Edit("A pact is near.", ""))
    (told,) = fold([one, two])
    assert told.edits == (Edit("Tariffs at 10 %.", "Tariffs at 30 %."),)


def test_a_change_taken_back_before_it_was_told_is_none() -> None:
    (told,) = fold([update(1, Edit("a", "b")), update(2, Edit("b", "a"), Edit("gone", ""))])
    assert told.edits == (Edit("gone", ""),)


def test_a_correction_among_updates_makes_it_one_and_the_loudest_is_heard() -> None:
    flash = AlertRule("tariffs", "Tariffs", "why", Severity.FLASH)
    loud = update(1, kind=AlertKind.CORRECTION, severity=Severity.FLASH, rules=(flash,))
    (told,) = fold([loud, update(2)])
    assert (told.kind, told.severity) == (AlertKind.CORRECTION, Severity.FLASH)
    assert told.rules == (flash, RULE)
