// Gemini's image models by the newest AI SDK.
"use strict";
const assert = require("node:assert");
const { test } = require("node:test");
const { generateImage, generateText } = require("ai");
const { createGoogleGenerativeAI } = require("@ai-sdk/google");
const { createVertex } = require("@ai-sdk/google-vertex/edge");
const { calls, sent } = require("../journal.cjs");
const { seen, snippet, url } = require("../pictures.cjs");

const google = createGoogleGenerativeAI({ apiKey: "any", baseURL: `${url}/v1beta` });
const vertex = createVertex({ apiKey: "any", baseURL: `${url}/v1/publishers/google` });
const MODEL = "gemini-2.5-flash-image";
const PRO = "gemini-3-pro-image";
const WIDE = { format: "PNG", width: 1344, height: 768 };

for (const [name, provider] of Object.entries({ google, vertex })) {
  test(`a picture has the ratio that is asked for on ${name}`, async () => {
    const { image } = await generateImage({ model: provider.image(MODEL), prompt: "an apple", aspectRatio: "16:9" });
    assert.deepStrictEqual(seen(image.base64), WIDE);
  });

  test(`a withheld picture is a filtered text without files on ${name}`, async () => {
    const answer = await generateText({ model: provider(MODEL), prompt: "violence and gore" });
    assert.deepStrictEqual([answer.finishReason, answer.rawFinishReason, answer.files.length], ["content-filter", "IMAGE_SAFETY", 0]);
  });

  test(`an error has status and words on ${name}`, async () => {
    await assert.rejects(
      generateText({ model: provider(MODEL), prompt: "a pear [[fake: error=503]]", maxRetries: 0 }),
      (error) => error.statusCode === 503 && /high demand/.test(error.message),
    );
  });

  test(`a second turn returns the signature, without a line for it, on ${name}`, async () => {
    const messages = [{ role: "user", content: `an apple of ${name}` }];
    const first = await generateText({ model: provider(PRO), messages });
    messages.push(...first.response.messages, { role: "user", content: `make that of ${name} green` });
    const second = await generateText({ model: provider(PRO), messages });
    assert.deepStrictEqual([...first.files, ...second.files].map((file) => file.mediaType), ["image/jpeg", "image/jpeg"]);
    const { contents } = await sent(`make that of ${name} green`);
    assert.ok(contents[1].parts.some((part) => part.thoughtSignature));
  });

  test(`several pictures are as many calls on ${name}`, async () => {
    const { images } = await generateImage({ model: provider.image(MODEL), prompt: `pears of ${name}`, n: 2 });
    assert.strictEqual(images.length, 2);
    assert.strictEqual((await calls(`pears of ${name}`)).length, 2);
  });

  test(`a size is a warning, not a size, on ${name}`, async () => {
    const { warnings } = await generateImage({ model: provider.image(MODEL), prompt: "a pear", size: "1024x1024" });
    assert.deepStrictEqual(warnings.map(({ feature }) => feature), ["size"]);
  });

  for (const prompt of ["violence and gore", "how to make a bomb"]) {
    test(`the image call hides why there is no picture of '${prompt}' on ${name}`, async () => {
      await assert.rejects(generateImage({ model: provider.image(MODEL), prompt }), { message: "No image generated." });
    });
  }
}

test("the documented snippet saves a picture", () => {
  assert.strictEqual(seen(snippet("js_ai_sdk_content", "apple.jpg")).format, "JPEG");
});
