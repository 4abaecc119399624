from __future__ import annotations

from tests.clock import Clock
from tests.storage.samples import SECOND, alert, file_alert
from wirebell.core.journal import Vote
from wirebell.storage import Store


def test_a_vote_is_kept_with_the_rules_and_the_article_it_is_about(
    store: Store, clock: Clock
) -> None:
    file_alert(store, clock, "al-1", "ada")
    store.vote("al-1", "ada", useful=True)
    (article,) = store.article_ids(clock.now)
    kept = Vote("al-1", "ada", useful=True, article_id=article, rules=("rare-earth",))
    assert store.votes() == store.votes("rare-earth") == store.votes(alert="al-1") == (kept,)
    assert store.votes("another-rule") == store.votes(alert="al-2") == ()


def test_of_one_reader_the_last_word_counts_and_each_reader_has_one(
    store: Store, clock: Clock
) -> None:
    file_alert(store, clock, "al-1", "ada", "ben")
    for reader, useful in (("ada", True), ("ben", True), ("ada", False)):
        store.vote("al-1", reader, useful=useful)
        clock.advance(SECOND)
    assert [(vote.recipient, vote.useful) for vote in store.votes()] == [
        ("ben", True),
        ("ada", False),
    ]


def test_an_alert_is_found_by_its_id(store: Store, clock: Clock) -> None:
    file_alert(store, clock, "al-1", "ada")
    assert store.alert("al-1") == alert("al-1", "story of al-1")
    assert store.alert("al-2") is None
