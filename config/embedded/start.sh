#!/bin/sh
# Finds a Python of 3.11 or newer and lets it do the rest (config/embedded/bootstrap.py).
set -u
cd "$(dirname "$0")/../.." || exit 1
for python in ${PYTHON:+"$PYTHON"} python3 python3.14 python3.13 python3.12 python3.11 python; do
  if "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    exec "$python" -m config.embedded.bootstrap "$@"
  fi
done
found=$(python3 -V 2>/dev/null) || found="no python3 at all"
echo "Showrunner needs Python 3.11 or newer, and found $found: install one, or name it (make run PYTHON=/path/to/python3)." >&2
exit 1
