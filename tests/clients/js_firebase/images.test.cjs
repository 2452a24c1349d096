// Firebase's last version with Imagen; its keys are partly misspelt, its paths its own.
"use strict";
const assert = require("node:assert");
const { test } = require("node:test");
const { initializeApp } = require("firebase/app");
const { getAI, getImagenModel, GoogleAIBackend, VertexAIBackend } = require("firebase/ai");
const { seen, snippet, SQUARE, url } = require("../pictures.cjs");

const app = initializeApp({ apiKey: "any", projectId: "p", appId: "1:1:web:1" });
const backends = { google: new GoogleAIBackend(), vertex: new VertexAIBackend("us-central1") };

for (const [name, backend] of Object.entries(backends)) {
  const ai = getAI(app, { backend });
  const model = (params) => getImagenModel(ai, { model: "imagen-4.0-generate-001", ...params }, { baseUrl: url });

  test(`a picture is a square PNG on ${name}`, async () => {
    const { images } = await model().generateImages("a red apple");
    assert.strictEqual(images.length, 1);
    assert.deepStrictEqual(seen(images[0].bytesBase64Encoded), SQUARE);
  });

  test(`a count and a ratio are followed on ${name}`, async () => {
    const generationConfig = { numberOfImages: 2, aspectRatio: "9:16" };
    const { images } = await model({ generationConfig }).generateImages("a red apple");
    assert.deepStrictEqual(images.map((one) => seen(one.bytesBase64Encoded).height), [1408, 1408]);
  });

  test(`a refused prompt is an error with the service's words on ${name}`, async () => {
    await assert.rejects(model().generateImages("how to make a bomb"), /could not be submitted/);
  });
}

test("the documented snippet saves a picture", () => {
  assert.deepStrictEqual(seen(snippet("js_firebase")), SQUARE);
});
