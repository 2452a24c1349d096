"""Probes of paths and methods: each version, and paths that the service does not have."""

import json
from collections.abc import Iterator

from imagen_fake import spec
from imagen_fake.contract.bodies.sample_models import IMAGE_MODEL
from imagen_fake.contract.exchange import Request
from imagen_fake.contract.picture_file import open_picture
from imagen_fake.contract.probes.expectations import expect, expect_error, expect_status
from imagen_fake.contract.probes.model_lists import BEARER, KEY, get_request
from imagen_fake.contract.probes.probe import Probe, http_probe
from imagen_fake.contract.targets.settings import TUNED_ENDPOINT

JSON = (b"content-type", b"application/json")
SCOPE = "projects/contract-project/locations/us-central1"
MODEL = f"publishers/google/models/{IMAGE_MODEL}:predict"
BODY = b'{"instances": [{"prompt": "a red apple"}], "parameters": {"sampleCount": 1}}'
IMAGES = json.dumps({"model": IMAGE_MODEL, "prompt": "a red apple"}).encode()


def path_probes() -> Iterator[Probe]:
    """The probes of every path of a prediction, and of unknown paths and methods."""
    yield from _version_probes()
    yield from _image_probes()
    yield from _endpoint_probes()
    for request, error, surface in (
        (get_request("/v1/somewhere/else"), "path_not_found", "vertex"),
        (post_request("/", b"{}"), "base_url_only", "vertex"),
        (get_request(f"/v1/{MODEL}"), "method_not_allowed", "vertex"),
        (get_request("/_fake/pictures/never-made.png"), "picture_gone", "openai"),
        (get_request("/v1/images/elsewhere"), "aiml_path", "aiml"),
        (get_request("/v1/images/generations"), "aiml_path", "aiml"),
        (get_request("/v1beta/openai/elsewhere"), "images_path", "openai"),
        (get_request("/v1beta/openai/images/generations"), "images_method", "openai"),
    ):
        refused = expect_error(error, surface)
        yield http_probe(request, refused, label=error, setting="itself", surface=surface)
    for method in spec.surface("gemini").facts["otherMethods"]["value"]:
        request = post_request(f"/v1beta/models/{IMAGE_MODEL}:{method}", BODY, KEY)
        missing = expect_status(404, "surfaces/gemini.json#/otherMethods")
        refused = expect_error("gemini_model_not_found", "gemini")
        yield http_probe(request, refused, missing, surface="gemini")


def post_request(path: str, body: bytes, *headers: tuple[bytes, bytes]) -> Request:
    """A JSON body for a path, with a token unless there are other headers."""
    return Request("POST", path, (JSON, *(headers or (BEARER,))), body)


def _version_probes() -> Iterator[Probe]:
    """Every version of both of Google's surfaces, with a project and without."""
    for key in ("versions", "firebase"):
        success = expect_status(200, f"surfaces/vertex.json#/{key}")
        for version in spec.surface("vertex").facts[key]["value"]:
            for scope in (f"{SCOPE}/", ""):
                yield http_probe(
                    post_request(f"/{version}/{scope}{MODEL}", BODY), success, label=key
                )
    success = expect_status(200, "surfaces/gemini.json#/versions")
    for version in spec.surface("gemini").facts["versions"]["value"]:
        request = post_request(f"/{version}/models/{IMAGE_MODEL}:predict", BODY, KEY)
        yield http_probe(request, success, surface="gemini")


def _image_probes() -> Iterator[Probe]:
    """Both paths of OpenAI's clients, and the pictures that their answers link to."""
    pointer = "surfaces/openai.json#/paths"
    success = expect_status(200, pointer)
    picture = expect(
        "body",
        pointer,
        "a picture",
        lambda exchange: exchange.response.body[:40],
        lambda exchange: open_picture(exchange.response.body) is not None,
    )
    for path in spec.surface("openai").facts["paths"]["value"]:
        link = {"picture": "data/0/url"}
        yield http_probe(post_request(path, IMAGES), success, stores=link, surface="openai")
        for publisher in spec.surface("openai").facts["publishers"]["value"]:
            model = f"{publisher}{IMAGE_MODEL}"
            body = json.dumps({"model": model, "prompt": "a red apple"}).encode()
            accepted = expect_status(200, "surfaces/openai.json#/publishers")
            yield http_probe(post_request(path, body), accepted, label=model, surface="openai")
        request = get_request("${picture}")
        yield http_probe(request, success, picture, label=f"of POST {path}", surface="openai")


def _endpoint_probes() -> Iterator[Probe]:
    """The endpoint of a tuned model, and one that does not exist."""
    missing = "endpoint_not_found"
    served = expect_status(200, f"errors.json#/errors/{missing}")
    for number, expected in ((TUNED_ENDPOINT[0], served), ("42", expect_error(missing))):
        request = post_request(f"/v1/{SCOPE}/endpoints/{number}:predict", BODY)
        yield http_probe(request, expected, setting="with an endpoint")
