from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from tests.alerts.conftest import Plug
from tests.alerts.corpus import INJECTIONS
from tests.alerts.samples import ALERT, RULE, SEEN, UPDATE, dispatch, recipient
from tests.alerts.test_render import Page, slack_words
from tests.servers.slack import Post, Reply, SlackServer
from wirebell.alerts.render import render
from wirebell.alerts.transport import Transport
from wirebell.alerts.transport.envelope import plain
from wirebell.alerts.transport.mail import as_mail
from wirebell.core.alerts import Alert, AlsoIn, Edit, Finding, How, Message, ReceiptState, Snippet

FIELDS: dict[str, Callable[[str], Alert]] = {
    "headline": lambda words: replace(ALERT, headline=words),
    "subject": lambda words: replace(ALERT, subject=f"[URGENT] {words}"),
    "author": lambda words: replace(ALERT, authors=(words, words)),
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
OF_ARTICLES = ("headline", "source", "author", "snippet", "url", "also in", "edit")
UNSEEN = re.compile("[\u202a-\u202e\u2066-\u2069\u200e\u200f\x00-\x08\x0b-\x1f\ud800-\udfff]")
OUR_LINK = re.compile(r"<https://(?:news|b|harbour)\.example/[^<>|]*\|([^<>|]*)>")
SLACK_ALIVE = re.compile(r"[<_~`]|(?<!^)>|@(?=\w)|\*(?=bold)", re.MULTILINE)
PLAIN_ALIVE = re.compile(r"<[!@#/a-zA-Z]|(?<!\w)@\w|\]\(|!\w+[|>]")
LINK = re.compile(r"(?:\w+://|www\.)[^\s\"'<>]*", re.IGNORECASE)
OUR_HOSTS = ("https://news.example/", "https://b.example/", "https://harbour.example/")
TAGS = Page(render(dispatch(UPDATE), None, domain="d").html).tags | {"h3"}
STOCK = ("discord", "telegram", "ntfy", "teams", "webhook")


def astray(words: str) -> list[str]:
    """The links in plain words that are not ours; every programme makes links of addresses."""
    return [link for link in LINK.findall(words) if not link.startswith(OUR_HOSTS)]


def alive(told: Message) -> list[str]:
    """What of a mail or a Slack message a reader's programme would act upon."""
    page = Page(told.html)
    raw = as_mail(told, "Wirebell <w@x.example>", "ana@desk.example", SEEN)
    headers = raw.partition(b"\r\n\r\n")[0]
    found = [*(page.tags - TAGS), *(link for link in page.links if not link.startswith(OUR_HOSTS))]
    found += [name for name in ("Subject", "Bcc") if headers.count(f"\n{name}:".encode()) > 1]
    found += ["Bcc"] if b"\nBcc:" in headers else []
    found += ["X-Header"] if b"\nX-Header:" in headers else []
    found += [
        text for text in (told.subject, told.text, told.html, told.slack) if UNSEEN.search(text)
    ]
    found += [w for w in slack_words(told.slack) if SLACK_ALIVE.search(OUR_LINK.sub(r"\1", w))]
    return found + astray(told.text)


def alive_in(post: Post) -> list[str]:
    """What a programme would act upon of what a stock plugin posted."""
    found: list[str] = []
    for words in (text.replace("\r\n", "\n") for text in texts_of(post.document)):
        page = Page(words) if post.document.get("parse_mode") == "HTML" else None
        found += page.tags - {"b"} if page else ()
        shown = page.words if page else words
        if post.path.startswith("/workflows"):  # Apprise 2 writes a\.b, which Teams shows as a.b
            shown = re.sub(r"\\([^\w\s])", r"\1", shown)
        found += [shown] if PLAIN_ALIVE.search(shown) or UNSEEN.search(shown) else astray(shown)
    return found


def texts_of(value: Any) -> Iterator[str]:
    """Every text in a JSON document, but for what names its format."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (text for key, v in value.items() if key != "$schema" for text in texts_of(v))
    elif isinstance(value, list):
        yield from (text for each in value for text in texts_of(each))


@pytest.fixture
def teams() -> Iterator[SlackServer]:
    with SlackServer(tls=True) as server:
        yield server


@pytest.fixture
def stock(slack: SlackServer, teams: SlackServer, plug: Plug) -> Transport:
    """Every family that Apprise's own plugins send, at servers on loopback."""
    slack.reply = teams.reply = Reply(200, b'{"ok": true}')
    here = slack.base.removeprefix("http://")
    transport = plug(
        discord=f"discord://123456789012345678/{'canary' * 10}",
        telegram="tgram://123456789:abcdefghijABCDEFGHIJabcdefghijABCDE/12345",
        ntfy=f"ntfy://{here}/desk",
        teams=f"workflows://{teams.base.removeprefix('https://')}/643e69f83c8944/438e69f8?verify=no",
        webhook=f"json://{here}/hook",
    )
    for name, path in (("discord", "/discord"), ("telegram", "/bot")):
        line: Any = transport._line(name, "")
        line._plugin.notify_url = slack.base + path  # they know their own hosts only
    return transport


@pytest.mark.parametrize("field", FIELDS)
def test_nothing_from_outside_is_alive_in_mail_or_slack(field: str) -> None:
    for words in INJECTIONS:
        told = render(dispatch(FIELDS[field](words)), recipient(), domain="alerts.example")
        assert alive(told) == [], words


def test_nothing_from_outside_is_alive_in_a_digest() -> None:
    for words in INJECTIONS:
        alerts = [replace(fill(words), story=f"st-{n}") for n, fill in enumerate(FIELDS.values())]
        told = render(dispatch(*alerts, how=How.DIGEST), recipient(), domain="alerts.example")
        assert alive(told) == [], words


@pytest.mark.filterwarnings("ignore:Unverified HTTPS request")
@pytest.mark.parametrize("field", OF_ARTICLES)
def test_nothing_from_outside_is_alive_in_what_stock_plugins_post(
    field: str, stock: Transport, slack: SlackServer, teams: SlackServer
) -> None:
    for words in INJECTIONS:
        told = render(dispatch(FIELDS[field](words)), recipient(), domain="alerts.example")
        for family in STOCK:
            assert stock.send(family, "", told).state is ReceiptState.SENT
            post = (teams if family == "teams" else slack).posts.pop()
            assert alive_in(post) == [], (family, words)


def test_what_is_alive_would_be_seen() -> None:
    """The net itself: each family's own message, with one live thing in it."""
    told = render(dispatch(), recipient(), domain="alerts.example")
    for harmed in (
        replace(told, html=told.html.replace("</h1>", "</h1><script>1</script>")),
        replace(told, html=told.html.replace("https://news.example", "https://evil.example")),
        replace(told, slack=told.slack.replace("Northern", "<!channel>")),
        replace(told, text=told.text + "\u202e"),
        replace(told, text=told.text + "www.evil.example"),
    ):
        assert alive(harmed)
    for words in ("<!channel>", "@everyone", "[a](b)", "https://evil.example/", "<script>"):
        assert alive_in(Post("POST", "/", {}, json.dumps({"a": [words]}).encode()))
    telegram = {"parse_mode": "HTML", "text": '<a href="tg://user?id=1">x</a>'}
    assert alive_in(Post("POST", "/", {}, json.dumps(telegram).encode()))


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
