"""What `up` says while it runs: what the first poll found, then each alert as it rings."""

from __future__ import annotations

from pathlib import Path

from wirebell.cli.account import print_alert
from wirebell.cli.terminal import say
from wirebell.core.clock import system_clock
from wirebell.core.errors import StorageBusy
from wirebell.core.feeds import NETWORK_FAILURES
from wirebell.desk import Desk
from wirebell.pipeline.ledger import settled_records
from wirebell.pipeline.preview import preview
from wirebell.storage import Store

NEWEST = 50  # alerts looked at in each second
PATIENCE = 60  # seconds between two looks at the feeds, once the first poll is told


class Ticker:
    """Looks into the memory every second and says what is new, a line each.

    `outbox` is where messages are laid down while no channel is set.
    """

    def __init__(self, store: Store, desk: Desk, outbox: Path) -> None:
        self._store, self._desk, self._outbox = store, desk, outbox
        self._since = system_clock()
        self._told = {alert.id for alert in store.recent_alerts(NEWEST)}
        self._laid = set(outbox.glob("*.eml"))
        self._first = not any(state.last_ok for state in store.feed_states())
        self._down, self._seconds = False, 0

    def tick(self) -> None:
        """Say what is new since the last call."""
        try:
            self._tell_alerts()
            if self._first or self._seconds % PATIENCE == PATIENCE // 2:
                self._tell_feeds()
        except StorageBusy:
            return  # the next second sees it
        self._seconds += 1

    def _tell_alerts(self) -> None:
        for alert in reversed(self._store.recent_alerts(NEWEST)):
            if alert.id not in self._told:
                self._told.add(alert.id)
                print_alert(alert, self._desk)
        laid = sorted(set(self._outbox.glob("*.eml")) - self._laid)
        self._laid.update(laid)
        if laid:
            more = f" and {len(laid) - 1} more beside it" if laid[1:] else ""
            say((f"      no channel is set; laid down as {laid[-1]}{more}", "dim"))

    def _tell_feeds(self) -> None:
        """Whether our line is down, and what first polls found once all of it is filed."""
        states = [state for state in self._store.feed_states() if state.next_due]
        if len(states) < len(self._desk.feeds):
            return
        unreached = sum(state.state in NETWORK_FAILURES for state in states)
        if (unreached > len(states) / 2) is not self._down:
            self._down = not self._down
            words = f"our line looks down, retrying: {unreached} feeds could not be reached"
            say((words, "yellow") if self._down else ("our line is up again", "green"))
        now = system_clock()
        if self._store.books(self._since).waiting:
            return
        words, rings = preview(settled_records(self._store, self._since, now), self._desk, now)
        self._since = now
        if words:
            self._first = False
            say((words, "bold"))
            for ring in rings:
                print_alert(ring, self._desk)
            say(("These were there before we looked: nobody is told. From now on it rings.", "dim"))
