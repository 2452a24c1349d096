// Google's own Node client of Cloud Storage against the fake's storage.
"use strict";
const assert = require("node:assert");
const { execFileSync } = require("node:child_process");
const { randomUUID } = require("node:crypto");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { Readable } = require("node:stream");
const { pipeline } = require("node:stream/promises");
const { test } = require("node:test");
const { Storage } = require("@google-cloud/storage");
const { seen, SQUARE, url } = require("../pictures.cjs");

const storage = new Storage({ apiEndpoint: url, projectId: "my-project", retryOptions: { autoRetry: false } });
const KIB = 1024;

/** A bucket that no other test knows. */
async function fresh() {
  const [bucket] = await storage.createBucket(`pictures-${randomUUID()}`);
  return bucket;
}

/** Bytes that no two places of share a pattern. */
function bytes(size) {
  const data = Buffer.alloc(size);
  for (let at = 0; at < size; at++) data[at] = (at * 31 + (at >> 8)) & 255;
  return data;
}

async function downloaded(file, options) {
  const [data] = await file.download(options);
  return data;
}

for (const resumable of [true, false]) {
  for (const size of [0, 1, 5 * KIB, 256 * KIB, 600 * KIB + 5]) {
    test(`save of ${size} bytes, resumable: ${resumable}`, async () => {
      const file = (await fresh()).file("a/b ü.png");
      await file.save(bytes(size), { resumable, contentType: "image/png" });
      assert.deepStrictEqual(await downloaded(file), bytes(size));
      const [metadata] = await file.getMetadata();
      assert.strictEqual(metadata.contentType, "image/png");
      assert.strictEqual(Number(metadata.size), size);
    });
  }
}

for (const validation of ["md5", "crc32c", false]) {
  test(`save and download with validation ${validation}`, async () => {
    const file = (await fresh()).file("a");
    await file.save("data", { validation });
    assert.strictEqual((await downloaded(file, { validation })).toString(), "data");
  });
}

test("parts of 256 KiB are put together", async () => {
  const file = (await fresh()).file("parts");
  const data = bytes(600 * KIB + 5);
  await file.save(data, { chunkSize: 256 * KIB, resumable: true });
  assert.deepStrictEqual(await downloaded(file), data);
});

test("a stream of unknown length is uploaded", async () => {
  const file = (await fresh()).file("stream");
  const parts = [bytes(300 * KIB), bytes(7), bytes(400 * KIB)];
  await pipeline(Readable.from(parts), file.createWriteStream({ resumable: true }));
  assert.deepStrictEqual(await downloaded(file), Buffer.concat(parts));
});

test("a stream of unknown length is uploaded in parts", async () => {
  const file = (await fresh()).file("stream");
  const parts = [bytes(300 * KIB), bytes(7), bytes(400 * KIB)];
  await pipeline(Readable.from(parts), file.createWriteStream({ chunkSize: 256 * KIB }));
  assert.deepStrictEqual(await downloaded(file), Buffer.concat(parts));
});

test("a file is uploaded and downloaded", async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "pictures-"));
  const [from, to] = ["from.png", "to.png"].map((name) => path.join(folder, name));
  fs.writeFileSync(from, bytes(300 * KIB));
  const [file] = await (await fresh()).upload(from, { destination: "a/from.png" });
  await file.download({ destination: to });
  assert.deepStrictEqual(fs.readFileSync(to), bytes(300 * KIB));
  assert.strictEqual(file.metadata.contentType, "image/png");
  fs.rmSync(folder, { recursive: true });
});

test("a range is downloaded", async () => {
  const file = (await fresh()).file("a");
  await file.save("0123456789");
  assert.strictEqual((await downloaded(file, { start: 2, end: 4 })).toString(), "234");
  assert.strictEqual((await downloaded(file, { start: 7 })).toString(), "789");
});

test("an object is copied, moved and renamed", async () => {
  const bucket = await fresh();
  const file = bucket.file("a/b.png");
  await file.save("data", { contentType: "image/png", metadata: { metadata: { who: "me" } } });
  const [copied] = await file.copy(bucket.file("c d/e.png"));
  const [metadata] = await copied.getMetadata();
  assert.deepStrictEqual([metadata.contentType, metadata.metadata], ["image/png", { who: "me" }]);
  const [moved] = await copied.move("f.png");
  assert.strictEqual((await downloaded(moved)).toString(), "data");
  assert.deepStrictEqual(await copied.exists(), [false]);
  const [elsewhere] = await moved.copy((await fresh()).file("g"), { contentType: "image/x" });
  assert.strictEqual((await elsewhere.getMetadata())[0].contentType, "image/x");
});

