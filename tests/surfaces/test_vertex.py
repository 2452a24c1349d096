from typing import Any
from urllib.parse import quote

import pytest
from PIL import Image

from imagen_fake import __version__, spec
from imagen_fake.config import Config, DirectiveSources
from imagen_fake.server.http import serve_in_thread
from tests.conftest import opened
from tests.http import call
from tests.pictures import media
from tests.sweep import sweep

MODELS = "publishers/google/models"
SCOPED = f"projects/p/locations/us-central1/{MODELS}"
ASKED = {"instances": [{"prompt": "a red apple"}], "parameters": {"sampleCount": 1}}
VERSIONS = spec.surface("vertex").facts["versions"]["value"]


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("models", [SCOPED, MODELS])
def test_predict_answers_with_and_without_a_project(url: str, version: str, models: str) -> None:
    reply = call(url, f"/{version}/{models}/imagen-3.0-generate-002:predict", ASKED)
    (prediction,) = reply.json["predictions"]
    assert (reply.status, opened(prediction).size) == (200, (1024, 1024))


def test_a_model_id_may_come_percent_encoded_and_with_a_query(url: str) -> None:
    path = f"/v1/{SCOPED}/{quote('imagegeneration@002')}:predict?%24alt=json%3Benum-encoding%3Dint"
    assert "predictions" in call(url, path, ASKED).json


@pytest.mark.parametrize(
    "headers",
    [{}, {"Content-Type": "text/plain"}, {"Authorization": "Bearer x"}, {"x-goog-api-key": "k"}],
)
def test_any_credential_and_any_content_type_will_do(url: str, headers: dict[str, str]) -> None:
    reply = call(url, f"/v1/{SCOPED}/imagen-3.0-generate-002:predict", ASKED, **headers)
    assert "predictions" in reply.json


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (f"/v1/{SCOPED}/imagen-3.0-generate-002:predict", ASKED),
        (f"/v1/{SCOPED}/imagen-3.0-generate-002:predict", {}),
        (f"/v1/{SCOPED}/wrong-model-name:predict", ASKED),
        (f"/v1/{MODELS}", None),
        ("/nowhere", None),
    ],
)
def test_every_answer_has_the_headers_of_the_service(url: str, path: str, body: object) -> None:
    headers = call(url, path, body).headers
    for name, value in spec.surface("vertex").facts["headers"]["value"]:
        assert value in (headers.get_all(name) or [])
    assert headers["x-imagen-fake"] == __version__
    assert headers["date"]


def test_warnings_come_in_a_header(url: str) -> None:
    asked = {"instances": [{"prompt": "x"}], "parameters": {"seeed": 1, "sampleCount": 1, "ü\n": 2}}
    warnings = call(url, f"/v1/{SCOPED}/imagen-3.0-generate-002:predict", asked).headers[
        "x-imagen-fake-warnings"
    ]
    assert "Did you mean seed?" in warnings
    assert " | parameters.\\xfc? is not a known field" in warnings


def test_without_warnings_there_is_no_such_header(url: str) -> None:
    reply = call(url, f"/v1/{SCOPED}/imagen-3.0-generate-002:predict", ASKED)
    assert "x-imagen-fake-warnings" not in reply.headers


def test_an_equal_request_gets_equal_bytes(url: str) -> None:
    path = f"/v1/{SCOPED}/imagen-3.0-generate-002:predict"
    assert call(url, path, ASKED).body == call(url, path, ASKED).body


def test_the_project_does_not_change_the_picture_but_the_words_of_a_404(url: str) -> None:
    other = SCOPED.replace("/p/", "/q/")
    path = "/v1/{}/imagen-3.0-generate-002:predict"
    assert call(url, path.format(SCOPED), ASKED).body == call(url, path.format(other), ASKED).body
    assert f"`{other}/nope`" in call(url, f"/v1/{other}/nope:predict", ASKED).message


def test_unseeded_calls_vary_when_configured_and_seeded_ones_do_not() -> None:
    path = f"/v1/{SCOPED}/imagen-3.0-generate-002:predict"
    seeds = {"sampleCount": 1, "seed": 1, "addWatermark": False, "enhancePrompt": False}
    seeded = {**ASKED, "parameters": seeds}
    with serve_in_thread(Config(vary_unseeded=True)) as varying:
        assert call(varying, path, ASKED).body != call(varying, path, ASKED).body
        assert call(varying, path, seeded).body == call(varying, path, seeded).body


