from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from tests.clock import NOON, Clock
from tests.storage.samples import (
    LEASE,
    RARE_EARTH,
    SECOND,
    Plan,
    candidate,
    drop,
    inbox_entry,
    read_as,
    ring,
)
from wirebell.core.decisions import (
    Alias,
    Candidate,
    Filing,
    History,
    KnownArticle,
    Outcome,
    Ruling,
    Verdict,
    Version,
)
from wirebell.core.matches import Severity
from wirebell.core.news import Scope
from wirebell.storage import Store


def file(store: Store, known: Candidate, plan: Plan | None = None) -> History:
    """File a candidate; returns what was recalled for it."""
    recalled: list[History] = []

    def noting(history: History) -> Filing:
        recalled.append(history)
        return (plan or drop())(history)

    store.file(known, noting)
    return recalled[0]


def fresh(store: Store, clock: Clock, key: str, text: str = "", **changes: object) -> Candidate:
    made = candidate(inbox_entry(store, clock, key), text=text)
    return replace(made, **changes)  # type: ignore[arg-type]


def article_of(history: History) -> KnownArticle:
    assert history.article is not None
    return history.article


def again(store: Store, clock: Clock, known: Candidate, words: str, **changes: object) -> Candidate:
    """The same article brought again by an edited entry."""
    clock.advance(SECOND)
    inbox = inbox_entry(store, clock, known.inbox.entry.id, words)
    return read_as(replace(known, inbox=inbox), **changes)


def version(store: Store, clock: Clock, known: Candidate, text: str, scope: Scope) -> KnownArticle:
    """Files the article with this text, and recalls it."""
    file(
        store,
        replace(
            again(store, clock, known, f"{text} {clock.now}", text=text, scope=scope),
            text_hash=text,
        ),
    )
    probe = again(store, clock, known, f"probe {clock.now}", text="", scope="headline")
    return article_of(file(store, replace(probe, text_hash="headline")))


def test_nothing_is_recalled_of_what_is_new(store: Store, clock: Clock) -> None:
    assert file(store, fresh(store, clock, "a", "text")) == History()


def test_an_article_is_recalled_by_its_address(store: Store, clock: Clock) -> None:
    first = fresh(store, clock, "a", "text")
    file(store, first)
    filed_at = clock.now
    known = article_of(file(store, again(store, clock, first, "edited", title="b")))
    assert known == KnownArticle(
        id=known.id,
        story="st-1",
        url_key="https://news.example/a",
        url="https://news.example/a",
        source="The Wire",
        first_seen=NOON,
        newest=Version("text", first.article, filed_at),
        text_hashes=frozenset({"text"}),
    )


def test_an_article_is_recalled_by_another_of_its_addresses(store: Store, clock: Clock) -> None:
    alias = Alias("url", "https://news.example/canonical")
    file(store, fresh(store, clock, "a", aliases=(alias,)))
    by_key = fresh(store, clock, "b", url_key=alias.value)
    assert article_of(file(store, by_key)).url_key == "https://news.example/a"
    by_alias = fresh(store, clock, "c", aliases=(Alias("url", "https://news.example/a"),))
    assert article_of(file(store, by_alias)).url_key == "https://news.example/a"


def test_its_own_address_goes_before_its_others(store: Store, clock: Clock) -> None:
    file(store, fresh(store, clock, "a"))
    file(store, fresh(store, clock, "b"))
    both = (Alias("url", "https://news.example/a"),)
    again = fresh(store, clock, "c", url_key="https://news.example/b", aliases=both)
    assert article_of(file(store, again)).url_key == "https://news.example/b"


def test_a_guid_merges_nothing(store: Store, clock: Clock) -> None:
    guid = (Alias("guid", "wire 1"),)
    file(store, fresh(store, clock, "a", aliases=guid))
    assert file(store, fresh(store, clock, "b", aliases=guid)).article is None


def test_a_guid_that_looks_like_an_address_merges_nothing(store: Store, clock: Clock) -> None:
    file(store, fresh(store, clock, "a", aliases=(Alias("guid", "https://news.example/b"),)))
    assert file(store, fresh(store, clock, "b")).article is None


def test_a_name_stays_with_who_had_it_first(store: Store, clock: Clock) -> None:
    shared = (Alias("url", "https://news.example/shared"),)
    file(store, fresh(store, clock, "a", aliases=shared))
    file(store, fresh(store, clock, "b"))
    late = fresh(store, clock, "c", url_key="https://news.example/b", aliases=shared)
    file(store, late)
    again = fresh(store, clock, "d", url_key=shared[0].value)
    assert article_of(file(store, again)).url_key == "https://news.example/a"


def test_an_address_longer_than_an_index_takes_is_found_again(store: Store, clock: Clock) -> None:
    long = "https://news.example/" + "".join(chr(0x4E00 + n * 7919 % 20000) for n in range(4000))
    file(store, fresh(store, clock, "a", url_key=long))
    assert file(store, fresh(store, clock, "b", url_key=long)).article is not None
    assert file(store, fresh(store, clock, "c", url_key=long + "x")).article is None


