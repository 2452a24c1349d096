"""The code under test: it asks Google's own address for pictures, or another one's."""

import json
from urllib.request import Request, urlopen

GOOGLE = "https://us-central1-aiplatform.googleapis.com"
MODELS = "/v1/projects/p/locations/us-central1/publishers/google/models"
PATH = f"{MODELS}/imagen-4.0-generate-001:predict"


def body(prompt: str = "a red apple") -> dict[str, object]:
    """A call that asks for two pictures."""
    return {"instances": [{"prompt": prompt}], "parameters": {"sampleCount": 2}}


def ask(base: str = GOOGLE, prompt: str = "a red apple") -> int:
    """How many pictures there are, of two that are asked for."""
    request = Request(base + PATH, json.dumps(body(prompt)).encode())
    with urlopen(request, timeout=30) as answer:
        return len(json.load(answer)["predictions"])
