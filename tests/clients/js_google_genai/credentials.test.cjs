// Default credentials where a fake is started for a command or a test.
"use strict";
const assert = require("node:assert");
const { spawnSync } = require("node:child_process");
const { mkdtempSync, writeFileSync } = require("node:fs");
const { tmpdir } = require("node:os");
const { join } = require("node:path");
const { test } = require("node:test");

const PYTHON = process.env.IMAGEN_FAKE_PYTHON;
const CLIENT = `
  const { GoogleGenAI } = require("@google/genai");
  const { GoogleAuth } = require("google-auth-library");
  require("dns").lookup = (name, ...rest) => { throw new Error("a client called " + name); };
  (async () => {
    const auth = new GoogleAuth({ scopes: "https://www.googleapis.com/auth/cloud-platform" });
    const client = new GoogleGenAI({ vertexai: true, project: "p", location: "us-central1",
      httpOptions: { baseUrl: process.env.GOOGLE_VERTEX_BASE_URL } });
    const made = await client.models.generateImages({
      model: "imagen-4.0-generate-001", prompt: "an apple", config: { numberOfImages: 1 } });
    const picture = Buffer.from(made.generatedImages[0].image.imageBytes, "base64");
    console.log((await auth.getClient()).constructor.name, picture.subarray(1, 4).toString());
  })();`;

const ran = (...command) => {
  const env = { ...process.env, IMAGEN_FAKE_CLIENT: CLIENT, IMAGEN_FAKE_NODE: process.execPath };
  delete env.NO_GCE_CHECK;
  delete env.NODE_TEST_CONTEXT;
  const done = spawnSync(PYTHON, command, { env, encoding: "utf8", timeout: 120_000 });
  assert.strictEqual(done.status, 0, done.stdout + done.stderr);
  return done.stdout.trim();
};

test("a command that run starts finds credentials", () => {
  const command = ["run", "--", process.execPath, "-e", CLIENT];
  assert.strictEqual(ran("-m", "imagen_fake", ...command), "IdentityPoolClient PNG");
});

test("so it does where PyJWT is not installed", () => {
  const plain = "import sys; sys.modules['jwt'] = None; from imagen_fake.cli.main import main; main()";
  const command = ["run", "--", process.execPath, "-e", CLIENT];
  assert.strictEqual(ran("-c", plain, ...command), "IdentityPoolClient PNG");
});

test("a child process of a test of Python finds credentials", () => {
  const file = join(mkdtempSync(join(tmpdir(), "imagen-fake-")), "test_led.py");
  writeFileSync(file, `
import os, subprocess

def test_led(imagen_fake_env):
    command = [os.environ["IMAGEN_FAKE_NODE"], "-e", os.environ["IMAGEN_FAKE_CLIENT"]]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    assert done.stdout.split() == ["IdentityPoolClient", "PNG"]
`);
  ran("-m", "pytest", "-q", "-p", "no:cacheprovider", file);
});
