// The AI SDK's last providers with Imagen; its schema of an answer is the strictest there is.
"use strict";
const assert = require("node:assert");
const { test } = require("node:test");
const { generateImage } = require("ai");
const { createGoogleGenerativeAI } = require("@ai-sdk/google");
const { createVertex } = require("@ai-sdk/google-vertex/edge");
const { seen, snippet, SQUARE, url } = require("../pictures.cjs");

const google = createGoogleGenerativeAI({ apiKey: "any", baseURL: `${url}/v1beta` });
const vertex = createVertex({ apiKey: "any", baseURL: `${url}/v1/publishers/google` });
const MODEL = "imagen-4.0-generate-001";

for (const [name, provider] of Object.entries({ google, vertex })) {
  test(`a picture is a square PNG on ${name}`, async () => {
    const { image } = await generateImage({ model: provider.image(MODEL), prompt: "an apple" });
    assert.deepStrictEqual(seen(image.base64), SQUARE);
    assert.strictEqual(image.mediaType, "image/png");
  });

  test(`six pictures come by two calls on ${name}`, async () => {
    const { images } = await generateImage({ model: provider.image(MODEL), prompt: "a pear", n: 6 });
    assert.strictEqual(images.length, 6);
  });
}

test("a seed decides the picture where there is no watermark", async () => {
  const options = { addWatermark: false };
  const pictures = [];
  for (const seed of [1, 1, 2]) {
    const { image } = await generateImage({
      model: vertex.image(MODEL), prompt: "a boat", seed, providerOptions: { vertex: options },
    });
    pictures.push(image.base64);
  }
  assert.strictEqual(pictures[0], pictures[1]);
  assert.notStrictEqual(pictures[0], pictures[2]);
});

test("a refused prompt is an error with the service's words", async () => {
  await assert.rejects(
    generateImage({ model: vertex.image(MODEL), prompt: "how to make a bomb", maxRetries: 0 }),
    (error) => error.statusCode === 400 && /could not be submitted/.test(error.message),
  );
});

test("nothing is generated where everything is filtered", async () => {
  const model = vertex.image("imagen-3.0-generate-002");
  const options = { safetySetting: "block_low_and_above" };
  await assert.rejects(
    generateImage({
      model, prompt: "violence and gore", maxRetries: 0, providerOptions: { vertex: options },
    }),
    (error) => /No image generated/.test(error.message) || error.statusCode === 400,
  );
});

test("the documented snippet saves a picture", () => {
  assert.deepStrictEqual(seen(snippet("js_ai_sdk")), SQUARE);
});