test("metadata is set, and what is null goes", async () => {
  const file = (await fresh()).file("a");
  await file.save("data", { metadata: { metadata: { a: "1", b: "2" } } });
  await file.setMetadata({ contentType: "image/webp", metadata: { a: null, c: "3" } });
  const [metadata] = await file.getMetadata();
  assert.strictEqual(metadata.contentType, "image/webp");
  assert.deepStrictEqual(metadata.metadata, { b: "2", c: "3" });
  assert.strictEqual(metadata.metageneration, "2");
});

test("objects are listed page by page, and folders", async () => {
  const bucket = await fresh();
  for (const name of ["a.png", "b/c.png", "b/d.png"]) await bucket.file(name).save("");
  const [all] = await bucket.getFiles({ maxResults: 2, autoPaginate: false });
  assert.deepStrictEqual(all.map((file) => file.name), ["a.png", "b/c.png"]);
  const [every] = await bucket.getFiles();
  assert.strictEqual(every.length, 3);
  const [top, , answer] = await bucket.getFiles({ delimiter: "/", autoPaginate: false });
  assert.deepStrictEqual(top.map((file) => file.name), ["a.png"]);
  assert.deepStrictEqual(answer.prefixes, ["b/"]);
});

test("only the fields that are asked for are told", async () => {
  const bucket = await fresh();
  await bucket.file("a.png").save("data");
  const [files] = await bucket.getFiles({ fields: "items(name)" });
  assert.deepStrictEqual(files.map((file) => ({ ...file })), [{ name: "a.png" }]);
});

test("a deleted object is gone", async () => {
  const file = (await fresh()).file("a/b");
  await file.save("data");
  await file.delete();
  assert.deepStrictEqual(await file.exists(), [false]);
  await assert.rejects(file.download(), (error) => error.code === 404 || error.status === 404);
  await file.delete({ ignoreNotFound: true });
});

test("a condition holds or is refused", async () => {
  const file = (await fresh()).file("a");
  await file.save("one", { preconditionOpts: { ifGenerationMatch: 0 } });
  await assert.rejects(
    file.save("two", { preconditionOpts: { ifGenerationMatch: 0 } }),
    (error) => error.code === 412 || error.status === 412,
  );
  const [{ generation }] = await file.getMetadata();
  await file.save("three", { preconditionOpts: { ifGenerationMatch: Number(generation) } });
  assert.strictEqual((await downloaded(file)).toString(), "three");
});

test("buckets are listed and exist", async () => {
  const bucket = await fresh();
  const [buckets] = await storage.getBuckets();
  assert.ok(buckets.some((each) => each.name === bucket.name));
  assert.deepStrictEqual(await bucket.exists(), [true]);
  assert.deepStrictEqual(await storage.bucket("never-was").exists(), [false]);
});

test("STORAGE_EMULATOR_HOST leads there too", () => {
  const code = `
    const { Storage } = require("@google-cloud/storage");
    const bucket = new Storage({ projectId: "my-project" }).bucket("pictures-${randomUUID()}");
    (async () => {
      await bucket.create();
      await bucket.file("a/b").save("data");
      const [data] = await bucket.file("a/b").download();
      await bucket.file("a/b").copy("c");
      const [files] = await bucket.getFiles();
      console.log(data.toString(), ...files.map((file) => file.name));
    })();`;
  const env = { ...process.env, STORAGE_EMULATOR_HOST: url };
  const told = execFileSync(process.execPath, ["-e", code], { env, encoding: "utf8" });
  assert.strictEqual(told.trim(), "data a/b c");
});

test("pictures that a prediction wrote are downloaded", async () => {
  const bucket = await fresh();
  const model = "v1/projects/p/locations/us-central1/publishers/google/models/imagen-4.0-generate-001";
  const parameters = { sampleCount: 1, storageUri: `gs://${bucket.name}/out` };
  const body = JSON.stringify({ instances: [{ prompt: "an apple" }], parameters });
  await fetch(`${url}/${model}:predict`, { method: "POST", body });
  const [[file]] = await bucket.getFiles({ prefix: "out/" });
  assert.deepStrictEqual(seen((await downloaded(file)).toString("base64")), SQUARE);
});
