#!/usr/bin/env bash
# @google-cloud/storage 8.4.0 (Node): STORAGE_EMULATOR_HOST.
# Best guess: as in Google's client of Python (google-cloud-storage), the address of a server whose
# JSON API stands below /storage/v1.
# Seen: the variable is the base URL as it is, so that a bucket is made by POST /b, while uploads of
# the same client go to /upload/storage/v1/b. The option `apiEndpoint` does add /storage/v1.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-fund --no-audit --no-package-lock @google-cloud/storage@8.4.0 >/dev/null 2>&1
cat >ask.js <<'JS'
const http = require("http");

const paths = [];
const server = http.createServer((request, response) => {
  request.resume().on("end", () => {
    paths.push(`${request.method} ${request.url.split("?")[0]}`);
    response.setHeader("Content-Type", "application/json");
    response.end(JSON.stringify({ name: "pictures", id: "pictures" }));
  });
});

server.listen(0, "127.0.0.1", async () => {
  const address = `http://127.0.0.1:${server.address().port}`;
  const { Storage } = require("@google-cloud/storage");
  process.env.STORAGE_EMULATOR_HOST = address;
  const byVariable = new Storage({ projectId: "p" });
  await byVariable.createBucket("pictures");
  await byVariable.bucket("pictures").file("a.txt").save("x", { resumable: false, validation: false });
  delete process.env.STORAGE_EMULATOR_HOST;
  const byOption = new Storage({ projectId: "p", apiEndpoint: address, useAuthWithCustomEndpoint: false });
  await byOption.createBucket("pictures");
  console.log(paths.join("\n"));
  process.exit(0);
});
JS
seen=$(timeout 60 node ask.js)
printf '%s\n' "$seen"
[ "$seen" = "POST /b
POST /upload/storage/v1/b/pictures/o
POST /storage/v1/b" ] || { echo "changed"; exit 1; }
