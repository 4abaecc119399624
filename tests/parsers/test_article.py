from __future__ import annotations

import pickle
from datetime import UTC, datetime
from pathlib import Path

import pytest

from parsers.article import parse_article
from wirebell.core.news import FIELDS, REGIONS, Article

PAGES = Path(__file__).parent.parent / "data" / "articles"


def read(name: str) -> Article:
    page = (PAGES / f"{name}.html").read_bytes()
    return parse_article(page, url=f"https://paper.example/{name}")


def everything_matched(article: Article) -> str:
    return "\n".join(article.words_of(place) for place in FIELDS)


class TestThePhoneCall:
    def test_the_story_is_whole(self) -> None:
        text = read("phone-call").text
        paragraphs = text.split("\n")
        assert len(paragraphs) == 7
        assert paragraphs[0].startswith("The presidents of the United States and China spoke")
        for words in (
            "Treasury Secretary Scott Bessent, Commerce Secretary Howard Lutnick and Trade",
            "Representative Jamieson Greer",
            "rare-earth minerals",
            "90-day truce",
            "Foreign Minister Wang Yi",
            "Wang said both capitals",
        ):
            assert words in text

    def test_story_sentences_after_the_sign_off_stay(self) -> None:
        article = read("phone-call")
        assert article.text.endswith(
            "Stocks rose after word of the call and gave back half of the gain by noon. "
            "Traders said that they would wait for a date before they bought again."
        )
        (sign_off,) = article.regions.sign_off
        assert sign_off.startswith("Write to Marlow Quist at ")
        assert sign_off.endswith("ines.tarrow@ledger.example")

    @pytest.mark.parametrize(
        ("words", "region"),
        [
            ("Marlow Quist", "byline"),
            ("container port", "caption"),
            ("Odo Fenn", "credit"),
            ("Truce in another war", "related"),
            ("newsletter on sanctions", "newsletter"),
            ("gallium", "comments"),
            ("ledger.example", "sign_off"),
        ],
    )
    def test_what_is_not_the_story_is_kept_apart(self, words: str, region: str) -> None:
        article = read("phone-call")
        assert words in article.words_of(region)
        assert words not in everything_matched(article)

    @pytest.mark.parametrize(
        "words", ["Updated", "Key Points", "antimony", "Embargo", "Share", "rights"]
    )
    def test_furniture_is_nowhere(self, words: str) -> None:
        article = read("phone-call")
        assert words not in everything_matched(article)
        assert all(words not in article.words_of(region) for region in REGIONS)

    def test_key_points_are_a_field_of_their_own(self) -> None:
        article = read("phone-call")
        assert len(article.key_points) == 2
        assert article.key_points[0].endswith("for about an hour and a half on Thursday.")
        assert article.key_points[1].startswith("Both agreed that their delegations should sit")
        assert "hour and a half" not in article.text

    def test_every_field_is_read(self) -> None:
        article = read("phone-call")
        assert article.title == "Leaders Speak by Phone, Clearing the Way for Talks"
        assert article.alt_titles == ("Phone call between presidents reopens trade talks",)
        assert article.authors == ("Marlow Quist", "Ines Tarrow")
        assert article.published == datetime(2025, 6, 5, 13, 2, tzinfo=UTC)
        assert article.modified == datetime(2025, 6, 5, 15, 10, tzinfo=UTC)
        assert article.lead.startswith("Officials from both capitals will meet soon")
        assert article.canonical_url == "https://ledger.example/world/phone-call"
        assert (article.section, article.language) == ("World", "en-US")
        assert (article.site_name, article.access) == ("Harbor Ledger", "free")
        assert article.scope == "full"
        assert article.confidence > 0.8

    def test_it_crosses_a_process_border_unchanged(self) -> None:
        article = read("phone-call")
        assert pickle.loads(pickle.dumps(article)) == article


def test_a_wire_story_loses_dateline_and_credits_only() -> None:
    article = read("wire")
    assert article.text.startswith("Workers at the country's largest aluminium smelter")
    assert "a cold furnace & a long winter" in article.text
    assert article.text.endswith("at full heat again within a fortnight.")
    assert article.regions.dateline == ("OSTERVIK, March 11 (Coastwire)",)
    assert article.regions.sign_off == (
        "(Reporting by Petra Lunde in Ostervik and Sam A. Okoro; Editing by Greta Hale)",
    )
    assert article.authors == ("Petra Lunde",)
    assert article.alt_titles == ()


def test_a_script_shell_holds_no_text_and_says_so() -> None:
    article = read("shell")
    assert article.text == ""
    assert article.title == "Minister resigns over gallium permits"
    assert article.lead.startswith("The trade minister stepped down")
    assert article.scope == "teaser"
    assert article.confidence == 0.0
    assert "tungsten" not in everything_matched(article)


def test_a_paywalled_stub_is_a_teaser_without_the_wall() -> None:
    article = read("paywalled")
    assert (article.access, article.scope) == ("paywalled", "teaser")
    assert article.text.startswith("The central bank is leaning")
    assert "ubscri" not in everything_matched(article)
    assert article.authors == ()  # the site's own name is no author


def test_broken_json_costs_nothing_but_itself() -> None:
    article = read("broken-json")
    assert article.authors == ("Nils Aker", "Dora Vane")
    assert article.published == datetime(2024, 11, 2, 6, 15, tzinfo=UTC)
    assert article.text.count("\n") == 2
    assert article.section == "Coast"  # from the second script, wrapped in comment marks


def test_of_several_nodes_the_one_whose_headline_fits_counts() -> None:
    article = read("several-nodes")
    assert article.authors == ("Ada Brink",)  # by @id; the organisation is the site
    assert article.published == datetime(2025, 4, 1, 8, 0, tzinfo=UTC)
    assert article.modified == datetime(2025, 4, 1, 10, 30, tzinfo=UTC)
    assert (article.section, article.site_name) == ("Farms", "Field & Port")


