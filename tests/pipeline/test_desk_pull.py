from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.clock import Clock
from tests.pipeline.desk import RULES, house_over, write_desk
from wirebell.core.errors import NotFound
from wirebell.pipeline.desk_pull import author_of, fast_forward

FEEDS = {"harbour": "https://outlet.example/feed"}


def git(folder: Path, *words: str) -> str:
    who = ("-c", "user.name=Ana Roth", "-c", "user.email=ana@desk.example")
    command = ["git", *who, "-C", str(folder), *words]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture
def upstream(tmp_path: Path) -> Path:
    """The desk's repository, as analysts push to it; its checkout is `rules`."""
    origin = write_desk(tmp_path / "origin", FEEDS)
    git(origin, "init", "-q", "-b", "main")
    commit(origin, "the desk")
    subprocess.run(["git", "clone", "-q", origin, tmp_path / "rules"], check=True)
    return origin


def commit(origin: Path, words: str) -> str:
    git(origin, "add", "-A")
    git(origin, "commit", "-q", "-m", words)
    return git(origin, "rev-parse", "HEAD")


async def test_a_pulled_desk_comes_into_force_with_its_commit_and_author(
    tmp_path: Path, upstream: Path, clock: Clock
) -> None:
    async with house_over(tmp_path, clock) as house:
        before = house.desk.hash
    (upstream / "watch" / "beat.yaml").write_text(RULES.replace("urgent", "flash"))
    new = commit(upstream, "louder")
    assert fast_forward(tmp_path / "rules") == new
    async with house_over(tmp_path, clock) as house:
        assert house.desk.hash != before
        assert (house.store.desk(house.desk.hash) or ())[1:] == (new, "Ana Roth <ana@desk.example>")
        assert house.desk.author == "Ana Roth"


async def test_a_pulled_mistake_leaves_the_old_desk_in_force_and_is_told(
    tmp_path: Path, upstream: Path, clock: Clock
) -> None:
    async with house_over(tmp_path, clock) as house:
        before = house.desk.hash
    (upstream / "watch" / "beat.yaml").write_text(RULES.replace("urgent", "loud"))
    commit(upstream, "a mistake")
    fast_forward(tmp_path / "rules")
    async with house_over(tmp_path, clock) as house:
        assert house.desk.hash == before
        assert list(house.store.troubles()) == ["desk"]


def test_what_is_not_committed_has_no_author(tmp_path: Path, upstream: Path) -> None:
    (tmp_path / "rules" / "watch" / "beat.yaml").write_text(RULES.replace("urgent", "flash"))
    assert author_of(tmp_path / "rules") == author_of(tmp_path) == ("", "")


def test_a_checkout_that_went_its_own_way_is_left_alone(tmp_path: Path, upstream: Path) -> None:
    (upstream / "feeds.yaml").write_text("version: 1\n")
    commit(upstream, "theirs")
    (tmp_path / "rules" / "people.yaml").write_text("version: 1\n")
    mine = commit(tmp_path / "rules", "mine")
    with pytest.raises(NotFound, match="git says"):
        fast_forward(tmp_path / "rules")
    assert git(tmp_path / "rules", "rev-parse", "HEAD") == mine
