from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.alerts.samples import ALERT, MESSAGE, RULE, SEEN, UPDATE, dispatch, recipient
from wirebell.alerts.render import render
from wirebell.alerts.transport.mail import as_mail
from wirebell.core.alerts import (
    Alert,
    AlertKind,
    AlsoIn,
    Edit,
    Finding,
    How,
    Message,
    Snippet,
)
from wirebell.core.matches import Severity

NEW_YORK = recipient(zone="America/New_York")


class Page(HTMLParser):
    """What a reader of the HTML part sees, and where it leads."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.tags: set[str] = set()
        self.marked: list[str] = []
        self.words = ""
        self._in_mark = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]
        self._in_mark = tag == "mark"

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002 - HTMLParser calls it so
        self._in_mark = False

    def handle_data(self, data: str) -> None:
        self.words += data
        if self._in_mark:
            self.marked.append(data)


def message(*alerts: Alert, how: How = How.SINGLE) -> Message:
    return render(dispatch(*alerts, how=how), NEW_YORK, domain="alerts.example")


NEWS = "https://news.example/"


def many(count: int, alert: Alert = ALERT) -> tuple[Alert, ...]:
    return tuple(
        replace(alert, id=f"al-{n:010}", story=f"st-{n}", url=f"{NEWS}{n}", headline=f"Story {n}")
        for n in range(count)
    )


def slack_words(slack: str) -> list[str]:
    document = json.loads(slack)
    sections = [b["text"]["text"] for b in document["blocks"] if b["type"] == "section"]
    context = [e["text"] for b in document["blocks"] for e in b.get("elements", ())]
    return [document["text"], *sections, *context]


def families(message: Message) -> dict[str, str]:
    return {
        "text": message.text,
        "html": Page(message.html).words,
        "slack": "\n".join(slack_words(message.slack)),
    }


def in_order(words: str, *parts: str) -> bool:
    at = [words.find(part) for part in parts]
    return -1 not in at and at == sorted(at)


@pytest.mark.parametrize("family", ["text", "html", "slack"])
def test_a_message_tells_what_where_when_and_why_in_this_order(family: str) -> None:
    words = families(message())[family]
    words = words[words.index("URGENT · NEW" if family != "slack" else "*URGENT* · NEW") :]
    assert in_order(
        words,
        "Envoys ease curbs on rare-earth magnets",
        "Northern Wire, tier 1, official",
        "Thu 5 Jun 2025, 11:10 EDT (15:10 UTC)",
        "Thu 5 Jun 2025, 11:12 EDT (15:12 UTC), 2 min later",
        "Rare earths and a named official: the sticking point of the truce",
        "rare earth (“rare-earth magnets”) ×3",
        "Ada Lindqvist (“Envoy Ada Lindqvist”) ×2",
        "was settled in the call.",
        "Harbour Daily",
        "Teaser only: the page answered 403",
        "al-aaaaaaaaaa",
        "desk 3f9ac01b",
    )


def test_the_matched_words_are_marked_in_every_family() -> None:
    single = message()
    assert Page(single.html).marked == ["rare-earth magnets"]
    assert "*rare-earth magnets* was" in single.text
    assert "of *rare-earth magnets* was" in families(single)["slack"]


def test_an_update_tells_old_and_new() -> None:
    words = families(message(UPDATE))
    assert "Talks may resume. -> Talks resume on Monday." in words["text"]
    assert "Talks may resume. → Talks resume on Monday." in words["html"]
    assert "Talks may resume. → Talks resume on Monday." in words["slack"]
    assert all("New: A pact is near." in told for told in words.values())
    correction = families(message(replace(UPDATE, kind=AlertKind.CORRECTION)))
    assert all("CORRECTION" in text for text in correction.values())


def test_what_is_left_out_is_counted() -> None:
    edits = tuple(Edit("", f"Sentence {n}.") for n in range(20))
    also_in = tuple(AlsoIn("Daily", f"https://d.example/{n}") for n in range(15))
    for words in families(message(replace(UPDATE, edits=edits, also_in=also_in))).values():
        assert "left out: 12 changes, 3 outlets" in words


@pytest.mark.parametrize("how", [How.SINGLE, How.DIGEST])
def test_every_link_of_the_page_stands_in_the_text_part(how: How) -> None:
    alerts = many(30) if how is How.DIGEST else (ALERT,)
    told = message(*alerts, how=how)
    links = Page(told.html).links
    assert len(links) == (30 if how is How.DIGEST else 2)
    assert all(link in told.text for link in links)


def test_the_page_has_no_image_script_or_anything_that_calls_home() -> None:
    for told in (message(), message(*many(3), how=How.DIGEST)):
        assert Page(told.html).tags.isdisjoint({"img", "script", "link", "iframe", "form"})
        assert "url(" not in told.html


def test_mail_readers_see_why_before_they_open_it() -> None:
    words = Page(message().html).words
    body = words[words.rindex("}") + 1 :]
    assert body.strip().startswith("Rare earths and a named official: rare earth")


def test_the_subject_says_how_loud_what_and_who() -> None:
    subject = message().subject
    assert subject == "[URGENT] Envoys ease curbs on rare-earth magnets — Northern Wire"


def test_the_subject_of_an_update_is_that_of_the_first_alert_after_re() -> None:
    later = message(replace(UPDATE, headline="Now something else", severity=Severity.FLASH))
    assert later.subject == f"Re: {message().subject}"


def test_all_alerts_of_a_story_refer_to_the_same_id() -> None:
    first, later = message(), message(UPDATE)
    assert first.thread_id == later.thread_id == "<al-aaaaaaaaaa@alerts.example>"
    assert message(*many(2), how=How.DIGEST).thread_id == ""


def test_the_message_id_is_the_dispatchs_key() -> None:
    assert message().message_id == "<key-1@alerts.example>"


def test_headers_name_list_alerts_and_rules_and_ask_for_no_answer() -> None:
    headers = dict(message(*many(2), how=How.DIGEST).headers)
    assert headers["List-Id"] == "Wirebell alerts <alerts.alerts.example>"
    assert headers["Auto-Submitted"] == "auto-generated"
    assert headers["X-Wirebell-Alerts"] == "al-0000000000 al-0000000001"
    assert headers["X-Wirebell-Rules"] == "rare-earths"


def test_without_a_recipient_times_are_utc() -> None:
    told = render(dispatch(), None, domain="alerts.example")
    assert "published Thu 5 Jun 2025, 15:10 UTC\n" in told.text


@pytest.mark.parametrize(
    ("lag", "words"),
    [
        (timedelta(seconds=20), "within a minute"),
        (timedelta(minutes=59), "59 min later"),
        (timedelta(hours=5, minutes=3), "5 h 3 min later"),
        (timedelta(days=4), "4 days later"),
    ],
)
def test_the_lag_is_told_in_the_unit_that_matters(lag: timedelta, words: str) -> None:
    assert words in message(replace(ALERT, published=SEEN - lag)).text


def test_a_story_without_a_date_says_so() -> None:
    text = message(replace(ALERT, published=None)).text
    assert "published at a time it does not give" in text
    assert "later" not in text


def test_a_held_alert_says_why_it_comes_late() -> None:
    for words in families(message(how=How.QUIET)).values():
        assert "Held until your quiet hours" in words


def test_a_digest_is_ordered_by_severity_and_time_and_counts_itself() -> None:
    early = replace(
        ALERT, id="al-early", story="st-0", headline="Early", seen=SEEN - timedelta(hours=2)
    )
    loud = replace(ALERT, id="al-loud", story="st-9", headline="Loud", severity=Severity.FLASH)
    digest = message(ALERT, early, loud, how=How.DIGEST)
    assert digest.subject == "[DIGEST] 3 alerts: Loud"
    for words in families(digest).values():
        body = words[words.index("3 alerts since Thu 5 Jun 2025, 09:12 EDT") :]
        assert in_order(body, "Loud", "Early", "Envoys ease curbs")


def test_what_was_held_together_is_told_as_held() -> None:
    assert message(*many(2), how=How.QUIET).subject.startswith("[HELD] 2 alerts: ")


def test_forty_alerts_of_an_outage_all_stand_in_one_digest() -> None:
    told = families(message(*many(40), how=How.DIGEST))
    assert all(f"Story {n}" in told["text"] for n in range(40))
    assert all(f"Story {n}" in told["slack"] for n in range(40))


def test_three_hundred_alerts_are_told_counted_or_named_within_the_cap() -> None:
    told = message(*many(300), how=How.DIGEST)
    assert len(as_mail(told, "a@x.example", "b@x.example", SEEN)) < 90_000
    named = re.search(r"And (\d+) more: al-", told.text)
    listed = sum(f"https://news.example/{n}\n" in told.text for n in range(300))
    assert named is not None
    assert listed + int(named.group(1)) == 300


def huge(words: str) -> Alert:
    finding = Finding(words, words[::-1], 3, words)
    rules = tuple(replace(RULE, title=words, why=words, findings=(finding,) * 90) for _ in "x" * 9)
    return replace(
        ALERT,
        headline=words,
        subject=f"[URGENT] {words}",
        url="https://news.example/?" + "&" * 1900,
        source=words,
        note=words,
        rules=rules,
        snippets=(Snippet(words, ((0, 40), (50, 90))),) * 9,
        edits=(Edit(words, words),) * 90,
        also_in=(AlsoIn(words, "https://b.example/?" + "&" * 1900),) * 90,
    )


def test_of_three_hundred_long_alerts_none_goes_untold() -> None:
    long = many(300, huge("many long words " * 20))
    told = message(*long, how=How.DIGEST).text
    assert [a for a in long if f"{a.headline} " not in told and a.id not in told] == []


@pytest.mark.parametrize("letter", ["a", "&", "'", "中", "\U0001f514"])
@pytest.mark.parametrize("count", [1, 45])
def test_no_content_makes_a_message_longer_than_its_limit(letter: str, count: int) -> None:
    told = message(
        *[replace(huge(letter * 1300), id=f"al-{n}", story=f"{n}") for n in range(count)]
    )
    assert len(as_mail(told, "a@x.example", "b@x.example", SEEN)) < 90_000
    assert_fits_slack(told.slack)
    assert len(told.subject) <= 120
    assert "https://news.example/" in told.text or count > 1
    assert "al-0" in told.text


def assert_fits_slack(slack: str) -> None:
    blocks = json.loads(slack)["blocks"]
    assert 0 < len(blocks) <= 50
    assert all(0 < len(words) <= 2900 for words in slack_words(slack))


words_of_any_kind = st.text(max_size=200)


@settings(max_examples=40)
@given(
    words_of_any_kind,
    words_of_any_kind,
    st.lists(st.tuples(st.integers(-5, 250), st.integers(-5, 250))),
)
def test_any_text_and_any_marks_are_rendered_whole_and_inert(
    words: str, other: str, marks: list[tuple[int, int]]
) -> None:
    alert = replace(
        ALERT,
        headline=words,
        subject=f"[URGENT] {words}",
        source=other,
        url=other,
        note=words,
        snippets=(Snippet(words, tuple(marks)),),
    )
    told = message(alert)
    as_mail(told, "a@x.example", "b@x.example", SEEN)
    assert_fits_slack(told.slack)
    assert set(Page(told.html).tags) == set(Page(message().html).tags) - {"mark", "blockquote"} | (
        Page(told.html).tags & {"mark", "blockquote"}
    )


def test_a_link_that_is_not_http_is_shown_as_words() -> None:
    for url in (
        "javascript:alert(1)",
        "file:///etc/passwd",
        "data:text/html,x",
        "//news.example",
        "https://",
    ):
        told = message(replace(ALERT, url=url, also_in=(AlsoIn("Else", url),)))
        assert Page(told.html).links == []
        assert "|" not in families(told)["slack"]
        seen = [words.replace("\u200b", "") for words in families(told).values()]
        assert all(f"no address to follow: {url}" in words for words in seen)


def test_slack_is_told_not_to_fetch_or_guess_anything() -> None:
    document: dict[str, Any] = json.loads(message().slack)
    assert document["unfurl_links"] is document["unfurl_media"] is False
    texts = [b["text"] for b in document["blocks"] if b["type"] == "section"]
    assert all(text["verbatim"] for text in texts)


def test_a_mail_has_one_message_id_and_both_parts() -> None:
    raw = as_mail(MESSAGE, "Wirebell <w@x.example>", "ana@desk.example", SEEN)
    for header in (b"Message-ID:", b"Date:", b"References: <al-aaaaaaaaaa@alerts.example>"):
        assert raw.count(header) == 1
    assert b"text/plain" in raw
    assert b"text/html" in raw


def test_a_dispatch_of_one_is_told_in_full_however_it_was_held() -> None:
    assert message(how=How.DIGEST).subject == message().subject
