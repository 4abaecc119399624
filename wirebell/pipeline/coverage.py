"""How well the feeds were seen meanwhile: what every digest opens with, an empty one too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property

from wirebell.core.alerts import Dispatch, How
from wirebell.core.feeds import FeedState
from wirebell.core.text import one_line
from wirebell.pipeline.wiring import House

_STALE = timedelta(days=2)
_NAMED = 8


@dataclass
class Coverage:
    """The state of the feeds during one sweep, asked for once if any digest leaves in it."""

    house: House

    def opening(self, dispatch: Dispatch) -> Dispatch:
        """A digest with the sentence it opens with; a single alert as it is."""
        if dispatch.how is How.SINGLE:
            return dispatch
        return replace(dispatch, coverage=self.words)

    @cached_property
    def words(self) -> str:
        """The sentence, such as: 39 of 41 feeds current; late: Xinhua EN (newest 3 d)."""
        known = {feed.id: feed.name for feed in self.house.desk.feeds}
        states = [each for each in self.house.store.feed_states() if each.feed_id in known]
        return coverage(states, known, self.house.clock())


def coverage(states: Sequence[FeedState], names: dict[str, str], now: datetime) -> str:
    """How many feeds are current, and which are not, with what keeps them."""
    late = []
    for state in states:
        if state.state not in ("ok", "new"):
            late.append(f"{names[state.feed_id]} ({state.detail or state.state})")
        elif state.last_new and now - state.last_new > _STALE:
            late.append(f"{names[state.feed_id]} (newest {(now - state.last_new).days} d)")
    named = ", ".join(one_line(each, 60) for each in late[:_NAMED])
    more = f" and {len(late) - _NAMED} more" if late[_NAMED:] else ""
    told = f"{len(states) - len(late)} of {len(states)} feeds current"
    return f"{told}; late: {named}{more}." if late else f"{told}."
