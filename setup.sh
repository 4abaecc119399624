#!/bin/sh
# Make the environment in $1 ready: find a Python, create it, install what constraints.txt pins;
# with a second argument what stands in that file, and nothing of ours.
# Said step by step, because the first time takes a minute; make calls it only when needed.
set -eu
venv=$1
python=""
for candidate in ${PYTHON:-} python3.12 python3.13 python3.11 python3; do
  if "$candidate" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; then
    python=$candidate
    break
  fi
done
if [ -z "$python" ]; then
  echo "Wirebell needs Python 3.11, 3.12 or 3.13; none was found. Install one, or name it: make PYTHON=/path/to/python3.12" >&2
  exit 1
fi
rm -f "$venv/.ready"
if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
  echo "$("$python" --version) has no venv module. On Debian or Ubuntu: sudo apt-get install python3-venv; then run make again." >&2
  exit 1
fi
echo "1/3 environment in $venv ($("$python" --version))"
[ -x "$venv/bin/python" ] || "$python" -m venv "$venv"
echo "2/3 packages (about a minute the first time)"
if [ $# -gt 1 ]; then set -- --requirement "$2"; else set -- --constraint constraints.txt --editable '.[dev]'; fi
# Twice quiet: of an extra that a package of others asks for in vain pip would warn; errors still show.
"$venv/bin/python" -m pip install --quiet --quiet --disable-pip-version-check "$@" \
  || { echo "The packages could not be installed; the lines above say why. Mend that and run make again." >&2; exit 1; }
echo "3/3 bytecode, so that every later start is quick"
"$venv/bin/python" -m compileall -q -j 0 "$venv/lib" || true
touch "$venv/.ready"
echo "ready"
