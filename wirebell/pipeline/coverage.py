"""How well the feeds were seen meanwhile: what every digest opens with, an empty one too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from hashlib import sha256
from zoneinfo import ZoneInfo

from wirebell.alerts.handling import last_digest
from wirebell.alerts.route import route
from wirebell.core.alerts import NOTICE, Alert, AlertKind, AlertRule, Dispatch, How
from wirebell.core.feeds import FeedState, Health
from wirebell.core.matches import Severity
from wirebell.core.text import one_line
from wirebell.desk import Recipient
from wirebell.pipeline.wiring import House

_NAMED = 8


@dataclass
class Coverage:
    """The state of the feeds during one sweep, asked for once if any digest leaves in it."""

    house: House

    def opening(self, dispatch: Dispatch) -> Dispatch:
        """A digest with the sentence it opens with; a single alert as it is."""
        if dispatch.how is How.SINGLE or dispatch.alerts[0].id.startswith(NOTICE):
            return dispatch
        return replace(dispatch, coverage=self.words)

    @cached_property
    def words(self) -> str:
        """The sentence, such as: 39 of 41 feeds current; late: Xinhua EN (newest 3 d)."""
        known = {feed.id: feed.name for feed in self.house.desk.feeds}
        states = [each for each in self.house.store.feed_states() if each.feed_id in known]
        return coverage(states, known)


def owe_empty_digests(house: House) -> int:
    """Owe a digest that says so to every reader of digests whom nothing reached by its time.

    Returns how many. Once for each digest time, whoever asks how often.
    """
    now, words, owed = house.clock(), Coverage(house).words, 0
    for who in house.desk.recipients:
        slot, heard = last_digest(who, now), house.store.last_heard(who.name)
        if who.at_least is Severity.ROUTINE and slot and (heard is None or heard < slot):
            alert = _quiet(who, heard, slot, words)
            deliveries = route(alert, replace(house.desk, routes=()))
            owed += house.store.owe(alert, deliveries)
    return owed


def _quiet(who: Recipient, heard: datetime | None, slot: datetime, words: str) -> Alert:
    since = f" since {heard.astimezone(ZoneInfo(who.zone)):%a %H:%M}" if heard else " so far"
    id_ = f"{NOTICE}{sha256(who.name.encode()).hexdigest()[:8]}-{slot:%y%m%d%H%M}"
    rule = AlertRule(
        "digest", "Nothing rang", "every digest comes", Severity.ROUTINE, (), (who.name,)
    )
    return Alert(
        id=id_, story=id_, kind=AlertKind.NEW, severity=Severity.ROUTINE,
        headline=f"Quiet{since}. {words}", url="", source="Wirebell", tier=1, seen=slot, root=id_,
        subject=f"[DIGEST] Quiet{since}", rules=(rule,), published=slot,
    )  # fmt: skip


def coverage(states: Sequence[FeedState], names: Mapping[str, str]) -> str:
    """How many feeds are well, and which are not, with what the truth monitor says of them."""
    ill = [each for each in states if each.health not in (Health.OK, Health.MOVED)]
    named = ", ".join(f"{names[e.feed_id]} ({one_line(e.reason, 50)})" for e in ill[:_NAMED])
    more = f" and {len(ill) - _NAMED} more" if ill[_NAMED:] else ""
    told = f"{len(states) - len(ill)} of {len(states)} feeds current"
    return f"{told}; late: {named}{more}." if ill else f"{told}."
