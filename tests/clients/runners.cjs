// A project in a folder of its own, and the programs of the packages that are installed for its test.
"use strict";
const { spawnSync } = require("node:child_process");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");

/** A new folder with files, by name, and the installed packages. */
function project(files) {
  const folder = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), "project-"));
  process.on("exit", () => fs.rmSync(folder, { recursive: true, force: true }));
  fs.symlinkSync(process.env.NODE_PATH, path.join(folder, "node_modules"));
  fs.writeFileSync(path.join(folder, "package.json"), '{"private": true}');
  for (const [name, text] of Object.entries(files)) fs.writeFileSync(path.join(folder, name), text);
  return folder;
}

/** What a program of a package, by its file, comes to in a folder: `status`, `stdout`, `stderr`. */
function run(folder, program, options) {
  const { NODE_TEST_CONTEXT: _, ...env } = process.env; // of the runner that runs this
  return spawnSync(process.execPath, [path.join(folder, "node_modules", program), ...options], { cwd: folder, env, encoding: "utf8" });
}

module.exports = { project, run };
