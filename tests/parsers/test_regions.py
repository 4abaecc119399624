from __future__ import annotations

import pytest

from parsers.markup import read_markup
from parsers.regions import read_blocks

SENTENCE = "The ferry number {} came in late with a hold of tin and of salt from the coast."
STORY = "".join(f"<p>{SENTENCE.format(number)}</p>" for number in range(6))


def labels(page: str) -> dict[str, str]:
    soup, _ = read_markup(page)
    return {block.text: block.label for block in read_blocks(soup)}


@pytest.mark.parametrize(
    ("name", "region"),
    [
        ("PromoSmall-title", "related"),
        ("read-next", "related"),
        ("article__summary", "lead"),
        ("imagecaption", "caption"),
        ("print-header", "furniture"),
        ("nl-cta", "newsletter"),
        ("promote", ""),
        ("biology", ""),
    ],
)
def test_a_class_names_the_region_by_whole_words(name: str, region: str) -> None:
    words = "Freight on the coast was dear in the spring of that year, too"
    assert labels(f"<div class='{name}'>{words}</div>{STORY}")[words] == region


def test_words_alone_beside_a_picture_are_its_caption() -> None:
    found = labels(f"{STORY}<div><img src=x><span>The pier at night</span></div>")
    assert found["The pier at night"] == "caption"


def test_a_paragraph_beside_a_picture_is_story() -> None:
    found = labels(f"<div><img src=x><p>{SENTENCE.format(9)}</p></div>{STORY}")
    assert found[SENTENCE.format(9)] == ""


def test_a_second_article_with_a_linked_heading_is_related() -> None:
    teaser = f"<article><h2><a href=/b>Salt is dear</a></h2><p>{SENTENCE.format(8)}</p></article>"
    beside = labels(f"<article><h1>Ferry late</h1>{STORY}</article>{teaser}")
    within = labels(f"<article><h1>Ferry late</h1>{STORY}{teaser}</article>")
    assert beside[SENTENCE.format(8)] == within[SENTENCE.format(8)] == "related"


def test_a_bulletin_of_a_live_page_is_story() -> None:
    bulletin = f"<article><h2><a href=#post-1>10:40</a></h2><p>{SENTENCE.format(8)}</p></article>"
    found = labels(f"<article><h1>Ferry late</h1>{STORY}{bulletin}</article>")
    assert found[SENTENCE.format(8)] == ""


def test_who_the_reporter_is_does_not_end_the_story_but_is_not_in_it() -> None:
    bio = "Ines Tarrow covers the coast and has sailed on ferries since she was nine."
    page = f"<h1>Ferry late</h1><p class=byline>By Ines Tarrow</p>{STORY}<p>{bio}</p>"
    assert labels(page)[bio] == "byline"


def test_a_person_of_the_story_is_no_reporter() -> None:
    told = "Ines Tarrow told the harbour board that she had seen the ferry sink."
    page = f"<h1>Ferry late</h1><p class=byline>By Sam Poe</p>{STORY}<p>{told}</p>"
    assert labels(page)[told] == ""
