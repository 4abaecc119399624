from __future__ import annotations

import json
import re
import smtplib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from urllib.parse import urlsplit

import feedparser
import pytest

from tests.servers.outlook import open_mail, summary_of
from wirebell.cli.newsroom import STAGES, Newsroom
from wirebell.cli.newsroom.editions import Document, print_editions
from wirebell.cli.newsroom.script import RESTS, RINGS, Rest, Ring, departures
from wirebell.core.alerts import Alert, AlertRule
from wirebell.desk import load_desk

NOW = datetime(2025, 6, 5, 15, 30, tzinfo=UTC)
BASE = "http://127.0.0.1:8000"
FEEDS = (
    "/meridian/feed.xml",
    "/harbour/feed.xml",
    "/lakeside/feed.xml",
    "/pacific/feed.rdf",
    "/gangwan/feed.xml",
    "/ore-and-alloy/feed.xml",
    "/tariff-bulletin/feed.xml",
)


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Newsroom]:
    with Newsroom(tmp_path, NOW) as newsroom:
        yield newsroom


def ask(
    url: str, method: str = "GET", body: str | None = None, **headers: str
) -> tuple[HTTPResponse, bytes]:
    parts = urlsplit(url)
    wire = HTTPConnection(parts.netloc, timeout=10)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    wire.request(method, parts.path, body, named)
    answer = wire.getresponse()
    content = answer.read()
    wire.close()
    return answer, content


def headlines(edition: dict[str, Document]) -> dict[str, str]:
    """Every entry of every feed of an edition: link -> title."""
    found = {}
    for path in FEEDS:
        for entry in feedparser.parse(edition[path].body).entries:
            found[str(entry.link).partition("?")[0]] = str(entry.title)
    return found


# --- the editions ----------------------------------------------------------------------------


@pytest.mark.parametrize("stage", STAGES)
def test_every_page_a_feed_names_is_there_under_the_same_headline(stage: str) -> None:
    edition = print_editions(NOW, BASE)[stage]
    for link, title in headlines(edition).items():
        page = edition[link.removeprefix(BASE)].body.decode()
        assert f"<h1>{title}</h1>" in page or f'<h1 class="headline">{title}</h1>' in page


@pytest.mark.parametrize(
    ("path", "version"),
    [
        ("/meridian/feed.xml", "rss20"),
        ("/harbour/feed.xml", "atom10"),
        ("/pacific/feed.rdf", "rss10"),
    ],
)
def test_feeds_come_in_every_dialect(path: str, version: str) -> None:
    for edition in print_editions(NOW, BASE).values():
        feed = feedparser.parse(edition[path].body)
        assert (feed.version, bool(feed.bozo)) == (version, False)


def test_a_feed_is_broken_and_still_gives_its_entries() -> None:
    feed = feedparser.parse(print_editions(NOW, BASE)["morning"]["/ore-and-alloy/feed.xml"].body)
    assert feed.bozo
    assert [entry.title for entry in feed.entries] == [
        "Northern smelter restarts its separation line",
        "Copper stores shrink for a third week",
    ]


def test_a_feed_turns_into_a_web_page_in_the_morning() -> None:
    editions = print_editions(NOW, BASE)
    kinds = [editions[stage]["/tariff-bulletin/feed.xml"].content_type for stage in STAGES]
    assert kinds == ["application/xml", "text/html", "text/html"]


def test_the_same_instant_prints_the_same_bytes() -> None:
    assert print_editions(NOW, BASE) == print_editions(NOW, BASE)


def test_dates_are_counted_back_from_now_as_papers_print_them() -> None:
    page = print_editions(NOW, BASE)["morning"]["/meridian/presidents-phone-call.html"].body
    assert b"Updated June 5, 2025 11:10 am ET" in page
    later = print_editions(NOW + timedelta(days=200, hours=3, minutes=20), BASE)["morning"]
    assert (
        b"Updated December 22, 2025 1:30 pm ET"
        in later["/meridian/presidents-phone-call.html"].body
    )


def test_wire_copy_travels_word_for_word() -> None:
    editions = print_editions(NOW, BASE)
    original = paragraphs(editions["morning"]["/meridian/presidents-phone-call.html"])
    signed = [line for line in original if "Write to Nora" in line]
    assert len(signed) == 1
    assert original.index(signed[0]) == len(original) - 2
    bare = [line for line in original if line not in signed]
    update = editions["update"]
    assert paragraphs(update["/harbour/leaders-hold-call.html"]) == bare


