from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import grpc
import pytest

from imagen_fake import __version__, spec
from imagen_fake.config import Config, DirectiveSources
from imagen_fake.pipeline.errors import ApiError, status
from imagen_fake.predict import understand
from imagen_fake.state.state import State
from imagen_fake.testing.fake import Fake
from tests import rpc
from tests.conftest import RESOURCE, ask, opened, request_body, target

MODELS = "publishers/google/models"
MODEL = "imagen-3.0-generate-002"
VERSIONS = spec.surface("vertex").facts["versions"]["value"]
VERTEX = spec.surface("vertex")
ONE = {"sampleCount": 1}
UNMARKED: dict[str, Any] = {"addWatermark": False}


@pytest.fixture(scope="module")
def channel() -> Iterator[grpc.Channel]:
    with rpc.channel() as opened:
        yield opened


def predict(to: grpc.Channel, endpoint: str = RESOURCE + MODEL, **parameters: Any) -> Any:
    asked = {"instances": [{"prompt": "a red apple"}], "parameters": {**ONE, **parameters}}
    answer, _ = rpc.call(to, "Predict", {"endpoint": endpoint, **asked})
    return answer.get("predictions", [])


def refused(to: grpc.Channel, method: str = "Predict", **asked: Any) -> Any:
    with pytest.raises(grpc.RpcError) as caught:
        rpc.call(to, method, asked)
    return caught.value


@pytest.mark.parametrize("version", VERSIONS)
def test_predict_answers_what_rest_does(channel: grpc.Channel, version: str) -> None:
    asked = {"endpoint": RESOURCE + MODEL, "instances": [{"prompt": "two pears"}]}
    answer, _ = rpc.call(channel, "Predict", {**asked, "parameters": {"sampleCount": 2}}, version)
    assert answer == {"predictions": ask(MODEL, prompt="two pears", sampleCount=2)}


def test_a_model_may_be_named_without_a_project(channel: grpc.Channel) -> None:
    [prediction] = predict(channel, f"{MODELS}/{MODEL}")
    assert opened(prediction).size == (1024, 1024)


def test_nothing_is_left_of_filtered_pictures(channel: grpc.Channel) -> None:
    asked = {"endpoint": RESOURCE + MODEL, "instances": [{"prompt": "Violence and gore"}]}
    assert rpc.call(channel, "Predict", asked)[0] == {}


def test_a_tuned_model_is_known_by_its_endpoint() -> None:
    endpoint = "projects/p/locations/l/endpoints/77"
    with rpc.channel(Config(endpoints={"77": MODEL})) as tuned:
        assert predict(tuned, endpoint) == predict(tuned)


@pytest.mark.parametrize(
    ("resource", "words"),
    [
        (RESOURCE + "nope", f"Publisher Model `{RESOURCE}nope` not found."),
        ("projects/p/locations/l/endpoints/5", "Endpoint `projects/p/locations/l/endpoints/5` not"),
        (MODEL, f"Publisher Model `{MODEL}` not found."),
        ("", "Publisher Model `` not found."),
        (f"models/{MODEL}", f"Publisher Model `models/{MODEL}` not found."),
    ],
)
def test_a_name_of_nothing_is_not_found(channel: grpc.Channel, resource: str, words: str) -> None:
    error = refused(channel, endpoint=resource, instances=[{"prompt": "x"}])
    assert error.code() is grpc.StatusCode.NOT_FOUND
    assert error.details().startswith(words)


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("model", spec.model_ids())
def test_a_publisher_model_is_what_from_pretrained_checks(
    channel: grpc.Channel, version: str, model: str
) -> None:
    known, _ = rpc.call(channel, "GetPublisherModel", {"name": f"{MODELS}/{model}"}, version)
    template = known["publisherModelTemplate"]
    assert known["name"] == f"{MODELS}/{model}"
    assert template.format(**{"user-project": "p", "location": "l"}) == (
        f"projects/p/locations/l/{MODELS}/{model}"
    )
    assert known["predictSchemata"]["instanceSchemaUri"].startswith("gs://google-cloud-aiplatform/")


