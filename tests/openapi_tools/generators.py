"""What generators of clients make of the document, and a call through each client."""

import json
import re
from collections.abc import Iterator

from tests.openapi_tools.workplace import Workplace


def generators(here: Workplace) -> Iterator[tuple[str, int, int]]:
    """Each tool, how many operations or bodies it made, and of how many.

    Raises ValueError for a client whose predict brings no picture.
    """
    operations = here.operations()
    made = {**_typescript(here), **_python(here)}
    printed = [
        here.command("node", "built/predict.js", here.url),
        here.python("python", "predict.py", here.url),
    ]
    pictures = {tool: size for one in printed for tool, size in json.loads(one).items()}
    if pictures.keys() != made.keys() or not all(pictures.values()):
        raise ValueError(f"a predict through each client brought these bytes: {pictures}")
    for tool, count in made.items():
        yield tool, count, len(operations)
    yield "datamodel-code-generator", *_models(here)


def _typescript(here: Workplace) -> dict[str, int]:
    """The operations of the clients in TypeScript, which compile."""
    here.node("openapi-typescript", "openapi.json", "-o", "openapi-typescript.d.ts")
    here.node("openapi-ts", "-i", "openapi.json", "-o", "hey-api", "-c", "@hey-api/client-fetch")
    here.node("orval")
    here.node("tsc", "-p", ".")
    typed = here.text("openapi-typescript.d.ts").partition("export interface operations {")[2]
    return {
        "openapi-typescript": _count(r"^    \w+: \{$", typed),
        "@hey-api/openapi-ts": _count(r"^export const \w+ = <", here.text("hey-api/sdk.gen.ts")),
        "orval": _count(r"^export const \w+ = async", here.text("orval.ts")),
    }


def _python(here: Workplace) -> dict[str, int]:
    """The operations of the client in Python."""
    target = ["--output-path", "imagen_client", "--meta", "none", "--config", "client.yaml"]
    read = ["--path", "openapi.json", "--fail-on-warning"]
    here.python("openapi-python-client", "generate", *read, *target)
    return {"openapi-python-client": len([*here.folder.glob("imagen_client/api/*/[!_]*.py")])}


def _models(here: Workplace) -> tuple[int, int]:
    """How many examples of bodies their models read, and how many there are."""
    kind = ["--input-file-type", "openapi", "--output-model-type", "pydantic_v2.BaseModel"]
    plain = ["--formatters", "builtin", "--disable-warnings"]
    files = ["--input", "openapi.json", "--output", "imagen_models.py"]
    here.python("datamodel-codegen", *files, *kind, *plain)
    read = json.loads(here.python("python", "bodies.py"))
    return read["made"], read["of"]


def _count(pattern: str, text: str) -> int:
    return len(re.findall(pattern, text, re.MULTILINE))
