"""The plan of the morning: what must ring, and why the rest must not.

The demo and the tests hold what happened against it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from wirebell.core.alerts import Alert, AlertKind
from wirebell.core.decisions import Outcome
from wirebell.core.feeds import FailureKind
from wirebell.core.matches import Severity


@dataclass(frozen=True, slots=True)
class Ring:
    """An alert that must ring: its stage, outlet and headline, its severity and its rules."""

    stage: str
    source: str
    headline: str
    severity: Severity
    rules: frozenset[str]
    kind: AlertKind = AlertKind.NEW


@dataclass(frozen=True, slots=True)
class Rest:
    """An entry that must not ring: its stage and headline, what becomes of it, and why."""

    stage: str
    headline: str
    outcome: Outcome
    reason: str


def _minerals(source: str, headline: str) -> Ring:
    return Ring("morning", source, headline, Severity.URGENT, frozenset({"rare-earth"}))


_EVERY_RULE = frozenset(
    {"presidents-call", "rare-earth", "trade-truce", "negotiators-meet", "foreign-minister"}
)

RINGS: Final = (
    Ring(
        "morning",
        "The Meridian Post",
        "Trump and Xi Speak by Phone as Trade Truce Frays",
        Severity.FLASH,
        _EVERY_RULE,
    ),
    _minerals("Harbour Wire", "Carmakers count the weeks of magnets they have left"),
    _minerals("Lakeside Ledger", "Motor Plant Shortens Its Week"),
    _minerals("Pacific Courier", "Inspectors hold up alloy at two terminals"),
    _minerals("港湾财经", "出口许可放缓 磁材企业排队等批复"),
    _minerals("Ore & Alloy", "Northern smelter restarts its separation line"),
    Ring(
        "update",
        "The Meridian Post",
        "U.S., Chinese Teams to Gather in London After Leaders’ Call",
        Severity.URGENT,
        frozenset({"negotiators-meet"}),
        AlertKind.UPDATE,
    ),
)
"""Every alert of the morning, in the order of its stages."""


def _backlog(headline: str) -> Rest:
    return Rest("baseline", headline, Outcome.BACKLOG, "was there when we first looked")


def _off_topic(headline: str) -> Rest:
    return Rest("morning", headline, Outcome.UNMATCHED, "another subject")


def _copy(headline: str) -> Rest:
    return Rest("update", headline, Outcome.COPY, "the Meridian's story under another headline")


RESTS: Final = (
    _backlog("Tariff Truce Looks Shaky as Its Deadline Nears"),
    _backlog("City Marathon Takes the River Route"),
    _backlog("Ministry widens its licence list for rare earth magnets"),
    _backlog("Library to Stay Open on Thursday Evenings"),
    _backlog("Ferry company orders two electric boats"),
    _backlog("沿海三城试行电子提单"),
    _backlog("Lithium contract prices settle lower"),
    _backlog("Notice of a hearing on port service fees"),
    _off_topic("Storm Keeps Coastal Line Shut for a Second Day"),
    _off_topic("城际列车假期加开四十班"),
    _off_topic("Copper stores shrink for a third week"),
    Rest(
        "morning",
        "Mediators see progress toward a truce in the border war",
        Outcome.UNMATCHED,
        "a truce, but in another war: no word of trade near it",
    ),
    Rest(
        "morning",
        "Lantern Festival Returns to the Waterfront",
        Outcome.UNMATCHED,
        "the rules' words stand only among the related links",
    ),
    Rest(
        "morning",
        "School board to meet over bus routes",
        Outcome.UNMATCHED,
        "Greer is the reporter, not the trade representative",
    ),
    Rest(
        "morning",
        "Explainer: how an export licence for rare earths is won",
        Outcome.TOO_OLD,
        "five days old, listed again this morning",
    ),
    Rest(
        "update",
        "Carmakers count the weeks of magnets they have left",
        Outcome.KNOWN,
        "only its time stamp changed",
    ),
    _copy("Leaders of US and China hold call to rescue tariff truce"),
    _copy("An Hour on the Line: Presidents Talk Trade"),
    _copy("Phone call reopens a line between two capitals"),
)
"""Every entry that must not ring, in the order of its stages."""

FAILING: Final = {
    "northern": ("baseline", FailureKind.REFUSED),
    "tariff-bulletin": ("morning", FailureKind.NOT_A_FEED),
}
"""The feeds that fail, by id: from which stage on, and how."""


def departures(alerts: Iterable[Alert], outcomes: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """Each way in which a finished morning differs from the plan, in words; () for none.

    `outcomes` are the headline and outcome of every entry.
    """
    rang = Counter(
        Ring("", a.source, a.headline, a.severity, frozenset(rule.id for rule in a.rules), a.kind)
        for a in alerts
    )
    planned = Counter(Ring("", r.source, r.headline, r.severity, r.rules, r.kind) for r in RINGS)
    became = Counter(outcomes)
    due = Counter([(r.headline, Outcome.RUNG.value) for r in RINGS])
    due += Counter([(r.headline, r.outcome.value) for r in RESTS])
    return (
        *(f"did not ring: {_words(ring)}" for ring in (planned - rang).elements()),
        *(f"rang unplanned: {_words(ring)}" for ring in (rang - planned).elements()),
        *(f"is not {outcome}: {title}" for title, outcome in (due - became).elements()),
        *(f"is {outcome}, unplanned: {title}" for title, outcome in (became - due).elements()),
    )


def _words(ring: Ring) -> str:
    rules = ", ".join(sorted(ring.rules))
    return f"{ring.headline} ({ring.source}; {ring.kind}, {ring.severity}; {rules})"
