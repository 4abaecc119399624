from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.alerts.corpus import INJECTIONS
from tests.alerts.samples import ALERT, RULE, SEEN, UPDATE, dispatch, recipient
from tests.alerts.test_render import Page, slack_words
from wirebell.alerts.render import render
from wirebell.alerts.transport.mail import as_mail
from wirebell.alerts.transport.plain import plain
from wirebell.core.alerts import Alert, AlsoIn, Edit, Finding, How, Message, Snippet

FIELDS: dict[str, Callable[[str], Alert]] = {
    "headline": lambda words: replace(ALERT, headline=words),
    "source": lambda words: replace(ALERT, source=words),
    "url": lambda words: replace(ALERT, url=f"https://news.example/{words}"),
    "snippet": lambda words: replace(ALERT, snippets=(Snippet(words, ((0, 3),)),)),
    "edit": lambda words: replace(UPDATE, edits=(Edit(words, words),)),
    "also in": lambda words: replace(ALERT, also_in=(AlsoIn(words, f"https://b.example/{words}"),)),
    "note": lambda words: replace(ALERT, note=words),
    "finding": lambda words: replace(
        ALERT, rules=(replace(RULE, findings=(Finding(words, words, 1),)),)
    ),
}
DIRECTION = re.compile("[\u202a-\u202e\u2066-\u2069\u200e\u200f\x00-\x08\x0b-\x1f\ud800-\udfff]")
SLACK_TOKEN = re.compile(r"<(?!https://(?:news|b|harbour)\.example/[^<>|]*\|[^<>|]*>)")
FEED_MARKUP = re.compile(r"[_~`]")


@pytest.fixture(params=list(FIELDS))
def field(request: pytest.FixtureRequest) -> Callable[[str], Alert]:
    return FIELDS[request.param]


@pytest.fixture(params=INJECTIONS, ids=range(len(INJECTIONS)))
def words(request: pytest.FixtureRequest) -> str:
    assert isinstance(request.param, str)
    return request.param


@pytest.fixture(params=[How.SINGLE, How.DIGEST])
def told(request: pytest.FixtureRequest, field: Callable[[str], Alert], words: str) -> Message:
    alerts = (field(words),) if request.param is How.SINGLE else (field(words), ALERT)
    return render(dispatch(*alerts, how=request.param), recipient(), domain="alerts.example")


def test_nothing_from_outside_is_alive_in_any_family(told: Message) -> None:
    raw = as_mail(told, "Wirebell <w@x.example>", "ana@desk.example", SEEN)
    page = Page(told.html)
    assert page.tags <= Page(render(dispatch(UPDATE), None, domain="d").html).tags | {"h3"}
    assert all(
        link.startswith(("https://news.", "https://b.", "https://harbour.")) for link in page.links
    )
    assert raw.count(b"\r\nSubject:") == 1
    assert b"\r\nBcc:" not in raw.partition(b"\r\n\r\n")[0]
    for text in (told.subject, told.text, told.html, told.slack):
        assert not DIRECTION.search(text)
    for text in slack_words(told.slack):
        assert not SLACK_TOKEN.search(text)
        assert not FEED_MARKUP.search(re.sub(r"<[^|]*\|", "", text))
        assert not re.search(r"@(?=\w)", re.sub(r"<[^|]*\|", "", text))
    assert json.loads(told.slack)["text"]
    for text in (plain(told.subject, 250), plain(told.text, 4000)):
        assert not re.search(r"<[!@#/a-zA-Z]|(?<!\w)@\w|\]\(|!\w+[|>]", text)


def test_plain_words_lose_nothing_a_reader_sees() -> None:
    words = "Ana <ana@desk.example> wrote [a](b) to @all: 3 < 4, a@b"
    assert plain(words, 500).replace("\u200b", "") == words


def test_a_handle_in_an_address_is_encoded_and_leads_to_the_same_place() -> None:
    assert plain("see https://x.example/@ana now", 500) == "see https://x.example/%40ana now"


def test_plain_words_are_cut_at_a_line_and_keep_the_first_link() -> None:
    text = "Headline\n" + "word " * 100 + "\nhttps://x.example/a\n" + "more\n" * 500
    for limit in (60, 300, 900):
        cut = plain(text, limit)
        assert len(cut) <= limit
        assert "https://x.example/a" in cut
        assert cut.startswith("Headline")
