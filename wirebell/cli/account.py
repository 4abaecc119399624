"""What one pass did, in a few lines: what rang and why, what did not and why, the books."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from wirebell.alerts.route import route
from wirebell.cli.terminal import SEVERITY_STYLE, WORDING, say
from wirebell.core.alerts import Alert
from wirebell.core.books import Books, Tally
from wirebell.core.feeds import NETWORK_FAILURES, FeedState
from wirebell.core.text import one_line
from wirebell.desk import Desk
from wirebell.storage import Store


def print_account(
    store: Store,
    tally: Tally,
    since: datetime,
    desk: Desk,
    *,
    show_all: bool,
    words: Mapping[tuple[str, str], str] | None = None,
) -> None:
    """Print what a pass did: a line for each alert and each reason not to ring, the sums.

    `words` tell for a headline and its outcome why it did not ring, where somebody knows more.
    """
    counts = {"sent": tally.sent, "held for their hour": tally.held}
    counts |= {"to be tried again": tally.retrying, "undeliverable": tally.dead}
    sent = ", ".join(f"{count} {state}" for state, count in counts.items() if count)
    say((f"Rang {tally.alerts}", "bold"), (f"  (messages: {sent})" if sent else "", "dim"))
    alerts = store.recent_alerts(tally.alerts) if tally.alerts else ()
    for alert in sorted(alerts, key=lambda alert: (-alert.severity.rank, alert.seen)):
        print_alert(alert, desk)
    quiet: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for title, outcome, reason in reversed(store.outcomes_since(since)):
        if outcome != "rung":
            because = (words or {}).get((title, outcome), WORDING["outcomes"][outcome])
            quiet[because].append((title, reason))
    print_quiet(quiet, show_all=show_all)
    print_feeds(store.feed_states(), show_all=show_all)
    print_books(store.books())


def print_alert(alert: Alert, desk: Desk) -> None:
    """One alert: how loudly, the headline, where from, on which words, by which channels."""
    ways = dict.fromkeys(owed.channel for owed in route(alert, desk))
    rule = alert.rules[0]
    found = ", ".join(f"“{one_line(finding.surface, 24)}”" for finding in rule.findings[:4])
    if alert.edits:
        found = f"new: {one_line(alert.edits[0].new, 70)}"
    more = f" and {len(alert.rules) - 1} more rules" if alert.rules[1:] else ""
    kind = "" if alert.kind == "new" else f"{alert.kind.upper()} "
    why = f"  {alert.source} → {', '.join(ways) or 'nobody'}: {rule.id} {found}{more}"
    badge = (f" {alert.severity.upper():<7} ", SEVERITY_STYLE[alert.severity])
    say(badge, f" {kind}{one_line(alert.headline, 60)}", (why, "dim"))


def print_quiet(quiet: Mapping[str, Sequence[tuple[str, str]]], *, show_all: bool) -> None:
    """What did not ring, counted by reason, with a headline for each, or all of them and why."""
    if quiet:
        say((f"Did not ring {sum(map(len, quiet.values()))}, because", "bold"))
    for because, rows in sorted(quiet.items(), key=lambda item: -len(item[1])):
        example = "" if show_all else f"  {one_line(rows[0][0], 60)}"
        say(f"{len(rows):>4} {because}", (example, "dim"))
        for title, reason in rows if show_all else ():
            say((f"       {one_line(title, 70)}: {one_line(reason, 90)}", "dim"))


def print_feeds(states: Sequence[FeedState], *, show_all: bool) -> None:
    """How many feeds work, and which do not, by state; less when it is our own line."""
    failing = [state for state in states if state.state not in ("ok", "new")]
    unreached = [state for state in failing if state.state in NETWORK_FAILURES]
    told = f"{len(states) - len(failing)} of {len(states)} well"
    if len(unreached) > len(states) / 2:
        told += f"; our line looks down: {len(unreached)} could not be reached; trying again"
        failing = [state for state in failing if state not in unreached]
    by_state: dict[str, list[str]] = defaultdict(list)
    for state in failing:
        by_state[state.state.replace("_", " ")].append(state.feed_id)
    trouble = "".join(f"; {kind}: {', '.join(ids)}" for kind, ids in by_state.items())
    say(("Feeds  ", "bold"), told, (trouble, "yellow"))
    for state in failing if show_all else ():
        say((f"       {state.feed_id}: {one_line(state.detail, 100)}", "dim"))


def print_books(books: Books) -> None:
    """The sums: every entry has an outcome or waits, every delivery a state."""
    balance = ("the books balance", "bold") if books.whole else ("THE BOOKS DO NOT BALANCE", "red")
    entries = f"{books.entries} entries = {_counted(books.outcomes)}, {books.waiting} waiting"
    say(balance, f": {entries}; {books.alerts} alerts, deliveries: {_counted(books.deliveries)}")
    for problem in books.problems:
        say((f"  {problem}", "red"))


def _counted(counts: Counter[str]) -> str:
    return ", ".join(f"{count} {name}" for name, count in sorted(counts.items())) or "none"
