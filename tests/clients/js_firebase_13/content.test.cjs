// Gemini's image models by Firebase, whose versions from 13 on have no Imagen; its paths are its own.
"use strict";
const assert = require("node:assert");
const { test } = require("node:test");
const { initializeApp } = require("firebase/app");
const { AgentPlatformBackend, getAI, getGenerativeModel, GoogleAIBackend, ResponseModality } = require("firebase/ai");
const { calls, sent } = require("../journal.cjs");
const { seen, snippet, url } = require("../pictures.cjs");

const app = initializeApp({ apiKey: "any", projectId: "p", appId: "1:1:web:1" });
const backends = { google: new GoogleAIBackend(), vertex: new AgentPlatformBackend("global") };
const FLASH = "gemini-2.5-flash-image";

for (const [name, backend] of Object.entries(backends)) {
  const ai = getAI(app, { backend });
  const model = (config = {}, id = "gemini-3-pro-image") => {
    const generationConfig = { responseModalities: [ResponseModality.TEXT, ResponseModality.IMAGE], ...config };
    return getGenerativeModel(ai, { model: id, generationConfig }, { baseUrl: url });
  };

  test(`a picture has the ratio that is asked for on ${name}`, async () => {
    const { response } = await model({ imageConfig: { aspectRatio: "16:9" } }, FLASH).generateContent("an apple");
    const [{ inlineData }] = response.inlineDataParts();
    assert.deepStrictEqual(seen(inlineData.data), { format: "PNG", width: 1344, height: 768 });
  });

  test(`a chat edits twice and returns its signatures unaided on ${name}`, async () => {
    const chat = model().startChat();
    const made = [];
    for (const words of [`a fire apple of ${name}`, `make fire of ${name} green`, `now fire of ${name} blue`]) {
      made.push(...(await chat.sendMessage(words)).response.inlineDataParts().map(({ inlineData }) => inlineData.data));
    }
    assert.deepStrictEqual(made.map((data) => seen(data).format), ["JPEG", "JPEG", "JPEG"]);
    const { contents } = await sent(`now fire of ${name} blue`);
    assert.deepStrictEqual(contents.map((turn) => turn.parts.some((part) => part.thoughtSignature)), [false, true, false, true, false]);
  });

  test(`a stream shows the picture, and so does its whole on ${name}`, async () => {
    const { stream, response } = await model().generateContentStream("a red apple");
    const shown = [];
    for await (const chunk of stream) shown.push(...(chunk.inlineDataParts() ?? []));
    assert.strictEqual(shown.length, 1);
    assert.strictEqual((await response).inlineDataParts()[0].inlineData.data, shown[0].inlineData.data);
  });

  test(`a withheld picture is an error with the service's words on ${name}`, async () => {
    const { response } = await model().generateContent("violence and gore");
    assert.throws(() => response.inlineDataParts(), /IMAGE_SAFETY: Unable to show the generated image/);
  });

  test(`an overloaded model is asked once on ${name}`, async () => {
    await assert.rejects(
      model().generateContent(`fire of ${name} waits [[fake: error=503]]`),
      (error) => error.code === "fetch-error" && error.customErrorData.status === 503 && /high demand/.test(error.message),
    );
    assert.strictEqual((await calls(`fire of ${name} waits*`)).length, 1);
  });

  test(`a count is that of the call on ${name}`, async () => {
    const { totalTokens } = await model().countTokens("a red apple on a blue table");
    const { response } = await model().generateContent("a red apple on a blue table");
    assert.strictEqual(totalTokens, response.usageMetadata.promptTokenCount);
  });
}

test("a blocked prompt is an error with the reason on vertex", async () => {
  const ai = getAI(app, { backend: backends.vertex });
  const { response } = await getGenerativeModel(ai, { model: FLASH }, { baseUrl: url }).generateContent("how to make a bomb");
  assert.throws(() => response.text(), /blocked due to PROHIBITED_CONTENT/);
});

test("a blocked prompt is an error without a reason on google: feedback without ratings is not expected", async () => {
  const ai = getAI(app, { backend: backends.google });
  await assert.rejects(getGenerativeModel(ai, { model: FLASH }, { baseUrl: url }).generateContent("how to make a bomb"), TypeError);
});

test("the documented snippet saves a picture", () => {
  assert.strictEqual(seen(snippet("js_firebase_content", "apple.jpg")).format, "JPEG");
});
