import base64
import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagen_fake import spec
from imagen_fake.pipeline.call import Call, Prediction, Verdict
from imagen_fake.pipeline.respond import attributes, respond, to_json
from tests.conftest import understood

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
