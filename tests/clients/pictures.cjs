// What tests read of a picture, from the first bytes of its file.
"use strict";
const { execFileSync } = require("node:child_process");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { code, DEFAULT_URL } = require("./pages.cjs");

const url = process.env.IMAGEN_FAKE_URL;

/** The format of a file in base64, and its width and height in pixels where it is a PNG. */
function seen(base64) {
  const data = Buffer.from(base64, "base64");
  if (data.subarray(1, 4).toString() === "PNG") {
    return { format: "PNG", width: data.readUInt32BE(16), height: data.readUInt32BE(20) };
  }
  return { format: data.readUInt16BE(0) === 0xffd8 ? "JPEG" : "other" };
}

/** The file that the snippet of that name, of README or `docs/`, leaves in an empty folder, in base64. */
function snippet(name, file = "apple.png") {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "snippet-"));
  execFileSync(process.execPath, ["-e", code(name, "js").replaceAll(DEFAULT_URL, url)], { cwd: folder });
  return fs.readFileSync(path.join(folder, file)).toString("base64");
}

const SQUARE = { format: "PNG", width: 1024, height: 1024 };

module.exports = { seen, snippet, SQUARE, url };
