"""A house with real channels on loopback, and alerts filed straight into its outbox."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

from tests.clock import Clock
from tests.pipeline.desk import settings_of, write_desk
from tests.servers.slack import SlackServer
from tests.servers.smtp import Mail, SmtpServer
from tests.storage.samples import LEASE, arrival, candidate, take_in
from wirebell.alerts.route import route
from wirebell.core.alerts import Alert, AlertKind, AlertRule
from wirebell.core.decisions import Decision, Filing, History, Outcome, Relation, Ruling, Verdict
from wirebell.core.matches import Severity
from wirebell.pipeline.wiring import House, open_house

HOOK = "slack://T0AAAAAAA/B0BBBBBBB/c0ffeec0ffeec0ffeec0ffee"
TWO_WAYS = """
version: 1
channels:
  mail: ${env:WIREBELL_MAIL}
  slack: {url: "${env:WIREBELL_SLACK}", fallback: mail}
recipients:
  - {name: ana, mail: ana@desk.example}
  - {name: room, also: [slack]}
operators: [ana]
routes:
  - {to: [room]}
"""


@asynccontextmanager
async def sending_house(
    home: Path,
    clock: Clock,
    smtp: SmtpServer,
    slack: SlackServer | None = None,
    *,
    channels: str = TWO_WAYS,
    database: str = "",
    group_wait: timedelta = timedelta(),
) -> AsyncIterator[House]:
    """The house of `home`, whose mails go to `smtp` and whose posts to `slack`."""
    folder = write_desk(home / "rules", {"wire": "https://outlet.example/feed"})
    (folder / "channels.yaml").write_text(channels)
    settings = settings_of(home).model_copy(
        update={
            "database": database,
            "slack_base": slack.base if slack else "",
            "group_wait": group_wait,
        }
    )
    environ = {"WIREBELL_MAIL": smtp.url(**{"from": "bell@wirebell.example"})}
    if slack:
        environ["WIREBELL_SLACK"] = HOOK
    async with open_house(settings, clock=clock, environ=environ, upgrade=True) as house:
        yield house


def an_alert(name: str, clock: Clock, severity: Severity = Severity.URGENT) -> Alert:
    rule = AlertRule("minerals", "Minerals", "the lever of the quarrel", severity)
    return Alert(
        id=f"al-{name}",
        story=f"story of {name}",
        kind=AlertKind.NEW,
        severity=severity,
        headline=f"Headline {name}",
        url=f"https://news.example/{name}",
        source="The Wire",
        tier=2,
        seen=clock.now,
        root=f"al-{name}",
        subject=f"[{severity.upper()}] Headline {name}",
        rules=(rule,),
        feed="wire",
    )


def an_update(alert: Alert, name: str, clock: Clock) -> Alert:
    return replace(
        alert, id=f"al-{name}", kind=AlertKind.UPDATE, headline=f"Headline {name}", seen=clock.now
    )


def file_all(house: House, clock: Clock, alerts: Sequence[Alert]) -> None:
    """Each alert filed for an entry of its own, owed to whom the routes say."""
    take_in(house.store, clock, *(arrival(alert.id) for alert in alerts))
    for alert in alerts:
        (inbox,) = house.store.claim_entries(1, LEASE)
        ruling = Ruling(alert.rules[0].id, alert.severity, Verdict.RING, "new", ())
        decision = Decision(
            Verdict.RING, Outcome.RUNG, "new", Relation.NEW, alert.story, (), (ruling,)
        )
        filing = Filing(decision, alert, route(alert, house.desk))
        house.store.file(candidate(inbox, text=alert.id), partial(_as_planned, filing))


def _as_planned(filing: Filing, _: History) -> Filing:
    return filing


def subjects(mails: Sequence[Mail]) -> list[str]:
    return [str(mail.parsed["Subject"]) for mail in mails]


def told_in(mails: Sequence[Mail]) -> list[str]:
    """The ids of all alerts that were told, each as often as it was."""
    return [id_ for mail in mails for id_ in str(mail.parsed["X-Wirebell-Alerts"]).split()]
