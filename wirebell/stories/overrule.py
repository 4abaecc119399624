"""When a person rings what was held to be no news."""

from __future__ import annotations

from dataclasses import replace

from wirebell.core.decisions import Decision, Outcome, Verdict


def overrule(decision: Decision, reason: str) -> Decision:
    """The same decision, ringing for every rule that matched; `reason` says on whose word."""
    rulings = tuple(
        replace(ruling, verdict=Verdict.RING, reason=reason) for ruling in decision.rulings
    )
    return replace(
        decision, verdict=Verdict.RING, outcome=Outcome.RUNG, reason=reason, rulings=rulings
    )
