#!/bin/sh
# Every benchmark, or the ones named: ratios against peers, measured in one interleaved run.
# The peers live in an environment of their own, made here; WIREBELL_DATA says where the
# development data lies (articles-aeb, ecbplus-dev, feedparser-tests).
set -eu
cd "$(dirname "$0")/.."
venv=.venv-bench
if [ ! -f "$venv/.ready" ] || [ bench/peers.txt -nt "$venv/.ready" ] || [ constraints.txt -nt "$venv/.ready" ]; then
  echo "making $venv: our own packages and the peers"
  [ -x "$venv/bin/python" ] || .venv/bin/python -m venv "$venv"
  "$venv/bin/python" -m pip install --quiet --disable-pip-version-check \
    --constraint constraints.txt --requirement bench/peers.txt --editable '.[dev]'
  touch "$venv/.ready"
fi
[ $# -gt 0 ] || set -- rules articles stories
for name in "$@"; do
  echo "== bench/$name.py"
  "$venv/bin/python" -m "bench.$name"
done
