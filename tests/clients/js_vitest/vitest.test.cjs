// The documented tests under Vitest, and the types that the documented command makes.
"use strict";
const assert = require("node:assert");
const fs = require("node:fs");
const path = require("node:path");
const { test } = require("node:test");
const { code: snippet, command, DEFAULT_URL } = require("../pages.cjs");
const { project, run } = require("../runners.cjs");

const url = process.env.IMAGEN_FAKE_URL;
const tests = snippet("vitest", "ts");
const STRICT = ["--noEmit", "--strict", "--skipLibCheck", "--module", "nodenext", "--target", "es2022"];

/** The exit code of a run of files, and how many tests passed. */
function vitest(files, ...more) {
  const folder = project(files);
  const { status } = run(folder, "vitest/vitest.mjs", ["run", "--reporter=json", "--outputFile=report.json", ...more]);
  return [status, JSON.parse(fs.readFileSync(path.join(folder, "report.json"), "utf8")).numPassedTests];
}

/** A folder with the types that the documented command makes, and a test; what the compiler says of it. */
function compiled(source) {
  const folder = project({ "poster.test.ts": source });
  const [npx, tool, address, ...rest] = command("types").trim().split(" ");
  const [name, version] = tool.split("@");
  const pins = JSON.parse(fs.readFileSync(path.join(__dirname, "package.json"), "utf8")).dependencies;
  assert.deepStrictEqual([npx, version], ["npx", pins[name]]);
  assert.ok(address.startsWith(DEFAULT_URL));
  const made = run(folder, `${name}/bin/cli.js`, [address.replace(DEFAULT_URL, url), ...rest]);
  assert.strictEqual(made.status, 0, made.stderr);
  return run(folder, "typescript/bin/tsc", [...STRICT, "poster.test.ts"]);
}

test("the documented tests pass", () => {
  assert.deepStrictEqual(vitest({ "poster.test.ts": tests }), [0, 2]);
});

test("workers that share a fake do not hear one another", () => {
  const names = [...Array(4).keys()].map((number) => `poster${number}.test.ts`);
  const files = Object.fromEntries(names.map((name) => [name, tests]));
  assert.deepStrictEqual(vitest(files, "--maxWorkers=4"), [0, 8]);
});

test("a test that expects something else fails", () => {
  const other = tests.replace("toHaveLength(1)", "toHaveLength(2)");
  assert.notStrictEqual(other, tests);
  assert.deepStrictEqual(vitest({ "poster.test.ts": other }), [1, 1]);
});

test("what the documented command makes compiles with the documented tests", () => {
  const { status, stdout } = compiled(tests);
  assert.deepStrictEqual([status, stdout], [0, ""]);
});

test("a misspelt field does not compile", () => {
  for (const [right, wrong] of [["directives:", "directive:"], ["call.status", "call.state"], ["/_fake/reset", "/_fake/rest"]]) {
    const misspelt = tests.replace(right, wrong);
    assert.notStrictEqual(misspelt, tests);
    assert.match(compiled(misspelt).stdout, /poster\.test\.ts\(\d+,\d+\): error TS/);
  }
});
