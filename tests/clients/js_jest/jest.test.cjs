// The documented tests under Jest, in several workers on one fake.
"use strict";
const assert = require("node:assert");
const { test } = require("node:test");
const { code: snippet } = require("../pages.cjs");
const { project, run } = require("../runners.cjs");

const tests = snippet("jest", "js");

/** The exit code of a run of files, and how many tests passed. */
function jest(files, ...more) {
  const { status, stdout } = run(project(files), "jest/bin/jest.js", ["--json", "--silent", ...more]);
  return [status, JSON.parse(stdout).numPassedTests];
}

test("the documented tests pass", () => {
  assert.deepStrictEqual(jest({ "poster.test.js": tests }), [0, 2]);
});

test("workers that share a fake do not hear one another", () => {
  const names = [...Array(8).keys()].map((number) => `poster${number}.test.js`);
  const files = Object.fromEntries(names.map((name) => [name, tests]));
  assert.deepStrictEqual(jest(files, "--maxWorkers=4"), [0, 16]);
});

test("a test that expects something else fails", () => {
  const other = tests.replace("toHaveLength(1)", "toHaveLength(2)");
  assert.notStrictEqual(other, tests);
  assert.deepStrictEqual(jest({ "poster.test.js": other }), [1, 1]);
});
