#!/bin/sh
# Every benchmark, one after another: ratios against a peer, measured in one interleaved run.
# Peers live in an environment of their own (.venv-bench), never among Wirebell's dependencies.
set -eu
cd "$(dirname "$0")/.."
for bench in bench/*_ratio.py; do
  echo "== $bench"
  .venv/bin/python -m "bench.$(basename "$bench" .py)"
done
