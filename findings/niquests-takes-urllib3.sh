#!/usr/bin/env bash
# niquests 3.21.2 beside requests 2.34.2 in one environment.
# Best guess: niquests brings a fork of urllib3 under a name of its own, and requests keeps urllib3.
# Seen: the fork, urllib3-future, is what `import urllib3` gives to everybody, requests included,
# while the list of installed packages goes on naming both. What hooks into urllib3's connections
# (mocks, recorders) meets other classes from then on.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet requests==2.34.2 niquests==3.21.2 urllib3-future==2.25.904
cat >ask.py <<'PY'
from importlib.metadata import version

import requests.adapters
import urllib3

print("urllib3.__version__", urllib3.__version__)
print("installed as urllib3-future", version("urllib3-future"))
print("urllib3 is listed, too:", version("urllib3") != version("urllib3-future"))
print("requests uses", requests.adapters.PoolManager.__module__)
PY
seen=$(venv/bin/python ask.py)
printf '%s\n' "$seen"
[ "$seen" = "urllib3.__version__ 2.25.904
installed as urllib3-future 2.25.904
urllib3 is listed, too: True
requests uses urllib3.poolmanager" ] || { echo "changed"; exit 1; }
