#!/usr/bin/env bash
# openapi-python-client 0.29.1: a named schema of type ["object", "null"] with an object inside it.
# Best guess: a class for the outer object, one for the inner, and null beside it; a single warning
# where something is not understood, and then nothing that refers to it.
# Seen: the class of the outer object is dropped ("duplicate models"), the exit code is 0, and the
# package that was written imports the module that was not. An inner object with a name of its own,
# or null as an alternative beside a reference, goes well.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet openapi-python-client==0.29.1
cat >api.json <<'JSON'
{"openapi": "3.1.0", "info": {"title": "t", "version": "1"},
 "paths": {"/x": {"post": {"operationId": "x", "responses": {"204": {"description": "n"}},
   "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Body"}}}}}}},
 "components": {"schemas": {
   "Body": {"type": "object", "properties": {"outer": {"$ref": "#/components/schemas/Outer"}}},
   "Outer": {"type": ["object", "null"], "properties": {
     "inner": {"type": "object", "properties": {"a": {"type": "string"}}}}}}}}
JSON
echo 'post_hooks: []' >quiet.yaml
venv/bin/openapi-python-client generate --path api.json --output-path client --meta none --config quiet.yaml >said 2>&1
echo "exit code $?"
seen=$(
  grep -o 'duplicate models' said
  venv/bin/python - <<'PY'
from client.models.body import Body

try:
    Body.from_dict({"outer": {"inner": {"a": "b"}}})
except ModuleNotFoundError as error:
    print(error)
PY
)
printf '%s\n' "$seen"
[ "$seen" = "duplicate models
No module named 'client.models.outer_type_0'" ] || { echo "changed"; exit 1; }
