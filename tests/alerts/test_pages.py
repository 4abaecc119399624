from __future__ import annotations

from dataclasses import replace

from tests.alerts.samples import ALERT, UPDATE, dispatch, recipient
from tests.alerts.test_render import Page, slack_words
from wirebell.alerts.pages import Pages
from wirebell.alerts.render import render, render_page

PAGES = Pages("https://bell.example/", b"k" * 32)


def test_an_address_is_signed_for_one_alert_and_one_reader() -> None:
    address = PAGES.address("al-1", "ana")
    before, _, signature = address.rpartition("/")
    assert before == "https://bell.example/alerts/al-1/ana"
    assert PAGES.signed(signature, "al-1", "ana")
    for other in (("al-2", "ana"), ("al-1", "ben"), ("al-1\nana",)):
        assert not PAGES.signed(signature, *other)
    assert not Pages(PAGES.base, b"x" * 32).signed(signature, "al-1", "ana")
    assert not PAGES.signed("ü", "al-1", "ana")
    assert "kkkk" not in repr(PAGES)


def test_a_message_leads_to_the_page_of_each_alert_in_every_family() -> None:
    other = replace(UPDATE, story="story-2")
    for alerts in ((ALERT,), (ALERT, other)):
        told = render(dispatch(*alerts), recipient(), domain="d.example", pages=PAGES)
        for alert in alerts:
            address = PAGES.address(alert.id, "ana")
            assert address in Page(told.html).links
            assert address in told.text
            assert any(f"<{address}|" in words for words in slack_words(told.slack))


def test_without_an_address_of_ours_messages_show_the_id_only() -> None:
    told = render(dispatch(), recipient(), domain="d.example")
    assert ALERT.id in told.text
    for part in (told.html, told.text, told.slack):
        assert "useful" not in part
        assert "/alerts/" not in part


def test_the_page_says_what_the_mail_says_and_asks_what_it_was_worth() -> None:
    page = render_page(UPDATE, zone="Asia/Tokyo", form="token", vote=None)
    for words in ("Talks resume on Monday.", "Harbour Daily", "sticking point", "(15:12 UTC)"):
        assert words in page
    assert 'name="form" value="token"' in page
    assert "Kept:" not in page
    again = render_page(UPDATE, zone="UTC", form="token", vote=False)
    assert "Kept: not for me" in again
