import base64
import json
import re
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imagen_fake import spec
from imagen_fake.config import Config
from imagen_fake.pipeline.call import Call, Prediction, Verdict
from imagen_fake.pipeline.errors import ApiError, status
from imagen_fake.pipeline.media import load_picture
from imagen_fake.pipeline.respond import attributes, deliver, respond, to_json
from imagen_fake.predict import is_light
from imagen_fake.storage.embedded import Storage
from imagen_fake.storage.objects import ObjectStore
from tests.calls import predict
from tests.conftest import ask, request_body, target, understood

FILTERED = Verdict({"Porn": 0.0, "Violence": 0.8}, ("56562880", "64151117"), "threshold")
SHOWN = Verdict({"Porn": 0.0, "Violence": 0.0})
FILTERS = spec.read("errors.json")["filters"]


def judged(*verdicts: Verdict, model: str = "imagen-4.0-generate-001", **parameters: Any) -> Call:
    return replace(understood(model, **parameters), verdicts=verdicts)


def elements(call: Call, *pictures: Prediction) -> Any:
    return json.loads(respond(call, pictures).body).get("predictions")


@given(st.binary(), st.text())
def test_a_picture_is_spliced_into_json_that_decodes_to_it(image: bytes, words: str) -> None:
    body = respond(judged(SHOWN), [Prediction({"mimeType": "image/png", "prompt": words}, image)])
    (element,) = json.loads(body.body)["predictions"]
    assert base64.b64decode(element.pop("bytesBase64Encoded"), validate=True) == image
    assert element == {"mimeType": "image/png", "prompt": words}


def test_json_is_printed_as_the_service_prints_it() -> None:
    picture = Prediction({"mimeType": "image/png"}, b"abc")
    made = respond(judged(SHOWN, includeSafetyAttributes=True), [picture, picture]).body
    assert made == to_json(json.loads(made))
    assert made.endswith(b"\n}\n")


def test_nothing_is_escaped_that_need_not_be() -> None:
    assert to_json({"a": "Death & 'ü'"}) == '{\n  "a": "Death & \'ü\'"\n}\n'.encode()


def test_without_reasons_filtered_samples_are_just_missing() -> None:
    assert respond(judged(FILTERED, includeRaiReason=False), []).body == b"{}\n"


def test_when_all_are_filtered_one_sentence_says_so() -> None:
    (element,) = elements(judged(FILTERED, FILTERED))
    assert element == {
        "raiFilteredReason": FILTERS["threshold_all"]["text"] + " Support codes: 56562880, 64151117"
    }


def test_when_some_are_filtered_one_element_after_the_pictures_counts_them() -> None:
    call = judged(SHOWN, FILTERED, SHOWN, FILTERED)
    *pictures, last = elements(call, *[Prediction({"mimeType": "image/png"}, b"a")] * 2)
    assert [set(picture) for picture in pictures] == [{"bytesBase64Encoded", "mimeType"}] * 2
    assert last["raiFilteredReason"].startswith(FILTERS["some"]["text"].format(count=2))


@pytest.mark.parametrize("cause", ["policy", "person"])
def test_other_causes_have_words_of_their_own(cause: str) -> None:
    verdict = replace(FILTERED, cause=cause, codes=("39322892",))
    (element,) = elements(judged(verdict))
    name = "person" if cause == "person" else "policy_all"
    assert element["raiFilteredReason"] == FILTERS[name]["text"] + " Support codes: 39322892"


def test_models_before_imagen_3_say_the_bare_codes_once_per_sample() -> None:
    call = judged(FILTERED, FILTERED, model="imagegeneration@006", includeRaiReason=True)
    assert elements(call) == [{"raiFilteredReason": "56562880, 64151117"}] * 2


def test_the_scores_of_the_prompt_come_last() -> None:
    call = judged(FILTERED, includeSafetyAttributes=True)
    reason, last = elements(replace(call, scores={"Hate": 0.0, "Violence": 0.3}))
    assert "raiFilteredReason" in reason
    assert last == {
        "contentType": "Positive Prompt",
        "safetyAttributes": {"categories": ["Hate", "Violence"], "scores": [0, 0.3]},
    }


def test_no_score_is_written_0() -> None:
    assert to_json(attributes({"Porn": 0.0})) == to_json({"categories": ["Porn"], "scores": [0]})


def test_a_warning_of_several_pictures_is_given_once() -> None:
    call = replace(judged(SHOWN, SHOWN), warnings=("of the call",))
    made = Prediction({"mimeType": "image/png"}, b"a", warnings=("of a picture", "of the call"))
    assert respond(call, [made, made]).warnings == ("of the call", "of a picture")


URI = "gs://pictures/out"
LIMIT = 10_000_000
PNG = Prediction({"mimeType": "image/png"}, b"data")
FOLDER = r"[1-9][0-9]{12}"


