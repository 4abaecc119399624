"""What one pass did, in a few lines: what rang and why, what did not and why, the books."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime

from wirebell.cli.terminal import SEVERITY_STYLE, say
from wirebell.core.alerts import Alert
from wirebell.core.books import Books, Tally
from wirebell.core.feeds import NETWORK_FAILURES, FeedState
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


def print_account(store: Store, tally: Tally, since: datetime, *, show_all: bool) -> None:
    """Print what a pass did: a line for each alert and each reason not to ring."""
    print_feeds(store.feed_states())
    counts = {"sent": tally.sent, "held for their hour": tally.held}
    counts |= {"to be tried again": tally.retrying, "undeliverable": tally.dead}
    sent = ", ".join(f"{count} {words}" for words, count in counts.items() if count)
    say((f"\nRang {tally.alerts}", "bold"), f"  ({sent})" if sent else "")
    for alert in reversed(store.recent_alerts(tally.alerts) if tally.alerts else ()):
        print_alert(alert)
    quiet: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for title, outcome, reason in store.outcomes_since(since):
        if outcome != "rung":
            quiet[outcome].append((title, reason))
    print_quiet(quiet, show_all=show_all)
    print_books(store.books())


def print_feeds(states: Sequence[FeedState]) -> None:
    """How many feeds work, and each one that does not; one line when it is our own line."""
    failing = [state for state in states if state.state not in ("ok", "new")]
    say(("Feeds", "bold"), f"  {len(states) - len(failing)} of {len(states)} well")
    unreached = [state for state in failing if state.state in NETWORK_FAILURES]
    if len(unreached) > len(states) / 2:
        say(
            (
                f"  our line looks down: {len(unreached)} could not be reached; trying again",
                "yellow",
            )
        )
        failing = [state for state in failing if state not in unreached]
    for state in failing:
        say((f"  {state.feed_id}: {state.state}", "yellow"), f"  {one_line(state.detail, 100)}")


def print_alert(alert: Alert) -> None:
    """One alert: how loudly, the headline, where from, and by which rules."""
    badge = (f" {alert.severity.upper()} ", SEVERITY_STYLE[alert.severity])
    kind = "" if alert.kind == "new" else f"{alert.kind.upper()} "
    why = f"  {alert.source}: {', '.join(rule.id for rule in alert.rules)}"
    say("  ", badge, f" {kind}{one_line(alert.headline, 70)}", (why, "dim"))


def print_quiet(quiet: dict[str, list[tuple[str, str]]], *, show_all: bool) -> None:
    """What did not ring, counted by reason, with a headline for each, or all of them and why."""
    if quiet:
        say(("\nDid not ring, because", "bold"))
    for outcome, rows in sorted(quiet.items(), key=lambda item: -len(item[1])):
        example = "" if show_all else f"  {one_line(rows[0][0], 70)}"
        say(f"  {len(rows):>4} {OUTCOME_WORDS.get(outcome, outcome)}", (example, "dim"))
        for title, reason in rows if show_all else ():
            say((f"         {one_line(title, 70)}: {one_line(reason, 90)}", "dim"))


def print_books(books: Books) -> None:
    """The sums: every entry has an outcome or waits, every delivery a state."""
    balance = ("the books balance", "green") if books.whole else ("THE BOOKS DO NOT BALANCE", "red")
    entries = f"{books.entries} entries = {_counted(books.outcomes)}, {books.waiting} waiting"
    say(
        "\n",
        balance,
        f": {entries}; {books.alerts} alerts, deliveries: {_counted(books.deliveries)}",
    )
    for problem in books.problems:
        say((f"  {problem}", "red"))


def _counted(counts: Counter[str]) -> str:
    return ", ".join(f"{count} {name}" for name, count in sorted(counts.items())) or "none"
