"""What operators read beside a run: feeds by state, what rang and what did not, and why."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from urllib.parse import quote

from prefect.artifacts import acreate_markdown_artifact, acreate_table_artifact

from wirebell.core.alerts import Alert, AlertKind
from wirebell.core.books import Books, Tally
from wirebell.core.feeds import Feed, FeedState
from wirebell.core.text import one_line
from wirebell.pipeline.ledger import settled_records
from wirebell.pipeline.preview import preview
from wirebell.pipeline.report import inert, report
from wirebell.pipeline.wiring import House

DAY = timedelta(days=1)
LISTED = 100  # feeds
ROWS = 50  # of what did not ring; the database keeps all of it
_IN_LINKS = str.maketrans({char: quote(char) for char in "()<>[]| \n\\"})


async def post_feeds(house: House) -> None:
    """The table of feeds, those in trouble first; narrow enough for Prefect's page.

    Prefect keeps the table of every poll for days, so that it has to stay short too.
    """
    states = {state.feed_id: state for state in await asyncio.to_thread(house.store.feed_states)}
    rows = [
        feed_row(feed, state)
        for feed in house.desk.feeds
        if (state := states.get(feed.id)) is not None
    ]
    rows.sort(key=lambda row: (row["state"] == "ok", row["feed"]))
    counts = Counter(str(row["state"]) for row in rows)
    told = ", ".join(f"{count} {state}" for state, count in counts.most_common())
    words = f"{told}. Troubled ones first, {LISTED} at most; all: `wirebell feeds list`."
    await acreate_table_artifact(table=rows[:LISTED], key="feeds-by-state", description=words)


def feed_row(feed: Feed, state: FeedState) -> dict[str, object]:
    """One feed: what its newest poll failed by, else how well it is over all its polls."""
    return {
        "feed": feed.name,
        "state": state.health if state.state == "ok" else state.state,
        "why": one_line(state.detail or state.reason, 60),
        "failures": state.failures,
        "last new (UTC)": f"{state.last_new:%d %b %H:%M}" if state.last_new else "",
        "next (UTC)": f"{state.next_due:%H:%M}" if state.next_due else "",
    }


async def post_rings(house: House, tally: Tally, since: datetime) -> None:
    """What rang in this run with its reasons, what did not, and the counts."""
    now = house.clock()
    alerts = await asyncio.to_thread(house.store.recent_alerts, max(tally.alerts, 1))
    records = await asyncio.to_thread(lambda: list(settled_records(house.store, since, now)))
    words, rings = preview(records, house.desk, now)
    lines = ["## Rang" if tally.alerts else "## Nothing rang", *_items(alerts[: tally.alerts])]
    if words:
        lines += ["", "## Polled for the first time", words, "", *_items(rings)]
    quiet = [record for record in records if record.outcome not in ("rung", "backlog")]
    if quiet:
        lines += ["", "## Did not ring, because", "| headline | outcome | reason | |"]
        lines.append("|---|---|---|---|")
    for record in sorted(quiet, key=lambda record: not record.rulings)[:ROWS]:
        cells = (inert(record.entry.title), record.outcome, inert(record.reason))
        lines.append(f"| {' | '.join(cells)} | {_link(record.entry.url)} |")
    counts = ", ".join(f"{count} {outcome}" for outcome, count in tally.outcomes.most_common())
    lines += ["", f"In all: {counts}."]
    await acreate_markdown_artifact(
        key="what-rang", markdown="\n".join(lines), description="What rang, what did not, and why."
    )


def _items(alerts: Iterable[Alert]) -> list[str]:
    """Alerts as a list, loudest first: headline, source, rules and the words that were found."""
    lines = []
    for alert in sorted(alerts, key=lambda alert: -alert.severity.rank):
        surfaces = dict.fromkeys(found.surface for r in alert.rules for found in r.findings)
        rules = ", ".join(f"`{rule.id}`" for rule in alert.rules)
        kind = "" if alert.kind is AlertKind.NEW else f"{alert.kind.upper()} "
        told = f"**{alert.severity.upper()}** {kind}{inert(alert.headline)}, {inert(alert.source)}"
        found = f"{rules} ({inert(', '.join(surfaces))})"
        lines.append(f"- {told}: {found} {_link(alert.url)}, `wirebell why {alert.id}`")
    return lines


def _link(url: str) -> str:
    return f"[read]({url.translate(_IN_LINKS)})" if url.startswith(("https:", "http:")) else ""


async def post_books(books: Books) -> None:
    """The books of yesterday, sum by sum."""
    counts = {"entries": books.entries, "waiting": books.waiting} | dict(books.outcomes)
    counts |= {"alerts": books.alerts, "attempts": books.attempts}
    counts |= {f"deliveries {state}": count for state, count in books.deliveries.items()}
    rows = [{"what": what, "count": count} for what, count in counts.items()]
    rows += [{"what": problem, "count": "does not hold"} for problem in books.problems]
    await acreate_table_artifact(table=rows, key="books", description="Yesterday, accounted for.")


async def post_pulse(house: House) -> None:
    """What waits, how fast people were told, and how often each rule rang, day by day."""
    now, store = house.clock(), house.store
    pulse = await asyncio.to_thread(store.pulse, now - 7 * DAY)
    beats = await asyncio.to_thread(store.beats, now - DAY)
    days = [f"{now - DAY * back:%F}" for back in range(6, -1, -1)]
    troubles = await asyncio.to_thread(store.troubles)
    page = report("pulse.md", pulse=pulse, beats=beats, now=now, days=days, troubles=troubles)
    await acreate_markdown_artifact(
        key="pulse", markdown=page, description="Backlog, latency, heartbeats, alerts by rule."
    )
