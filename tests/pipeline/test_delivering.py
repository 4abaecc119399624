"""What channels do to us, and what becomes of the messages: over real servers on loopback."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

import pytest

from tests.clock import NOON, Clock
from tests.pipeline.outbox import (
    an_alert,
    an_update,
    file_all,
    subjects,
    told_in,
)
from tests.servers.slack import Reply, SlackServer
from tests.servers.smtp import SmtpServer
from wirebell.core.alerts import Edit, Hushed
from wirebell.core.errors import StorageBusy
from wirebell.core.matches import Severity
from wirebell.pipeline.silencing import silence
from wirebell.pipeline.steps import deliver_due
from wirebell.pipeline.wiring import House, open_transport
from wirebell.storage import Store

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


def headlines(slack: SlackServer) -> list[str]:
    return [post.document["text"].rpartition("Headline ")[2] for post in slack.posts]


def file_one(house: House, clock: Clock, name: str, severity: Severity = Severity.URGENT) -> None:
    file_all(house, clock, [an_alert(name, clock, severity)])


async def test_retry_after_holds_every_message_of_the_channel(
    room: House, slack: SlackServer, clock: Clock
) -> None:
    slack.first = [Reply(429, b"rate_limited", {"Retry-After": "30"})]
    file_one(room, clock, "a")
    deliver_due(room)
    file_one(room, clock, "b")
    clock.advance(timedelta(seconds=29))
    assert (deliver_due(room).sent, len(slack.posts)) == (0, 1)
    clock.advance(timedelta(seconds=1))
    assert (deliver_due(room).sent, sorted(headlines(slack))) == (2, ["a", "a", "b"])


async def test_a_broken_channel_is_left_alone_told_of_once_and_mends_itself(
    room: House, slack: SlackServer, smtp: SmtpServer, clock: Clock
) -> None:
    room = without_fallback(room)
    slack.reply = Reply(404, b"no_service")
    for name in "abc":
        file_one(room, clock, name)
        deliver_due(room)
    assert len(slack.posts) == 1
    assert subjects(smtp.mails) == [
        "[Wirebell] channel slack: nothing leaves since 12:00 UTC: http 404 no_service"
    ]
    clock.advance(5 * MINUTE)
    deliver_due(room)
    assert len(slack.posts) == 2, "one message is a probe"
    slack.reply = Reply()
    clock.advance(5 * MINUTE)
    assert deliver_due(room).sent == 4, "three alerts, and the news of it"
    assert subjects(smtp.mails)[1:] == ["Re: [Wirebell] channel slack: messages leave again"]
    assert sorted(headlines(slack)[2:]) == ["a", "b", "c"]
    assert room.store.books().whole


def without_fallback(house: House) -> House:
    channels = tuple(replace(channel, fallback="") for channel in house.desk.channels)
    return replace(house, desk=replace(house.desk, channels=channels))


async def test_five_messages_nobody_takes_break_a_channel_and_no_attempt_is_burnt_after(
    room: House, slack: SlackServer, clock: Clock
) -> None:
    room = without_fallback(room)
    slack.reply = Reply(503, b"service_unavailable")
    file_all(room, clock, [an_alert(f"{n}", clock, Severity.FLASH) for n in range(40)])
    deliver_due(room)
    tried = len(slack.posts)
    assert 5 <= tried <= 8, "those on their way when the fifth failed end first"
    for _ in range(4):
        clock.advance(MINUTE)
        deliver_due(room)
    assert len(slack.posts) == tried


async def test_the_fallback_tells_once_and_says_why_it_comes_this_way(
    room: House, slack: SlackServer, smtp: SmtpServer, clock: Clock
) -> None:
    slack.reply = Reply(403, b"invalid_token")
    file_one(room, clock, "a")
    deliver_due(room)
    clock.advance(9 * MINUTE)
    deliver_due(room)
    assert not any("Headline a" in subject for subject in subjects(smtp.mails))
    clock.advance(MINUTE)
    deliver_due(room)
    (mail,) = [mail for mail in smtp.mails if "Headline a" in mail.part("plain")]
    assert "slack is out of order" in mail.part("plain")
    slack.reply = Reply()
    clock.advance(HOUR)
    assert deliver_due(room).sent == 0
    assert room.store.books().deliveries == {"sent": 2}


async def test_what_may_have_arrived_in_slack_comes_again_marked_and_routine_with_the_digest(
    room: House, slack: SlackServer, clock: Clock
) -> None:
    slack.first = [Reply(drop=True)]
    file_one(room, clock, "a")
    assert deliver_due(room).retrying == 1
    clock.advance(MINUTE)
    assert deliver_due(room).sent == 1
    assert ["perhaps a repeat" in json.dumps(p.document).lower() for p in slack.posts] == [0, 1]
    file_one(room, clock, "b", Severity.ROUTINE)
    assert deliver_due(room).held == 1
    clock.now = NOON + HOUR  # the digest of 13:00
    slack.first = [Reply(drop=True)]
    assert deliver_due(room).retrying == 1
    clock.advance(HOUR)
    assert deliver_due(room).sent == 0
    clock.now = NOON + 6 * HOUR
    assert deliver_due(room).sent == 1


async def test_a_mail_that_may_have_arrived_comes_again_under_its_own_id(
    ana: House, smtp: SmtpServer, clock: Clock
) -> None:
    smtp.drop_after_data = True
    file_one(ana, clock, "a")
    assert deliver_due(ana).retrying == 1
    smtp.drop_after_data = False
    clock.advance(MINUTE)
    assert deliver_due(ana).sent == 1
    first, again = (mail.parsed["Message-ID"] for mail in smtp.mails)
    assert first == again


async def test_two_hours_of_outage_end_in_one_digest_that_says_so(
    ana: House, smtp: SmtpServer, clock: Clock
) -> None:
    alerts = [an_alert(f"{n:02}", clock) for n in range(40)]
    file_all(ana, clock, alerts)
    clock.advance(2 * HOUR)
    assert deliver_due(ana).sent == 40
    (mail,) = smtp.mails
    assert sorted(told_in(smtp.mails)) == [alert.id for alert in alerts]
    assert "an outage held this back" in mail.part("plain")
    assert "feeds current" in mail.part("plain")


async def test_updates_come_merged_half_an_hour_after_the_last_message(
    ana: House, smtp: SmtpServer, clock: Clock
) -> None:
    first = an_alert("a", clock)
    file_all(ana, clock, [first])
    deliver_due(ana)
    for n, edit in enumerate((Edit("10 tons.", "20 tons."), Edit("20 tons.", "30 tons."))):
        clock.advance(5 * MINUTE)
        update = replace(an_update(first, f"a{n}", clock), edits=(edit,))
        file_all(ana, clock, [update])
        assert deliver_due(ana).held == 1
    clock.now = NOON + 30 * MINUTE
    assert deliver_due(ana).sent == 2
    _, merged = smtp.mails
    assert "20 tons" not in merged.part("plain")
    assert "10 tons" in merged.part("plain")
    assert told_in(smtp.mails) == ["al-a", "al-a0", "al-a1"]
    (told, _) = ana.store.undelivered(), ana.store.books()
    assert told == ()


async def test_a_louder_alert_takes_along_what_was_held_of_its_story(
    ana: House, smtp: SmtpServer, clock: Clock
) -> None:
    first = an_alert("a", clock)
    file_all(ana, clock, [first])
    deliver_due(ana)
    clock.advance(MINUTE)
    file_all(ana, clock, [an_update(first, "a0", clock)])
    deliver_due(ana)
    loud = replace(an_update(first, "a1", clock), severity=Severity.FLASH)
    file_all(ana, clock, [replace(loud, rules=an_alert("", clock, Severity.FLASH).rules)])
    assert deliver_due(ana).sent == 2
    assert told_in(smtp.mails) == ["al-a", "al-a1", "al-a0"]
    clock.advance(HOUR)
    assert deliver_due(ana).sent == 0


async def test_a_message_that_cannot_be_drawn_leaves_as_plain_words_and_operators_hear_of_it(
    ana: House, smtp: SmtpServer, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    nowhere = tuple(replace(who, zone="Nowhere/Land") for who in ana.desk.recipients)
    whole = replace(ana, desk=replace(ana.desk, operators=("ana",)))
    broken = replace(ana, desk=replace(whole.desk, recipients=nowhere))
    file_one(ana, clock, "a", Severity.FLASH)
    assert deliver_due(broken).sent == 1
    mail = smtp.mails.pop()
    for words in ("FLASH Headline a https://news.example/a (al-a)", "could not be drawn"):
        assert words in mail.part("plain")
    assert "No time zone found" in caplog.text
    assert (deliver_due(broken).plain, deliver_due(broken).plain) == (1, 0), "told once"
    assert "messages: 1 could not be drawn and left as plain words" in smtp.mails[0].part("plain")
    file_one(whole, clock, "b", Severity.FLASH)
    assert [deliver_due(whole).sent for _ in range(3)] == [1, 1, 0]
    assert subjects(smtp.mails)[2:] == ["Re: [Wirebell] messages: drawn as they should be again"]


class Stubborn:
    """A store whose receipts find the database locked for longer than it waits."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def finish_attempt(self, *_: object) -> None:
        raise StorageBusy("the database", "locked")


