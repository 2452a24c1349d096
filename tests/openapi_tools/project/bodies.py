"""Reads every example of a request with the models of datamodel-code-generator.

Prints of how many schemas of requests there are how many read theirs.
"""

import json
import re
from pathlib import Path

import imagen_models

components = json.loads(Path("openapi.json").read_text())["components"]
read = 0
for name, example in components["examples"].items():
    model = getattr(imagen_models, "".join(re.findall("[A-Z]?[a-z]+|[0-9]+", name.title())), None)
    if model is not None:
        model.model_validate(example["value"])
        read += 1
print(json.dumps({"made": read, "of": len(components["examples"])}))  # noqa: T201