def test_an_unknown_publisher_model_is_not_found(channel: grpc.Channel) -> None:
    error = refused(channel, "GetPublisherModel", name=f"{MODELS}/nope")
    assert error.code() is grpc.StatusCode.NOT_FOUND


def test_a_tuned_model_is_no_publisher_model() -> None:
    endpoint = "projects/p/locations/l/endpoints/77"
    with rpc.channel(Config(endpoints={"77": MODEL})) as tuned:
        error = refused(tuned, "GetPublisherModel", name=endpoint)
    assert error.details() == f"Publisher Model `{endpoint}` not found."


@pytest.mark.parametrize(
    "parameters",
    [{"sampleCount": 9}, {"aspectRatio": "5:1"}, {"seed": 7}, {"sampleCount": 1.5}],
    ids=str,
)
def test_a_refusal_has_the_words_of_rest(channel: grpc.Channel, parameters: Any) -> None:
    with pytest.raises(ApiError) as caught:
        understand(target(MODEL), request_body(**parameters), Config())
    shown = status(caught.value, VERTEX)
    error = refused(
        channel,
        endpoint=RESOURCE + MODEL,
        instances=[{"prompt": "a red apple"}],
        parameters=parameters,
    )
    assert (error.code().name, error.details()) == (shown["status"], shown["message"])


def test_infinity_is_no_number_of_json(channel: grpc.Channel) -> None:
    error = refused(channel, endpoint=RESOURCE + MODEL, parameters={"seed": float("inf")})
    assert error.code() is grpc.StatusCode.INVALID_ARGUMENT


@pytest.mark.parametrize("letter", ["x", "é"])
def test_a_very_long_name_is_cut_in_the_words(channel: grpc.Channel, letter: str) -> None:
    error = refused(channel, endpoint=RESOURCE + letter * 50_000)
    assert error.code() is grpc.StatusCode.NOT_FOUND
    assert letter * 100 in error.details()


