"""One predict through the client of openapi-python-client; prints the size of what came back."""

import json
import sys

from imagen_client import AuthenticatedClient
from imagen_client.api.gemini import gemini_predict_imagen_4_0_generate_001 as predict
from imagen_client.models.gemini_imagen_40_generate_001_generate import (
    GeminiImagen40Generate001Generate as Body,
)
from imagen_client.models.gemini_imagen_40_generate_001_generate_instance import (
    GeminiImagen40Generate001GenerateInstance as Instance,
)
from imagen_client.models.gemini_imagen_40_generate_001_generate_parameters import (
    GeminiImagen40Generate001GenerateParameters as Parameters,
)

body = Body(instances=[Instance(prompt="a red apple")], parameters=Parameters(sample_count=1))
client = AuthenticatedClient(
    base_url=sys.argv[1],
    token="any",  # noqa: S106 (the fake takes any)
    prefix="",
    auth_header_name="x-goog-api-key",
)
answer = predict.sync(client=client, body=body)
size = len(answer.predictions[0].bytes_base_64_encoded)
print(json.dumps({"openapi-python-client": size}))  # noqa: T201
