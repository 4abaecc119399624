from __future__ import annotations

import json

import pytest
from bs4 import BeautifulSoup

from parsers.bylines import person_names
from parsers.phrases import fit
from parsers.structured import Stated, read_stated


def stated(head: str, *titles: str) -> Stated:
    return read_stated(BeautifulSoup(head, "lxml"), "https://x.example/a", titles, {})


def ld(node: object) -> str:
    return f'<script type="application/ld+json">{json.dumps(node)}</script>'


@pytest.mark.parametrize(
    ("printed", "names"),
    [
        ("By Marlow Quist and Ines Tarrow", ("Marlow Quist", "Ines Tarrow")),
        ("Marlow Quist, Senior Correspondent", ("Marlow Quist",)),
        ("BY INES TARROW in Rome", ("INES TARROW",)),
        ("Photo by Odo Fenn", ()),
        ("The Quay", ()),
        ("https://social.example/quist", ()),
        ("desk@quay.example", ()),
        ("Ana e Rui", ("Ana", "Rui")),
        ("Von Anke Möller, Hamburg", ("Anke Möller",)),
        ("Meg Kinnard and Errin Haines, Associated Press", ("Meg Kinnard", "Errin Haines")),
        ("Reuters, Washington", ("Reuters",)),
        ("AFP", ("AFP",)),
        ("Megan Rowe meganr@quay.example(509) 459-5382", ("Megan Rowe",)),
        ("By Ada Brink June 5, 2025 11:10 am", ("Ada Brink",)),
        ("Thursday June 5, 2025 7:45 am PST by Ada Brink", ("Ada Brink",)),
        ("Ada Brink Ada Brink", ("Ada Brink",)),
        ("Ilana Muhl, MS, RDN", ("Ilana Muhl",)),
        ("Contact us", ()),
        ("The Quay Staff", ()),
        ("the two defence ministries", ()),
        ("Joost van der Wal", ("Joost van der Wal",)),
        ("김하늘 기자", ("김하늘",)),
        ("بقلم سلمى حداد", ("سلمى حداد",)),
        ("记者：林小舟、周远帆", ("林小舟", "周远帆")),
        ("海港社记者林小舟、周远帆", ("林小舟", "周远帆")),
        ("责任编辑：林小舟", ()),
        ("Reviewed by Odo Fenn", ()),
        ("Ada Brink Senior Correspondent", ("Ada Brink",)),
        ("Contributing Writer Ada Brink", ("Ada Brink",)),
        ("Ada Brink Follow on Twitter", ("Ada Brink",)),
        ("Ada Brink is a correspondent in Rome", ("Ada Brink",)),
        ("Ada Brink, CNN Business", ("Ada Brink",)),
        ("Ada Brink BBC News, Geneva", ("Ada Brink",)),
        ("Par Odile Fenn avec AFP", ("Odile Fenn",)),
        ("The Associated Press", ("The Associated Press",)),
        ("Ada Brink and Herbert Read", ("Ada Brink", "Herbert Read")),
        ("Marcus de Quist View More Articles", ("Marcus de Quist",)),
        ("Quay Transport Writer", ()),
        ("Da Mario Quai", ("Mario Quai",)),
        ("Ada Brink, Ben Imre, and Odo Fenn", ("Ada Brink", "Ben Imre", "Odo Fenn")),
        ("By Ben Imre Jr.", ("Ben Imre Jr.",)),
        ("Ben Imre, Jr., and Odo Fenn III", ("Ben Imre, Jr.", "Odo Fenn III")),
        ("Ada Brink Political Editor and Odo Fenn Defence Reporter", ("Ada Brink", "Odo Fenn")),
        ("Ada Brink. Coastwire International", ("Ada Brink",)),
        ("Ada Brink, University of Northport", ("Ada Brink",)),
        ("Ada Brink The Quay", ("Ada Brink",)),
        ("N/A", ()),
        ("unknown", ()),
        ("本报记者 林小舟 周远帆", ("林小舟", "周远帆")),
        ("山田 太郎", ("山田 太郎",)),
        ("来源：新海社 作者：林小舟", ("林小舟",)),
        ("記者林小舟／台北報導", ("林小舟",)),
    ],
)
def test_a_byline_gives_names_only(printed: str, names: tuple[str, ...]) -> None:
    assert person_names(printed, site="The Quay") == names


def test_a_stated_desk_is_kept_unless_it_is_the_sites_own() -> None:
    assert person_names("Coastwire Staff", site="The Quay", stated=True) == ("Coastwire Staff",)
    assert person_names("Quay Staff", site="The Quay", stated=True) == ()
    assert person_names("Coastwire Staff", site="The Quay") == ()


