// Gemini's image models by Google's own client, in each of its modes.
"use strict";
const assert = require("node:assert");
const { test } = require("node:test");
const { GoogleGenAI } = require("@google/genai");
const { sent } = require("../journal.cjs");
const { seen, snippet, url } = require("../pictures.cjs");

const authClient = {
  getRequestHeaders: async () => new Headers({ authorization: "Bearer any" }),
  request: async () => ({}),
};
const MODES = {
  gemini: { apiKey: "any" },
  vertex: { vertexai: true, project: "p", location: "global", googleAuthOptions: { authClient } },
  express: { vertexai: true, apiKey: "any" },
};
const MODEL = "gemini-3-pro-image";
const FLASH = "gemini-2.5-flash-image";
const config = { imageConfig: { aspectRatio: "16:9" } };

const pictures = ({ candidates }) => (candidates[0].content.parts ?? []).filter((part) => part.inlineData);

for (const [mode, options] of Object.entries(MODES)) {
  const ai = new GoogleGenAI({ ...options, httpOptions: { baseUrl: url } });

  test(`a picture has the ratio that is asked for on ${mode}`, async () => {
    const [picture] = pictures(await ai.models.generateContent({ model: FLASH, contents: "an apple", config }));
    assert.deepStrictEqual(seen(picture.inlineData.data), { format: "PNG", width: 1344, height: 768 });
  });

  test(`a stream has the picture and then says how it ended on ${mode}`, async () => {
    const chunks = [];
    for await (const chunk of await ai.models.generateContentStream({ model: MODEL, contents: "a red apple" })) chunks.push(chunk);
    assert.deepStrictEqual(chunks.map((chunk) => pictures(chunk).length), [1, 0]);
    assert.deepStrictEqual(chunks.map((chunk) => chunk.candidates[0].finishReason), [undefined, "STOP"]);
  });

  test(`a chat edits twice and returns its signatures unaided on ${mode}`, async () => {
    const chat = ai.chats.create({ model: MODEL, config });
    const made = [];
    for (const message of [`a node apple of ${mode}`, `make node of ${mode} green`, `now node of ${mode} blue`]) {
      made.push(...pictures(await chat.sendMessage({ message })).map((part) => part.inlineData.data));
    }
    assert.deepStrictEqual(made.map((data) => seen(data).format), ["JPEG", "JPEG", "JPEG"]);
    assert.strictEqual(new Set(made).size, 3);
    const { contents } = await sent(`now node of ${mode} blue`);
    assert.deepStrictEqual(contents.map((turn) => turn.parts.some((part) => part.thoughtSignature)), [false, true, false, true, false]);
  });

  test(`a withheld picture has its reason, and words except on gemini, on ${mode}`, async () => {
    const { candidates } = await ai.models.generateContent({ model: MODEL, contents: "violence and gore" });
    assert.strictEqual(candidates[0].finishReason, "IMAGE_SAFETY");
    assert.strictEqual(/^Unable to show/.test(candidates[0].finishMessage ?? ""), mode !== "gemini");
  });

  test(`a blocked prompt and an unknown model are told on ${mode}`, async () => {
    const { promptFeedback } = await ai.models.generateContent({ model: FLASH, contents: "how to make a bomb" });
    assert.strictEqual(promptFeedback.blockReason, "PROHIBITED_CONTENT");
    await assert.rejects(
      ai.models.generateContent({ model: "gemini-9-image", contents: "a pear" }),
      (error) => error.status === 404 && /gemini-9-image.* not found/.test(error.message),
    );
  });

  test(`a count is that of the call on ${mode}`, async () => {
    const asked = { model: MODEL, contents: "a red apple on a blue table" };
    const { totalTokens } = await ai.models.countTokens(asked);
    assert.strictEqual(totalTokens, (await ai.models.generateContent(asked)).usageMetadata.promptTokenCount);
  });

  test(`a model is described on ${mode}`, async () => {
    assert.match((await ai.models.get({ model: MODEL })).name, /models\/gemini-3-pro-image$/);
  });
}

test("the documented snippet saves a picture", () => {
  assert.strictEqual(seen(snippet("js_google_genai_content", "apple.jpg")).format, "JPEG");
});