@pytest.mark.parametrize(
    ("method", "asked", "failing_part"),
    [
        ("Predict", {"endpoint": RESOURCE + MODEL, "instances": [{"prompt": "x"}]}, "predict"),
        ("GetPublisherModel", {"name": "publishers/google/models/" + MODEL}, "resolve"),
    ],
)
def test_a_bug_is_an_internal_error_that_is_logged_and_told_to_tests(
    method: str,
    asked: Any,
    failing_part: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr(f"imagen_fake.surfaces.vertex_grpc.{failing_part}", fail)
    state = State(Config())
    with rpc.channel(state=state) as to, pytest.raises(grpc.RpcError) as caught:
        rpc.call(to, method, asked)
    assert caught.value.code() is grpc.StatusCode.INTERNAL
    assert caught.value.details() == status(ApiError("internal"), VERTEX)["message"]
    assert "ZeroDivisionError: a bug" in caplog.text
    (error,) = Fake(state).errors
    assert error.endswith("ZeroDivisionError: a bug\n")


def test_an_answer_tells_the_version_and_its_warnings(channel: grpc.Channel) -> None:
    asked = {"endpoint": RESOURCE + MODEL, "instances": [{"prompt": "x"}]}
    parameters = {**ONE, "seeed": 1}
    _, made = rpc.call(channel, "Predict", {**asked, "parameters": parameters})
    assert made["x-imagen-fake"] == __version__
    assert "Did you mean seed?" in made["x-imagen-fake-warnings"]


@pytest.mark.parametrize(
    ("mode", "codes"),
    [
        ("header", ["OK", "UNAVAILABLE"]),
        ("off", ["OK", "INVALID_ARGUMENT"]),
    ],
)
def test_directives_are_taken_from_where_they_may_come(
    mode: DirectiveSources, codes: list[str]
) -> None:
    asked = {"endpoint": RESOURCE + MODEL, "instances": [{"prompt": "x [fake: error=429]"}]}
    met = []
    with rpc.channel(state=State(Config(directives=mode))) as channel:
        for header in ([], [("x-imagen-fake", "error=503")]):
            try:
                rpc.call(channel, "Predict", {**asked, "parameters": ONE}, metadata=header)
                met.append("OK")
            except grpc.RpcError as error:
                met.append(error.code().name)
    assert met == codes


def test_without_warnings_there_is_no_such_metadata(channel: grpc.Channel) -> None:
    _, made = rpc.call(channel, "GetPublisherModel", {"name": f"{MODELS}/{MODEL}"})
    assert "x-imagen-fake-warnings" not in made


def test_an_equal_request_is_answered_from_memory() -> None:
    state = State(Config())
    with rpc.channel(state=state) as channel:
        predict(channel)
        assert len(state.responses) == 1
        kept = state.responses.size
        predict(channel)
        assert state.responses.size == kept


def test_unseeded_calls_vary_when_configured_and_seeded_ones_do_not() -> None:
    with rpc.channel(Config(vary_unseeded=True)) as varying:
        assert predict(varying) != predict(varying)
        seeded = {"seed": 1, "enhancePrompt": False, **UNMARKED}
        assert predict(varying, **seeded) == predict(varying, **seeded)


def test_calls_at_the_same_time_are_all_answered(channel: grpc.Channel) -> None:
    with ThreadPoolExecutor(12) as clients:
        made = list(clients.map(lambda seed: predict(channel, seed=seed, **UNMARKED), range(12)))
    assert len({prediction["bytesBase64Encoded"] for [prediction] in made}) == 12


def test_a_call_without_a_credential_is_refused_where_one_is_wanted() -> None:
    with rpc.channel(Config(auth="any")) as guarded:
        error = refused(guarded, endpoint=RESOURCE + MODEL, instances=[{"prompt": "x"}])
        assert error.code() is grpc.StatusCode.UNAUTHENTICATED
        of_model = refused(guarded, "GetPublisherModel", name=f"{MODELS}/{MODEL}")
        assert of_model.code() is grpc.StatusCode.UNAUTHENTICATED


@pytest.mark.parametrize("endpoint", ["projects/p/locations/l/endpoints/56", "nothing", ""])
def test_a_credential_is_judged_before_what_is_asked_is_looked_for(endpoint: str) -> None:
    with rpc.channel(Config(auth="any")) as guarded:
        error = refused(guarded, endpoint=endpoint)
        assert error.code() is grpc.StatusCode.UNAUTHENTICATED


def asked_in_bytes(to: grpc.Channel, raw: bytes) -> Any:
    method: Any = to.unary_unary("/google.cloud.aiplatform.v1.PredictionService/Predict")
    with pytest.raises(grpc.RpcError) as caught:
        method(raw, timeout=30)
    return caught.value


@pytest.mark.parametrize("raw", [b"\xff" * 9, b"\xff" * 200_000], ids=["short", "long"])
def test_bytes_that_are_no_message_are_refused_and_entered(raw: bytes) -> None:
    state = State()
    with rpc.channel(state=state) as to:
        error = asked_in_bytes(to, raw)
    assert error.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert error.details() == "The request is no PredictRequest."
    assert [called.status for called in state.journal] == [400]


@pytest.mark.parametrize("field", [b"\x12\x00", b"\x98\x3f\x01"], ids=["values", "unknown"])
def test_more_fields_than_are_read_are_refused_and_entered(field: bytes) -> None:
    state = State()
    with rpc.channel(state=state) as to:
        error = asked_in_bytes(to, field * 50_000)
    assert error.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert "more than 4000 values" in error.details()
    assert [called.status for called in state.journal] == [400]