@pytest.mark.parametrize(
    ("author", "names"),
    [
        ("Ada Brink", ("Ada Brink",)),
        ({"name": "Ada Brink"}, ("Ada Brink",)),
        ([{"name": ["Ada Brink"]}, {"name": "Ben Imre"}], ("Ada Brink", "Ben Imre")),
        ({"@id": "#nobody"}, ("Meta Author",)),
        ({"name": ["Ada Brink", "Ben Imre"]}, ("Ada Brink", "Ben Imre")),
        ({"@list": [{"name": "Ada Brink"}, "Ben Imre"]}, ("Ada Brink", "Ben Imre")),
        ({"itemListElement": [{"name": "Ada Brink"}]}, ("Ada Brink",)),
        ({"givenName": "Ada", "familyName": "Brink"}, ("Ada Brink",)),
        ({"name": "Ada Brink &amp; Ben Imre"}, ("Ada Brink", "Ben Imre")),
        (["Ada Brink", "ADA BRINK"], ("Ada Brink",)),
        ("Unknown", ("Meta Author",)),
        ("abrink-2", ("Meta Author",)),
        ("abrink", ("Meta Author",)),
        (None, ("Meta Author",)),
    ],
)
def test_authors_come_in_every_shape(author: object, names: tuple[str, ...]) -> None:
    node = {"@type": "Article", "headline": "One", "author": author}
    assert stated('<meta name="author" content="Meta Author">' + ld(node)).article.authors == names


def test_the_first_meta_name_that_names_people_counts() -> None:
    head = '<meta property="article:author" content="https://social.example/quay">'
    head += '<meta name="byl" content="By Ada B. Brink"><meta name="sailthru.author" content="Ada '
    head += 'Brink"><meta name="sailthru.author" content="Ben Imre">'
    assert stated(head).article.authors == ("Ada Brink", "Ben Imre")


@pytest.mark.parametrize(
    ("claim", "access"),
    [(True, "free"), ("true", "free"), (False, "paywalled"), ("False", "paywalled"),
     ("http://schema.org/False", "paywalled")],
)  # fmt: skip
def test_access_is_what_the_article_node_claims(claim: object, access: str) -> None:
    node = {"@type": "NewsArticle", "headline": "One", "isAccessibleForFree": claim}
    assert stated(ld(node)).article.access == access


@pytest.mark.parametrize(
    ("tier", "access"), [("metered", "metered"), ("locked", "paywalled"), ("odd", "unknown")]
)
def test_a_content_tier_says_the_access_too(tier: str, access: str) -> None:
    assert (
        stated(f'<meta property="article:content_tier" content="{tier}">').article.access == access
    )


def test_entities_and_tags_in_json_are_text_in_the_end() -> None:
    node = {"@type": "Article", "headline": "Bread &amp; <i>salt</i>", "description": "a&nbsp;b"}
    found = stated(ld(node))
    assert found.headline == "Bread & salt"
    assert found.description == "a b"


@pytest.mark.parametrize(
    "broken",
    [
        '{"@type": "Article", "author": "Ada Brink",}',
        '{"@type": "Article", "headline": "He said "no" twice", "author": "Ada Brink"}',
        '{"@type": "Article", "description": \'Salt and lamps\',\n"author": "Ada Brink"}',
        '{"@type": "Article", "headline": "Two\nlines", "author": "Ada Brink"};',
    ],
)
def test_broken_json_is_mended_where_it_can_be(broken: str) -> None:
    head = f'<script type="application/ld+json">{broken}</script>'
    assert stated(head).article.authors == ("Ada Brink",)


def test_a_node_that_is_no_story_is_passed_over() -> None:
    assert stated(ld({"@type": "WebPage", "headline": "One"})).headline == ""


def test_of_nodes_that_fit_nothing_the_one_for_this_address_counts() -> None:
    nodes = [
        {"@type": "Article", "headline": "One", "datePublished": "2025-01-01"},
        {"@type": "Article", "headline": "Two", "mainEntityOfPage": {"@id": "https://x.example/a"}},
    ]
    assert stated(ld(nodes), "Something else").headline == "Two"


def test_a_number_that_is_no_date_is_none() -> None:
    head = (
        f'<script type="application/ld+json">{{"@type": "Article", "datePublished": 1{"0" * 400}}}'
    )
    assert stated(f"{head}</script>").article.published is None


def test_the_language_is_a_tag_or_nothing() -> None:
    assert stated('<html lang="en_GB">').article.language == "en-GB"
    head = '<html lang="no language"><meta property="og:locale" content="fr_FR">'
    assert stated(head).article.language == "fr-FR"


def test_fit_is_a_share_of_the_shorter_title() -> None:
    assert fit("Grain deal renewed", "Grain deal renewed for a year") == 1.0
    assert fit("两港航线恢复", "两港航线恢复通航") == 1.0
    assert fit("Grain deal", "Ten recipes") == 0.0
    assert fit("", "Ten recipes") == 0.0
