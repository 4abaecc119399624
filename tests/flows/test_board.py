from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlmodel import col, update

from flows.board import LISTED, feed_row, post_feeds
from flows.watch import in_batches
from tests.clock import Clock
from tests.pipeline.desk import house_over, write_desk
from tests.storage.samples import LEASE
from wirebell.core.feeds import Feed, FeedState
from wirebell.storage.tables import FeedRow

pytestmark = [
    pytest.mark.prefect,
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]

FEED = Feed(id="xinhua", name="Xinhua", url="https://xinhua.example/rss")


def test_a_feed_that_answers_and_brings_nothing_is_no_well_feed_on_the_board() -> None:
    frozen = FeedState("xinhua", state="ok", health="stale", reason="frozen: nothing new for 9 d")
    row = feed_row(FEED, frozen)
    assert (row["state"], row["why"]) == ("stale", "frozen: nothing new for 9 d")


def test_what_the_newest_poll_failed_by_is_said_first() -> None:
    refused = FeedState("xinhua", state="refused", detail="reset", health="late", reason="no luck")
    row = feed_row(FEED, refused)
    assert (row["state"], row["why"]) == ("refused", "reset")


async def test_the_board_of_a_large_desk_lists_the_troubled_and_counts_the_others(
    prefect_server: None, tmp_path: Path, clock: Clock
) -> None:
    """Prefect keeps each table for days: a thousand rows a minute would be 200 MB a day."""
    from prefect import flow
    from prefect.artifacts import Artifact

    ids = [f"f{number:03}" for number in range(250)]
    write_desk(tmp_path / "rules", {id_: f"https://{id_}.example/feed" for id_ in ids})
    async with house_over(tmp_path, clock) as house:
        house.store.claim_feeds(ids, LEASE)
        with house.store._database.writing() as session:
            session.exec(update(FeedRow).values(state="ok"))
            session.exec(update(FeedRow).where(col(FeedRow.id) == "f249").values(state="refused"))

        @flow
        async def board() -> None:
            await post_feeds(house)

        await board()
    found = await Artifact.aget("feeds-by-state")
    assert found is not None
    rows = json.loads(str(found.data))
    assert (len(rows), rows[0]["state"]) == (LISTED, "refused")
    assert str(found.description).startswith("249 ok, 1 refused. ")


def test_the_feeds_of_a_publisher_are_in_one_batch() -> None:
    feeds = [
        Feed(id=f"f{n}", name="N", url=f"https://w{n}.outlet-{'ab'[n % 2]}.com/feed")
        for n in range(8)
    ]
    batches = in_batches(feeds, 4)
    assert [[feed.id for feed in batch] for batch in batches] == [
        ["f0", "f2", "f4", "f6"],
        ["f1", "f3", "f5", "f7"],
    ]
