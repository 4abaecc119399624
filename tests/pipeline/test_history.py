"""What rules would have done with articles on file."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.clock import NOON, Clock
from tests.pipeline.desk import RULES, write_desk
from tests.storage.samples import arrival, candidate, drop, ring, take_in
from wirebell.core.errors import DeskError, NotFound
from wirebell.desk import Desk, load_desk
from wirebell.pipeline.history import SAMPLES, Backtest, backtest, earlier_desk
from wirebell.pipeline.report import report
from wirebell.storage import Store

DAY = timedelta(days=1)
File = Callable[..., None]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def url(tmp_path: Path, migrated_file: Path) -> str:
    (tmp_path / "wirebell.db").write_bytes(migrated_file.read_bytes())
    return f"sqlite:///{tmp_path / 'wirebell.db'}"


@pytest.fixture
def store(url: str, clock: Clock) -> Iterator[Store]:
    opened = Store(url, clock)
    yield opened
    opened.close()


@pytest.fixture
def file(store: Store, clock: Clock) -> File:
    """Files an article; `rang` by the rule rare-earth."""

    def one(
        key: str, text: str, story: str = "", feed: str = "harbour", *, rang: bool = False
    ) -> None:
        take_in(store, clock, arrival(key), feed=feed)
        (inbox,) = store.claim_entries(1, DAY)
        plan = ring(f"al-{key}", story=story or key) if rang else drop(story=story or key)
        store.file(candidate(inbox, text=text), plan)

    return one


def desk_of(folder: Path, *rules: str) -> Desk:
    text = "version: 1\nrules:\n" + "".join(f"  - {{why: w, {rule}}}\n" for rule in rules)
    feeds = {"harbour": "https://outlet.example/a", "agency": "https://outlet.example/b"}
    return load_desk(write_desk(folder, feeds, text))


def whole(url: str, store: Store, desk: Desk, before: Desk | None = None, **how: int) -> Backtest:
    *_, told = backtest(url, store.article_ids(NOON - DAY), desk, before, **how)
    return told


def test_articles_are_counted_by_day_and_by_story(
    tmp_path: Path, url: str, store: Store, clock: Clock, file: File
) -> None:
    file("a", "a truce", story="st-1")
    file("b", "the truce again", story="st-1")
    clock.advance(3 * DAY)
    file("c", "another truce", story="st-2")
    file("d", "ferries", story="st-3")
    told = whole(url, store, desk_of(tmp_path, "id: truce, when: truce", "id: none, when: never"))
    (truce,) = told.rules
    assert truce.days == {"2025-06-05": 2, "2025-06-08": 1}
    assert told.days == ["2025-06-05", "2025-06-06", "2025-06-07", "2025-06-08"]
    assert (len(truce.stories), told.seen.total(), told.a_day) == (2, 4, 0.75)


def test_what_really_rang_is_counted_even_where_nothing_matches(
    tmp_path: Path, url: str, store: Store, file: File
) -> None:
    file("a", "ferries", rang=True)
    told = whole(url, store, desk_of(tmp_path, "id: rare-earth, when: rare earth"))
    (rule,) = told.rules
    assert (rule.rang, rule.days.total(), rule.samples) == (1, 0, {})


def test_readers_votes_are_labels_of_what_a_rule_finds_today(
    tmp_path: Path, url: str, store: Store, file: File
) -> None:
    file("a", "a rare earth mine", rang=True)
    file("b", "ferries", rang=True)
    for alert, reader, useful in (
        ("al-a", "ada", True),
        ("al-b", "ada", True),
        ("al-b", "ben", False),
    ):
        store.vote(alert, reader, useful=useful)
    told = whole(url, store, desk_of(tmp_path, "id: rare-earth, when: rare earth"))
    for history in (told.histories[""], told.histories["rare-earth"]):
        assert (history.useful, history.useless) == ({True: 1, False: 1}, {False: 1})
    page = report("backtest.md", told=told, against="", budget=0)
    assert "called useful 1 of 2 still match; of what was not for them 0 of 1." in page


def test_nothing_on_file_is_no_mistake(tmp_path: Path, url: str, store: Store) -> None:
    told = whole(url, store, desk_of(tmp_path, "id: truce, when: truce"))
    assert (told.rules, told.a_day) == ([], 0)


def test_an_edit_keeps_loses_and_finds(
    tmp_path: Path, url: str, store: Store, clock: Clock, file: File
) -> None:
    for key, text in (("a", "truce and tariff"), ("b", "truce"), ("c", "tariff")):
        clock.advance(DAY / 24)
        file(key, text)
    before = desk_of(tmp_path / "before", "id: it, when: truce", "id: gone, when: truce")
    told = whole(url, store, desk_of(tmp_path / "now", "id: it, when: tariff"), before)
    it, gone = told.histories["it"], told.histories["gone"]
    assert it.changes == {"kept": 1, "lost": 1, "new": 1}
    assert gone.changes == {"lost": 2}
    (new,) = it.samples["new"]
    assert (new.headline, new.source, new.words) == ("c first", "The Wire", ("tariff",))
    assert it.samples["lost"][0].words == ("truce",)
    assert it.days.total() == 2


def test_the_newest_samples_are_kept(
    tmp_path: Path, url: str, store: Store, clock: Clock, file: File
) -> None:
    for number in range(SAMPLES + 2):
        clock.advance(DAY / 24)
        file(f"{number}", f"truce {number}")
    told = whole(url, store, desk_of(tmp_path, "id: truce, when: truce"))
    shown = [sample.headline[0] for sample in told.histories["truce"].samples["kept"]]
    assert shown == ["6", "5", "4", "3", "2"]


def test_where_is_judged_by_every_feed_that_carried_it(
    tmp_path: Path, url: str, store: Store, clock: Clock, file: File
) -> None:
    file("a", "a truce")
    file("a", "a truce", feed="agency")
    file("b", "a truce, told elsewhere", feed="taken-off")
    rule = "id: truce, when: truce, where: {feeds: [agency]}"
    told = whole(url, store, desk_of(tmp_path, rule))
    assert told.histories["truce"].days.total() == 1


def test_many_processes_answer_as_one(
    tmp_path: Path, url: str, store: Store, clock: Clock, file: File,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    from wirebell.pipeline import history

    monkeypatch.setattr(history, "CHUNK", 2)
    monkeypatch.setattr(history, "FEW", 1)
    for number in range(9):
        clock.advance(DAY / 3)
        file(f"{number}", f"truce {number}", story=f"st-{number % 4}", rang=number == 3)
    desk = desk_of(tmp_path, "id: rare-earth, when: truce")
    before = replace(desk, rules=desk_of(tmp_path, "id: rare-earth, when: '4'").rules)
    alone = whole(url, store, desk, before)
    assert whole(url, store, desk, before, processes=2) == alone
    assert alone.histories["rare-earth"].changes == {"kept": 1, "new": 8}
    assert len(alone.histories["rare-earth"].samples["new"]) == SAMPLES


def git(folder: Path, *words: str) -> None:
    who = ("-c", "user.name=Ana", "-c", "user.email=ana@desk.example", "-c", "commit.gpgsign=false")
    subprocess.run(["git", "-C", str(folder), *who, *words], check=True, capture_output=True)


def test_the_desk_of_a_commit_is_compared_with(tmp_path: Path, store: Store) -> None:
    folder = tmp_path / "repository" / "rules"
    desk_of(folder, "id: old, when: truce")
    (folder / "README.md").write_text("not ours")
    git(tmp_path, "init", str(folder.parent))
    git(folder, "add", ".")
    git(folder, "commit", "-m", "first")
    desk_of(folder, "id: new, when: truce")
    assert [rule.id for rule in earlier_desk("HEAD", folder, store).rules] == ["old"]


@pytest.mark.parametrize("commit", ["HEAD", "no-such", "--output=planted"])
def test_no_such_commit_is_told_with_what_git_says(
    commit: str, tmp_path: Path, store: Store
) -> None:
    folder = write_desk(tmp_path / "rules", {"harbour": "https://outlet.example/feed"})
    with pytest.raises(NotFound, match="git says"):
        earlier_desk(commit, folder, store)
    git(tmp_path, "init", str(tmp_path))
    with pytest.raises(NotFound, match="Name a commit"):
        earlier_desk(commit, folder, store)
    assert not list(tmp_path.rglob("planted"))


def test_the_desk_in_force_is_compared_with(tmp_path: Path, store: Store) -> None:
    with pytest.raises(NotFound, match="no desk is in force"):
        earlier_desk("accepted", tmp_path, store)
    desk = load_desk(write_desk(tmp_path / "rules", {"harbour": "https://outlet.example/feed"}))
    store.accept_desk(desk.hash, desk.files)
    assert earlier_desk("accepted", tmp_path, store).hash == desk.hash


def test_mistakes_of_an_earlier_desk_are_told_as_its_own(tmp_path: Path, store: Store) -> None:
    files = (("watch/beat.yaml", RULES.replace("why:", "wy:")),)
    store.accept_desk("broken", files)
    with pytest.raises(DeskError, match="the desk of accepted") as caught:
        earlier_desk("accepted", tmp_path, store)
    assert any(problem.line == 5 for problem in caught.value.problems)


def test_where_nothing_is_on_file_it_is_said_how_that_changes() -> None:
    page = report("backtest.md", told=Backtest(), against="", budget=0)
    assert "0 articles are on file: `wirebell poll`" in page
