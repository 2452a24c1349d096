// One predict through each client that was generated; prints the sizes of what came back.
import createClient from "openapi-fetch";
import { geminiPredictImagen40Generate001 as heyApi } from "./hey-api";
import { client } from "./hey-api/client.gen";
import { geminiPredictImagen40Generate001 as orval } from "./orval";
import type { components, paths } from "./openapi-typescript";

type Answer = components["schemas"]["response_generate"];

const instances: [{ prompt: string }] = [{ prompt: "a red apple" }];
const body = { instances, parameters: { sampleCount: 1 } };

function picture(answer: Answer | undefined): number {
  const first = answer?.predictions?.[0];
  return first && "bytesBase64Encoded" in first ? first.bytesBase64Encoded.length : 0;
}

async function main(url: string): Promise<void> {
  const plain = createClient<paths>({ baseUrl: url });
  const path = "/v1beta/models/imagen-4.0-generate-001:predict";
  const header = { "x-goog-api-key": "any" };
  const typed = await plain.POST(path, { body, headers: header });
  client.setConfig({ baseUrl: url, auth: "any" });
  const hey = await heyApi({ body });
  const answered = await orval(body, { headers: header });
  const orvals = answered.status === 200 ? answered.data : undefined;
  console.log(JSON.stringify({
    "openapi-typescript": picture(typed.data),
    "@hey-api/openapi-ts": picture(hey.data),
    orval: picture(orvals as Answer | undefined),
  }));
}

declare const process: { argv: string[] };
void main(process.argv[2]);
