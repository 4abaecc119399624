"""Dates as pages show and hide them around a headline: what is read, and as which of the two."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from parsers.article import parse_article

STORY = "<p>The harbour board raised the fee for night berths by a fifth on Monday, and said that "
STORY += "the money would go into a second tug and lamps along the mole.</p>"
FIRST = datetime(2025, 6, 5, 15, 10, tzinfo=UTC)
LATER = datetime(2025, 6, 5, 16, 30, tzinfo=UTC)
DAY = datetime(2025, 6, 5, tzinfo=UTC)

LD = '<script type="application/ld+json">{"@type": "%s", "headline": "Second tug", %s}</script>'
FIRST_LD, LATER_LD = (
    '"datePublished": "2025-06-05T15:10:00Z"',
    '"dateModified": "2025-06-05T16:30Z"',
)

LOCAL_LD = '"datePublished": "2025-06-05T11:10:00", "dateModified": "2025-06-05T12:30:00"'


@pytest.mark.parametrize(
    ("printed", "published", "modified"),
    [
        ('<time datetime="2025-06-05T11:10:00-04:00">June 5</time>', FIRST, None),
        ("<time>June 5, 2025 11:10 am ET</time>", FIRST, None),
        ('<time datetime="1749136200000">2 hours ago</time>', FIRST, None),
        ('<time data-timestamp="1749136200000">2 hours ago</time>', FIRST, None),
        ('<span class="stamp" data-time="1749136200">2 hours ago</span>', FIRST, None),
        ('<x-stamp data-timestamp="1749136200000"><span>June 5</span></x-stamp>', FIRST, None),
        ('<abbr class="published" title="2025-06-05T15:10:00+00:00">June 5</abbr>', FIRST, None),
        ('<span data-id="1749136200">Night berths</span>', None, None),
        ('<p data-modified="2025-06-05T16:30:00Z">today</p>', None, LATER),
        (
            (
                '<div class="modified"><time datetime="2025-06-05T16:30:00Z">5 June</time></div>'
                '<div class="posted"><time datetime="2025-06-05T15:10:00Z">5 June</time></div>'
            ),
            FIRST,
            LATER,
        ),
        (
            (
                '<time datetime="2025-06-05T15:10Z">5 June</time> Updated '
                '<time datetime="2025-06-05T16:30Z">later</time>'
            ),
            FIRST,
            LATER,
        ),
        (
            "<p>PUBLISHED THU, JUN 5 2025 11:10 AM EDT UPDATED THU, JUN 5 2025 12:30 PM EDT</p>",
            FIRST,
            LATER,
        ),
        ("<p>June 5, 2025 / 11:10 AM EDT / Quay News</p>", FIRST, None),
        ("<p>Updated on: June 5, 2025 / 12:30 PM EDT / Quay News</p>", None, LATER),
        ("<p>June 5, 2025Updated 12:30 p.m. ET</p>", DAY, LATER),
        ("<p>June 5, 2025 11:10 AM Eastern Daylight Time</p>", FIRST, None),
        ("<p>2025-06-05 23:10 (Beijing Time)</p>", FIRST, None),
        (
            (
                "<p class=byline>By Ada Brink and Marlow Quist Thursday, June 5, 2025, 08:10 am PT "
                "(11:10 am ET)</p>"
            ),
            FIRST,
            None,
        ),
        (LD % ("WebPage", f"{FIRST_LD}, {LATER_LD}"), FIRST, LATER),
        (LD % ("WebPage", LATER_LD) + LD % ("NewsArticle", FIRST_LD), FIRST, None),
        (LD % ("VideoObject", FIRST_LD), None, None),
        ("<p>June 5, 2025 11:10 am ET, updated 12:30 pm ET</p>", FIRST, LATER),
        ("<p>June 5, 2025 11:10 am ET</p><p>Updated 12:30 p.m. ET</p>", FIRST, LATER),
        ("<p>June 5, 2025 11:10 am ET</p><p>Updated an hour ago</p>", FIRST, None),
        (LD % ("NewsArticle", LOCAL_LD) + "<p>June 5, 2025 11:10 am ET</p>", FIRST, LATER),
        (LD % ("NewsArticle", LOCAL_LD) + "<p>Updated June 5, 2025 12:30 pm ET</p>", FIRST, LATER),
        (LD % ("NewsArticle", '"datePublished": 1749136200.0'), FIRST, None),
        ('<meta property="og:article:published_time" content="2025-06-05T15:10Z">', FIRST, None),
        ('<meta name="cXenseParse:recs:publishtime" content="2025-06-05T15:10Z">', FIRST, None),
    ],
)
def test_the_dates_of_a_page_are_found(
    printed: str, published: datetime | None, modified: datetime | None
) -> None:
    page = f"<html lang=en><body><article><h1>Second tug</h1>{printed}{STORY}</article>"
    article = parse_article(page, url="https://quay.example/a")
    assert (article.published, article.modified) == (published, modified)


@pytest.mark.parametrize(
    "printed",
    [
        "<div>by <span class=authors>Ada Brink</span> on trade — June 5, 2025</div>",
        "<div>Words: <a rel=author href=/ab>Ada Brink</a>, pictures: Odo Fenn</div>",
        "<p class=meta>By Ada Brink, Thursday, 5 June 2025 08:05 GMT</p>",
        "<div class=byline>By <a href=/ab>Ada Brink</a><span>Staff Writer</span></div>",
        "<div class=author><a href=/ab>Ada Brink</a><a href=/ab/all>View More Articles</a></div>",
    ],
)
def test_who_wrote_it_is_found_in_a_line_of_other_words(printed: str) -> None:
    page = f"<html lang=en><body><article><h1>Second tug</h1>{printed}{STORY}</article>"
    assert parse_article(page, url="https://quay.example/a").authors == ("Ada Brink",)


@pytest.mark.parametrize(
    "printed",
    [
        "<p class=byline>By Ada Brink</p><p class=byline>By Ben Imre</p>",
        "<ul class=authors><li><a href=/a>Ada Brink</a></li><li><a href=/b>Ben Imre</a></li></ul>",
        "<a rel=author href=/a>Ada Brink</a><a rel=author href=/b>Ben Imre</a>",
        "<div class=c-byline><span>By</span><span>Ada Brink</span><span>and Ben Imre</span></div>",
        "<p class=byline>Ada Brink</p><p class=byline>Ben Imre</p><div class=bio>Ropes Today</div>",
    ],
)
def test_all_who_wrote_it_are_named_where_each_has_a_line(printed: str) -> None:
    page = (
        f"<html lang=en><body><article><h1>Second tug</h1>{printed}{STORY}</article></body></html>"
    )
    assert parse_article(page, url="https://quay.example/a").authors == ("Ada Brink", "Ben Imre")


def test_a_chinese_wire_names_its_reporters_in_the_dateline() -> None:
    story = "<p>新海社北港6月5日电（记者林小舟、周远帆）港口委员会周一宣布提高夜间泊位费。</p>"
    page = f"<html lang=zh><body><h1>泊位费上调</h1>{story * 3}</body></html>"
    assert parse_article(page, url="https://quay.example/a").authors == ("林小舟", "周远帆")
