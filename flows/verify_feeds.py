"""verify-feeds: is each address a feed that brings news, seen from where the worker stands."""

from __future__ import annotations

from prefect import State, flow
from prefect.artifacts import acreate_table_artifact

from flows.doorway import closing, on_shift
from wirebell.core.feeds import Feed
from wirebell.pipeline.verify import verify_feeds


@flow(name="verify-feeds", flow_run_name="verify-feeds", timeout_seconds=900)
async def verify(url: str = "") -> State[None]:
    """Ask every feed of the desk, or one address, and keep nothing of it.

    Args:
        url: Only this address, which need not be on the desk; empty: every feed.
    """
    async with on_shift() as shift:
        feeds = [Feed("", url, url)] if url else shift.house.desk.feeds
        found = await verify_feeds(feeds, shift.house)
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
