"""What changes requests and responses, whatever the change."""

import json
from base64 import b64decode
from io import BytesIO

from PIL import Image, ImageOps

from imagen_fake.contract.exchange import Request, Response
from imagen_fake.contract.mutants.mutator import only_if_body_has, parameters, repaint
from tests.contract.sample_cases import PLAIN, fake


def test_parameters_are_changed_before_the_request_is_answered() -> None:
    bodies: list[bytes] = []

    def ask(request: Request) -> Response:
        bodies.append(request.body)
        return Response(200, (), b"{}")

    mutator = parameters(lambda params: params.update(seed=1))
    mutator(ask, Request("POST", "https://host.example", body=b'{"parameters": {"seed": 2}}'))
    assert json.loads(bodies[0]) == {"parameters": {"seed": 1}}


def test_a_warp_may_be_for_some_requests_alone() -> None:
    mutator = only_if_body_has(b"marked", lambda _ask, _request: Response(500, (), b""))
    statuses = [
        mutator(
            lambda _: Response(200, (), b""), Request("POST", "https://h.example", body=body)
        ).status
        for body in (b"plain", b"marked")
    ]
    assert statuses == [200, 500]


def test_a_repainted_picture_says_the_same_of_its_origin() -> None:
    request = fake().request(PLAIN)
    pictures = []
    for response in (fake().ask(request), repaint(ImageOps.invert)(fake().ask, request)):
        text = json.loads(response.body)["predictions"][0]["bytesBase64Encoded"]
        pictures.append(Image.open(BytesIO(b64decode(text)), formats=["PNG"]))
    plain, repainted = pictures
    assert ImageOps.invert(plain.convert("RGB")).tobytes() == repainted.convert("RGB").tobytes()
    for name in ("xmp", "Raw profile type iptc"):
        assert plain.info[name] == repainted.info[name]
