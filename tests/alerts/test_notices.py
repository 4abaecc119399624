from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.alerts.samples import ALERT, RULE, SEEN, UPDATE, dispatch, recipient
from tests.alerts.test_render import Page, slack_words
from wirebell.alerts.pages import Pages
from wirebell.alerts.render import render
from wirebell.core.alerts import How
from wirebell.core.matches import Severity


def test_an_update_names_the_alert_it_adds_to_and_when_that_was_told() -> None:
    """In every family: a webhook of Slack cannot put it into a thread."""
    told = render(
        dispatch(UPDATE, first_told=SEEN - timedelta(hours=2), thread="1.2"),
        recipient(zone="America/New_York"),
        domain="d.example",
    )
    line = "Adds to alert al-aaaaaaaaaa of Thu 5 Jun 2025, 09:12 EDT (13:12 UTC)."
    assert told.text.startswith(line)
    assert line in Page(told.html).words
    assert line in slack_words(told.slack)[1]
    assert told.thread == "1.2"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"coverage": "Quiet since 18:02. 39 of 41 feeds current."}, "Quiet since 18:02."),
        ({"how": How.LATE}, "Late: an outage held this back."),
        ({"how": How.CAPPED}, "Too many at once"),
        ({"how": How.SILENCED}, "Held by a silence, which has ended."),
        ({"instead_of": "slack"}, "Sent this way because slack is out of order."),
        ({"repeat": True}, "Perhaps a repeat: an earlier try may have arrived."),
    ],
)
def test_what_a_message_is_stands_before_what_it_tells(changes: dict[str, Any], words: str) -> None:
    other = replace(ALERT, id="al-c", story="story-2", root="al-c")
    for alerts in ((ALERT,), (ALERT, other)):
        told = render(dispatch(*alerts, **changes), recipient(), domain="d.example")
        assert told.text.startswith(words)
        assert words in Page(told.html).words
        assert words in slack_words(told.slack)[1]


def test_a_late_digest_says_so_in_its_subject() -> None:
    other = replace(ALERT, id="al-c", story="story-2", root="al-c")
    told = render(dispatch(ALERT, other, how=How.LATE), None, domain="d.example")
    assert told.subject.startswith("[LATE] 2 alerts: ")


def test_an_alert_says_who_wrote_it_and_who_answers_for_the_rule() -> None:
    rule = replace(RULE, owner="trade-desk")
    authors = ("Ada Lindqvist", "Bo Aker")
    alert = replace(ALERT, authors=authors, rules=(rule,), desk_author="Eve Moor")
    told = render(dispatch(alert), None, domain="d.example")
    for words in (
        "tier 1, official · by Ada Lindqvist, Bo Aker",
        "desk 3f9ac01b by Eve Moor · rules of trade-desk",
    ):
        assert words in told.text
        assert words in Page(told.html).words
        assert any(words in part for part in slack_words(told.slack))


def test_a_digest_names_the_outlets_that_have_each_story_too() -> None:
    other = replace(ALERT, id="al-c", story="story-2", root="al-c", also_in=())
    told = render(dispatch(ALERT, other), recipient(), domain="d.example")
    for words in (told.text, Page(told.html).words, " ".join(slack_words(told.slack))):
        assert words.count("also in Harbour Daily") == 1


def test_a_room_sees_by_a_mark_what_is_loud() -> None:
    marks = {"flash": "🔴 ", "urgent": "🟠 ", "routine": ""}
    for loud, mark in marks.items():
        told = render(dispatch(replace(ALERT, severity=Severity(loud))), None, domain="d.example")
        assert slack_words(told.slack)[1].startswith(f"{mark}*{loud.upper()}* · NEW")


def test_a_notice_without_an_article_says_nothing_of_publishing() -> None:
    notice = replace(ALERT, url="", published=None)
    told = render(dispatch(notice), None, domain="d.example")
    assert "ublished" not in told.text + told.html + told.slack


def test_the_text_part_keeps_every_link_of_the_html() -> None:
    pages = Pages("https://bell.example", b"k")
    other = replace(ALERT, id="al-c", story="story-2", root="al-c", url="https://news.example/c")
    for alerts in ((ALERT,), (UPDATE,), (ALERT, other)):
        told = render(dispatch(*alerts), recipient(), domain="d.example", pages=pages)
        links = Page(told.html).links
        assert links
        assert [link for link in links if link not in told.text] == []
