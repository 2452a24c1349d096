#!/usr/bin/env bash
# httpx 0.28.1 (httpcore 1.0.9) where trio 0.35.0 happens to be installed: a synchronous httpx.Client().
# Best guess: it imports no library for event loops, as it has none.
# Seen: importing httpx does not load trio, making a synchronous client does, before any request.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet httpx==0.28.1 httpcore==1.0.9 trio==0.35.0
cat >loaded.py <<'PY'
import sys

import httpx

before = "trio" in sys.modules
with httpx.Client():
    print("loaded by the import:", before, "- by a synchronous client:", "trio" in sys.modules)
PY
seen=$(venv/bin/python loaded.py)
printf '%s\n' "$seen"
[ "$seen" = "loaded by the import: False - by a synchronous client: True" ] || { echo "changed"; exit 1; }
