"""The plan of the morning: what must ring, and why the rest must not.

The demo and the tests hold what happened against it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from importlib.resources import files
from typing import Final

from pydantic import TypeAdapter
from ruamel.yaml import YAML

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


@dataclass(frozen=True, slots=True)
class Script:
    """The whole plan, stage by stage. `failing` feeds by id: from which stage on, and how."""

    rings: tuple[Ring, ...]
    rests: tuple[Rest, ...]
    failing: dict[str, tuple[str, FailureKind]]


_TEXT = files("wirebell.cli.newsroom").joinpath("script.yaml").read_text("utf-8")
_SCRIPT = TypeAdapter(Script).validate_python(YAML(typ="safe").load(_TEXT))

RINGS: Final = _SCRIPT.rings
RESTS: Final = _SCRIPT.rests
FAILING: Final = _SCRIPT.failing


def departures(alerts: Iterable[Alert], outcomes: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """Each way in which a finished morning differs from the plan, in words; () for none.

    `outcomes` are the headline and outcome of every entry.
    """
    rang = Counter(
        Ring("", a.source, a.headline, a.severity, frozenset(rule.id for rule in a.rules), a.kind)
        for a in alerts
    )
    planned = Counter(replace(ring, stage="") for ring in RINGS)
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
