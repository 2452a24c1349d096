#!/usr/bin/env bash
# @stoplight/prism-cli 5.16.0: a list under `contains`, `minContains: 0` and `maxContains: 1` in an
# OpenAPI 3.1 document, whose schemas are JSON Schema 2020-12.
# Best guess: [] and ["b"] are taken, ["a", "a"] is refused.
# Seen: the other way round: `contains` is read as before 2019, when it alone counted.
set -euo pipefail
work=$(mktemp -d)
trap 'kill "$prism" 2>/dev/null; rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-fund --no-audit --no-package-lock @stoplight/prism-cli@5.16.0 >/dev/null 2>&1
cat >api.json <<'JSON'
{"openapi": "3.1.0", "info": {"title": "t", "version": "1"},
 "paths": {"/x": {"post": {"operationId": "x", "responses": {"204": {"description": "n"}},
   "requestBody": {"required": true, "content": {"application/json": {"schema": {
     "type": "array", "items": {"type": "string"},
     "contains": {"const": "a"}, "minContains": 0, "maxContains": 1}}}}}}}}
JSON
node_modules/.bin/prism mock -p 0 api.json >log 2>&1 &
prism=$!
for _ in $(seq 300); do
  grep -q 'listening on' log && break
  sleep 0.2
done
url=$(grep -o 'http://127[0-9.:]*' log | head -n 1)
seen=$(for body in '[]' '["b"]' '["a"]' '["a", "a"]'; do
  printf '%s %s\n' "$body" "$(curl -s -o /dev/null -w '%{http_code}' -H 'content-type: application/json' -d "$body" "$url/x")"
done)
printf '%s\n' "$seen"
[ "$seen" = '[] 422
["b"] 422
["a"] 204
["a", "a"] 204' ] || { echo "changed"; exit 1; }
