"""What somebody asks for on Prefect's pages: each opens the House, does one thing and shows it.

The same as the commands of those names, for who has no shell. Nothing here has a schedule.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Literal

from prefect import State, flow
from prefect.artifacts import acreate_markdown_artifact, acreate_table_artifact
from pydantic import Field

from flows.doorway import closing, on_shift
from wirebell.alerts.route import ways
from wirebell.core import feeds
from wirebell.core.alerts import Hushed, ReceiptState
from wirebell.core.settings import load_settings
from wirebell.core.text import one_line
from wirebell.pipeline import ledger, silencing, verify
from wirebell.pipeline.desk_pull import fast_forward
from wirebell.pipeline.drafts import rehearse
from wirebell.pipeline.rehearsal import send_marked

ROWS = 200
Days = Annotated[int, Field(ge=1, le=365)]


@flow(name="try-rule", flow_run_name="try-rule", timeout_seconds=600)
async def try_rule(rule: str, article: str = "", days: Days = 7) -> State[None]:
    """Say what is wrong with a rule, or what it would have rung. Nothing is saved or sent.

    Args:
        rule: The rule, in YAML, as it would stand in a file of rules/watch. Its lists and
            people are those of the desk; the desk's own rule of the same id steps aside. Pull
            the corner of the box to see more lines.
        article: The text of an article, its headline in the first line; every clause of the
            rule is judged on it. May stay empty.
        days: How many days back to look for articles it would have rung for.
    """
    async with on_shift() as shift:
        words, page, _ = await asyncio.to_thread(rehearse, shift.house, rule, days, page=article)
    await acreate_markdown_artifact(key="try-rule", markdown=page, description=words)
    return await closing(words)


@flow(name="backtest", flow_run_name="backtest", timeout_seconds=1800)
async def backtest(
    rule: str = "", days: Days = 30, budget: Annotated[float, Field(ge=0)] = 0
) -> State[None]:
    """Match the articles on file against the desk, or against a rule before it is saved.

    Args:
        rule: A rule, in YAML; compared with the desk's own rule of that id. Empty: every
            rule of the desk.
        days: How many days back.
        budget: The run turns red when more articles a day match. 0: any number may.
    """
    async with on_shift() as shift:
        words, page, over = await asyncio.to_thread(
            rehearse, shift.house, rule, days, budget=budget
        )
    await acreate_markdown_artifact(key="backtest", markdown=page, description=words)
    return await closing(words, f"over the budget of {budget:g} a day" if over else "")


@flow(name="replay", flow_run_name="replay", timeout_seconds=1800)
async def replay(day: date | None = None, then: bool = False) -> State[None]:
    """Decide a stored day again and list what would differ. Rings nobody, changes nothing.

    Args:
        day: Which day, from midnight UTC; empty: today.
        then: By the rules each entry was decided by, which tells what a change of code does.
    """
    async with on_shift() as shift:
        start = datetime.combine(day or shift.house.clock().date(), datetime.min.time(), UTC)
        grows = ledger.replay(
            shift.house, start, start + timedelta(days=1), then=then, tick=lambda: None
        )
        found = await asyncio.to_thread(list, grows)
    rows = [
        {
            "headline": one_line(each.record.entry.title, 90),
            "then": f"{each.record.outcome}: {each.record.reason}",
            "now": f"{each.now.outcome}: {each.now.reason}",
        }
        for each in found[:ROWS]
    ]
    await acreate_table_artifact(table=rows, key="replay", description=f"{start:%F} decided again.")
    return await closing(f"{start:%F}: {len(found)} would differ")


@flow(name="silence", flow_run_name="silence", timeout_seconds=120)
async def silence(
    about: Literal["rule", "story", "person", "feed"],
    name: str,
    why: str,
    by: str,
    until: str = "6h",
) -> State[None]:
    """Hold what a rule, a story, a person or a feed rings for; it leaves as a digest at the end.

    Args:
        about: What is silenced.
        name: The id of the rule, person or feed, or any alert of the story: al-…
        why: What whoever misses an alert should know.
        by: On whose word.
        until: How long, such as 6h or 2d, or an instant in UTC: 2025-06-05T18:00.
    """
    async with on_shift() as shift:
        house = shift.house
        told = (house.store, house.desk, Hushed(about), name, until, by, why, house.clock())
        held = await asyncio.to_thread(silencing.silence, *told)
    return await closing(f"{about} {held.value} silenced until {held.until:%F %H:%M} UTC")


@flow(name="verify-feeds", flow_run_name="verify-feeds", timeout_seconds=900)
async def verify_feeds(url: str = "") -> State[None]:
    """Ask every feed of the desk, or one address, whether it brings news; keep nothing of it.

    Args:
        url: Only this address, which need not be on the desk; empty: every feed.
    """
    async with on_shift() as shift:
        asked = [feeds.Feed("", url, url)] if url else shift.house.desk.feeds
        found = await verify.verify_feeds(asked, shift.house)
    rows = [
        {
            "feed": each.name,
            "problems": "; ".join(each.problems),
            "entries": each.entries,
            "newest (UTC)": f"{each.newest:%F %H:%M}" if each.newest else "",
        }
        for each in sorted(found, key=lambda each: not each.problems)
    ]
    await acreate_table_artifact(table=rows, key="verify-feeds", description="Troubled ones first.")
    bad = sum(bool(each.problems) for each in found)
    words = f"{len(found) - bad} of {len(found)} feeds are well"
    return await closing(words, "the table says what is wrong with the others" * bool(bad))


@flow(name="test-channel", flow_run_name="test-channel", timeout_seconds=300)
async def try_channels(recipient: str = "", channel: str = "") -> State[None]:
    """Send a message marked as a test. No news happened, and the books do not count it.

    Args:
        recipient: Only to this recipient of channels.yaml; empty: to each.
        channel: Only by this channel; empty: by each.
    """
    rows, refused = [], []
    async with on_shift() as shift:
        house = shift.house
        for who in house.desk.recipients:
            for by, address in ways(who):
                if recipient in ("", who.name) and channel in ("", by):
                    way = (who, by, address, house.transport, house.settings)
                    said = await asyncio.to_thread(send_marked, *way)
                    answer = f"{said.code} {said.detail}"
                    rows.append({"to": who.name, "by": by, "state": said.state, "answer": answer})
                    if said.state is not ReceiptState.SENT:
                        refused.append(f"{who.name} by {by}: {answer}")
    await acreate_table_artifact(table=rows, key="test-channel", description="What was answered.")
    words = f"{len(rows) - len(refused)} of {len(rows)} accepted"
    return await closing(words, "; ".join(refused) or "nobody is called so" * (not rows))


@flow(name="desk-pull", flow_run_name="desk-pull", timeout_seconds=300)
async def desk_pull() -> State[None]:
    """Fast-forward the checkout that WIREBELL_RULES names; every run reads the desk anew.

    Mistakes leave the desk accepted before in force: the run is red, and operators are told.
    """
    commit = await asyncio.to_thread(fast_forward, load_settings().rules)
    async with on_shift() as shift:
        refused = "desk" in await asyncio.to_thread(shift.house.store.troubles)
        words = f"at {commit[:8]}, desk {shift.house.desk.hash[:8]} in force"
    return await closing(words, "the new desk holds mistakes; wirebell check lists them" * refused)
