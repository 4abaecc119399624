from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.pipeline.simulation import Day, simulate
from tests.servers.press import TROUBLES

HEALTH = dict.fromkeys([*TROUBLES, "html", "empty", "gone"], "dead") | {
    "placeholder": "stale", "frozen": "stale", "lying": "stale",
    "overflow": "late", "moved": "moved",
}  # fmt: skip


def judge(day: Day) -> None:
    """The promises of a day: nothing lost, nothing twice, nobody off, each trouble once."""
    assert day.lost == set()
    assert max(day.rung.values()) == 1
    assert day.end is not None
    subjects = Counter(words.partition(":")[0] for words in day.told)
    assert subjects.most_common(1)[0][1] == 1
    missed = day.never_shown
    for script in day.scripts:
        state, told = day.states[script.id], day.told_of(script)
        off = timedelta(days=33 if script.trouble == "gone" else 1)
        assert state.next_due is not None
        assert state.next_due < day.end + off
        health = HEALTH.get(script.trouble, "")
        begins = f"feed {script.id} {'moved' if health == 'moved' else f'is {health}'}"
        planted = [words for words in told if health and words.startswith(begins)]
        assert len(planted) == bool(health), (script.id, script.trouble, told)
        others = [words for words in told if words not in planted]
        assert all("overflow" in words for words in others), others
        assert bool(others) <= bool(script.trouble or missed.get(script.id)), others
        assert not missed.get(script.id) or any("missed" in words for words in told), told
        ended = [words for words in day.over if words.startswith(f"feed {script.id} is")]
        lasting = script.trouble in ("gone", "moved")
        assert len(ended) == len(told) - lasting, (told, ended)
    for words in (day.told, day.over):
        assert sum(each.startswith("our line") for each in words) == 1


@pytest.mark.parametrize(
    "begin",
    [datetime(2025, 3, 29, 12, tzinfo=UTC), datetime(2025, 10, 25, 12, tzinfo=UTC)],
    ids=["clocks go forward", "clocks go back"],
)
async def test_thirty_hours_of_many_feeds_lose_nothing_and_tell_each_trouble_once(
    tmp_path: Path, begin: datetime
) -> None:
    day = await simulate(tmp_path, feeds=22, begin=begin, step=timedelta(minutes=15), seed=7)
    assert day.rung
    judge(day)
