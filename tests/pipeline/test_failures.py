"""What is left of the failures a delivery must survive: see docs/failures.md for all of them."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

import pytest

from tests.clock import Clock
from tests.pipeline.outbox import an_alert, file_all, subjects, told_in
from tests.servers.slack import Reply, SlackServer
from tests.servers.smtp import SmtpServer
from wirebell.alerts.transport import Transport
from wirebell.core.alerts import Message, Receipt
from wirebell.core.matches import Severity
from wirebell.core.text import one_line
from wirebell.pipeline.steps import deliver_due
from wirebell.pipeline.wiring import House
from wirebell.storage import Store

WORKERS, MANY = 4, 200


async def test_four_workers_send_two_hundred_alerts_once_each(
    ana: House, smtp: SmtpServer, clock: Clock, open_store: Callable[[], Store]
) -> None:
    alerts = [an_alert(f"{n:03}", clock, Severity.FLASH) for n in range(MANY)]
    file_all(ana, clock, alerts)
    houses = [replace(ana, store=open_store()) for _ in range(WORKERS)]
    with ThreadPoolExecutor(WORKERS) as workers:
        tallies = [*workers.map(deliver_due, houses)]
    assert sum(tally.sent for tally in tallies) == len(smtp.mails) == MANY
    assert sorted(told_in(smtp.mails)) == [alert.id for alert in alerts]
    assert len({mail.parsed["Message-ID"] for mail in smtp.mails}) == MANY
    assert ana.store.books().whole


class Slow:
    """A transport that is overtaken once: while it hands a message over, its lease runs out and
    another worker sends the message.
    """

    def __init__(self, transport: Transport, overtake: Callable[[], None]) -> None:
        self._transport, self._overtake = transport, [overtake]

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def send(self, channel: str, address: str, message: Message) -> Receipt:
        if self._overtake:
            self._overtake.pop()()
        return self._transport.send(channel, address, message)


async def test_a_send_that_outlives_its_lease_overwrites_nothing_and_makes_one_copy(
    ana: House, smtp: SmtpServer, clock: Clock
) -> None:
    file_all(ana, clock, [an_alert("a", clock)])

    def overtake() -> None:
        clock.advance(timedelta(minutes=3))
        assert deliver_due(ana).sent == 1

    slow = replace(ana, transport=cast(Transport, Slow(ana.transport, overtake)))
    assert deliver_due(slow).sent == 0, "the other one sent it"
    first, copy = smtp.mails
    assert first.parsed["Message-ID"] == copy.parsed["Message-ID"]
    assert dict(ana.store.books().deliveries) == {"sent": 1}


async def test_a_refused_recipient_is_given_up_alone_told_why_and_tried_again_when_asked(
    ana: House, smtp: SmtpServer, clock: Clock
) -> None:
    ben = replace(ana.desk.recipients[0], name="ben", mail="ben@desk.example")
    (route,) = ana.desk.routes
    routes = (replace(route, to=("ana", "ben")),)
    both = replace(ana, desk=replace(ana.desk, recipients=(*ana.desk.recipients, ben)))
    both = replace(both, desk=replace(both.desk, routes=routes))
    file_all(both, clock, [an_alert("a", clock)])
    smtp.refusals["RCPT"], smtp.picky = "550 5.1.1 no such user", "ben"
    tally = deliver_due(both)
    assert (tally.sent, tally.dead) == (1, 1)
    (dead,) = both.store.undelivered(dead=True)
    assert (dead.told.recipient, dead.told.answer) == ("ben", "smtp 550 5.1.1 no such user")
    assert deliver_due(both).sent == 0
    assert list(both.store.troubles()) == ["messages to ben by mail"]
    smtp.refusals.clear()
    assert both.store.requeue(dead.key) == 1
    assert deliver_due(both).sent == 1
    assert both.store.troubles() == {}
    assert sorted(mail.recipients[0] for mail in smtp.mails) == [
        "ana@desk.example", "ben@desk.example",
    ]  # fmt: skip


async def test_what_slack_takes_neither_as_blocks_nor_as_words_is_given_up_at_once(
    room: House, slack: SlackServer, smtp: SmtpServer, clock: Clock
) -> None:
    slack.reply = Reply(400, b"invalid_blocks")
    file_all(room, clock, [an_alert("a", clock)])
    assert deliver_due(room).dead == 1
    assert ["blocks" in post.document for post in slack.posts] == [True, False]
    (dead,) = room.store.undelivered(dead=True)
    assert dead.told.answer == "http 400 invalid_blocks"
    (notice,) = subjects(smtp.mails)
    assert "messages to room by slack: given up" in notice


HEADLINES = (
    "Pact\r\nBcc: x@evil.example", "=?utf-8?q?=0D=0ABcc:x@evil.example?=", "nul \0 bell \a",
    "lone \ud83d half", "\u202eright to left", "", "7" * 5000,
)  # fmt: skip


@pytest.mark.parametrize("headline", HEADLINES)
async def test_a_headline_of_any_letters_arrives_under_one_subject(
    ana: House, smtp: SmtpServer, clock: Clock, headline: str
) -> None:
    told = one_line(headline, 300)  # as every alert is composed: else no database takes it
    alert = replace(an_alert("a", clock), headline=told, subject=f"[URGENT] {told}")
    file_all(ana, clock, [alert])
    assert deliver_due(ana).sent == 1
    (mail,) = smtp.mails
    assert mail.recipients == ("ana@desk.example",)
    head = mail.raw.partition(b"\r\n\r\n")[0]
    assert (head.count(b"\nSubject:"), head.count(b"\nBcc:")) == (1, 0)
    assert "https://news.example/a" in mail.part("plain")
