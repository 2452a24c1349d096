// OpenAI's client against AI/ML API's path, in both spellings.
"use strict";
const assert = require("node:assert");
const { test } = require("node:test");
const OpenAI = require("openai");
const { seen, snippet, SQUARE, url } = require("../pictures.cjs");

const client = new OpenAI({ apiKey: "any", baseURL: `${url}/v1`, maxRetries: 0 });
const model = "imagen-3.0-generate-002";

test("a picture comes in base64 where that is asked", async () => {
  const asked = { model, prompt: "an apple", n: 2, response_format: "b64_json" };
  const answer = await client.images.generate(asked);
  assert.strictEqual(answer.data.length, 2);
  assert.deepStrictEqual(seen(answer.data[0].b64_json), SQUARE);
  assert.ok(answer.data[0].revised_prompt.length > 100);
});

test("a link leads to the picture", async () => {
  const answer = await client.images.generate({ model, prompt: "an apple", size: "1024x1024" });
  const picture = await fetch(answer.data[0].url);
  assert.strictEqual(picture.headers.get("content-type"), "image/png");
  const data = Buffer.from(await picture.arrayBuffer()).toString("base64");
  assert.deepStrictEqual(seen(data), SQUARE);
});

test("AI/ML API's own fields go through", async () => {
  const asked = { model, prompt: "an apple", num_images: 2, aspect_ratio: "9:16" };
  const answer = await client.images.generate({ ...asked, convert_base64_to_url: false });
  assert.strictEqual(answer.data.length, 2);
  assert.strictEqual(seen(answer.data[0].b64_json).height, 1408);
});

test("what is wrong is named", async () => {
  await assert.rejects(
    client.images.generate({ model, prompt: "an apple", n: 9 }),
    (error) => error.status === 400 && error.param === "n" && error.constructor.name === "BadRequestError",
  );
});

test("the models are listed", async () => {
  const names = [];
  for await (const listed of client.models.list()) names.push(listed.id);
  assert.ok(names.includes(model));
});

test("the documented snippet saves a picture", () => {
  assert.deepStrictEqual(seen(snippet("js_openai")), SQUARE);
});