@sweep("model", spec.model_ids())
def test_a_publisher_model_is_what_from_pretrained_checks(url: str, model: str) -> None:
    known = call(url, f"/v1/{MODELS}/{quote(model)}").json
    template = known["publisherModelTemplate"]
    assert known["name"] == f"{MODELS}/{model}"
    assert template.format(**{"user-project": "p", "location": "l"}) == (
        f"projects/p/locations/l/{MODELS}/{model}"
    )
    assert known["predictSchemata"]["instanceSchemaUri"].startswith("gs://google-cloud-aiplatform/")


def test_the_list_has_every_model(url: str) -> None:
    listed = call(url, f"/v1beta1/{MODELS}").json["publisherModels"]
    assert [model["name"] for model in listed] == [
        f"{MODELS}/{name}"
        for name in spec.all_model_ids()
        if (model := spec.any_model(name)) and model.life_cycle("vertex")
    ]


def test_the_list_leaves_out_what_was_gone_on_the_day() -> None:
    from datetime import date

    with serve_in_thread(Config(as_of=date(2026, 1, 1))) as then:
        names = {model["name"] for model in call(then, f"/v1/{MODELS}").json["publisherModels"]}
        gone = call(then, f"/v1/{MODELS}/imagegeneration@006")
    assert f"{MODELS}/imagen-4.0-generate-001" in names
    assert f"{MODELS}/imagegeneration@006" not in names
    assert gone.status == 404


def test_a_body_larger_than_the_limit_is_refused() -> None:
    with serve_in_thread(Config(max_body_bytes=1000)) as small:
        reply = call(small, f"/v1/{SCOPED}/imagen-3.0-generate-002:predict", b" " * 1001)
    assert (reply.status, "1000 bytes" in reply.message) == (400, True)


def test_an_endpoint_answers_as_the_model_it_serves() -> None:
    place = "projects/p/locations/us-central1/endpoints"
    with serve_in_thread(Config(endpoints={"42": "imagen-3.0-generate-002"})) as address:
        tuned = call(address, f"/v1/{place}/42:predict", ASKED)
        untuned = call(address, f"/v1/{SCOPED}/imagen-3.0-generate-002:predict", ASKED)
        unknown = call(address, f"/v1/{place}/43:predict", ASKED)
    assert tuned.body == untuned.body
    assert (unknown.status, unknown.json["error"]["status"]) == (404, "NOT_FOUND")
    assert unknown.message == f"Endpoint `{place}/43` not found."


def test_a_call_without_a_credential_is_refused_where_one_is_wanted() -> None:
    path = f"/v1/{SCOPED}/imagen-3.0-generate-002:predict"
    with serve_in_thread(Config(auth="any")) as address:
        for _ in range(2):  # the second is led by the path that is known by then
            refused = call(address, path, ASKED)
            assert (refused.status, refused.json["error"]["status"]) == (401, "UNAUTHENTICATED")
            assert refused.headers["www-authenticate"].startswith("Bearer realm=")
        taken = call(address, path, ASKED, Authorization="Bearer x")
        listed = call(address, f"/v1/{MODELS}")
    assert "predictions" in taken.json
    assert listed.status == 401


def test_only_tokens_of_the_fake_are_taken_where_that_is_wanted() -> None:
    path = f"/v1/{SCOPED}/imagen-3.0-generate-002:predict"
    with serve_in_thread(Config(auth="issued")) as address:
        refused = call(address, path, ASKED, Authorization="Bearer made-up")
    assert refused.status == 401
    assert "invalid authentication credentials" in refused.message
    assert "made-up" not in refused.body.decode()


def test_a_prediction_is_not_asked_for_with_get(url: str) -> None:
    for path in (SCOPED, MODELS):
        reply = call(url, f"/v1/{path}/imagen-3.0-generate-002:predict")
        assert (reply.status, reply.headers["allow"]) == (405, "POST")


DOORS = [f"/v1/{SCOPED}/imagen-4.0-generate-001:predict",
         "/v1beta/models/imagen-4.0-generate-001:predict"]  # fmt: skip