def test_a_chinese_page_is_read_like_any_other() -> None:
    article = read("chinese")
    assert article.title == "两港航线恢复通航"
    assert article.text.startswith("停航近三个月的两港航线")
    assert article.text.count("\n") == 2
    assert article.scope == "full"
    assert article.published == datetime(2025, 5, 20, 1, 30, tzinfo=UTC)  # 09:30 in China
    assert article.language == "zh-CN"
    assert article.regions.sign_off == ("责任编辑：周远帆",)
    assert article.regions.dateline == ("海岸网5月20日电（记者 林小舟）",)
    assert "停火" in article.words_of("related")


def test_a_live_page_shows_its_printed_headline_and_keeps_the_others() -> None:
    article = read("live")
    assert article.title == "Delta empties as Odile comes ashore"
    assert article.alt_titles == (
        "Storm Odile: latest as evacuations widen",
        "Storm nears the delta",
    )
    assert article.authors == ("Ruth Salo", "Ben Imre")
    assert article.published == datetime(2025, 9, 1, 4, 0, tzinfo=UTC)
    assert "Schools become shelters\nForty schools" in article.text


def test_a_page_of_bare_paragraphs_is_a_story_too() -> None:
    article = read("p-soup")
    lines = article.text.split("\n")
    assert len(lines) == 5
    assert lines[4].startswith("Her bread will go on")  # two line breaks part paragraphs
    assert article.scope == "full"


def test_an_address_given_relative_is_made_whole() -> None:
    page = '<link rel="canonical" href="/a/b"><h1>One</h1><p>Two'
    assert (
        parse_article(page, url="https://x.example/q?z=1").canonical_url == "https://x.example/a/b"
    )


def test_a_logo_in_an_h1_is_not_the_title() -> None:
    page = (
        '<meta property="og:title" content="River rises again"><h1>The Daily Quay</h1>'
        "<h1>River rises again in the valley</h1>"
    )
    article = parse_article(page, url="https://x.example/")
    assert article.title == "River rises again in the valley"
    assert article.alt_titles == ("River rises again",)


def test_a_stamp_gives_both_dates_where_nothing_is_stated() -> None:
    page = (
        "<h1>One</h1><p>Published June 4, 2025 9:00 am ET Updated June 5, 2025 11:10 am ET</p>"
        "<p>The story begins here and has just enough words in it to be read as one.</p>"
    )
    article = parse_article(page, url="https://x.example/")
    assert article.published == datetime(2025, 6, 4, 13, 0, tzinfo=UTC)
    assert article.modified == datetime(2025, 6, 5, 15, 10, tzinfo=UTC)
    assert "2025" not in article.text


def test_a_class_alone_does_not_turn_a_story_into_a_region() -> None:
    story = "".join(
        f"<p>Sentence {n} of a story that goes on for quite a while.</p>" for n in range(9)
    )
    page = f'<div class="content comments-enabled newsletter"><h2>Head</h2>{story}</div>'
    article = parse_article(page, url="https://x.example/")
    assert "Sentence 0" in article.text
    assert "Sentence 8" in article.text


def test_headings_alone_tell_regions_where_classes_are_silent() -> None:
    page = (
        "<h1>One</h1><p><b>Key Points</b></p><aside><ul><li>They spoke.</li></ul></aside>"
        "<p>The first sentence of a story that goes on for a little while, and no more.</p>"
        "<h3>Related Articles</h3><ul><li>A plain teaser about an embargo on copper and zinc</li>"
        "</ul><p>The second sentence of a story that goes on for a little while, and no more.</p>"
        "<h3>Comments (12)</h3><p>The tariffs are silly, this reader thinks, and nobody pays.</p>"
    )
    article = parse_article(page, url="https://x.example/")
    assert article.key_points == ("They spoke.",)
    assert [line[:10] for line in article.text.split("\n")] == ["The first ", "The second"]
    assert "embargo" in article.words_of("related")
    assert "tariffs" in article.words_of("comments")


STORY = "<h1>One</h1>" + "".join(
    f"<p>Sentence {n} of a story about a ship that goes on for quite a while.</p>" for n in range(9)
)


def test_a_heading_set_like_a_standfirst_stays_in_the_story() -> None:
    heading = '<h3 class="subhead">What the harbour master saw that night</h3>'
    page = STORY.replace("<p>Sentence 4", f"{heading}<p>Sentence 4")
    article = parse_article(page, url="https://x.example/")
    assert article.lead == ""
    assert "\nWhat the harbour master saw that night\nSentence 4" in article.text


@pytest.mark.parametrize(
    ("description", "lead"),
    [
        ("A story about a ship, and a sentence on salt.", True),
        ("Weather, traffic and sports for all of the valley.", False),  # the site's slogan
        ("Sentence 0 of a story about a ship that goes…", False),  # the text says it
        ("ROME (Reuters) - Sentence 0 of a story about a ship", False),
    ],
)
def test_a_description_is_the_lead_if_it_tells_of_the_story(description: str, lead: bool) -> None:
    page = f'<meta name="description" content="{description}">{STORY}'
    assert parse_article(page, url="https://x.example/").lead == (description if lead else "")


def test_the_stated_body_is_used_where_the_page_shows_none() -> None:
    body = "The dam will be raised by four metres before the autumn rains begin. " * 8
    page = (
        '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Dam to rise",'
        f' "articleBody": "{body}"}}</script><h1>Dam to rise</h1><div id="app"></div>'
    )
    article = parse_article(page, url="https://x.example/")
    assert article.text.startswith("The dam will be raised")
    assert article.scope == "full"
