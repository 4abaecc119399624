from __future__ import annotations

import os
import re
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

from wirebell.cli.newsroom.script import FAILING, RESTS, RINGS
from wirebell.core.text import one_line

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.prefect


@dataclass(frozen=True)
class Demo:
    home: Path
    output: str
    errors: str
    code: int

    @property
    def lines(self) -> list[str]:
        return self.output.splitlines()

    def line_of(self, words: str) -> str:
        (line,) = [line for line in self.lines if words in line]
        return line


def wirebell(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """The command line of an installation whose state lies in `home`."""
    return subprocess.run(
        [sys.executable, "-m", "wirebell.cli", *words],
        cwd=ROOT, env={**os.environ, "WIREBELL_HOME": str(home), "COLUMNS": "160"},
        capture_output=True, text=True, timeout=900, check=False,
    )  # fmt: skip


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """One run of the demo through a worker of a real Prefect server."""
    home = tmp_path_factory.mktemp("home")
    done = wirebell(home, "demo")
    return Demo(home, done.stdout, done.stderr, done.returncode)


def test_the_demo_goes_by_its_plan_and_stays_on_one_screen(demo: Demo) -> None:
    assert (demo.code, demo.errors) == (0, ""), demo.output
    assert len(demo.lines) <= 25
    assert f"8 feeds, 5 new, {len(RINGS) - 6} rang, {len(FAILING)} failing" in demo.output


def test_each_alert_has_a_line_with_severity_source_channels_and_words(demo: Demo) -> None:
    for ring in RINGS:
        update = "UPDATE " if ring.kind == "update" else ""
        line = demo.line_of(f" {update}{one_line(ring.headline, 60)}  {ring.source} → mail, slack:")
        assert line.split()[0] == ring.severity.upper()
        rule = next(rule for rule in ring.rules if f": {rule} " in line)
        assert re.search(rf": {rule} (“\w|new: \w)", line)
    assert "new: Bessent, Lutnick and Greer will meet" in demo.output
    assert f"Rang {len(RINGS)}  (messages: {2 * len(RINGS)} sent)" in demo.lines


def test_what_did_not_ring_is_counted_by_reason(demo: Demo) -> None:
    assert f"Did not ring {len(RESTS)}, because" in demo.lines
    for reason, count in Counter(rest.reason for rest in RESTS).items():
        assert demo.line_of(f" {reason}  ").split()[0] == str(count)


def test_feeds_stand_by_state_and_the_books_balance(demo: Demo) -> None:
    assert "Feeds  6 of 8 well; refused: northern; not a feed: tariff-bulletin" in demo.lines
    assert demo.line_of("the books balance: 26 entries")


def test_one_page_shows_every_message_and_its_links_lead_to_files(demo: Demo) -> None:
    messages = demo.home / "demo" / "messages"
    assert re.match(r"Open \S+/messages/index\.html ", demo.lines[-1])
    page = (messages / "index.html").read_text("utf-8")
    shown = re.findall(r'href="((?:mail|slack)/[^"]+)"', page)
    files = set(shown)
    assert len(shown) == len(files) == 2 * len(RINGS)  # each beside what tells the same alert
    links = set(re.findall(r"press/[\w./-]+", page))
    # One page for each outlet that rang; "also in" adds those copies that were filed before.
    assert len(links) >= len({ring.source for ring in RINGS})
    assert [name for name in files | links if not (messages / name).is_file()] == []
    assert "127.0.0.1" not in page


def test_the_command_it_ends_with_explains_an_alert(demo: Demo) -> None:
    words = demo.lines[-1].partition(".venv/bin/wirebell ")[2].split()
    assert (words[0], words[-1]) == ("why", "--demo")
    told = wirebell(demo.home, *words)
    assert told.returncode == 0, told.stderr
    assert any(ring.headline in told.stdout for ring in RINGS)


def test_without_a_demo_there_is_nothing_to_look_at(tmp_path: Path) -> None:
    told = wirebell(tmp_path, "books", "--demo")
    assert told.returncode == 3
    assert "no demo has run here" in told.stderr
