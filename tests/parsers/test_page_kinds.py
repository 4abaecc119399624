from __future__ import annotations

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
