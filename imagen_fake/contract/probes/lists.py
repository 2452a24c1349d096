"""Probes of the lists of models, and of single ones, on each surface that has them."""

from collections.abc import Iterator, Mapping
from typing import Any

from imagen_fake import spec
from imagen_fake.contract.bodies.chosen import PAINTER, RESOLD
from imagen_fake.contract.checks.reading import said
from imagen_fake.contract.checks.registry import differs
from imagen_fake.contract.exchange import Case, Difference, Exchange, Request
from imagen_fake.contract.facts.facts import fact
from imagen_fake.contract.probes.judges import at, headed, holds, refused, resting, shaped, unheaded
from imagen_fake.contract.probes.probing import Judge, Probe, looking, predicting

PUBLISHED = "/v1/publishers/google/models"
LISTED = "/v1beta/models"
OPENAI = ("/v1beta/openai/models", "/v1/models")
KEY = (b"x-goog-api-key", b"${token}")
BEARER = (b"authorization", b"Bearer ${token}")
WARNINGS = "x-imagen-fake-warnings"


def of_lists() -> Iterator[Probe]:
    """The probes of every model's entry, of the pages, and of what is no page."""
    for name in spec.model_ids():
        known = spec.model(name)
        if known and "aliasOf" not in spec.read(f"models/{name}.json"):
            yield _published(name, known.facts)
            if known.life_cycle("gemini"):
                yield _listed(name, known.facts)
    everything = [name for name in spec.model_ids() if _has(name, "vertex")]
    named = _names("responses/publisher_models.json#", everything, "publisherModels", "name")
    yield looking(f"GET {PUBLISHED}", get(PUBLISHED), shaped("publisher_models"), named)
    yield from _pages()
    yield from _of_openai()
    yield from _of_aiml()


def get(path: str, *headers: tuple[bytes, bytes]) -> Request:
    """A request for what is at a path, with a token unless there are other headers."""
    return Request("GET", path, headers or (BEARER,))


def _published(name: str, facts: Mapping[str, Any]) -> Probe:
    """One publisher model."""
    told = ("versionId", "launchStage")
    path, file = f"{PUBLISHED}/{name}", f"models/{name}.json#"
    schemata = {key: one for key, one in facts["predictSchemata"].items() if key[:2] != "x-"}
    return looking(
        f"GET {path}",
        get(path),
        shaped("publisher_model"),
        *(holds(f"{file}/{key}", facts[key]["value"], key) for key in told),
        holds(f"{file}/predictSchemata", schemata, "predictSchemata"),
    )


def _listed(name: str, facts: Mapping[str, Any]) -> Probe:
    """One model of the Gemini API's list."""
    path, pointer = f"{LISTED}/{name}", f"models/{name}.json#/geminiListing"
    methods = spec.surface("gemini").facts["methods"]["value"]
    return looking(
        f"GET {path}",
        get(path, KEY),
        shaped("model"),
        holds("surfaces/gemini.json#/methods", methods, "supportedGenerationMethods"),
        *(holds(pointer, one, key) for key, one in facts["geminiListing"]["value"].items()),
        surface="gemini",
    )


def _pages() -> Iterator[Probe]:
    """All models on one page, then page by page, and what is no page."""
    listed = [name for name in spec.model_ids() if _has(name, "gemini")]
    pointer = "surfaces/gemini.json#/pageSize"
    most = spec.surface("gemini").facts["pageSize"]["maximum"]
    whole = _names("responses/models.json#", listed, "models", "name")
    for path in (LISTED, f"{LISTED}?pageSize={most + 1}", f"{LISTED}?pageSize=0"):
        no_more = holds(pointer, None, "nextPageToken")
        asked = get(path, KEY)
        yield looking(f"GET {path}", asked, shaped("models"), whole, no_more, surface="gemini")
    first = _names(pointer, listed[:1], "models", "name")
    path, keeps = f"{LISTED}?pageSize=1", {"page": "nextPageToken"}
    asked = get(path, KEY)
    yield looking(f"GET {path}", asked, shaped("models"), first, keeps=keeps, surface="gemini")
    rest = _names(pointer, listed[1:], "models", "name")
    path = f"{LISTED}?pageToken=${{page}}"
    yield looking(f"GET {path}", get(path, KEY), rest, surface="gemini")
    for query, error in (("pageSize=many", "page_size"), ("pageToken=mine", "page_token")):
        path = f"{LISTED}?{query}"
        yield looking(f"GET {path}", get(path, KEY), refused(error), surface="gemini")


def _of_openai() -> Iterator[Probe]:
    """The lists in OpenAI's words, and one model of them."""
    model = spec.surface("openai").facts["request"]["properties"]["model"]["default"]
    owner, created = (spec.surface("openai").facts[key]["value"] for key in ("owner", "created"))
    for path, surface in zip(OPENAI, ("gemini", "vertex"), strict=True):
        listed = [name for name in spec.model_ids() if _has(name, surface) and _generates(name)]
        named = _names("responses/openai_models.json#", listed, "data", "id")
        asked = get(path)
        yield looking(f"GET {path}", asked, shaped("openai_models"), named, surface="openai")
        yield looking(
            f"GET {path}/{model}",
            get(f"{path}/{model}"),
            shaped("openai_model"),
            holds("surfaces/openai.json#/owner", owner, "owned_by"),
            holds("surfaces/openai.json#/created", created, "created"),
            surface="openai",
        )


def _of_aiml() -> Iterator[Probe]:
    """A model that AI/ML API lists, and one that is taken with a warning."""
    pointer = "surfaces/aiml.json#/models"
    for name, judge in (
        (RESOLD, unheaded(pointer, WARNINGS)),
        (PAINTER, headed(pointer, WARNINGS, "is no model of", part=True)),
    ):
        body = {"model": name, "prompt": "a red apple", "convert_base64_to_url": False}
        case = Case(f"aiml {name} generate: listed or not", "aiml", name, "generate", body)
        yield predicting(case, judge, setting="itself")


def _names(pointer: str, expected: list[str], key: str, inner: str) -> Judge:
    """The ids of the models in a list, whatever stands before them."""

    def judge(exchange: Exchange) -> Iterator[Difference]:
        entries = at(said(exchange.response), key)
        found = [str(at(one, inner)).rpartition("/")[2] for one in entries or ()]
        if found != expected:
            yield differs("listed", fact(pointer), expected, found)

    return resting(judge, pointer)


def _has(name: str, surface: str) -> bool:
    known = spec.model(name)
    return bool(known and known.life_cycle(surface))


def _generates(name: str) -> bool:
    known = spec.model(name)
    return bool(known and "generate" in known.tasks)
