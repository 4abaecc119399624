"""The race of tests/storage, large and often: what four processes make of 200 near-copy pairs.

    python -m bench.race [RUNS]

Each run offers 400 addresses twice, on SQLite and on PostgreSQL, and holds the outcome to exactly
400 articles, 200 stories and 200 alerts, with books that balance. Ends with 1 if one does not.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time

RACE = ("-q", "tests/storage/test_race.py", "-k", "two_outlets_and_four_workers")


def main() -> None:
    """Run the race so many times, 20 unless told otherwise."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    environ = {**os.environ, "WIREBELL_RACE_PAIRS": "200"}
    held, began = 0, time.monotonic()
    for run in range(1, runs + 1):
        done = subprocess.run(
            [sys.executable, "-m", "pytest", *RACE],
            env=environ, capture_output=True, text=True, check=False,
        )  # fmt: skip
        good = done.returncode == 0 and "2 passed" in done.stdout
        held += good
        print(f"run {run}: {'held' if good else done.stdout}", flush=True)
    print(f"{held} of {runs} runs held on both engines; {time.monotonic() - began:.0f} s")
    raise SystemExit(held != runs)


if __name__ == "__main__":
    main()
