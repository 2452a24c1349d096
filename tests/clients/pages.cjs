// What stands on README and the pages of `docs/`.
"use strict";
const fs = require("node:fs");
const path = require("node:path");

const DEFAULT_URL = "http://127.0.0.1:8787";

function block(marker, language) {
  const root = path.join(__dirname, "..", "..");
  const pages = fs.readdirSync(path.join(root, "docs")).filter((file) => file.endsWith(".md")).map((file) => path.join("docs", file));
  const text = ["README.md", ...pages].map((page) => fs.readFileSync(path.join(root, page), "utf8")).join("\n");
  return text.match(new RegExp(`<!-- ${marker} -->\n\`\`\`${language}\n([^]*?)\`\`\``))[1];
}

/** The code of the snippet of that name. */
const code = (name, language) => block(`snippet: ${name}`, language);

/** The command of that name. */
const command = (name) => block(`command: ${name}`, "sh");

module.exports = { code, command, DEFAULT_URL };
