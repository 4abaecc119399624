"""The books: every entry and every delivery, accounted for."""

from __future__ import annotations

from collections import Counter

from sqlmodel import Session, text

from wirebell.core.alerts import DeliveryState
from wirebell.core.books import Books
from wirebell.core.decisions import Outcome

_OUTCOMES = "SELECT coalesce(outcome, 'waiting'), count(*) FROM entry GROUP BY outcome"
_STATES = "SELECT state, count(*) FROM delivery GROUP BY state"

# What has no counterpart. An alert without deliveries is whole: nobody may be routed.
_STRAY = {
    "rung entries have no alert": """
        SELECT count(*) FROM entry WHERE outcome = 'rung' AND alert_id IS NULL""",
    "alerts have no entry": """
        SELECT count(*) FROM alert
        WHERE id NOT IN (SELECT alert_id FROM entry WHERE alert_id IS NOT NULL)""",
    "sent deliveries have no sent attempt": """
        SELECT count(*) FROM delivery WHERE state = 'sent'
        AND message_key NOT IN (SELECT message_key FROM attempt WHERE state = 'sent')""",
    "attempts have no delivery": """
        SELECT count(*) FROM attempt WHERE message_key NOT IN (SELECT message_key FROM delivery)""",
}


def balance(session: Session) -> Books:
    """Count everything and check every sum; `session` must see one instant."""
    run = session.connection().execute

    def count(query: str) -> int:
        return int(run(text(query)).scalar_one())

    def counted(query: str) -> Counter[str]:
        return Counter({row[0]: row[1] for row in run(text(query))})

    outcomes, deliveries = counted(_OUTCOMES), counted(_STATES)
    entries, waiting = outcomes.total(), outcomes.pop("waiting", 0)
    problems = [
        f"{outcomes[name]} entries have the unknown outcome {name!r}"
        for name in sorted(outcomes.keys() - set(Outcome))
    ]
    problems += [
        f"{deliveries[name]} deliveries are in the unknown state {name!r}"
        for name in sorted(deliveries.keys() - set(DeliveryState))
    ]
    problems += [f"{found} {words}" for words, query in _STRAY.items() if (found := count(query))]
    return Books(
        entries=entries,
        waiting=waiting,
        outcomes=outcomes,
        alerts=count("SELECT count(*) FROM alert"),
        deliveries=deliveries,
        attempts=count("SELECT count(*) FROM attempt"),
        problems=tuple(problems),
    )
