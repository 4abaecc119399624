from __future__ import annotations

from tests.stories.desk_hands import CALL
from wirebell.core.decisions import Alias
from wirebell.core.news import Article, Entry
from wirebell.stories import aliases_of, arrive, key_of, text_hash


def test_an_entry_is_known_by_its_id_before_its_link() -> None:
    first = arrive(Entry("guid-1", "https://a.example/x", "One"))
    moved = arrive(Entry("guid-1", "https://a.example/y", "One"))
    assert first.key == moved.key


def test_without_an_id_the_link_without_its_tracking_is_the_key() -> None:
    first = arrive(Entry("", "https://a.example/x?utm_source=rss", "One"))
    again = arrive(Entry("", "http://www.a.example/x", "One"))
    assert first.key == again.key


def test_an_entry_with_neither_is_known_by_its_words() -> None:
    one, two = arrive(Entry("", "", "One")), arrive(Entry("", "", "Two"))
    assert one.key != two.key
    assert arrive(Entry("", "", "One")).key == one.key


def test_editing_the_words_changes_the_fingerprint_and_not_the_key() -> None:
    first, edited = arrive(Entry("g", "", "One", "old")), arrive(Entry("g", "", "One", "new"))
    assert first.key == edited.key
    assert first.fingerprint != edited.fingerprint


def test_an_article_without_an_address_is_keyed_inside_its_feed() -> None:
    entry = Entry("g", "", "One")
    assert key_of("", "harbour", entry) != key_of("", "meridian", entry)


def test_a_front_page_names_no_article() -> None:
    one, two = Entry("", "http://a.example", "One"), Entry("", "http://a.example", "Two")
    assert arrive(one).key != arrive(two).key
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
