"""Which addresses mean one article, and which must never be taken for one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wirebell.core.urls import fetch_url, url_key

STORY = "https://news.example/world/2025/06/talks-resume"

GN = "https://news.google.com/"
ONE_ARTICLE = [
    (STORY, "http://news.example/world/2025/06/talks-resume"),
    (STORY, STORY + "/"),
    (STORY, STORY + "//"),
    (STORY, "https://www.news.example/world/2025/06/talks-resume"),
    (STORY, "https://www2.news.example/world/2025/06/talks-resume"),
    (STORY, "https://m.news.example/world/2025/06/talks-resume"),
    (STORY, "https://mobile.news.example/world/2025/06/talks-resume"),
    (STORY, "https://amp.news.example/world/2025/06/talks-resume"),
    (STORY, "https://www.m.news.example/world/2025/06/talks-resume"),
    (STORY, "HTTPS://NEWS.EXAMPLE/world/2025/06/talks-resume"),
    (STORY, "https://news.example:443/world/2025/06/talks-resume"),
    (STORY, "http://news.example:80/world/2025/06/talks-resume"),
    (STORY, "http://news.example:443/world/2025/06/talks-resume"),
    (STORY, "https://news.example./world/2025/06/talks-resume"),
    (STORY, "https://reader:word@news.example/world/2025/06/talks-resume"),
    (STORY, "https://news.example/world//2025/06/talks-resume"),
    (STORY, "https://news.example/world/2025/06/talks%2Dresume"),
    (STORY, STORY + "/amp"),
    (STORY, STORY + "/amp/"),
    (STORY, STORY + ".amp"),
    (STORY, "https://news.example/amp/world/2025/06/talks-resume"),
    (STORY + ".html", STORY + ".amp.html"),
    (STORY, STORY + "?amp=1"),
    (STORY, STORY + "?amp"),
    (STORY, STORY + "?outputType=amp"),
    (STORY, STORY + "?"),
    (STORY, STORY + "#"),
    (STORY, STORY + "#comments"),
    (STORY, STORY + "#:~:text=truce"),
    (STORY, STORY + "?utm_source=rss&utm_medium=feed"),
    (STORY, STORY + "?UTM_Source=rss"),
    (STORY, STORY + "?fbclid=IwAR0"),
    (STORY, STORY + "?gclid=a&msclkid=b"),
    (STORY, STORY + "?at_medium=RSS&at_campaign=KARANGA"),
    (STORY, STORY + "?smid=tw-share"),
    (STORY, STORY + "?ncid=rss"),
    (STORY, STORY + "?mod=rss_markets_main"),
    (STORY, STORY + "?cmpid=feed"),
    (STORY, STORY + "?cid=social_tw"),
    (STORY, STORY + "?ref=rss"),
    (STORY, STORY + "?source=Twitter"),
    (STORY, STORY + "?src=newsletter#top"),
    (STORY + "?id=1&p=2", STORY + "?p=2&id=1"),
    (STORY + "?id=1", STORY + "?utm_source=x&id=1&fbclid=y"),
    (STORY + "?q=rare+earth", STORY + "?q=rare%20earth"),
    (STORY + "/caf%c3%a9", STORY + "/café"),
    ("https://bücher.example/a", "https://xn--bcher-kva.example/a"),
    ("https://news.example", "https://news.example/"),
    (STORY, f"https://www.google.com/url?rct=j&q={STORY}&ct=ga"),
    (STORY, f"https://www.google.co.uk/url?url={STORY}%3Futm_source%3Dalerts"),
    (STORY, "https://www.google.com/amp/s/news.example/world/2025/06/talks-resume"),
    (STORY, "https://news-example.cdn.ampproject.org/c/s/news.example/world/2025/06/talks-resume"),
    (STORY, "https://news-example.cdn.ampproject.org/v/news.example/world/2025/06/talks-resume"),
    (
        STORY + "?id=7",
        "https://news-example.cdn.ampproject.org/c/s/news.example/world/2025/06/talks-resume?id=7",
    ),
    (STORY, "https://cdn.ampproject.org/c/s/news.example/world/2025/06/talks-resume"),
    (STORY, "https://cdn.ampproject.org/wp/s/news.example/world/2025/06/talks-resume"),
    (STORY, "https://www.bing-amp.com/c/s/news.example/world/2025/06/talks-resume"),
    (STORY, "https://www.google.com/url?q=https://www.google.com/amp/s/news.example/world/2025/06/talks-resume"),
    (STORY, "https://news.google.com/rss/articles/CBMiNWh0dHBzOi8vbmV3cy5leGFtcGxlL3dvcmxkLzIwMjUvMDYvdGFsa3MtcmVzdW1l0gEA?oc=5"),
    (STORY, "https://news.google.com/articles/CBMiNWh0dHBzOi8vbmV3cy5leGFtcGxlL3dvcmxkLzIwMjUvMDYvdGFsa3MtcmVzdW1l0gEA"),
    (GN + "articles/CBMiXkFVX3lxTE", GN + "rss/articles/CBMiXkFVX3lxTE?oc=5"),
    (GN + "articles/CBMiXkFVX3lxTE", GN + "__i/rss/rd/articles/CBMiXkFVX3lxTE?oc=5&hl=en-US"),
    (GN + "articles/CBMiXkFVX3lxTE", GN + "read/CBMiXkFVX3lxTE?hl=en-US&gl=US&ceid=US%3Aen"),
    (STORY, STORY + "?view=amp"),
    (STORY, STORY + "?mbid=social_x&wpisrc=nl"),
    (STORY, STORY + "?guccounter=1&guce_referrer=aHR0"),
    (STORY, STORY + "?_hsenc=p2A&_hsmi=9"),
    (STORY, STORY + "?from=newsletter&via=whatsapp"),
    (STORY, STORY + "?gad_source=1&gad_campaignid=22"),
    (STORY, STORY + "?igsh=MWQ&mibextid=K8"),
    (STORY, "http://www.news.example/world/2025/06/talks-resume/amp/?utm_source=x#top"),
]  # fmt: skip

TWO_ARTICLES = [
    (STORY, STORY + "-2"),
    (STORY, "https://other.example/world/2025/06/talks-resume"),
    (STORY, "https://world.news.example/world/2025/06/talks-resume"),
    (STORY, "https://news.example:8443/world/2025/06/talks-resume"),
    (STORY, "https://news.example/World/2025/06/talks-resume"),
    (STORY, "https://news.example/world/2025/07/talks-resume"),
    (STORY, "https://news.example/"),
    (STORY, STORY + "/2"),
    (STORY, STORY + "?page=2"),
    (STORY, STORY + "?id=1"),
    (STORY + "?id=1", STORY + "?id=2"),
    (STORY + "?p=101", STORY + "?p=102"),
    (STORY + "?d=20250605", STORY + "?d=20250606"),
    (STORY + "?articleId=5", STORY + "?articleId=6"),
    (STORY + "?storyid=a", STORY + "?storyid=b"),
    (STORY + "?newsid=1&sid=2", STORY + "?newsid=1&sid=3"),
    (STORY + "?cid=20250605001", STORY + "?cid=20250605002"),
    (STORY + "?cid=AKR20250605", STORY + "?cid=AKR20250606"),
    (STORY + "?ref=20250605-1", STORY + "?ref=20250605-2"),
    (STORY + "?source=mofcom", STORY + "?source=ustr"),
    (STORY + "?src=a1", STORY + "?src=a2"),
    (STORY + "?lang=en", STORY + "?lang=zh"),
    (STORY + "?v=dQw4", STORY + "?v=xQw5"),
    (STORY + "?guid=A", STORY + "?guid=a"),
    (STORY + "?id=1&id=2", STORY + "?id=1"),
    (STORY + "?id=1%262", STORY + "?id=1&2"),
    (STORY + "#block-6650", STORY + "#block-6651"),
    (STORY + "#post-12", STORY),
    (STORY + "#update_3", STORY + "#update_4"),
    (STORY + "#liveblog-entry-77", STORY + "#liveblog-entry-78"),
    (STORY + "?pinned_post=1", STORY + "?pinned_post=2"),
    ("https://news.example/a%2Fb", "https://news.example/a/b"),
    ("https://news.example/a%3Fb", "https://news.example/a?b"),
    ("https://news.example/champ", "https://news.example/ch"),
    ("https://news.example/amplifier", "https://news.example/lifier"),
    ("https://m.example/", "https://example/"),
    ("https://amp.dev/story", "https://dev/story"),
    ("https://www.google.com/url?q=https://a.example/1", "https://www.google.com/url?q=https://a.example/2"),
    ("https://www.google.com/search?q=truce", "https://www.google.com/search?q=tariff"),
    ("https://news.google.com/rss/articles/CBMiA", "https://news.google.com/rss/articles/CBMiB"),
    (
        "https://n-example.cdn.ampproject.org/c/s/n.example/story?id=1",
        "https://n-example.cdn.ampproject.org/c/s/n.example/story?id=2",
    ),
    (GN + "articles/CBMiXkFVX3lxTE", GN + "articles/CBMiXkFVX3lxTF"),
    (STORY + "?from=2025-06-05", STORY + "?from=2025-06-06"),
    (STORY + "?via=geneva", STORY + "?via=london"),
    (STORY + "?view=print-7", STORY + "?view=print-8"),
    (STORY + "?contentid=1", STORY + "?contentid=2"),
    (STORY + "?n=7&no=1", STORY + "?n=7&no=2"),
    ("mailto:desk@news.example", "mailto:wire@news.example"),
    ("/world/talks", "/world/truce"),
    ("https://[2001:db8::1]/a", "https://[2001:db8::2]/a"),
]  # fmt: skip

WEIRD = [
    "https://news.google.com/articles/%FF", "https://news.google.com/articles/====",
    "", " ", "?", "#", "mailto:desk@news.example", "javascript:void(0)", "tel:+1", "//h/p",
    "http://", "https:///path", "http://:80/", "http://?", "http://h:99999/a", "http://h:port/a",
    "http://h:/a", "http://[::1", "http://[zz]/", "http://[::1]:80/a", "http://[fe80::1%25eth0]/x",
    "http://℀.example/", "http://例え.example/記事", "http://" + "a" * 70 + ".example/",
    "http://a..b/", "http://.../", "http://xn--/a", "http://ex\ud800ample/\udcff?\ud800=1#post-\ud800",
    "http://h/%", "http://h/%zz?%=%&&=&#%", "http://h/%%34%31", "http://h/amp/amp/amp", "http://h//amp//",
    "http://h/\x00\x1f", "http://a b/c d", "\thttp://h/a\n", "http://h/?a;b=%FF%ED%A0%80",
    "https://www.google.com/url?q=javascript:1", "https://www.google.com/url?q=http://[::1",
    "https://www.google.com//url?q=http://h/a", "https://m.google.com/url?q=http://h/a",
    "https://www.google.com/url?q=" * 200 + "http://h/a", "https://www.google.com/amp/",
    "https://cdn.ampproject.org/", "https://h.cdn.ampproject.org/c/s/",
    "http://h/" + "a" * 10_000, "http://h/" + "%?&=#/" * 2_000, "http://h/" + "/amp" * 2_000,
    "http://" + "www." * 2_000 + "h/", "x" * 10_000, "http://h/" + "é" * 8_000,
]  # fmt: skip

PIECES = (
    "http:// https:// www. m. amp. h.example google.com /url ?q= /amp .amp / // ? & = # "
    "%25 %2e %34 %7E %9E é id=1 utm_x=1 ref=rss post-1 :443 :80 :81 s/ /c/ .cdn.ampproject.org"
)
REST = st.one_of(
    st.text(st.one_of(st.sampled_from("/?#&=%.:@[]amp12"), st.characters()), max_size=40),
    st.lists(st.sampled_from(PIECES.split()), max_size=12).map("".join),
)
ADDRESS = st.builds("".join, st.tuples(st.sampled_from(["", "http://", "https://h/"]), REST))


@pytest.mark.parametrize(("one", "other"), ONE_ARTICLE)
def test_the_spellings_of_one_article_have_one_key(one: str, other: str) -> None:
    assert url_key(one) == url_key(other)


@pytest.mark.parametrize(("one", "other"), TWO_ARTICLES)
def test_two_articles_keep_two_keys(one: str, other: str) -> None:
    assert url_key(one) != url_key(other)


@given(ADDRESS)
def test_a_key_is_its_own_key(url: str) -> None:
    key = url_key(url)
    assert url_key(key) == key


@given(st.sampled_from(["https://h/", "http://h/", "https://www.h.example/"]), REST)
def test_what_we_request_has_the_key_of_what_was_linked(site: str, rest: str) -> None:
    url = site + "".join(char for char in rest if char.isprintable() and char != "#")
    assert url_key(fetch_url(url)) == url_key(url)


@given(st.permutations(["id=1", "p=2", "b", "utm_source=x", "q=a+b", "id=2"]))
def test_the_order_of_parameters_does_not_matter(parameters: list[str]) -> None:
    assert url_key(f"{STORY}?{'&'.join(parameters)}") == f"{STORY}?b=&id=1&id=2&p=2&q=a+b"


@pytest.mark.parametrize("url", WEIRD)
def test_no_address_is_too_weird(url: str) -> None:
    key = url_key(url)
    assert url_key(key) == key
    assert fetch_url(fetch_url(url)) == fetch_url(url)


@given(ADDRESS)
def test_asking_twice_asks_for_the_same(url: str) -> None:
    assert fetch_url(fetch_url(url)) == fetch_url(url)


@pytest.mark.parametrize(
    ("linked", "requested"),
    [
        (STORY + "/?b=2&a=1&&c", STORY + "/?b=2&a=1&&c"),
        ("http://www.m.news.example:8080/a//b/amp", "http://www.m.news.example:8080/a//b/amp"),
        (STORY + "?sig=a%2Bb%20c+d&id=%E9", STORY + "?sig=a%2Bb%20c+d&id=%E9"),
        (STORY + "#post-12", STORY),
        (STORY + "?utm_source=x&id=1&fbclid=y#top", STORY + "?id=1"),
        (STORY + "?utm%5Fsource=x", STORY),
        (STORY + "?source=mofcom&ref=rss", STORY + "?source=mofcom"),
        (f" {STORY}\n", STORY),
        ("https://www.google.com/url?q=http://h/a", "https://www.google.com/url?q=http://h/a"),
        ("https://reader:word@news.example/a", "https://reader:word@news.example/a"),
    ],
)
def test_a_request_loses_fragment_and_tracking_and_nothing_else(
    linked: str, requested: str
) -> None:
    assert fetch_url(linked) == requested


def test_a_key_reads_as_an_address() -> None:
    assert (
        url_key("HTTP://www.News.example:80/a/?utm_id=1&b=2&a=1#top")
        == "https://news.example/a?a=1&b=2"
    )
    assert url_key(" mailto:desk@news.example ") == "mailto:desk@news.example"


@given(st.from_regex(r"\A[a-z]{1,5}\.example(/[A-Za-z0-9._~!$&'()*+,;=:@-]{1,6}){1,3}\Z"))
def test_the_short_way_of_an_ordinary_address_ends_where_the_long_way_does(place: str) -> None:
    plain, long = f"http://{place}?utm_source=rss", f"https://www.{place}?utm_source=rss#top"
    assert url_key(plain) == url_key(long)
