from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from wirebell.core.errors import ParseError
from wirebell.pipeline.readers import Readers


def shout(words: str) -> str:
    return words.upper()


def die(words: str) -> str:
    os.kill(os.getpid(), signal.SIGKILL)
    return words


def refuse(words: str) -> str:
    raise ParseError("a page", f"{words} is no page")


async def test_a_reader_works_in_another_process() -> None:
    readers = Readers(1)
    try:
        assert await readers.read(shout, "rare earth") == "RARE EARTH"
        assert await readers.read(os.getpid) != os.getpid()
    finally:
        readers.close()


async def test_bytes_that_kill_a_reader_cost_one_entry_and_not_the_next() -> None:
    readers = Readers(1)
    try:
        with pytest.raises(ParseError, match="died over these bytes"):
            await readers.read(die, "bomb")
        assert await readers.read(shout, "next") == "NEXT"
    finally:
        readers.close()


async def test_a_page_that_takes_too_long_costs_no_page_that_waits_behind_it() -> None:
    readers = Readers(1, seconds=2.0)
    try:
        await readers.read(shout, "awake")
        slow, *others = await asyncio.gather(
            readers.read(time.sleep, 60.0),
            *(readers.read(time.sleep, 0.7) for _ in range(4)),
            return_exceptions=True,
        )
        assert isinstance(slow, ParseError)
        assert others == [None] * 4
    finally:
        readers.close()


async def test_a_parse_error_comes_back_as_itself() -> None:
    readers = Readers(1)
    try:
        with pytest.raises(ParseError, match="x is no page"):
            await readers.read(refuse, "x")
    finally:
        readers.close()


PARENT = """
import asyncio, os, signal, sys
from wirebell.pipeline.readers import Readers
async def main():
    readers = Readers(1)
    print(await readers.read(os.getpid), flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
if __name__ == "__main__":
    asyncio.run(main())
"""


@pytest.mark.kill
def test_readers_end_when_their_parent_is_killed(tmp_path: Path) -> None:
    script = tmp_path / "parent.py"
    script.write_text(PARENT, encoding="utf-8")
    environ = {**os.environ, "PYTHONPATH": str(Path.cwd())}
    # The reader inherits the pipe of stdout, so this returns only when the reader is gone too.
    done = subprocess.run(
        [sys.executable, str(script)], capture_output=True, env=environ, timeout=20, check=False
    )
    assert done.returncode == -signal.SIGKILL
    assert int(done.stdout) > 0
