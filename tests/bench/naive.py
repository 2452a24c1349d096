"""The baseline that is written in an afternoon: Pillow, base64 and json, a picture per request.

`python -m tests.bench.naive --port PORT`
"""

import base64
import io
import json
import sys
from hashlib import sha256
from typing import Any

import jsonschema_rs
from PIL import Image, ImageDraw, ImageFont
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.bench.bare import serve

SIDE = 1024
SHAPES = 12
FONT = ImageFont.load_default(40)
SCHEMA = jsonschema_rs.Draft202012Validator(
    {
        "type": "object",
        "required": ["instances"],
        "properties": {
            "instances": {
                "type": "array",
                "minItems": 1,
                "items": {
                    "type": "object",
                    "required": ["prompt"],
                    "properties": {"prompt": {"type": "string"}},
                },
            },
            "parameters": {
                "type": "object",
                "properties": {"sampleCount": {"type": "integer", "minimum": 1, "maximum": 4}},
            },
        },
    }
)


def draw(prompt: str) -> Image.Image:
    """An RGB scene of 1024x1024 pixels: a gradient, 12 shapes and the prompt."""
    dice = sha256(prompt.encode()).digest() * 3
    image = Image.new("RGB", (SIDE, SIDE))
    canvas = ImageDraw.Draw(image)
    for y in range(SIDE):
        canvas.line([(0, y), (SIDE, y)], fill=(dice[0], y * 255 // SIDE, dice[1]))
    for shape in range(SHAPES):
        x, y, red, green, blue = dice[shape * 5 : shape * 5 + 5]
        box = (x * 3, y * 3, x * 3 + 200, y * 3 + 200)
        paint = canvas.ellipse if shape % 2 else canvas.rectangle
        paint(box, fill=(red, green, blue))
    canvas.text((40, SIDE - 80), prompt, fill="white", font=FONT)
    return image


def answer(body: Any) -> bytes:
    """The JSON of one prediction for a predict body."""
    SCHEMA.validate(body)
    written = io.BytesIO()
    draw(body["instances"][0]["prompt"]).save(written, "PNG", compress_level=1)
    picture = base64.b64encode(written.getvalue()).decode()
    predictions = [{"mimeType": "image/png", "bytesBase64Encoded": picture}]
    return json.dumps({"predictions": predictions}).encode()


async def predict(request: Request) -> Response:
    """Answer one call."""
    return Response(answer(await request.json()), media_type="application/json")


if __name__ == "__main__":
    serve(Starlette(routes=[Route("/", predict, methods=["POST"])]), int(sys.argv[-1]))
