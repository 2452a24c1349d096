#!/usr/bin/env bash
# @redocly/cli 2.77.0, `lint` with the recommended rules: a valid example of a schema whose `allOf` adds a
# rule for one of two fields.
# Best guess: an example is held against its schema as it stands.
# Seen: the check of examples closes every schema first (unevaluatedProperties: false), the rule's
# too, and so warns of the other field. With allowAdditionalProperties: true it finds nothing.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-fund --no-audit --no-package-lock @redocly/cli@2.77.0 >/dev/null 2>&1
cat >api.json <<'JSON'
{"openapi": "3.1.0", "info": {"title": "t", "version": "1", "license": {"name": "MIT", "identifier": "MIT"}},
 "servers": [{"url": "https://api.test"}], "security": [],
 "paths": {"/x": {"post": {"operationId": "x", "summary": "x",
   "responses": {"204": {"description": "n"}, "400": {"description": "n"}},
   "requestBody": {"content": {"application/json": {
     "example": {"in": {"a": 1, "b": 2}},
     "schema": {"type": "object",
       "properties": {"in": {"type": "object", "properties": {"a": {"type": "integer"}, "b": {"type": "integer"}}}},
       "allOf": [{"properties": {"in": {"properties": {"a": {"minimum": 1}}}}}]}}}}}}}}
JSON
printf 'extends: [recommended]\nrules:\n  no-invalid-media-type-examples: {severity: warn, allowAdditionalProperties: true}\n' >open.yaml
printf 'extends: [recommended]\n' >plain.yaml
count() { npx redocly lint api.json --config "$1" --format=json 2>/dev/null | node -e 'let t="";process.stdin.on("data",d=>t+=d).on("end",()=>{for(const p of JSON.parse(t).problems)console.log(p.message)})'; }
seen=$(echo "plain:"; count plain.yaml; echo "open:"; count open.yaml)
printf '%s\n' "$seen"
[ "$seen" = "plain:
Example value must conform to the schema: \`in\` property must NOT have unevaluated properties \`b\`.
open:" ] || { echo "changed"; exit 1; }
