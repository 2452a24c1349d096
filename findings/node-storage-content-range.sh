#!/usr/bin/env bash
# @google-cloud/storage 7.22.0 (Node): a resumable upload of a stream whose length nobody told it.
# Best guess: `Content-Range: bytes 0-*/*` or whole ranges `bytes 0-N/*`, as the documentation of
# resumable uploads shows them.
# Seen: one PUT with `bytes 0-*/*`, or `bytes 0-*/LENGTH` where the length was told: an open end
# that the documentation does not have. A server that takes what it cannot read for a whole upload
# keeps the last part alone.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-fund --no-audit --no-package-lock @google-cloud/storage@7.22.0 >/dev/null 2>&1
cat >ask.js <<'JS'
const http = require("http");
const { Storage } = require("@google-cloud/storage");

const ranges = [];
const server = http.createServer((request, response) => {
  request.resume().on("end", () => {
    const { port } = server.address();
    if (request.method === "POST") {
      response.setHeader("Location", `http://127.0.0.1:${port}/session`);
      response.end();
    } else {
      ranges.push(request.headers["content-range"]);
      response.setHeader("Content-Type", "application/json");
      response.end(JSON.stringify({ name: "a.txt", bucket: "b", size: "300000" }));
    }
  });
});

server.listen(0, "127.0.0.1", async () => {
  const apiEndpoint = `http://127.0.0.1:${server.address().port}`;
  const bucket = new Storage({ apiEndpoint, projectId: "p", useAuthWithCustomEndpoint: false }).bucket("b");
  const data = Buffer.alloc(300000, "x");
  const options = { resumable: true, validation: false };
  await bucket.file("a.txt").save(data, options);
  await bucket.file("a.txt").save(data, { ...options, metadata: { contentLength: data.length } });
  console.log(ranges.join("\n"));
  server.close();
  process.exit(0);
});
JS
seen=$(timeout 60 node ask.js)
printf '%s\n' "$seen"
[ "$seen" = "bytes 0-*/*
bytes 0-*/300000" ] || { echo "changed"; exit 1; }