async def test_a_receipt_nobody_could_keep_is_loud_and_the_copy_has_the_same_id(
    ana: House, smtp: SmtpServer, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    file_one(ana, clock, "a")
    busy = replace(ana, store=cast(Store, Stubborn(ana.store)))
    assert deliver_due(busy).retrying == 1
    assert "StorageBusy" in caplog.text
    clock.advance(HOUR)
    assert deliver_due(ana).sent == 1
    assert len({mail.parsed["Message-ID"] for mail in smtp.mails}) == 1
    assert ana.store.books().whole


async def test_what_waits_for_somebody_taken_off_the_desk_reaches_him_all_the_same(
    ana: House, smtp: SmtpServer, clock: Clock
) -> None:
    file_one(ana, clock, "a", Severity.ROUTINE)
    gone = replace(ana, desk=replace(ana.desk, recipients=(), rules=()))
    assert deliver_due(gone).sent == 1, "the alert is frozen, his address too"
    assert told_in(smtp.mails) == ["al-a"]


async def test_what_waits_for_a_channel_taken_off_the_desk_waits_with_its_reason(
    room: House, slack: SlackServer, clock: Clock
) -> None:
    file_one(room, clock, "a")
    desk = replace(room.desk, channels=room.desk.channels[:1])
    environ = {"WIREBELL_MAIL": "mailto://127.0.0.1:9?from=bell@wirebell.example"}
    gone = replace(room, desk=desk, transport=open_transport(desk, room.settings, environ, clock))
    deliver_due(gone)
    (owing, _) = gone.store.undelivered()
    assert (owing.told.state, "no such channel" in owing.told.answer) == ("pending", True)
    clock.advance(5 * MINUTE)
    assert deliver_due(room).sent >= 1, "it came back"
    assert headlines(slack) == ["a"]


async def test_what_is_silenced_leaves_as_one_digest_and_why_names_the_silence(
    ana: House, smtp: SmtpServer, clock: Clock
) -> None:
    args = (Hushed.FEED, "wire", "2h", "ben", "a drill", clock.now)
    silence(ana.store, ana.desk, *args)
    for name in "abc":
        file_one(ana, clock, name, Severity.FLASH)
        assert deliver_due(ana).held == 1
    (owing, *_) = ana.store.undelivered()
    assert owing.told.reason == "ben silenced feed wire: a drill"
    clock.advance(2 * HOUR)
    assert deliver_due(ana).sent == 3
    (mail,) = smtp.mails
    assert "3 alerts" in str(mail.parsed["Subject"])


async def test_a_digest_that_died_on_the_way_is_the_same_digest_again(
    ana: House, smtp: SmtpServer, clock: Clock
) -> None:
    for name in "abc":
        file_one(ana, clock, name, Severity.ROUTINE)
    deliver_due(ana)
    clock.now = NOON + HOUR
    smtp.drop_after_data = True
    assert deliver_due(ana).retrying == 3
    smtp.drop_after_data = False
    file_one(ana, clock, "d", Severity.ROUTINE)
    clock.advance(MINUTE)
    assert deliver_due(ana).sent == 3
    first, again = smtp.mails
    assert first.parsed["Message-ID"] == again.parsed["Message-ID"]
    assert told_in([first]) == told_in([again]) == ["al-a", "al-b", "al-c"]
