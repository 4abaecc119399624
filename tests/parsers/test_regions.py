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
    box = f"<div class='{name}'><p>{words}</p><a href=/b>Go</a></div>"
    assert labels(f"{box}{STORY}")[words] == region


def test_a_box_that_leads_nowhere_is_no_list_of_other_stories() -> None:
    assert labels(f"<p class=teaser>{SENTENCE.format(9)}</p>{STORY}")[SENTENCE.format(9)] == ""


def test_the_rest_of_a_story_folded_away_is_story_and_a_message_is_not() -> None:
    rest = "".join(f"<p>{SENTENCE.format(n)}</p>" for n in range(10, 16))
    message = f"<p>{SENTENCE.format(99)}</p>"
    body = f"{STORY}<div hidden>{rest}</div><div style='display: none'>{message}</div>"
    found = labels(f"<article><h1>Ferry late</h1>{body}</article>")
    assert (found[SENTENCE.format(12)], found[SENTENCE.format(99)]) == ("", "furniture")


def test_what_is_folded_away_beside_the_article_is_not_story() -> None:
    rest = "".join(f"<p>{SENTENCE.format(n)}</p>" for n in range(10, 14))
    found = labels(f"<article><h1>Ferry late</h1>{STORY * 3}</article><div hidden>{rest}</div>")
    assert found[SENTENCE.format(12)] == "furniture"


def test_cards_beside_the_article_are_related_however_many() -> None:
    cards = "".join(
        f"<div><a href=/{n}><h3>Salt {n}</h3></a><p>{SENTENCE.format(n)}</p></div>"
        for n in range(10, 30)
    )
    found = labels(f"<article><h1>Ferry late</h1>{STORY}</article><section>{cards}</section>")
    assert {found[SENTENCE.format(n)] for n in range(10, 30)} == {"related"}


def test_the_next_article_with_a_headline_of_its_own_is_another_though_it_is_longer() -> None:
    more = "".join(f"<p>{SENTENCE.format(n)}</p>" for n in range(10, 20))
    after = f"<article><h1>Salt is dear</h1>{more}</article>"
    first = f"<title>Ferry late | Quay</title><body><article><h1>Ferry late</h1>{STORY}</article>"
    page = first + after
    assert labels(page)[SENTENCE.format(12)] == "related"


def test_the_headline_is_the_one_the_title_names_not_the_first() -> None:
    box = "<div class=promo><h1>Quay live</h1><a href=/l>Watch</a></div>"
    head = (
        "<div class='story-promo'><h1>Ferry late</h1><p>10:40, 5 June 2025</p><a href=/>x</a></div>"
    )
    assert (
        labels(f"<title>Ferry late</title>{box}{head}{STORY}")["10:40, 5 June 2025"] == "furniture"
    )


def test_a_story_told_beside_pictures_is_no_set_of_captions() -> None:
    slides = "".join(
        f"<div><img src=x><div>{SENTENCE.format(n)}</div></div>" for n in range(10, 16)
    )
    assert labels(f"<article><h1>Ferry late</h1>{slides}</article>")[SENTENCE.format(12)] == ""


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


def test_a_box_about_the_author_is_not_story() -> None:
    words = "She joined in 2011 and lives by the sea."
    box = f"<div><h4>About the author</h4><p>{words}</p><a href=/ab>More</a></div>"
    found = labels(f"<article><h1>Ferry late</h1>{STORY}{box}</article>")
    assert found[words] == "related"
