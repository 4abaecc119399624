#!/bin/sh
# Every benchmark, one after another: ratios against a peer, measured in one interleaved run.
# A peer that is not in the standard library belongs in .venv-bench, never among our dependencies.
set -eu
cd "$(dirname "$0")/.."
for bench in bench/*_ratio.py; do
  echo "== $bench"
  .venv/bin/python -m "bench.$(basename "$bench" .py)"
done
