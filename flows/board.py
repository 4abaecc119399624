"""What operators read beside a run: feeds by state, what rang and what did not, and why."""

from __future__ import annotations

import asyncio
from datetime import datetime

from prefect.artifacts import acreate_markdown_artifact, acreate_table_artifact

from wirebell.core.books import Tally
from wirebell.core.text import one_line
from wirebell.pipeline.wiring import House

ROWS = 50  # of what did not ring; the database keeps all of it


async def post_feeds(house: House) -> None:
    """The table of feeds, those in trouble first."""
    states = {state.feed_id: state for state in await asyncio.to_thread(house.store.feed_states)}
    rows = [
        {
            "feed": feed.name,
            "state": state.state,
            "failures": state.failures,
            "last ok": _instant(state.last_ok),
            "last new": _instant(state.last_new),
            "next": _instant(state.next_due),
            "detail": one_line(state.detail, 200),
        }
        for feed in house.desk.feeds
        if (state := states.get(feed.id)) is not None
    ]
    rows.sort(key=lambda row: (row["state"] == "ok", row["feed"]))
    await acreate_table_artifact(
        table=rows, key="feeds-by-state", description="Every feed of the desk, troubled ones first."
    )


async def post_rings(house: House, tally: Tally, since: datetime) -> None:
    """What rang in this run with its reasons, what did not, and the counts."""
    alerts = await asyncio.to_thread(house.store.recent_alerts, max(tally.alerts, 1))
    quiet = await asyncio.to_thread(house.store.outcomes_since, since)
    lines = ["## Rang"] if tally.alerts else ["## Nothing rang"]
    for alert in alerts[: tally.alerts]:
        rules = ", ".join(f"`{rule.id}`" for rule in alert.rules)
        link = f"[{_safe(alert.headline)}]({alert.url})" if alert.url else _safe(alert.headline)
        lines.append(f"- **{alert.severity.upper()}** {link}, {_safe(alert.source)}: {rules}")
    lines += ["", "## Did not ring, because", "| headline | outcome | reason |", "|---|---|---|"]
    silent = [row for row in quiet if row[1] != "rung"]
    lines += [f"| {_safe(t)} | {outcome} | {_safe(why)} |" for t, outcome, why in silent[:ROWS]]
    counts = ", ".join(f"{count} {outcome}" for outcome, count in tally.outcomes.most_common())
    lines += ["", f"In all: {counts}."]
    await acreate_markdown_artifact(
        key="what-rang", markdown="\n".join(lines), description="What rang, what did not, and why."
    )


def _instant(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC" if at else ""


def _safe(text: str) -> str:
    """Feed text inside Markdown: no markup of its own, no table cell broken."""
    plain = one_line(text, 160)
    return "".join(f"&#{ord(char)};" if char in "<>&[]()|*_`#\\!" else char for char in plain)
