"""Probes of the lists of models and of single models, on each surface that has them."""

from collections.abc import Iterator

from imagen_fake import spec
from imagen_fake.contract.bodies.operation import Operation
from imagen_fake.contract.bodies.sample_models import AIML_MODEL, IMAGE_MODEL, models
from imagen_fake.contract.checks.response import json_body, value_at
from imagen_fake.contract.exchange import Exchange, Request
from imagen_fake.contract.probes.expectations import (
    expect,
    expect_error,
    expect_header,
    expect_json,
    expect_schema,
)
from imagen_fake.contract.probes.probe import Expectation, Probe, http_probe, predict_probe
from imagen_fake.spec import Model

PUBLISHER_MODELS = "/v1/publishers/google/models"
GEMINI_MODELS = "/v1beta/models"
OPENAI_MODELS = {"/v1beta/openai/models": "gemini", "/v1/models": "vertex"}
"""Each list in OpenAI's format, and the surface whose models it has."""

KEY = (b"x-goog-api-key", b"${token}")
BEARER = (b"authorization", b"Bearer ${token}")
WARNINGS = "x-imagen-fake-warnings"


def model_list_probes() -> Iterator[Probe]:
    """The probes of every model's entry, of the pages, and of pages that do not exist."""
    for model in models():
        yield publisher_model_probe(model)
        if model.life_cycle("gemini"):
            yield _gemini_model_probe(model)
    names = _expect_names("responses/publisher_models.json#", _on("vertex"), "publisherModels")
    yield http_probe(get_request(PUBLISHER_MODELS), expect_schema("publisher_models"), names)
    yield from _paging_probes()
    yield from _openai_probes()
    yield from _aiml_probes()


def get_request(path: str, *headers: tuple[bytes, bytes]) -> Request:
    """A request for a path, with a token unless there are other headers."""
    return Request("GET", path, headers or (BEARER,))


def publisher_model_probe(model: Model) -> Probe:
    """The probe of a model's entry on Vertex AI."""
    file, facts = f"models/{model.id}.json#", model.facts
    schemata = {key: one for key, one in facts["predictSchemata"].items() if key[:2] != "x-"}
    return http_probe(
        get_request(f"{PUBLISHER_MODELS}/{model.id}"),
        expect_schema("publisher_model"),
        *(expect_json(f"{file}/{key}", facts[key]["value"], key)
          for key in ("versionId", "launchStage")),
        expect_json(f"{file}/predictSchemata", schemata, "predictSchemata"),
    )  # fmt: skip


def _gemini_model_probe(model: Model) -> Probe:
    pointer = f"models/{model.id}.json#/geminiListing"
    methods = spec.surface("gemini").facts["methods"]["value"]
    listing = model.facts["geminiListing"]["value"].items()
    return http_probe(
        get_request(f"{GEMINI_MODELS}/{model.id}", KEY),
        expect_schema("model"),
        expect_json("surfaces/gemini.json#/methods", methods, "supportedGenerationMethods"),
        *(expect_json(pointer, value, key) for key, value in listing),
        surface="gemini",
    )


def _paging_probes() -> Iterator[Probe]:
    """All models on one page, then page by page, and page tokens that are refused."""
    names, pointer = _on("gemini"), "surfaces/gemini.json#/pageSize"
    most = spec.surface("gemini").facts["pageSize"]["maximum"]
    schema = expect_schema("models")
    everything = _expect_names("responses/models.json#", names, "models")
    last = expect_json(pointer, None, "nextPageToken")
    for query in ("", f"?pageSize={most + 1}", "?pageSize=0"):
        yield _page_probe(query, schema, everything, last)
    first = _expect_names(pointer, names[:1], "models")
    yield _page_probe("?pageSize=1", schema, first, stores={"page": "nextPageToken"})
    yield _page_probe("?pageToken=${page}", _expect_names(pointer, names[1:], "models"))
    yield _page_probe("?pageSize=many", expect_error("page_size"))
    yield _page_probe("?pageToken=mine", expect_error("page_token"))


def _page_probe(
    query: str, *expectations: Expectation, stores: dict[str, str] | None = None
) -> Probe:
    request = get_request(GEMINI_MODELS + query, KEY)
    return http_probe(request, *expectations, stores=stores, surface="gemini")


def _openai_probes() -> Iterator[Probe]:
    """The lists in OpenAI's format, and one model of each."""
    owner, created = (spec.surface("openai").facts[key]["value"] for key in ("owner", "created"))
    for path, surface in OPENAI_MODELS.items():
        generating = [name for name in _on(surface) if "generate" in _tasks(name)]
        names = _expect_names("responses/openai_models.json#", generating, "data", "id")
        schema = expect_schema("openai_models")
        yield http_probe(get_request(path), schema, names, surface="openai")
        yield http_probe(
            get_request(f"{path}/{IMAGE_MODEL}"),
            expect_schema("openai_model"),
            expect_json("surfaces/openai.json#/owner", owner, "owned_by"),
            expect_json("surfaces/openai.json#/created", created, "created"),
            surface="openai",
        )


def _aiml_probes() -> Iterator[Probe]:
    """A model that AI/ML API lists, and one that is taken with a warning."""
    pointer = "surfaces/aiml.json#/models"
    for name, expected in (
        (AIML_MODEL, expect_header(pointer, WARNINGS, None)),
        (IMAGE_MODEL, expect_header(pointer, WARNINGS, "is no model of", part=True)),
    ):
        body = {"model": name, "prompt": "a red apple", "convert_base64_to_url": False}
        case = Operation(name, "generate", "aiml").case("listed or not", body)
        yield predict_probe(case, expected, setting="itself")


def _expect_names(pointer: str, expected: list[str], key: str, inner: str = "name") -> Expectation:
    """The ids of the models in a list, whatever stands before them."""

    def names(exchange: Exchange) -> list[str]:
        entries = value_at(json_body(exchange.response), key)
        return [str(value_at(one, inner)).rpartition("/")[2] for one in entries or ()]

    return expect("listed", pointer, expected, names)


def _on(surface: str) -> list[str]:
    """The ids, aliases among them, of the models on a surface."""
    candidates = ((name, spec.any_model(name)) for name in spec.all_model_ids())
    return [name for name, model in candidates if model and model.life_cycle(surface)]


def _tasks(name: str) -> tuple[str, ...]:
    model = spec.model(name)
    return model.tasks if model else ()
