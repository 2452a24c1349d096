#!/usr/bin/env bash
# protobuf 7.35.1 (Python), json_format.Parse: one key twice in the JSON of a Struct.
# Best guess: the last one wins, as the specification of ProtoJSON says.
# Seen: it is refused.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet protobuf==7.35.1
cat >parse.py <<'PY'
from google.protobuf import json_format, struct_pb2

try:
    print(dict(json_format.Parse('{"n": 1, "n": 2}', struct_pb2.Struct())))
except json_format.ParseError as error:
    print(type(error).__name__, error)
PY
seen=$(venv/bin/python parse.py)
printf '%s\n' "$seen"
[ "$seen" = "ParseError Failed to load JSON: Failed to load JSON: duplicate key n.." ] || { echo "changed"; exit 1; }