WORDS = "a red apple [fake: error=503]"
PROMPT = {**ASKED, "instances": [{"prompt": WORDS}]}
HEADER = {"X-Imagen-Fake": "error=429"}


@pytest.mark.parametrize("path", DOORS)
@pytest.mark.parametrize(
    ("mode", "statuses"),
    [
        ("all", [200, 503, 429, 503]),
        ("header", [200, 200, 429, 429]),
        ("off", [200, 200, 400, 400]),
    ],
)
def test_directives_are_taken_from_where_they_may_come(
    path: str, mode: DirectiveSources, statuses: list[int]
) -> None:
    with serve_in_thread(Config(directives=mode)) as address:
        plain = [call(address, path, body) for body in (ASKED, PROMPT)]
        headed = [call(address, path, body, **HEADER) for body in (ASKED, PROMPT)]
        [*_, told] = call(address, "/_fake/calls").json["calls"]
    assert [reply.status for reply in (*plain, *headed)] == statuses
    assert told["prompt"] == ("a red apple" if mode == "all" else WORDS)


def test_rules_hold_where_nobody_else_may_ask() -> None:
    with serve_in_thread(Config(directives="off", rules=("error=503",))) as address:
        assert call(address, DOORS[0], ASKED).status == 503


def test_where_directives_are_taken_from_changes_at_once(url: str) -> None:
    statuses = []
    for mode in ("header", "all"):
        call(url, "/_fake/config", {"directives": mode}, method="PATCH")
        statuses.append(call(url, DOORS[0], PROMPT).status)
    assert statuses == [200, 503]


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
def test_a_header_is_read_in_the_encodings_that_clients_have(url: str, encoding: str) -> None:
    value = 'error="503:schön ÿ"'.encode(encoding).decode("latin-1")
    assert call(url, DOORS[0], ASKED, **{"X-Imagen-Fake": value}).message == "schön ÿ"


@pytest.mark.parametrize("path", DOORS)
def test_half_written_directives_are_a_warning_and_an_error_when_strict(path: str) -> None:
    body = {**ASKED, "instances": [{"prompt": "an apple [fake: drop"}]}
    with serve_in_thread() as address:
        reply = call(address, path, body)
        [told] = call(address, "/_fake/calls").json["calls"]
        call(address, "/_fake/config", {"strict": True}, method="PATCH")
        refused = call(address, path, body)
    warning = "'[fake: drop' in the prompt is taken as words of it, not as directives"
    assert reply.status == 200
    assert warning in reply.headers["x-imagen-fake-warnings"]
    assert [text.startswith(warning) for text in told["warnings"]] == [True]
    assert (refused.status, refused.message.startswith(warning)) == (400, True)


PHOTO = {"image": media(Image.new("RGB", (64, 64)))}
ALIASES = [name for name in spec.model_ids() if "aliasOf" in spec.read(f"models/{name}.json")]


@sweep("name", ALIASES)
def test_what_is_told_of_a_model_names_it_as_it_was_asked(url: str, name: str) -> None:
    path = f"/v1/{SCOPED}/{name}:predict"
    forced = {"x-imagen-fake": "error=capability_unavailable"}
    pictures = {"personImage": PHOTO, "productImages": [PHOTO]}
    needed: dict[str, Any] = {
        "imagetext": PHOTO,
        "virtual-try-on-exp-05-31": pictures,
    }
    instance = {"prompt": "x", **needed.get(name, {})}
    body = {"instances": [instance], "parameters": {"sampleCount": 1}}
    unavailable = call(url, path, body, **forced).json["error"]["message"]
    assert unavailable.endswith(f": {name} is unavailable.")
    counted = call(url, path, {**body, "parameters": {"sampleCount": 99}}).json["error"]["message"]
    assert f"Invalid sampleCount, 99. {name} supports 1 to " in counted


def test_a_warning_names_the_model_that_was_asked(url: str) -> None:
    body = {"instances": [{"prompt": "x"}], "parameters": {"language": "en", "sampleCount": 1}}
    reply = call(url, f"/v1/{SCOPED}/imagegeneration@003:predict", body)
    warning = "parameters.language has no effect on imagegeneration@003."
    assert reply.headers["x-imagen-fake-warnings"] == warning
