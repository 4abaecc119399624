"""Both changes of the clock, in two zones: holds end once, and every digest comes once."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.clock import Clock
from tests.pipeline.outbox import an_alert, file_all, sending_house, told_in
from tests.servers.smtp import SmtpServer
from wirebell.core.matches import Severity
from wirebell.pipeline.coverage import owe_empty_digests
from wirebell.pipeline.steps import deliver_due

DESK = """
version: 1
channels: {{mail: "${{env:WIREBELL_MAIL}}"}}
recipients:
  - name: ana
    mail: ana@desk.example
    zone: {zone}
    quiet: "22:00-{end}"
    digest_at: ["{end}", "12:30", "18:00"]
routes: [{{to: ana}}]
"""
STEP = timedelta(minutes=10)


@pytest.mark.parametrize(
    ("zone", "evening", "end", "shown"),
    [
        ("Europe/Berlin", "2025-03-29", "02:30", "03:30+02:00"),
        ("Europe/Berlin", "2025-10-25", "02:30", "02:30+02:00"),
        ("America/New_York", "2025-03-08", "02:30", "03:30-04:00"),
        ("America/New_York", "2025-11-01", "01:30", "01:30-04:00"),
    ],
)
async def test_through_a_change_of_the_clock_all_is_told_once_and_at_its_time(
    tmp_path: Path, smtp: SmtpServer, zone: str, evening: str, end: str, shown: str
) -> None:
    begin = datetime.fromisoformat(f"{evening}T21:05").replace(tzinfo=ZoneInfo(zone))
    clock = Clock(begin.astimezone(UTC))
    told: dict[str, list[datetime]] = defaultdict(list)
    filed: dict[str, tuple[datetime, Severity]] = {}
    async with sending_house(
        tmp_path, clock, smtp, channels=DESK.format(zone=zone, end=end)
    ) as house:
        for n in range(24 * 6):  # until the evening after
            if n % 3 == 0:
                loud = Severity.URGENT if n % 2 else Severity.ROUTINE
                filed[f"al-{n:03}"] = clock.now, loud
                file_all(house, clock, [an_alert(f"{n:03}", clock, loud)])
            assert owe_empty_digests(house) == 0, "there was something in every digest"
            deliver_due(house)
            for id_ in told_in(smtp.mails):
                told[id_].append(clock.now)
            smtp.mails.clear()
            clock.advance(STEP)
        waiting = {owing.alert_id for owing in house.store.undelivered()}
        assert house.store.books().whole
    assert set(told) | waiting == set(filed)
    assert all(len(times) == 1 for times in told.values())
    morning = datetime.fromisoformat(f"{begin.date() + timedelta(days=1)}T{shown}").astimezone(UTC)
    quiet = datetime.fromisoformat(f"{evening}T22:00").replace(tzinfo=ZoneInfo(zone))
    night = {id_ for id_, (at, _) in filed.items() if quiet <= at < morning}
    (released,) = {told[id_][0] for id_ in night}
    assert morning <= released < morning + STEP
    assert not [at for (at,) in told.values() if quiet <= at < morning]
    routine = {id_ for id_, (_, loud) in filed.items() if loud is Severity.ROUTINE} - waiting
    digests = {told[id_][0] for id_ in routine}
    clocks = sorted(at.astimezone(ZoneInfo(zone)).strftime("%H") for at in digests)
    assert clocks == [shown[:2], "12", "18"]


async def test_a_reader_whom_nothing_reached_gets_one_empty_digest_each_time(
    tmp_path: Path, smtp: SmtpServer, clock: Clock
) -> None:
    async with sending_house(
        tmp_path, clock, smtp, channels=DESK.format(zone="UTC", end="02:30")
    ) as house:
        for _ in range(30 * 6):
            owe_empty_digests(house)
            deliver_due(house)
            clock.advance(STEP)
        assert house.store.books().whole
    texts = [mail.part("plain") for mail in smtp.mails]
    assert len(texts) == 4, "12:30, 18:00, 02:30 and 12:30 again"
    assert "Quiet so far. 0 of 0 feeds current." in texts[0]
    assert "Quiet since Thu 12:" in texts[1]


@pytest.mark.parametrize(
    "step",
    [timedelta(hours=1), -timedelta(hours=1), timedelta(hours=3)],
    ids=["an hour forward", "an hour back", "three hours' downtime"],
)
async def test_a_clock_that_was_stepped_brings_no_burst_no_gap_and_no_second_digest(
    tmp_path: Path, smtp: SmtpServer, step: timedelta
) -> None:
    """The step comes after a digest, back over it, and while an alert waits for its story."""
    clock = Clock(datetime(2025, 6, 5, 11, 5, tzinfo=UTC))
    minute, desk = timedelta(minutes=1), DESK.format(zone="UTC", end="02:30")
    waited: dict[str, int] = {}
    told: dict[str, list[tuple[int, datetime]]] = defaultdict(list)
    wait = timedelta(minutes=1)
    async with sending_house(tmp_path, clock, smtp, channels=desk, group_wait=wait) as house:
        for n in range(5 * 60):
            if n == 90:
                clock.advance(step)
            if n % 10 == 9:
                loud = Severity.URGENT if n % 20 == 9 else Severity.ROUTINE
                waited[f"al-{n:03}"] = n
                file_all(house, clock, [an_alert(f"{n:03}", clock, loud)])
            owe_empty_digests(house)
            deliver_due(house)
            assert len(smtp.mails) <= 2, "one digest and one alert, no burst"
            for mail in smtp.mails:
                for id_ in told_in([mail]):
                    told[id_].append((n, clock.now))
            smtp.mails.clear()
            clock.advance(minute)
        assert house.store.books().whole
    assert all(len(times) == 1 for times in told.values()), "nothing twice, no digest either"
    urgent = {id_: n for id_, n in waited.items() if n % 20 == 9}
    assert {id_: told[id_][0][0] - n for id_, n in urgent.items() if told[id_][0][0] - n > 2} == {}
    digests = sorted({at for id_, ((_, at),) in told.items() if id_ not in urgent})
    assert [at.hour for at in digests][:1] in ([12], [13], [15])
