"""Probes of paths and methods: each version, and what is no path of the service."""

import json
from collections.abc import Iterator

from imagen_fake import spec
from imagen_fake.contract.bodies.chosen import PAINTER
from imagen_fake.contract.checks.reading import opened
from imagen_fake.contract.checks.registry import differs
from imagen_fake.contract.exchange import Difference, Exchange, Request
from imagen_fake.contract.facts.facts import fact
from imagen_fake.contract.probes.judges import refused, resting, status
from imagen_fake.contract.probes.lists import BEARER, KEY, get
from imagen_fake.contract.probes.probing import Judge, Probe, looking
from imagen_fake.contract.targets.settings import TUNED

JSON = (b"content-type", b"application/json")
SCOPE = "projects/contract-project/locations/us-central1"
MODEL = f"publishers/google/models/{PAINTER}:predict"
BODY = b'{"instances": [{"prompt": "a red apple"}], "parameters": {"sampleCount": 1}}'
IMAGES = json.dumps({"model": PAINTER, "prompt": "a red apple"}).encode()
SOMEWHERE = "/v1/somewhere/else"
OTHERS = "surfaces/gemini.json#/otherMethods"
GONE = "/_fake/pictures/never-made.png"


def of_paths() -> Iterator[Probe]:
    """The probes of every way to a prediction, and of those that lead nowhere."""
    yield from _versions()
    yield from _images()
    yield from _endpoints()
    for request, error, surface in (
        (get(SOMEWHERE), "path_not_found", "vertex"),
        (post("/", b"{}"), "base_url_only", "vertex"),
        (get(f"/v1/{MODEL}"), "method_not_allowed", "vertex"),
        (get(GONE), "picture_gone", "openai"),
        (get("/v1/images/elsewhere"), "aiml_path", "aiml"),
        (get("/v1/images/generations"), "aiml_path", "aiml"),
        (get("/v1beta/openai/elsewhere"), "images_path", "openai"),
        (get("/v1beta/openai/images/generations"), "images_method", "openai"),
    ):
        name = f"{request.method} {request.url}: {error}"
        yield looking(name, request, refused(error, surface), setting="itself", surface=surface)
    for method in spec.surface("gemini").facts["otherMethods"]["value"]:
        path = f"/v1beta/models/{PAINTER}:{method}"
        judges = (refused("gemini_model_not_found", "gemini"), status(404, OTHERS))
        yield looking(f"POST {path}", post(path, BODY, KEY), *judges, surface="gemini")


def post(path: str, body: bytes, *headers: tuple[bytes, bytes]) -> Request:
    """A body of JSON, sent to a path with a token unless there are other headers."""
    return Request("POST", path, (JSON, *(headers or (BEARER,))), body)


def _versions() -> Iterator[Probe]:
    """Every version of both of Google's surfaces, with a project and without."""
    for key in ("versions", "firebase"):
        for version in spec.surface("vertex").facts[key]["value"]:
            for scope in (f"{SCOPE}/", ""):
                path = f"/{version}/{scope}{MODEL}"
                yield _found(path, f"surfaces/vertex.json#/{key}", post(path, BODY))
    for version in spec.surface("gemini").facts["versions"]["value"]:
        path = f"/{version}/models/{PAINTER}:predict"
        yield _found(path, "surfaces/gemini.json#/versions", post(path, BODY, KEY), "gemini")


def _found(path: str, pointer: str, request: Request, surface: str = "vertex") -> Probe:
    return looking(f"POST {path}", request, status(200, pointer), surface=surface)


def _images() -> Iterator[Probe]:
    """Both places of OpenAI's clients, and the pictures that their answers link to."""
    pointer = "surfaces/openai.json#/paths"
    for path in spec.surface("openai").facts["paths"]["value"]:
        link = {"picture": "data/0/url"}
        there = status(200, pointer)
        yield looking(f"POST {path}", post(path, IMAGES), there, keeps=link, surface="openai")
        for publisher in spec.surface("openai").facts["publishers"]["value"]:
            named = json.dumps({"model": f"{publisher}{PAINTER}", "prompt": "a red apple"})
            taken = status(200, "surfaces/openai.json#/publishers")
            name = f"POST {path}: {publisher}{PAINTER}"
            yield looking(name, post(path, named.encode()), taken, surface="openai")
        name = f"GET the picture of POST {path}"
        yield looking(name, get("${picture}"), there, _picture(pointer), surface="openai")


def _picture(pointer: str) -> Judge:
    """The answer is a picture."""

    def judge(exchange: Exchange) -> Iterator[Difference]:
        if opened(exchange.response.body) is None:
            yield differs("body", fact(pointer), "a picture", exchange.response.body[:40])

    return resting(judge, pointer)


def _endpoints() -> Iterator[Probe]:
    """The endpoint of a tuned model, and one that is not there."""
    missing = "endpoint_not_found"
    served = status(200, f"errors.json#/errors/{missing}")
    for number, judge in ((TUNED[0], served), ("42", refused(missing))):
        path = f"/v1/{SCOPE}/endpoints/{number}:predict"
        yield looking(f"POST {path}", post(path, BODY), judge, setting="with an endpoint")