@pytest.fixture
def storage(tmp_path: Path) -> Storage:
    return Storage(tmp_path / "root")


def delivered(objects: ObjectStore, *made: Prediction, **parameters: Any) -> list[Any]:
    call = replace(understood(**{"storageUri": URI, **parameters}), objects=objects)
    return [prediction.fields for prediction in deliver(call, made)]


def uris(objects: ObjectStore, **parameters: Any) -> list[str]:
    asked = {"sampleCount": 2, "storageUri": URI, **parameters}
    return [prediction["gcsUri"] for prediction in ask(objects=objects, **asked)]


def storage_refusal(work: Any) -> tuple[str, str]:
    with pytest.raises(ApiError) as caught:
        work()
    assert caught.value.id.startswith("storage_")
    shown = status(caught.value, spec.surface("vertex"))
    return shown["status"], shown["message"]


def test_without_a_storage_uri_predictions_stay_as_they_are() -> None:
    assert deliver(understood(), [PNG]) == [PNG]


def test_pictures_are_numbered_from_0_in_one_folder_of_13_digits(storage: Storage) -> None:
    first, second = uris(storage)
    assert re.fullmatch(rf"gs://pictures/out/{FOLDER}/sample_0\.png", first)
    assert second == first.replace("sample_0", "sample_1")


def test_what_lies_there_is_the_picture_that_would_have_been_sent(storage: Storage) -> None:
    (sent,) = ask(sampleCount=1)
    (uri,) = uris(storage, sampleCount=1)
    assert storage.read(uri, LIMIT) == base64.b64decode(sent["bytesBase64Encoded"])


def test_an_answer_has_the_type_then_the_uri_and_no_bytes(storage: Storage) -> None:
    made = Prediction({"mimeType": "image/jpeg", "prompt": "words"}, b"data")
    ((kind, mime_type), (place, uri), prompt) = delivered(storage, made)[0].items()
    assert (kind, mime_type, place, prompt) == (
        "mimeType", "image/jpeg", "gcsUri", ("prompt", "words"),
    )  # fmt: skip
    assert uri.endswith("/sample_0.jpg")
    assert storage.stat(uri).content_type == "image/jpeg"


@pytest.mark.parametrize("mime_type", sorted({*spec.table("mime_types")["types"].values()}))
def test_every_type_has_its_ending(storage: Storage, mime_type: str) -> None:
    (fields,) = delivered(storage, Prediction({"mimeType": mime_type}, b""))
    ending = fields["gcsUri"].rpartition(".")[2]
    assert spec.table("mime_types")["types"][ending] == mime_type


def test_what_has_no_picture_is_left_alone(storage: Storage) -> None:
    assert delivered(storage, Prediction({"label": "words"})) == [{"label": "words"}]


@pytest.mark.parametrize("uri", ["gs://pictures", "gs://pictures/", "gs://pictures/a/"])
def test_a_slash_at_the_end_makes_no_difference(storage: Storage, uri: str) -> None:
    (fields,) = delivered(storage, PNG, storageUri=uri)
    assert re.fullmatch(rf"{uri.rstrip('/')}/{FOLDER}/sample_0\.png", fields["gcsUri"])


def test_equal_calls_write_to_the_same_place_and_others_elsewhere(storage: Storage) -> None:
    assert uris(storage) == uris(storage)
    others: list[dict[str, Any]] = [
        {"prompt": "a cat"},
        {"aspectRatio": "3:4"},
        {"variation": 1},
        {"variation": 2},
    ]
    assert len({uris(storage, **other)[0] for other in [{}, *others]}) == 5


def test_filtered_samples_leave_no_gap(storage: Storage) -> None:
    made = ask(
        prompt="a knight with a bloody sword", sampleCount=4, storageUri=URI, objects=storage,
        safetySetting="block_low_and_above", includeRaiReason=True,
    )  # fmt: skip
    shown = [prediction["gcsUri"] for prediction in made if "gcsUri" in prediction]
    assert [uri.rpartition("/")[2] for uri in shown] == [
        f"sample_{number}.png" for number in range(len(shown))
    ]
    assert "raiFilteredReason" in made[-1]


def test_an_answer_fits_its_schema(storage: Storage) -> None:
    body = request_body("a cat", sampleCount=2, storageUri=URI, includeSafetyAttributes=True)
    answer = predict(target("imagen-4.0-generate-001"), body, Config(), None, storage)
    schema = jsonschema_rs.validator_for(spec.read("responses/generate.json"))
    assert schema.is_valid(json.loads(answer.body))


def test_only_an_answer_that_has_nothing_to_do_with_storage_lasts(storage: Storage) -> None:
    def cacheable(**parameters: Any) -> bool:
        body = request_body(sampleCount=1, **parameters)
        return predict(target("imagen-4.0-generate-001"), body, Config(), None, storage).cacheable

    assert (cacheable(), cacheable(storageUri=URI)) == (True, False)


