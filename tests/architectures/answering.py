"""Answer calls: a model and a body a line on standard input, the answer's body a line."""

import sys

from imagen_fake import spec
from imagen_fake.config import Config
from imagen_fake.pipeline.errors import ApiError
from imagen_fake.predict import Target
from tests.calls import predict

RESOURCE = "projects/p/locations/us-central1/publishers/google/models/"


def answer(model: str, body: bytes) -> bytes:
    """The body of the answer that Vertex AI gives to `body`, or the error's text."""
    try:
        return predict(Target(spec.surface("vertex"), RESOURCE + model), body, Config()).body
    except ApiError as error:
        return str(error).encode()


def main() -> None:
    """Answer until standard input ends."""
    for line in sys.stdin.buffer:
        model, body = line.rstrip(b"\n").split(b" ", 1)
        sys.stdout.buffer.write(answer(model.decode(), body).replace(b"\n", b" ") + b"\n")
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
