#!/usr/bin/env bash
# @copilotkit/aimock 1.43.0 with one fixture, for pictures: what the Gemini API's models are asked
# that none is for.
# Best guess: 404, "No fixture matched", whatever is asked; an Imagen model has no embeddings at all.
# Seen: that for `:generateContent`, but `:embedContent` gets 200 and 768 numbers, of a body without
# content, too.
set -euo pipefail
work=$(mktemp -d)
trap 'kill "$mock" 2>/dev/null; rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-fund --no-audit --no-package-lock @copilotkit/aimock@1.43.0 >/dev/null 2>&1
cat >fixture.json <<'JSON'
{"fixtures": [{"match": {"endpoint": "image"}, "response": {"image": {"b64Json": "aGVsbG8="}}}]}
JSON
node_modules/.bin/llmock -p 0 -f fixture.json >log 2>&1 &
mock=$!
for _ in $(seq 300); do
  grep -q 'listening on' log && break
  sleep 0.2
done
url=$(grep -o 'http://127[0-9.:]*' log | head -n 1)
ask() {
  printf '%s ' "$1"
  curl -s -o body -w '%{http_code}' -H 'content-type: application/json' -d "$2" "$url/v1beta/models/imagen-4.0-generate-001:$1"
  node -e 'const b=JSON.parse(require("fs").readFileSync("body"));console.log("",b.embedding?b.embedding.values.length:b.error.message)'
}
seen=$(ask generateContent '{"contents": [{"parts": [{"text": "x"}]}]}'
  ask embedContent '{"content": {"parts": [{"text": "x"}]}}'
  ask embedContent '{}')
printf '%s\n' "$seen"
[ "$seen" = 'generateContent 404 No fixture matched
embedContent 200 768
embedContent 200 768' ] || { echo "changed"; exit 1; }
