// The newest client, on a Node of its own: Vertex AI alone.
"use strict";
const assert = require("node:assert");
const { test } = require("node:test");
const { GoogleGenAI, RawReferenceImage, MaskReferenceImage } = require("@google/genai");
const { seen, snippet, SQUARE, url } = require("../pictures.cjs");

const place = { vertexai: true, apiKey: "any", project: "p", location: "us-central1" };
const client = new GoogleGenAI({ ...place, httpOptions: { baseUrl: url } });

const generated = async (config = {}) => {
  const asked = { model: "imagen-4.0-generate-001", prompt: "an apple", config: { numberOfImages: 1, ...config } };
  return (await client.models.generateImages(asked)).generatedImages;
};

test("a picture is a square PNG with its rewritten prompt", async () => {
  const [one] = await generated();
  assert.deepStrictEqual(seen(one.image.imageBytes), SQUARE);
  assert.ok(one.enhancedPrompt.length > 100);
});

test("scores come with the picture and of the prompt", async () => {
  const asked = { includeSafetyAttributes: true };
  const [one] = await generated(asked);
  assert.deepStrictEqual(one.safetyAttributes.categories, ["Porn", "Violence"]);
});

test("a picture is enlarged", async () => {
  const [{ image }] = await generated();
  const asked = { model: "imagen-4.0-upscale-preview", image, upscaleFactor: "x2" };
  const [larger] = (await client.models.upscaleImage(asked)).generatedImages;
  assert.strictEqual(seen(larger.image.imageBytes).width, 2048);
});

test("a background is swapped by a mask that is found", async () => {
  const [{ image }] = await generated();
  const raw = new RawReferenceImage();
  Object.assign(raw, { referenceId: 1, referenceImage: image });
  const mask = new MaskReferenceImage();
  Object.assign(mask, { referenceId: 2, config: { maskMode: "MASK_MODE_BACKGROUND" } });
  const answer = await client.models.editImage({
    model: "imagen-3.0-capability-001", prompt: "snow", referenceImages: [raw, mask],
    config: { editMode: "EDIT_MODE_BGSWAP", numberOfImages: 1 },
  });
  assert.deepStrictEqual(seen(answer.generatedImages[0].image.imageBytes), SQUARE);
});

test("a product is shown elsewhere, and its mask found", async () => {
  const [{ image }] = await generated();
  const recontext = await client.models.recontextImage({
    model: "imagen-product-recontext-preview-06-30",
    source: { prompt: "on a table", productImages: [{ productImage: image }] },
    config: { numberOfImages: 1 },
  });
  assert.deepStrictEqual(seen(recontext.generatedImages[0].image.imageBytes), SQUARE);
  const segmented = await client.models.segmentImage({
    model: "image-segmentation-001", source: { image }, config: { mode: "FOREGROUND" },
  });
  assert.strictEqual(segmented.generatedMasks[0].labels[0].label, "foreground");
});

test("an unknown model is a 404 in the service's words", async () => {
  await assert.rejects(
    client.models.generateImages({ model: "imagen-9", prompt: "an apple" }),
    (error) => error.status === 404 && error.message.includes("imagen-9` not found"),
  );
});

test("the documented snippet saves a picture", () => {
  assert.deepStrictEqual(seen(snippet("js_google_genai")), SQUARE);
});