def test_wire_copy_also_travels_with_another_dateline_a_tail_cut_off_or_words_added() -> None:
    update = print_editions(NOW, BASE)["update"]
    copy = paragraphs(update["/harbour/leaders-hold-call.html"])
    cut = paragraphs(update["/lakeside/leaders-talk.html"])
    assert cut == [f"WASHINGTON (Meridian) — {copy[0]}", *copy[1:-1]]
    local = paragraphs(update["/pacific/line-reopens.html"])
    added = [line for line in local if line not in copy]
    assert [line for line in local if line not in added] == copy
    assert len(added) == 1


def paragraphs(page: Document) -> list[str]:
    """The story's paragraphs: all three layouts print them after the byline, one to a line."""
    lines = page.body.decode().splitlines()
    around = ("standfirst", "byline", "timestamp", "author", "invented", "briefing", "bottom")
    return [
        re.sub("<.*?>", "", line)
        for line in lines
        if line.startswith("<p") and not any(word in line for word in around)
    ]


def test_an_article_changes_only_its_stamp() -> None:
    editions = print_editions(NOW, BASE)
    before, after = (editions[s]["/harbour/weeks-of-magnets.html"] for s in STAGES[1:])
    assert before.etag != after.etag
    assert paragraphs(before) == paragraphs(after)


@pytest.mark.parametrize(
    "spelling",
    ["rare earth", "rare-earth", "rare earths", "rare&nbsp;earth", "rare-&shy;earth", "稀土"],
)
def test_every_spelling_of_rare_earths_stands_in_a_story_of_the_morning(spelling: str) -> None:
    edition = print_editions(NOW, BASE)["morning"]
    links = {title: link.removeprefix(BASE) for link, title in headlines(edition).items()}
    stories = [edition[links[r.headline]].body.decode() for r in RINGS if r.stage == "morning"]
    assert any(spelling in story for story in stories)


# --- the servers -----------------------------------------------------------------------------


def test_the_press_serves_a_stage_at_a_time(room: Newsroom) -> None:
    page = f"{room.feeds_url}/meridian/presidents-phone-call.html"
    assert ask(page)[0].status == 404
    room.stage("morning")
    assert b"Trump and Xi Speak by Phone" in ask(page)[1]
    room.stage("update")
    assert b"Bessent, Lutnick and Greer will meet" in ask(page)[1]
    assert b"Library to Stay Open" in ask(f"{room.feeds_url}/lakeside/library-evenings.html")[1]


def test_an_unknown_stage_is_refused(room: Newsroom) -> None:
    with pytest.raises(KeyError):
        room.stage("evening")


def test_what_has_not_changed_is_answered_304(room: Newsroom) -> None:
    feed = f"{room.feeds_url}/meridian/feed.xml"
    first, body = ask(feed)
    tag, date = first.headers["ETag"], first.headers["Last-Modified"]
    for condition in ({"If_None_Match": tag}, {"If_Modified_Since": date}):
        again, nothing = ask(feed, **condition)
        assert (again.status, nothing, again.headers["ETag"]) == (304, b"", tag)
    room.stage("morning")
    for condition in ({"If_None_Match": tag}, {"If_Modified_Since": date}):
        changed, news = ask(feed, **condition)
        assert changed.status == 200
        assert news != body


def test_a_feed_nothing_new_is_published_in_keeps_its_tag(room: Newsroom) -> None:
    room.stage("morning")
    feed = f"{room.feeds_url}/gangwan/feed.xml"
    tag = ask(feed)[0].headers["ETag"]
    room.stage("update")
    assert ask(feed, If_None_Match=tag)[0].status == 304


def test_mails_arrive_as_files(room: Newsroom) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"] = "bell@wirebell.example", "ana@desk.example"
    mail["Subject"], mail["Message-ID"] = (
        "[FLASH] Der Anruf — ein Gespräch",
        "<one@wirebell.example>",
    )
    mail.set_content("Words.\n.\nMore words.")
    address = urlsplit(room.mail_url)
    with smtplib.SMTP(address.hostname or "", address.port or 0, timeout=10) as wire:
        wire.send_message(mail)
        wire.send_message(mail)
    first, second = room.mails
    assert (first.name, second.name) == ("001.eml", "002.eml")
    kept = open_mail(first)
    assert kept["message-id"] == "<one@wirebell.example>"
    assert kept.get_content().splitlines() == ["Words.", ".", "More words."]
    assert summary_of(first) == "001.eml  ana@desk.example  [FLASH] Der Anruf — ein Gespräch"