def test_another_text_of_an_article_is_another_version(store: Store, clock: Clock) -> None:
    first = fresh(store, clock, "a", "one")
    file(store, first)
    known = version(store, clock, first, "two", "full")
    assert known.newest.article.text == "two"
    assert known.text_hashes >= {"one", "two"}


def test_a_text_that_stands_again_is_the_newest_again(store: Store, clock: Clock) -> None:
    first = fresh(store, clock, "a", "one")
    file(store, first)
    version(store, clock, first, "two", "full")
    assert version(store, clock, first, "one", "full").newest.article.text == "one"


def test_a_text_known_from_before_does_not_become_the_newest(store: Store, clock: Clock) -> None:
    first = fresh(store, clock, "a", "one")
    file(store, first)
    version(store, clock, first, "two", "full")
    lagging = replace(again(store, clock, first, "lagging", text="one"), text_hash="one")
    file(store, lagging, drop(Outcome.KNOWN))
    newest = article_of(file(store, again(store, clock, first, "probe", scope="headline"))).newest
    assert newest.article.text == "two"


def test_rules_that_fired_are_recalled_though_they_did_not_ring(store: Store, clock: Clock) -> None:
    first = fresh(store, clock, "a", "text")
    ruling = Ruling("minerals", Severity.URGENT, Verdict.DROP, "backlog", ())
    plan = drop(Outcome.BACKLOG)

    def quiet(history: History) -> Filing:
        return Filing(replace(plan(history).decision, rulings=(ruling,)))

    file(store, first, quiet)
    history = file(store, again(store, clock, first, "edited"))
    assert (article_of(history).fired, history.rung) == (frozenset({"minerals"}), ())


def test_a_headline_that_changed_over_equal_text_is_kept(store: Store, clock: Clock) -> None:
    first = fresh(store, clock, "a", "one")
    file(store, first)
    file(store, again(store, clock, first, "edited", title="Corrected"))
    known = article_of(file(store, again(store, clock, first, "edited again", title="Corrected")))
    assert known.newest.article.title == "Corrected"
    assert known.text_hashes == {"one"}


def test_a_teaser_is_completed_and_a_teaser_later_takes_nothing_away(
    store: Store, clock: Clock
) -> None:
    first = read_as(fresh(store, clock, "a", "teaser"), scope="teaser")
    file(store, first)
    assert version(store, clock, first, "the whole", "full").newest.article.scope == "full"
    known = version(store, clock, first, "teaser", "teaser")
    assert (known.newest.article.text, known.newest.article.scope) == ("the whole", "full")
    known = version(store, clock, first, "other teaser", "teaser")
    assert (known.newest.article.text, known.newest.article.scope) == ("the whole", "full")
    assert {"teaser", "the whole"} <= known.text_hashes


def test_equal_text_that_turns_out_to_be_all_of_it_is_full(store: Store, clock: Clock) -> None:
    first = read_as(fresh(store, clock, "a", "short"), scope="teaser")
    file(store, first)
    assert version(store, clock, first, "short", "full").newest.article.scope == "full"
    assert version(store, clock, first, "short", "headline").newest.article.scope == "full"


def test_copies_are_other_articles_with_the_same_text_oldest_first(
    store: Store, clock: Clock
) -> None:
    for key in "ab":
        file(store, fresh(store, clock, key, "wire copy"))
        clock.advance(SECOND)
    history = file(store, fresh(store, clock, "c", "wire copy"))
    assert history.article is None
    assert [copy.url_key[-1] for copy in history.copies] == ["a", "b"]
    itself = fresh(store, clock, "d", "wire copy", url_key="https://news.example/a")
    assert [copy.url_key[-1] for copy in file(store, itself).copies] == ["b", "c"]


def test_without_a_text_there_are_no_copies(store: Store, clock: Clock) -> None:
    file(store, fresh(store, clock, "a"))
    assert file(store, fresh(store, clock, "b")).copies == ()


def test_after_fourteen_days_a_text_is_nobodys_original(store: Store, clock: Clock) -> None:
    first = fresh(store, clock, "a", "annual report")
    file(store, first)
    clock.advance(timedelta(days=14))
    assert len(file(store, fresh(store, clock, "b", "annual report")).copies) == 1
    clock.advance(SECOND)
    assert [
        c.url_key[-1] for c in file(store, fresh(store, clock, "c", "annual report")).copies
    ] == ["b"]


def test_at_most_twenty_copies_are_recalled(store: Store, clock: Clock) -> None:
    for n in range(21):
        file(store, fresh(store, clock, f"{n}", "wire copy"))
    assert len(file(store, fresh(store, clock, "last", "wire copy")).copies) == 20


