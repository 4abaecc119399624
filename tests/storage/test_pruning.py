from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import text

from tests.clock import Clock
from tests.storage.samples import (
    RARE_EARTH,
    SECOND,
    again,
    article_of,
    candidate,
    drop,
    file,
    fresh,
    inbox_entry,
    ring,
)
from wirebell.core.books import Pruned
from wirebell.core.decisions import Decision, Filing, Outcome, Relation, Ruling, Verdict
from wirebell.storage import Store
from wirebell.storage.engine import Database

DAY = timedelta(days=1)
QUIET = Decision(
    *(Verdict.DROP, Outcome.TOO_OLD, "published 80 h ago", Relation.NEW, "st-1"),
    rulings=(Ruling(RARE_EARTH.rule, RARE_EARTH.severity, Verdict.DROP, "", RARE_EARTH.evidence),),
)


def test_keys_out_of_their_window_go_and_those_within_stay(
    store: Store, clock: Clock, database_url: str
) -> None:
    keys = (-(2**63), -1, 0, 1, 2**63 - 1)
    file(store, fresh(store, clock, "old", "old", sketch=keys))
    clock.advance(14 * DAY)
    file(store, fresh(store, clock, "new", "new", sketch=keys))
    assert store.prune(clock.now - 99 * DAY) == Pruned(0, 0)
    clock.advance(DAY)
    assert store.prune(clock.now - 99 * DAY) == Pruned(5, 0)
    database = Database(database_url)
    with database.reading() as session:
        left = session.connection().execute(text("SELECT count(*) FROM fingerprint"))
        assert left.scalar_one() == 5
    database.close()


def test_why_and_the_books_go_on_without_the_text_of_what_never_rang(
    store: Store, clock: Clock
) -> None:
    quiet = fresh(store, clock, "quiet", "It was quiet.")
    file(store, replace(quiet, matches=(RARE_EARTH,)), lambda _: Filing(QUIET))
    before, (was,) = store.books(), store.records_of(quiet.url_key)
    clock.advance(SECOND)
    assert store.prune(clock.now) == Pruned(0, 1)
    assert store.prune(clock.now) == Pruned(0, 0)
    (record,) = store.records_of(quiet.url_key)
    assert record.article is not None
    assert (record.article.title, record.article.text) == (quiet.article.title, "")
    assert record.article.note == "its text is no longer on file"
    assert replace(record, article=None) == replace(was, article=None)
    assert record.rulings == QUIET.rulings
    assert store.books() == before


def test_the_text_a_feed_gave_goes_with_that_of_the_page(store: Store, clock: Clock) -> None:
    inbox = inbox_entry(store, clock, "a")
    told = replace(inbox.entry, summary="In short.", content="At length.")
    reread = replace(inbox, entry=told)
    file(store, candidate(reread, text="At length."))
    clock.advance(SECOND)
    store.prune(clock.now)
    (record,) = store.records_of("https://news.example/a")
    assert record.entry == inbox.entry


def test_what_rang_stays_whole_and_so_do_its_other_versions(store: Store, clock: Clock) -> None:
    first = fresh(store, clock, "a", "It rang.")
    file(store, first, ring())
    file(store, again(store, clock, replace(first, text_hash="more"), "more", text="It rang on."))
    clock.advance(SECOND)
    assert store.prune(clock.now) == Pruned(0, 0)
    texts = [record.article.text for record in store.records_of(first.url_key) if record.article]
    assert texts == ["It rang.", "It rang on."]


def test_an_article_without_its_text_is_known_by_its_versions_and_completed_by_the_next(
    store: Store, clock: Clock
) -> None:
    first = fresh(store, clock, "a", "The text.")
    file(store, first)
    clock.advance(SECOND)
    store.prune(clock.now)
    known = article_of(file(store, again(store, clock, first, "again")))
    assert known.text_hashes == {first.text_hash}
    assert (known.newest.article.scope, known.newest.article.text) == ("headline", "")
    assert article_of(file(store, again(store, clock, first, "new"))).newest.article.text


def test_more_texts_than_one_transaction_takes_are_let_go_of_in_several(
    store: Store, clock: Clock
) -> None:
    for n in range(3):
        file(store, fresh(store, clock, f"{n}", f"text {n}"), drop())
    clock.advance(SECOND)
    assert store.prune(clock.now, at_once=2) == Pruned(0, 3)