def test_posts_to_slack_arrive_as_files(room: Newsroom) -> None:
    hook = f"{room.slack_base}/services/" + room.slack_url.removeprefix("slack://")
    payload = {"text": "rang:\nthe call", "blocks": [{"type": "divider"}]}
    answer, words = ask(hook, "POST", json.dumps(payload), Content_Type="application/json")
    assert (answer.status, words) == (200, b"ok")
    (post,) = room.posts
    assert json.loads(post.read_text("utf-8")) == payload
    assert summary_of(post) == "001.json  Slack  rang: the call"


def test_slack_refuses_what_is_no_payload_or_another_webhook(room: Newsroom) -> None:
    hook = f"{room.slack_base}/services/" + room.slack_url.removeprefix("slack://")
    assert ask(hook, "POST", "{")[1] == b"invalid_payload"
    assert ask(f"{room.slack_base}/services/T0/B0/other", "POST", "{}")[0].status == 404
    assert room.posts == []


def test_the_newsroom_leaves_nothing_behind(tmp_path: Path) -> None:
    with Newsroom(tmp_path, NOW) as room:
        feed = f"{room.feeds_url}/meridian/feed.xml"
    with pytest.raises(ConnectionRefusedError):
        ask(feed)


# --- the desk --------------------------------------------------------------------------------


def test_the_desk_loads_and_points_at_the_newsroom(room: Newsroom, tmp_path: Path) -> None:
    room.write_desk(tmp_path / "rules")
    desk = load_desk(tmp_path / "rules")
    assert [note for note in desk.notes if "WIREBELL_ALLOW_HOSTS names it" not in note] == []
    urls = {feed.id: feed.url for feed in desk.feeds}
    silent = urls.pop("northern")
    assert sorted(urls.values()) == sorted(room.feeds_url + path for path in FEEDS)
    with pytest.raises(ConnectionRefusedError):
        ask(silent)
    assert {rule for ring in RINGS for rule in ring.rules} == {rule.id for rule in desk.rules}
    assert {ring.source for ring in RINGS} <= {feed.name for feed in desk.feeds}


# --- the plan --------------------------------------------------------------------------------


def test_the_plan_speaks_of_every_entry_once_at_each_stage() -> None:
    editions = print_editions(NOW, BASE)
    planned: list[Ring | Rest] = [*RINGS, *RESTS]
    for stage in STAGES:
        held = [item.headline for item in planned if item.stage == stage]
        assert len(held) == len(set(held))
        assert set(held) <= set(headlines(editions[stage]).values())
    published = {title for edition in editions.values() for title in headlines(edition).values()}
    assert published == {item.headline for item in planned}


def alert_of(ring: Ring) -> Alert:
    rules = tuple(AlertRule(rule, rule, "", ring.severity) for rule in sorted(ring.rules))
    return Alert(
        id="al-1", story="st-1", kind=ring.kind, severity=ring.severity, headline=ring.headline,
        url="", source=ring.source, tier=1, seen=NOW, root="al-1", subject="", rules=rules,
    )  # fmt: skip


def test_a_morning_that_went_by_the_plan_has_no_departures() -> None:
    outcomes = [(r.headline, "rung") for r in RINGS] + [(r.headline, r.outcome) for r in RESTS]
    assert departures([alert_of(ring) for ring in RINGS], outcomes) == ()


def test_every_departure_from_the_plan_is_told() -> None:
    outcomes = [(r.headline, "rung") for r in RINGS] + [(r.headline, r.outcome) for r in RESTS]
    outcomes.remove(("Lantern Festival Returns to the Waterfront", "unmatched"))
    outcomes.append(("Lantern Festival Returns to the Waterfront", "rung"))
    alerts = [alert_of(ring) for ring in RINGS[1:]]
    call, magnets = RINGS[0].headline, RINGS[1].headline
    rules = "foreign-minister, negotiators-meet, presidents-call, rare-earth, trade-truce"
    assert departures([*alerts, alerts[0]], outcomes) == (
        f"did not ring: {call} (The Meridian Post; new, flash; {rules})",
        f"rang unplanned: {magnets} (Harbour Wire; new, urgent; rare-earth)",
        "is not unmatched: Lantern Festival Returns to the Waterfront",
        "is rung, unplanned: Lantern Festival Returns to the Waterfront",
    )