def test_a_call_that_fails_writes_nothing(storage: Storage) -> None:
    body = {
        "instances": [{"image": {"gcsUri": "gs://pictures/missing.png"}}],
        "parameters": {"upscaleConfig": {"upscaleFactor": "x2"}, "storageUri": URI},
    }
    storage.create("pictures")
    said = storage_refusal(lambda: ask("imagen-4.0-upscale-preview", body=body, objects=storage))
    assert said[0] == "NOT_FOUND"
    assert said[1].endswith("No such object: gs://pictures/missing.png")
    assert storage.list("pictures").objects == ()


@pytest.mark.parametrize(
    ("uri", "said"),
    [
        ("gs://pictures/../../etc/passwd", "NOT_FOUND"),
        ("gs://other/a", "NOT_FOUND"),
        ("gs://../a", "INVALID_ARGUMENT"),
        ("gs://Pictures/a", "INVALID_ARGUMENT"),
        ("gs://pictures/..", "INVALID_ARGUMENT"),
        ("gs://pictures/\ud800", "INVALID_ARGUMENT"),
        ("https://pictures/a", "INVALID_ARGUMENT"),
        ("gs://pictures", "INVALID_ARGUMENT"),
    ],
)
def test_what_cannot_be_read_is_refused_by_its_cause(storage: Storage, uri: str, said: str) -> None:
    storage.create("pictures")
    call = replace(understood(), task="upscale", objects=storage)
    assert storage_refusal(lambda: load_picture(call, {"gcsUri": uri}))[0] == said


def test_a_uri_to_read_that_is_none_says_how_it_looks() -> None:
    body = {
        "instances": [{"image": {"gcsUri": "s3://bucket/a.png"}}],
        "parameters": {"upscaleConfig": {"upscaleFactor": "x2"}},
    }
    said = storage_refusal(lambda: ask("imagen-4.0-upscale-preview", body=body))
    assert said[0] == "INVALID_ARGUMENT"
    assert "s3://bucket/a.png. Use gs://bucket/object." in said[1]


def test_what_waits_for_storage_is_not_light() -> None:
    assert is_light(understood(sampleCount=1))
    assert not is_light(understood(sampleCount=1, storageUri=URI))


def test_what_may_not_be_read_is_permission_denied(storage: Storage, tmp_path: Path) -> None:
    storage.create("pictures")
    (tmp_path / "root" / "pictures" / "a").symlink_to(tmp_path / "secret")
    call = replace(understood(), task="upscale", objects=storage)
    refused = storage_refusal(lambda: load_picture(call, {"gcsUri": "gs://pictures/a"}))
    assert refused[0] == "PERMISSION_DENIED"


def test_a_folder_that_cannot_be_written_is_permission_denied(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    said = storage_refusal(lambda: delivered(Storage(tmp_path / "file"), PNG))
    assert said[0] == "PERMISSION_DENIED"


@pytest.mark.parametrize(
    "uri", ["gs://1.2.3.4/a", "gs://googly", "gs://pictures/" + "a" * 1020, "gs://a..b"]
)
def test_a_place_that_cloud_storage_does_not_take_is_refused(storage: Storage, uri: str) -> None:
    assert storage_refusal(lambda: uris(storage, storageUri=uri))[0] == "INVALID_ARGUMENT"


def test_every_refusal_of_the_storage_has_words_for_either_side() -> None:
    words = spec.read("errors.json")["errors"]
    refusals = spec.read("surfaces/storage.json")["refusals"]
    ours = {name.removeprefix("storage_") for name in words if name.startswith("storage_")}
    assert ours - {"uri"} <= refusals.keys()
    assert {"bad_uri", "missing_object", "denied", "too_large", "unavailable"} <= ours


TRICKS = st.text(alphabet="./\\~%:\0aé\u202e", min_size=1, max_size=30) | st.sampled_from(
    ["../../x", "/etc/passwd", "%2e%2e/%2e%2e/x", "..\\..\\x", "C:\\x", "a/" * 400, "é" * 500]
)


@given(where=TRICKS)
@settings(max_examples=60, deadline=None)
def test_no_storage_uri_leads_out_of_the_folder(
    tmp_path_factory: pytest.TempPathFactory, where: str
) -> None:
    folder = tmp_path_factory.mktemp("storage")
    (folder / "beside").write_bytes(b"untouched")
    storage = Storage(folder / "root")
    with suppress(ApiError):
        (fields,) = delivered(storage, PNG, storageUri=f"gs://pictures/{where}")
        assert storage.read(fields["gcsUri"], 9) == b"data"
    assert set(storage.buckets()) <= {"pictures"}
    assert {file.name for file in folder.iterdir()} <= {"beside", "root"}
    assert (folder / "beside").read_bytes() == b"untouched"
