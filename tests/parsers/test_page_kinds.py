from __future__ import annotations

import pytest

from parsers.article import parse_article

BANNER = "<div class=cookies>We use cookies. Accept all cookies or reject all cookies.</div>" * 9


def test_a_short_story_below_a_long_cookie_banner_is_an_article() -> None:
    told = "".join(
        f"<p>The ferry no. {n} came in late with a hold of tin and of salt, and the pier was dark "
        "when the crew made her fast.</p>"
        for n in range(5)
    )
    article = parse_article(f"<h1>Late ferry</h1>{told}{BANNER}", url="https://paper.example/a")
    assert article.note == ""
    assert article.scope == "full"


@pytest.mark.parametrize(
    ("address", "bulletins"),
    [
        ("live/storm", 2),
        ("en-directo/storm", 2),
        ("newsticker/storm", 2),
        ("harbour-director-resigns", 0),
        ("sticker-tax", 0),
    ],
)
def test_what_readers_post_is_a_bulletin_under_a_live_address_only(
    address: str, bulletins: int
) -> None:
    posts = "".join(
        f"<div id=post-{n}><time datetime=2025-09-01T0{n}:10:00Z>now</time><p>Well said.</p></div>"
        for n in range(1, 3)
    )
    article = parse_article(f"<h1>Harbour</h1>{posts}", url=f"https://paper.example/{address}")
    assert len(article.live) == bulletins
