from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from parsers.article import article_from_entry, parse_article, with_entry_words
from wirebell.core.news import Article, Entry, Regions

URL = "https://paper.example/a"
AT = datetime(2025, 6, 5, 15, 10, tzinfo=UTC)
LONG = "The council met in the old hall and voted on the quay, the lamps and the boats. " * 12


def entry(summary: str = "", content: str = "") -> Entry:
    title = "Council votes on the quay"
    return Entry("1", URL, title, summary, content, published=AT, authors=("Ada Brink",))


def test_a_title_alone_is_a_headline() -> None:
    article = article_from_entry(entry())
    assert (article.scope, article.text, article.lead) == ("headline", "", "")
    assert (article.url, article.title) == (URL, "Council votes on the quay")
    assert (article.published, article.authors) == (AT, ("Ada Brink",))


def test_a_summary_makes_a_teaser() -> None:
    article = article_from_entry(entry(summary="The vote was closer than anybody had thought."))
    assert article.scope == "teaser"
    assert article.text == "The vote was closer than anybody had thought."


def test_a_summary_that_repeats_the_title_is_no_teaser() -> None:
    article = article_from_entry(entry(summary="Council votes on the quay…"))
    assert (article.scope, article.text) == ("headline", "")


def test_content_of_150_words_is_the_story() -> None:
    article = article_from_entry(entry(summary="A close vote on Monday night.", content=LONG))
    assert article.scope == "full"
    assert article.lead == "A close vote on Monday night."


def test_a_summary_the_content_begins_with_is_said_once() -> None:
    article = article_from_entry(entry(summary="The council met in the old hall…", content=LONG))
    assert article.lead == ""


def test_content_loses_its_sign_off() -> None:
    content = "The vote was close.\nReporting by Ada Brink; Editing by Sam Poe"
    article = article_from_entry(entry(content=content), url="https://other.example/b")
    assert article.text == "The vote was close."
    assert article.regions.sign_off == ("Reporting by Ada Brink; Editing by Sam Poe",)
    assert article.url == "https://other.example/b"


def test_a_full_article_keeps_its_words_and_gets_the_fields_it_lacks() -> None:
    article = Article(url=URL, title="", text="The story.", scope="full")
    done = with_entry_words(article, entry(content=LONG))
    assert done.text == "The story."
    assert (done.title, done.published) == ("Council votes on the quay", AT)


def test_an_empty_page_is_completed_by_the_entry() -> None:
    article = parse_article(b"", url=URL)
    done = with_entry_words(article, entry(content=LONG))
    assert done.title == "Council votes on the quay"
    assert done.text == LONG.strip()
    assert done.scope == "full"


def test_words_of_page_and_entry_are_kept_once_and_both() -> None:
    article = Article(
        url=URL,
        title="Quay vote",
        text="The vote was close.\nOnly the page says this about the lamps.",
        lead="A night in the hall.",
        scope="teaser",
    )
    told = entry(
        content="The vote was close.\nOnly the feed says this about boats.\nA night in the hall."
    )
    done = with_entry_words(article, told)
    assert done.text.count("The vote was close.") == 1
    assert "Only the page" in done.text
    assert "Only the feed" in done.text
    assert (done.text.count("A night in the hall."), done.lead) == (1, "")
    assert (done.title, done.alt_titles) == ("Quay vote", ("Council votes on the quay",))


lines = st.lists(st.sampled_from(["One boat.", "Two boats came.", "A lamp.", "Rain…"]), max_size=4)


@given(lines.map("\n".join), lines.map("\n".join), lines.map(" ".join))
def test_completing_loses_no_words_and_twice_is_once(page: str, content: str, summary: str) -> None:
    article = Article(url=URL, title="T", text=page, scope="teaser", regions=Regions())
    told = entry(content=content, summary=summary)
    done = with_entry_words(article, told)
    said = f"{done.lead}\n{done.text}"
    assert all(line in said for line in page.split("\n"))
    assert with_entry_words(done, told).text == done.text
