"""What one pass did, in a few lines: what rang and why, what did not and why, the books."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from wirebell.cli.terminal import SEVERITY_STYLE, say
from wirebell.core.alerts import Alert
from wirebell.core.books import Books, Tally
from wirebell.core.feeds import FeedState
from wirebell.core.text import one_line
from wirebell.storage import Store

OUTCOME_WORDS = {
    "unmatched": "no rule fired",
    "backlog": "were in the feed before we looked",
    "copy": "the same text elsewhere",
    "unchanged": "nothing new that matters",
    "known": "on file already",
    "too_old": "too old to ring",
    "held": "held for the next message",
    "rekeyed": "renamed by their feed",
    "failed": "FAILED, see the log",
}
EXAMPLES = 2  # headlines shown for a reason, unless all are asked for


def print_account(store: Store, tally: Tally, since: datetime, *, show_all: bool) -> None:
    """Print what a pass did; at most about 25 lines unless all is asked for."""
    print_feeds(store.feed_states())
    alerts = store.recent_alerts(tally.alerts) if tally.alerts else ()
    say((f"\nRang {tally.alerts}", "bold"), f"  ({_deliveries(tally)})" if tally.alerts else "")
    for alert in reversed(alerts):
        print_alert(alert)
    quiet: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for title, outcome, reason in store.outcomes_since(since):
        if outcome != "rung":
            quiet[outcome].append((title, reason))
    print_quiet(quiet, show_all=show_all)
    print_books(store.books())


def print_feeds(states: Sequence[FeedState]) -> None:
    """How many feeds work, and each one that does not."""
    failing = [state for state in states if state.state not in ("ok", "new")]
    say(("Feeds", "bold"), f"  {len(states) - len(failing)} of {len(states)} well")
    for state in failing:
        say((f"  {state.feed_id}: {state.state}", "yellow"), f"  {one_line(state.detail, 100)}")


def print_alert(alert: Alert) -> None:
    """One alert: how loudly, the headline, where from, and why."""
    badge = (f" {alert.severity.upper()} ", SEVERITY_STYLE[alert.severity])
    kind = "" if alert.kind == "new" else f" {alert.kind.upper()}"
    say(
        "  ",
        badge,
        (kind, "bold"),
        f" {one_line(alert.headline, 90)}",
        (f"  {alert.source}", "dim"),
    )
    for rule in alert.rules:
        found = ", ".join(f"{f.surface} x{f.count}" for f in rule.findings)
        say((f"         {rule.id}: ", "dim"), one_line(found, 110))


def print_quiet(quiet: dict[str, list[tuple[str, str]]], *, show_all: bool) -> None:
    """What did not ring, counted by reason, with a headline or two for each."""
    say(("\nDid not ring, because", "bold"))
    for outcome, rows in sorted(quiet.items(), key=lambda item: -len(item[1])):
        say(f"  {len(rows):>4} {OUTCOME_WORDS.get(outcome, outcome)}")
        for title, reason in rows if show_all else rows[:EXAMPLES]:
            say((f"         {one_line(title, 70)}: {one_line(reason, 90)}", "dim"))


def print_books(books: Books) -> None:
    """The sums: every entry has an outcome or waits, every delivery a state."""
    outcomes = ", ".join(f"{count} {name}" for name, count in sorted(books.outcomes.items()))
    states = ", ".join(f"{count} {name}" for name, count in sorted(books.deliveries.items()))
    verdict = (
        ("the books balance", "green") if books.whole else ("THE BOOKS DO NOT BALANCE", "bold red")
    )
    say(
        "\n", verdict, f": {books.entries} entries = {outcomes or 'none'}, {books.waiting} waiting;"
    )
    say(f"  {books.alerts} alerts, deliveries: {states or 'none'}")
    for problem in books.problems:
        say((f"  {problem}", "red"))


def _deliveries(tally: Tally) -> str:
    words = [f"{tally.sent} sent", f"{tally.held} held for their hour" if tally.held else ""]
    words += [f"{tally.retrying} to be tried again" if tally.retrying else ""]
    words += [f"{tally.dead} undeliverable" if tally.dead else ""]
    return ", ".join(word for word in words if word)
