// Gemini's image models by the newest AI SDK and by Google's own client.
"use strict";
const assert = require("node:assert");
const { test } = require("node:test");
const { GoogleGenAI } = require("@google/genai");
const { generateImage, generateText } = require("ai");
const { createGoogleGenerativeAI } = require("@ai-sdk/google");
const { createVertex } = require("@ai-sdk/google-vertex/edge");
const { seen, url } = require("../pictures.cjs");

const google = createGoogleGenerativeAI({ apiKey: "any", baseURL: `${url}/v1beta` });
const vertex = createVertex({ apiKey: "any", baseURL: `${url}/v1/publishers/google` });
const ai = new GoogleGenAI({ apiKey: "any", httpOptions: { baseUrl: url } });
const MODEL = "gemini-2.5-flash-image";
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
}

test("Google's client gets a picture of the ratio", async () => {
  const config = { imageConfig: { aspectRatio: "16:9" } };
  const { candidates } = await ai.models.generateContent({ model: MODEL, contents: "an apple", config });
  const [picture] = candidates[0].content.parts.filter((part) => part.inlineData);
  assert.deepStrictEqual(seen(picture.inlineData.data), WIDE);
});

test("a chat of Google's client returns the signature with the second turn", async () => {
  const chat = ai.chats.create({ model: "gemini-3-pro-image" });
  await chat.sendMessage({ message: "a red apple" });
  const { candidates } = await chat.sendMessage({ message: "make the node apple green" });
  assert.strictEqual(seen(candidates[0].content.parts.at(-1).inlineData.data).format, "JPEG");
  const { calls } = await (await fetch(`${url}/_fake/calls?prompt=make%20the%20node%20apple%20green`)).json();
  assert.strictEqual(calls.length, 1);
  const { body } = await (await fetch(`${url}/_fake/calls/${calls[0].number}`)).json();
  assert.ok(body.contents[1].parts.some((part) => part.thoughtSignature));
});

test("Google's client sees a blocked prompt and an error", async () => {
  const { promptFeedback } = await ai.models.generateContent({ model: MODEL, contents: "how to make a bomb" });
  assert.strictEqual(promptFeedback.blockReason, "PROHIBITED_CONTENT");
  await assert.rejects(
    ai.models.generateContent({ model: "gemini-9-image", contents: "a pear" }),
    (error) => error.status === 404 && error.message.includes("models/gemini-9-image is not found"),
  );
});
