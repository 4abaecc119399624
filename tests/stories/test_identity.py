from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from tests.stories.desk_hands import CALL
from wirebell.core.decisions import Alias
from wirebell.core.news import Article, Entry
from wirebell.stories import aliases_of, arrive, key_of, recognise, text_hash


def keys(*entries: Entry) -> list[str]:
    return [arrival.key for arrival in arrive(entries)]


def feed(*odd: Entry, of: int = 40) -> list[Entry]:
    """A document of sound entries with some odd ones at its end."""
    sound = [Entry(f"g{n}", f"https://a.example/{n}", f"Story {n}") for n in range(of - len(odd))]
    return [*sound, *odd]


def test_an_entry_is_known_by_its_id_before_its_link() -> None:
    first = arrive([Entry("guid-1", "https://a.example/x", "One")])[0]
    moved = arrive([Entry("guid-1", "https://a.example/y", "One")])[0]
    assert first.key == moved.key
    assert first.fingerprint != moved.fingerprint, "two addresses under a guid are two articles"


def test_without_an_id_the_link_without_its_tracking_is_the_key() -> None:
    (first,) = keys(Entry("", "https://a.example/x?utm_source=rss", "One"))
    assert keys(Entry("", "http://www.a.example/x", "One edited")) == [first]


def test_an_entry_with_neither_is_known_by_its_title_and_date_or_all_its_words() -> None:
    noon = datetime(2025, 6, 5, 12, tzinfo=UTC)
    dated = [Entry("", "", "One", words, published=noon) for words in ("old", "new")]
    assert keys(dated[0]) == keys(dated[1])
    assert keys(dated[0]) != keys(replace(dated[0], published=noon + timedelta(days=1)))
    assert keys(Entry("", "", "One", "a")) != keys(Entry("", "", "One", "b"))
    assert keys(Entry("", "", "One")) == keys(Entry("", "", "One"))


def test_a_guid_two_entries_share_counts_with_their_links() -> None:
    pair = [Entry("g", f"https://a.example/{n}", f"One {n}") for n in "xy"]
    found = keys(*feed(*pair))
    assert found[0] == "id g0"
    assert found[-2:] == ["id g https://a.example/x", "id g https://a.example/y"]
    assert len({*keys(*feed(*(replace(e, url="") for e in pair)))}) == 40


def test_a_document_with_too_many_odd_guids_is_read_by_its_links() -> None:
    odd = [Entry("", f"https://a.example/{n}", f"Odd {n}") for n in "xyz"]
    assert keys(*feed(*odd[:2]))[0] == "id g0"
    assert keys(*feed(*odd))[0] == "url https://a.example/0"
    unlinked = [*odd, Entry("g", "", "No link")]
    assert keys(*feed(*unlinked))[-1] == "id g"


def test_one_guid_for_all_entries_keeps_them_all() -> None:
    same = [Entry("tag:x", f"https://a.example/{n}", "Story") for n in range(10)]
    assert len({*keys(*same)}) == 10


def test_editing_the_words_changes_the_fingerprint_and_not_the_key() -> None:
    first, edited = (arrive([Entry("g", "", "One", words)])[0] for words in ("old", "new"))
    assert first.key == edited.key
    assert first.fingerprint != edited.fingerprint


def test_another_date_or_stamp_or_other_trimmings_change_nothing() -> None:
    noon = datetime(2025, 6, 5, 12, tzinfo=UTC)
    first = Entry("g", "https://a.example/x", "One", "Words", "Long words", noon, noon)
    later = replace(first, updated=noon + timedelta(hours=1), published=None, categories=("x",))
    assert arrive([first])[0].fingerprint == arrive([later])[0].fingerprint
    longer = replace(first, content="Long words and a box of links")
    assert arrive([first])[0].fingerprint == arrive([longer])[0].fingerprint
    alone = replace(longer, summary="")
    assert arrive([replace(first, summary="")])[0].fingerprint != arrive([alone])[0].fingerprint


def test_what_a_feed_renamed_is_known_again_by_headline_or_link() -> None:
    before = [Entry(f"old{n}", f"https://a.example/{n}", f"Story {n}") for n in range(4)]
    renamed = [replace(entry, id=f"new{n}") for n, entry in enumerate(before)]
    moved = [replace(entry, url=entry.url.replace("a.", "b.")) for entry in renamed]
    fresh = Entry("new9", "https://a.example/9", "Story 9")
    for feed_now in (renamed, moved):
        found = recognise(arrive([*feed_now, fresh]), before)
        assert found == {f"id new{n}" for n in range(4)}


def test_a_headline_that_several_have_or_that_was_edited_is_not_known_by_it() -> None:
    briefing = [Entry(f"o{n}", f"https://a.example/o{n}", "Briefing") for n in range(3)]
    one = Entry("n1", "https://a.example/n1", "Briefing")
    assert recognise(arrive([one]), briefing) == frozenset()
    assert recognise(arrive([one, replace(one, id="n2", url="")]), briefing[:1]) == frozenset()
    edited = Entry("n3", "https://a.example/o1", "Briefing, corrected")
    assert recognise(arrive([edited]), briefing) == frozenset()
    assert recognise(arrive([replace(briefing[1], id="n4")]), briefing) == {"id n4"}
    assert recognise(arrive([Entry("n5", "", "")]), [Entry("o5", "", "")]) == frozenset()


def test_an_article_without_an_address_is_keyed_inside_its_feed() -> None:
    entry = Entry("g", "", "One")
    assert key_of("", "harbour", entry) != key_of("", "meridian", entry)


def test_a_front_page_names_no_article() -> None:
    one, two = Entry("", "http://a.example", "One"), Entry("", "http://a.example", "Two")
    assert len({*keys(one, two)}) == 2
    assert key_of(one.url, "f", one) != key_of(two.url, "f", two)
    assert aliases_of("f", one, Article(url=one.url, title="One")) == ()


def test_a_guid_counts_only_inside_its_feed() -> None:
    entry, article = Entry("g", "", "One"), Article(url="", title="One")
    assert aliases_of("harbour", entry, article) == (Alias("guid", "harbour g"),)


def test_a_canonical_address_counts_on_its_own_site_and_never_as_front_page_or_section() -> None:
    entry = Entry("", "https://edition.daily.co.uk/world/x?id=3", "One")

    def urls(canonical: str) -> list[str]:
        page = Article(url=entry.url, title="One", canonical_url=canonical)
        return [alias.value for alias in aliases_of("f", entry, page)]

    assert "https://daily.co.uk/story" in urls("https://www.daily.co.uk/story")
    for other in ("https://daily.co.uk/", "https://other.co.uk/story", "https://[x/story"):
        assert other not in urls(other)
    section = "https://edition.daily.co.uk/world"
    assert section not in urls(section)


def test_wire_copy_under_two_headlines_is_one_text() -> None:
    one = Article(url="", title="Presidents speak", text=CALL)
    two = Article(url="", title="Leaders talk trade", text=CALL.replace(" ", "  "))
    assert text_hash(one) == text_hash(two)


def test_a_formula_under_two_headlines_is_two_texts() -> None:
    formula = "This is a breaking news story and will be updated."
    one = Article(url="", title="Quake in Peru", text=formula)
    two = Article(url="", title="Quake in Japan", text=formula)
    assert text_hash(one) != text_hash(two)
