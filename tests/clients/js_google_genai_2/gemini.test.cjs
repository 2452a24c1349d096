// The last line of the client that speaks to the Gemini API.
"use strict";
const assert = require("node:assert");
const { test } = require("node:test");
const { GoogleGenAI } = require("@google/genai");
const { seen, SQUARE, url } = require("../pictures.cjs");

const MODEL = "imagen-4.0-generate-001";
const gemini = new GoogleGenAI({ apiKey: "any", httpOptions: { baseUrl: url } });
const vertex = new GoogleGenAI({ vertexai: true, apiKey: "any", httpOptions: { baseUrl: url } });

for (const [name, client] of Object.entries({ gemini, vertex })) {
  test(`a picture is a square PNG on ${name}`, async () => {
    const config = { numberOfImages: 1 };
    const answer = await client.models.generateImages({ model: MODEL, prompt: "an apple", config });
    assert.strictEqual(answer.generatedImages.length, 1);
    assert.deepStrictEqual(seen(answer.generatedImages[0].image.imageBytes), SQUARE);
  });
}

test("the Gemini API makes four pictures unless it is told otherwise", async () => {
  const answer = await gemini.models.generateImages({ model: MODEL, prompt: "an apple" });
  assert.strictEqual(answer.generatedImages.length, 4);
});

test("a ratio and a format are followed", async () => {
  const config = { numberOfImages: 1, aspectRatio: "16:9" };
  const wide = await gemini.models.generateImages({ model: MODEL, prompt: "a boat", config });
  assert.strictEqual(seen(wide.generatedImages[0].image.imageBytes).width, 1408);
  const asJpeg = { numberOfImages: 1, outputMimeType: "image/jpeg" };
  const jpeg = await gemini.models.generateImages({ model: MODEL, prompt: "a boat", config: asJpeg });
  assert.strictEqual(seen(jpeg.generatedImages[0].image.imageBytes).format, "JPEG");
});

test("a level the Gemini API does not have is refused in its words", async () => {
  const config = { safetyFilterLevel: "BLOCK_ONLY_HIGH" };
  await assert.rejects(
    gemini.models.generateImages({ model: MODEL, prompt: "an apple", config }),
    (error) => error.status === 400 && error.message.includes("Only block_low_and_above"),
  );
});

test("an unknown model is a 404", async () => {
  await assert.rejects(
    gemini.models.generateImages({ model: "imagen-9", prompt: "an apple" }),
    (error) => error.status === 404 && error.message.includes("models/imagen-9 is not found"),
  );
});

test("the models are listed", async () => {
  const names = [];
  for await (const model of await gemini.models.list({ config: { pageSize: 3 } })) {
    names.push(model.name);
  }
  assert.ok(names.includes(`models/${MODEL}`));
});
