// How many requests one call is where nobody asks for retries. A file of its own: the AI SDK waits for six seconds.
"use strict";
const assert = require("node:assert");
const { test } = require("node:test");
const { GoogleGenAI } = require("@google/genai");
const { generateImage } = require("ai");
const { createGoogleGenerativeAI } = require("@ai-sdk/google");
const { calls } = require("../journal.cjs");
const { url } = require("../pictures.cjs");

const MODEL = "gemini-3-pro-image";

test("Google's client asks an overloaded model once", async () => {
  const ai = new GoogleGenAI({ apiKey: "any", httpOptions: { baseUrl: url } });
  const asked = { model: MODEL, contents: "node waits [[fake: error=503]]" };
  await assert.rejects(ai.models.generateContent(asked), (error) => error.status === 503 && /high demand/.test(error.message));
  assert.strictEqual((await calls("node waits*")).length, 1);
});

test("the AI SDK asks an overloaded model three times", async () => {
  const google = createGoogleGenerativeAI({ apiKey: "any", baseURL: `${url}/v1beta` });
  const asked = { model: google.image(MODEL), prompt: "the sdk waits [[fake: error=503]]" };
  await assert.rejects(generateImage(asked), /Failed after 3 attempts.*high demand/);
  assert.strictEqual((await calls("the sdk waits*")).length, 3);
});
