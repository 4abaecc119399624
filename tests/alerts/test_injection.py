from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.alerts.corpus import INJECTIONS
from tests.alerts.samples import ALERT, RULE, SEEN, UPDATE, dispatch, recipient
from tests.alerts.test_render import Page, slack_words
from wirebell.alerts.render import render
from wirebell.alerts.transport.envelope import plain
from wirebell.alerts.transport.mail import as_mail
from wirebell.core.alerts import Alert, AlsoIn, Edit, Finding, How, Message, Snippet

FIELDS: dict[str, Callable[[str], Alert]] = {
    "headline": lambda words: replace(ALERT, headline=words),
    "subject": lambda words: replace(ALERT, subject=f"[URGENT] {words}"),
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
UNSEEN = re.compile("[\u202a-\u202e\u2066-\u2069\u200e\u200f\x00-\x08\x0b-\x1f\ud800-\udfff]")
OUR_LINK = re.compile(r"<https://(?:news|b|harbour)\.example/[^<>|]*\|([^<>|]*)>")
SLACK_ALIVE = re.compile(r"[<_~`]|(?<!^)>|@(?=\w)|\*(?=bold)", re.MULTILINE)
PLAIN_ALIVE = re.compile(r"<[!@#/a-zA-Z]|(?<!\w)@\w|\]\(|!\w+[|>]")
OUR_HOSTS = ("https://news.example/", "https://b.example/", "https://harbour.example/")
TAGS = Page(render(dispatch(UPDATE), None, domain="d").html).tags | {"h3"}


def alive(told: Message) -> list[str]:
    """What of a message a reader's programme would act upon."""
    page = Page(told.html)
    raw = as_mail(told, "Wirebell <w@x.example>", "ana@desk.example", SEEN)
    headers = raw.partition(b"\r\n\r\n")[0]
    found = [*(page.tags - TAGS), *(link for link in page.links if not link.startswith(OUR_HOSTS))]
    found += [name for name in ("Subject", "Bcc") if headers.count(f"\n{name}:".encode()) > 1]
    found += ["Bcc"] if b"\nBcc:" in headers else []
    found += [
        text for text in (told.subject, told.text, told.html, told.slack) if UNSEEN.search(text)
    ]
    found += [w for w in slack_words(told.slack) if SLACK_ALIVE.search(OUR_LINK.sub(r"\1", w))]
    plainly = (plain(told.subject, 250), plain(told.text, 4000))
    return found + [text for text in plainly if PLAIN_ALIVE.search(text)]


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("how", [How.SINGLE, How.DIGEST])
def test_nothing_from_outside_is_alive_in_any_family(field: str, how: How) -> None:
    for words in INJECTIONS:
        alerts = (FIELDS[field](words), *((ALERT,) if how is How.DIGEST else ()))
        told = render(dispatch(*alerts, how=how), recipient(), domain="alerts.example")
        assert alive(told) == [], words


def test_what_is_alive_would_be_seen() -> None:
    """The net itself: each family's own message, with one live thing in it."""
    told = render(dispatch(), recipient(), domain="alerts.example")
    for harmed in (
        replace(told, html=told.html.replace("</h1>", "</h1><script>1</script>")),
        replace(told, html=told.html.replace("https://news.example", "https://evil.example")),
        replace(told, slack=told.slack.replace("Northern", "<!channel>")),
        replace(told, text=told.text + "\u202e"),
    ):
        assert alive(harmed)


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
