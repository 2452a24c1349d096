// Google's generated client over REST.
"use strict";
const assert = require("node:assert");
const { generateKeyPairSync } = require("node:crypto");
const { test } = require("node:test");
const { v1, v1beta1, helpers } = require("@google-cloud/aiplatform");
const { seen, snippet, SQUARE, url } = require("../pictures.cjs");

const { hostname, port } = new URL(url);
const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const credentials = {
  client_email: "someone@p.iam.gserviceaccount.com",
  private_key: privateKey.export({ type: "pkcs8", format: "pem" }),
};
const options = { fallback: true, protocol: "http", apiEndpoint: hostname, port: Number(port), credentials };
const endpoint = (model) => `projects/p/locations/us-central1/publishers/google/models/${model}`;
const asked = (prompt, parameters) => ({
  instances: [helpers.toValue({ prompt })], parameters: helpers.toValue(parameters),
});

for (const [name, api] of Object.entries({ v1, v1beta1 })) {
  test(`a picture is a square PNG by ${name}`, async () => {
    const client = new api.PredictionServiceClient(options);
    const request = { endpoint: endpoint("imagen-4.0-generate-001"), ...asked("an apple", { sampleCount: 1 }) };
    const [answer] = await client.predict(request);
    const [prediction] = answer.predictions.map(helpers.fromValue);
    assert.deepStrictEqual(seen(prediction.bytesBase64Encoded), SQUARE);
  });
}

test("a model id with an at sign is found", async () => {
  const client = new v1.PredictionServiceClient(options);
  const request = { endpoint: endpoint("imagegeneration@006"), ...asked("an apple", { sampleCount: 1 }) };
  const [answer] = await client.predict(request);
  assert.strictEqual(answer.predictions.length, 1);
});

test("an unknown model is NOT_FOUND", async () => {
  const client = new v1.PredictionServiceClient(options);
  const request = { endpoint: endpoint("imagen-9"), ...asked("an apple", {}) };
  await assert.rejects(client.predict(request), (error) => error.code === 5 && /imagen-9/.test(error.message));
});

test("the documented snippet saves a picture", () => {
  assert.deepStrictEqual(seen(snippet("js_aiplatform")), SQUARE);
});