def test_what_rang_is_recalled_over_the_whole_story_oldest_first(
    store: Store, clock: Clock
) -> None:
    first = fresh(store, clock, "a", "one")
    file(store, first, ring("al-1"))
    rang_first = clock.now
    clock.advance(LEASE)
    file(store, fresh(store, clock, "b", "two"), ring("al-2"))
    file(store, fresh(store, clock, "c", "three"), ring("al-3", story="st-2"))
    recalled = file(store, again(store, clock, first, "edited")).rung
    assert [(r.alert_id, r.subject, r.story, r.at) for r in recalled] == [
        ("al-1", "subject of al-1", "st-1", rang_first),
        ("al-2", "subject of al-1", "st-1", clock.now - SECOND),
    ]
    assert [r.article.text for r in recalled if r.article] == ["one", "two"]
    assert {r.severity for r in recalled} == {Severity.URGENT}
    assert [r.evidence for r in recalled] == [RARE_EARTH.evidence, ()]
    elsewhere = file(store, fresh(store, clock, "d", "one")).rung
    assert [r.alert_id for r in elsewhere] == ["al-1", "al-2"]


def test_a_rule_held_beside_one_that_rang_has_not_rung(store: Store, clock: Clock) -> None:
    first = fresh(store, clock, "a", "one")

    def ring_one_of_two(history: History) -> Filing:
        filing = ring()(history)
        (rings,) = filing.decision.rulings
        rulings = (rings, replace(rings, rule="truce", verdict=Verdict.HOLD))
        return replace(filing, decision=replace(filing.decision, rulings=rulings))

    file(store, first, ring_one_of_two)
    recalled = file(store, again(store, clock, first, "edited"))
    assert [rung.rule for rung in recalled.rung] == ["rare-earth"]


def test_an_article_follows_its_decision_into_another_story(store: Store, clock: Clock) -> None:
    first = fresh(store, clock, "a", "one")
    file(store, first, drop(story="st-1"))
    file(store, again(store, clock, first, "edited"), drop(story="st-2"))
    assert article_of(file(store, again(store, clock, first, "edited more"))).story == "st-2"


def keyed(
    store: Store, clock: Clock, key: str, sketch: range, terms: range = range(0)
) -> Candidate:
    made = fresh(store, clock, key, f"text of {key}")
    return replace(made, sketch=tuple(sketch), terms=tuple(terms))


def names(articles: Sequence[KnownArticle]) -> list[str]:
    return [article.url_key.rsplit("/", 1)[1] for article in articles]


def test_what_shares_three_fingerprints_or_a_term_is_near_most_first(
    store: Store, clock: Clock
) -> None:
    file(store, keyed(store, clock, "two", range(8, 12)))
    file(store, keyed(store, clock, "some", range(7, 20)))
    file(store, keyed(store, clock, "most", range(5, 20)))
    file(store, keyed(store, clock, "alike", range(0), range(-9, -2)))
    history = file(store, keyed(store, clock, "new", range(10), range(-3, 0)))
    assert names(history.near) == ["most", "some", "alike"]
    assert (history.frequency[9], history.frequency[-3]) == (3, 1)
    assert 0 not in history.frequency


def test_a_copy_is_a_member_of_its_story_and_adds_no_fingerprints(
    store: Store, clock: Clock
) -> None:
    origin = keyed(store, clock, "origin", range(9))
    file(store, origin)
    (found,) = file(store, keyed(store, clock, "probe", range(9))).near

    def copied(history: History) -> Filing:
        decision = drop(Outcome.COPY)(history).decision
        return Filing(replace(decision, original=found.id))

    for n in range(3):
        file(store, keyed(store, clock, f"copy {n}", range(9)), copied)
    history = file(store, keyed(store, clock, "next", range(9)))
    assert names(history.near) == ["origin", "probe"]
    again_ = file(store, again(store, clock, origin, "edited", text="edited"))
    assert names(again_.copies) == ["copy 0", "copy 1", "copy 2"]


def test_a_key_on_more_than_fifty_articles_counts_for_nothing(store: Store, clock: Clock) -> None:
    for n in range(51):
        assert len(file(store, keyed(store, clock, f"{n}", range(4))).near) == min(n, 8)
    history = file(store, keyed(store, clock, "last", range(4)))
    assert history.near == ()
    assert set(history.frequency.values()) == {51}


def test_after_fourteen_days_fingerprints_find_nothing(store: Store, clock: Clock) -> None:
    file(store, keyed(store, clock, "old", range(-4, 4)))
    clock.advance(timedelta(days=14))
    assert names(file(store, keyed(store, clock, "late", range(-4, 0))).near) == ["old"]
    clock.advance(timedelta(days=1))
    assert names(file(store, keyed(store, clock, "later", range(4))).near) == []


def test_feeds_whose_backlog_alone_held_an_article_are_named(store: Store, clock: Clock) -> None:
    first = fresh(store, clock, "a", "text")
    file(store, first, drop(Outcome.BACKLOG))
    assert article_of(file(store, again(store, clock, first, "x"), drop())).backlog == {"wire"}
    assert article_of(file(store, again(store, clock, first, "y"))).backlog == frozenset()


def test_the_last_reading_is_recalled_beside_the_fullest(store: Store, clock: Clock) -> None:
    first = fresh(store, clock, "a", "the whole")
    file(store, first)
    short = again(store, clock, first, "short", text="a stub", scope="teaser")
    file(store, replace(short, text_hash="a stub"))
    known = article_of(file(store, again(store, clock, first, "probe")))
    assert known.latest is not None
    assert (known.newest.article.text, known.latest.article.text) == ("the whole", "a stub")
