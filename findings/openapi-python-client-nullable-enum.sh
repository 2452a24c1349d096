#!/usr/bin/env bash
# openapi-python-client 0.29.1: choices that may be null, as OpenAPI 3.1 spells them:
# "type": ["string", "null"], "enum": ["a", "b", null].
# Best guess: one Enum of two members, and None beside it.
# Seen: three equal classes, so that a field is of any of the three. Without the type, one.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet openapi-python-client==0.29.1
echo 'post_hooks: []' >quiet.yaml
fields() {
  cat >api.json <<JSON
{"openapi": "3.1.0", "info": {"title": "t", "version": "1"},
 "paths": {"/x": {"post": {"operationId": "x", "responses": {"204": {"description": "n"}},
   "requestBody": {"content": {"application/json": {"schema": {"\$ref": "#/components/schemas/Body"}}}}}}},
 "components": {"schemas": {"Body": {"type": "object", "properties": {"kind": $1}}}}}
JSON
  venv/bin/openapi-python-client generate --path api.json --output-path client --meta none \
    --config quiet.yaml --overwrite >/dev/null 2>&1
  grep -o '^    kind: .*' client/models/body.py
}
seen=$(
  fields '{"type": ["string", "null"], "enum": ["a", "b", null]}'
  fields '{"enum": ["a", "b", null]}'
)
printf '%s\n' "$seen"
[ "$seen" = "    kind: BodyKindType1 | BodyKindType2Type1 | BodyKindType3Type1 | None | Unset = UNSET
    kind: BodyKindType1 | None | Unset = UNSET" ] || { echo "changed"; exit 1; }
