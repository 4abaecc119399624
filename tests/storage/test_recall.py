from __future__ import annotations

from dataclasses import replace

from tests.clock import NOON, Clock
from tests.storage.samples import (
    LEASE,
    RARE_EARTH,
    SECOND,
    again,
    article_of,
    drop,
    file,
    fresh,
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


def test_a_rule_dropped_beside_one_that_rang_has_not_rung(store: Store, clock: Clock) -> None:
    first = fresh(store, clock, "a", "one")

    def ring_one_of_two(history: History) -> Filing:
        filing = ring()(history)
        (rings,) = filing.decision.rulings
        rulings = (rings, replace(rings, rule="truce", verdict=Verdict.DROP))
        return replace(filing, decision=replace(filing.decision, rulings=rulings))

    file(store, first, ring_one_of_two)
    recalled = file(store, again(store, clock, first, "edited"))
    assert [rung.rule for rung in recalled.rung] == ["rare-earth"]


def test_an_article_follows_its_decision_into_another_story(store: Store, clock: Clock) -> None:
    first = fresh(store, clock, "a", "one")
    file(store, first, drop(story="st-1"))
    file(store, again(store, clock, first, "edited"), drop(story="st-2"))
    assert article_of(file(store, again(store, clock, first, "edited more"))).story == "st-2"


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
