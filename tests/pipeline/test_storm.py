"""A morning on which everything matches: 500 alerts for 40 readers."""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

from tests.clock import Clock
from tests.pipeline.outbox import an_alert, file_all, sending_house
from tests.servers.smtp import SmtpServer
from wirebell.core.matches import Severity
from wirebell.pipeline.steps import deliver_due

MINUTE = timedelta(minutes=1)
READERS, ALERTS, FLASHES = 40, 500, 2


def desk_of(names: list[str]) -> str:
    return "\n".join(
        [
            "version: 1",
            "channels: {mail: '${env:WIREBELL_MAIL}'}",
            "recipients:",
            *(f"  - {{name: {name}, mail: {name}@desk.example}}" for name in names),
            f"routes: [{{to: [{', '.join(names)}]}}]",
        ]
    )


Mailbox = dict[str, list[tuple[datetime, str]]]


async def test_a_storm_keeps_to_the_caps_and_tells_everybody_everything_once(
    tmp_path: Path, clock: Clock, smtp: SmtpServer, database_url: str
) -> None:
    # The whole of it once: on PostgreSQL a quarter of the readers take the same ways.
    names = [f"r{n}" for n in range(READERS if database_url.startswith("sqlite") else READERS // 4)]
    severities = [Severity.FLASH] * FLASHES + [Severity.URGENT] * (ALERTS - FLASHES)
    alerts = [an_alert(f"{n:03}", clock, loud) for n, loud in enumerate(severities)]
    mailboxes: Mailbox = defaultdict(list)
    begun = clock.now
    async with sending_house(
        tmp_path, clock, smtp, channels=desk_of(names), database=database_url, group_wait=MINUTE
    ) as house:
        file_all(house, clock, alerts)
        deliver_due(house)
        assert len(smtp.mails) == len(names) * FLASHES, "flash waits for nothing"
        while house.store.books().deliveries["pending"]:
            _sort(smtp, clock, mailboxes)
            clock.advance(MINUTE)
            deliver_due(house)
        _sort(smtp, clock, mailboxes)
        books = house.store.books()
    assert clock.now - begun <= 11 * MINUTE, "a minute of group wait, ten for what is over the cap"
    assert (books.deliveries, books.problems) == ({"sent": len(names) * ALERTS}, ())
    assert set(mailboxes) == {f"{name}@desk.example" for name in names}
    for mails in mailboxes.values():
        assert len(mails) == 7, "six singles, flash among them, and one digest"
        assert sum(_counted(subject) for _, subject in mails) == ALERTS


def _sort(smtp: SmtpServer, clock: Clock, mailboxes: Mailbox) -> None:
    for mail in smtp.mails:
        mailboxes[mail.recipients[0]].append((clock.now, str(mail.parsed["Subject"])))
    smtp.mails.clear()


def _counted(subject: str) -> int:
    many = re.search(r"(\d+) alerts", subject)
    return int(many.group(1)) if many else 1


async def test_a_day_of_an_alert_every_minute_never_exceeds_the_caps(
    tmp_path: Path, clock: Clock, smtp: SmtpServer
) -> None:
    mailboxes: Mailbox = defaultdict(list)
    async with sending_house(tmp_path, clock, smtp, channels=desk_of(["r0"])) as house:
        for n in range(90):
            file_all(house, clock, [an_alert(f"{n:03}", clock)])
            deliver_due(house)
            _sort(smtp, clock, mailboxes)
            clock.advance(MINUTE)
        clock.advance(10 * MINUTE)
        deliver_due(house)
        _sort(smtp, clock, mailboxes)
        assert house.store.undelivered() == ()
    ((_, mails),) = mailboxes.items()
    assert sum(_counted(subject) for _, subject in mails) == 90
    digests = [at for at, subject in mails if "alerts" in subject]
    singles = [at for at, subject in mails if "alerts" not in subject]
    assert all(later - early >= 9 * MINUTE for early, later in pairwise(digests))
    for at in singles:
        assert sum(at <= other < at + 10 * MINUTE for other in singles) <= 6
        assert sum(at <= other < at + 60 * MINUTE for other in singles) <= 30
