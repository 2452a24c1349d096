#!/usr/bin/env bash
# @google/genai 3.1.0 (Node) in a test under jest 30.5.2, its default environment, against a server
# that answers.
# Best guess: it works as it does outside of Jest; both have Node's own `fetch`.
# Seen: `fetch failed`, since nothing is found under the symbol `undici.globalDispatcher.1` of
# Jest's `globalThis`, which is another than Node's. Handed the very same `fetch`, as
# `httpOptions.fetch`, it does not look there, and works.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
echo '{"private": true}' >package.json
npm install --silent --no-fund --no-audit --no-package-lock --ignore-scripts \
  @google/genai@3.1.0 jest@30.5.2 >/dev/null 2>&1
cat >ask.js <<'JS'
const http = require("http");
const { GoogleGenAI } = require("@google/genai");

module.exports = async (more) => {
  const server = http.createServer((request, response) => {
    response.setHeader("Content-Type", "application/json");
    request.resume().on("end", () => response.end(JSON.stringify({ totalTokens: 7 })));
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  const baseUrl = `http://127.0.0.1:${server.address().port}`;
  const client = new GoogleGenAI({ apiKey: "any", httpOptions: { baseUrl, ...more } });
  try {
    return (await client.models.countTokens({ model: "gemini-2.5-flash", contents: "a" })).totalTokens;
  } catch (error) {
    return `${error.message}`;
  } finally {
    server.closeAllConnections();
    server.close();
  }
};
JS
cat >ask.test.js <<'JS'
const fs = require("fs");
const ask = require("./ask.js");

test("asks", async () => {
  fs.writeFileSync("seen.txt", `${await ask({})}\n${await ask({ fetch })}\n`);
});
JS
plain=$(timeout 60 node -e 'require("./ask.js")({}).then((seen) => console.log(seen))')
timeout 120 npx jest --silent >/dev/null 2>&1
printf 'without Jest: %s\nunder Jest, then with fetch:\n%s\n' "$plain" "$(cat seen.txt)"
[ "$plain" = 7 ] || { echo "changed"; exit 1; }
[ "$(cat seen.txt)" = "exception TypeError: fetch failed sending request
7" ] || { echo "changed"; exit 1; }
