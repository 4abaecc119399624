from __future__ import annotations

import pytest

from parsers.body import MOST_ELEMENTS, read_body, tidy
from parsers.markup import read_markup
from parsers.phrases import count_words
from parsers.regions import read_blocks


def body_of(page: str) -> tuple[str, ...]:
    soup, tree = read_markup(page)
    return read_body(soup, tree, read_blocks(soup), title="Head").paragraphs


def section(number: int) -> str:
    words = f"Section {number} tells of a ship that came in late with a hold of tin and of salt."
    return f'<div class="chunk"><p>{words}</p><p>{words.replace("tells", "knows")}</p></div>'


def test_equal_sections_are_kept_whichever_reading_stops_early() -> None:
    page = "<h1>Head</h1>" + '<aside class="ad">x</aside>'.join(section(n) for n in range(6))
    assert len(body_of(page)) == 12


def test_a_paragraph_of_links_is_not_story() -> None:
    links = (
        "<p><a href=/a>Another ship came in early with a hold of silver and no salt at all</a></p>"
    )
    paragraphs = body_of(f"<h1>Head</h1>{section(1)}{links}{section(2)}")
    assert len(paragraphs) == 4


def test_a_title_printed_again_is_not_story() -> None:
    assert "Head" not in body_of(f"<p>Head</p>{section(1)}")


def test_a_repeated_paragraph_is_said_once() -> None:
    assert tidy(["One.", "One.", "Two."]).paragraphs == ("One.", "Two.")


def test_only_the_first_paragraph_has_a_dateline() -> None:
    body = tidy(["ROME — The ship came.", "ROME — The city slept."])
    assert body.paragraphs == ("The ship came.", "ROME — The city slept.")
    assert body.datelines == ("ROME",)


def test_words_are_counted_as_people_count_them() -> None:
    assert count_words("The 90-day truce isn't over, U.S. says") == 7
    assert count_words("两国元首通话") == 3
    assert count_words("— … !") == 0


def test_a_page_of_too_many_elements_is_read_at_a_low_confidence() -> None:
    page = "".join(section(number) for number in range(MOST_ELEMENTS // 3 + 1))
    soup, tree = read_markup(page)
    body = read_body(soup, tree, read_blocks(soup), title="Head")
    assert body.confidence == pytest.approx(1 / 3, abs=0.001)
    assert len(body.paragraphs) == 2 * (MOST_ELEMENTS // 3 + 1)
