import base64
from datetime import date, datetime
from typing import Any
from urllib.parse import quote
from uuid import UUID

import pytest

from imagen_fake import spec
from imagen_fake.auth.access import Access
from imagen_fake.auth.credentials import api_key
from imagen_fake.config import Config
from imagen_fake.server.http import serve_in_thread
from imagen_fake.state.state import State
from imagen_fake.surfaces import dialect
from tests.conftest import opened
from tests.http import Reply, call
from tests.sweep import sweep

AIML = "/v1/images/generations"
OPENAI = "/v1beta/openai/images/generations"
MODEL = "imagen-3.0-generate-002"
ASKED = {"model": MODEL, "prompt": "a red apple"}


def picture(url: str, item: dict[str, Any]) -> Any:
    if "b64_json" in item:
        return opened({"bytesBase64Encoded": item["b64_json"]})
    assert item["url"].startswith(f"{url}/")
    reply = call(url, item["url"].removeprefix(url))
    assert reply.headers["content-type"].startswith("image/")
    return opened({"bytesBase64Encoded": base64.b64encode(reply.body).decode()})


def data(reply: Reply) -> Any:
    assert reply.status == 200
    return reply.json["data"]


def test_a_picture_is_linked_to_with_its_type_and_its_rewritten_prompt(url: str) -> None:
    reply = call(url, AIML, ASKED)
    (item,) = data(reply)
    assert list(item) == ["mime_type", "url", "prompt"]
    assert picture(url, item).size == (1024, 1024)
    assert reply.json["meta"]["usage"] == {"credits_used": 120_000, "usd_spent": 0.06}


def test_base64_takes_the_place_of_the_link(url: str) -> None:
    (item,) = data(call(url, AIML, {**ASKED, "convert_base64_to_url": False}))
    assert "url" not in item
    assert picture(url, item).format == "PNG"


def test_every_parameter_of_the_reference_is_taken(url: str) -> None:
    everything = {
        **ASKED, "num_images": 2, "seed": 5, "enhance_prompt": False, "aspect_ratio": "16:9",
        "person_generation": "dont_allow", "safety_setting": "block_only_high",
        "add_watermark": False,
    }  # fmt: skip
    items = data(call(url, AIML, everything))
    assert [picture(url, item).size for item in items] == [(1408, 768)] * 2
    assert not any("prompt" in item for item in items)


def test_the_same_seed_is_the_same_picture(url: str) -> None:
    first, again, other = (
        data(call(url, AIML, {**ASKED, "seed": seed}))[0]["url"] for seed in (1, 1, 2)
    )
    assert first == again != other


@pytest.mark.parametrize("path", [AIML, OPENAI])
def test_openais_spelling_is_taken_on_both_paths(url: str, path: str) -> None:
    body = {**ASKED, "n": 2, "size": "1024x1536", "response_format": "b64_json", "user": "me"}
    reply = call(url, path, body)
    items = data(reply)
    assert [picture(url, item).size for item in items] == [(896, 1280)] * 2
    assert isinstance(reply.json["created"], int)
    rewritten = {"revised_prompt"} if path == AIML else set()  # the Gemini API never tells it
    assert items[0].keys() == {"b64_json"} | rewritten


@pytest.mark.parametrize(("kind", "format_"), [("png", "PNG"), ("jpeg", "JPEG"), ("webp", "WEBP")])
def test_a_format_may_be_asked_for(url: str, kind: str, format_: str) -> None:
    body = {"prompt": "a boat", "output_format": kind, "output_compression": 60}
    (item,) = data(call(url, OPENAI, body))
    assert picture(url, item).format == format_


@sweep(
    ("path", "body", "param"),
    [
        (AIML, {"model": MODEL, "n": 1}, "prompt"),
        (AIML, {**ASKED, "n": 9}, "n"),
        (AIML, {**ASKED, "size": "large"}, "size"),
        (OPENAI, {**ASKED, "n": 9}, "n"),
        (OPENAI, {**ASKED, "size": "large"}, "size"),
        (OPENAI, {**ASKED, "size": "0x0"}, "size"),
        (OPENAI, {**ASKED, "n": "two"}, "n"),
        (OPENAI, {**ASKED, "stream": True}, "stream"),
        (AIML, {**ASKED, "n": 1, "model": 3}, "model"),
        (OPENAI, {}, "prompt"),
    ],
)
def test_a_refusal_names_the_parameter_as_openai_does(
    url: str, path: str, body: Any, param: str
) -> None:
    reply = call(url, path, body)
    error = reply.json["error"]
    assert reply.status == 400
    assert error.keys() == {"message", "type", "param", "code"}
    assert (error["type"], error["param"]) == ("invalid_request_error", param)
    assert param in error["message"]


KEY = (
    "This request requires a valid API key. You can create a new API key on the Billing page:"
    " https://aimlapi.com/app/keys"
)
CREDITS = (
    "You've run out of credits. Please top up your balance or update your payment method to"
    " continue: https://aimlapi.com/app/billing/"
)
RATIOS = "'1:1' | '9:16' | '16:9' | '3:4' | '4:3'"
LONG = 'String must contain at most 400 character(s) at "prompt"'
LEVELS = "'block_low_and_above' | 'block_medium_and_above' | 'block_only_high'"


@sweep(
    ("body", "problem"),
    [
        ({"model": MODEL}, 'Required at "prompt"'),
        ({"prompt": "x"}, 'Required at "model"'),
        (
            {**ASKED, "prompt": "x" * 401},
            'String must contain at most 400 character(s) at "prompt"',
        ),
        ({**ASKED, "prompt": ""}, 'String must contain at least 1 character(s) at "prompt"'),
        ({**ASKED, "prompt": 5}, 'Expected string, received number at "prompt"'),
        ({**ASKED, "num_images": 5}, 'Number must be less than or equal to 4 at "num_images"'),
        ({**ASKED, "num_images": "2"}, 'Expected integer, received string at "num_images"'),
        ({**ASKED, "seed": -1}, 'Number must be greater than or equal to 0 at "seed"'),
        ({**ASKED, "add_watermark": []}, 'Expected boolean, received array at "add_watermark"'),
        (
            {**ASKED, "aspect_ratio": "2:1"},
            f"Invalid enum value. Expected {RATIOS}, received '2:1'",
        ),
        (
            {**ASKED, "person_generation": "allow_all"},
            "Invalid enum value. Expected 'dont_allow' | 'allow_adult', received 'allow_all'",
        ),
        (
            {**ASKED, "safety_setting": "block_none"},
            f"Invalid enum value. Expected {LEVELS}, received 'block_none'",
        ),
        ([], "Expected object, received array"),
    ],
)
def test_a_refusal_of_ai_ml_api_is_flat_and_says_what_was_expected(
    url: str, body: Any, problem: str
) -> None:
    reply = call(url, AIML, body)
    assert (reply.status, reply.json["statusCode"]) == (400, 400)
    assert reply.json["message"] == f"Body validation error\n{problem}"
    assert list(reply.json) == ["message", "path", "requestId", "statusCode", "timestamp"]
    assert reply.json["path"] == AIML
    assert UUID(reply.json["requestId"]).version == 5
    assert datetime.fromisoformat(reply.json["timestamp"]).tzinfo


def test_equal_errors_are_equal_and_others_have_another_id(url: str) -> None:
    first, again, other = (call(url, AIML, {**ASKED, "num_images": number}) for number in (5, 5, 0))
    assert first.body == again.body
    assert first.json["requestId"] != other.json["requestId"]


def test_what_ai_ml_api_documents_of_other_errors_is_said_in_its_words(url: str) -> None:
    for error, status, message in (
        ("permission_denied", 403, CREDITS),
        ("quota_exceeded", 429, "Too Many Requests"),
        ("internal", 500, "Internal server error"),
        ("unavailable", 503, "Service unavailable"),
        ("deadline_exceeded", 504, "Generation timeout"),
    ):  # fmt: skip
        reply = call(url, AIML, ASKED, **{"X-Imagen-Fake": f"error={error}"})
        assert (reply.status, reply.json["message"]) == (status, message)
        openais = call(url, AIML, {**ASKED, "n": 1}, **{"X-Imagen-Fake": f"error={error}"})
        assert (openais.status, openais.json.keys()) == (status, {"error"})


SOLD = spec.read("surfaces/aiml.json")["models"]["value"]


@pytest.mark.parametrize(("name", "known"), SOLD.items())
def test_every_id_that_ai_ml_api_sells_is_taken_whole(url: str, name: str, known: Any) -> None:
    reply = call(url, AIML, {**ASKED, "model": name, "prompt": f"an apple for {name}"})
    assert len(data(reply)) == 1
    assert reply.headers["x-imagen-fake-warnings"] is None
    usage = reply.json["meta"]["usage"]
    assert usage == {
        "credits_used": known["credits"],
        "usd_spent": pytest.approx(known["credits"] / 2_000_000),
    }
    (made,) = call(url, f"/_fake/calls?prompt={quote(f'an apple for {name}')}").json["calls"]
    assert made["model"] == known["model"]
    assert call(url, f"/v1/models/{name}").status in {200, 401, 404}


@pytest.mark.parametrize(
    "name",
    ["other/imagen4/preview", "google/imagen4", "x/imagen-4.0-generate-001", "google/google/x",
     "preview", "imagen-99", "imagetext@001"],
)  # fmt: skip
def test_an_id_is_not_cut_at_its_last_slash(url: str, name: str) -> None:
    reply = call(url, AIML, {**ASKED, "model": name})
    listed = " | ".join(f"'{one}'" for one in SOLD)
    problem = f"Invalid enum value. Expected {listed}, received '{name}'"
    assert (reply.status, reply.json["message"]) == (400, f"Body validation error\n{problem}")


@sweep("path", [AIML, OPENAI])
@sweep("name", ["google/nope/preview", "models/a/b", "google/imagetext", "nope"])
def test_an_unknown_model_is_named_as_it_was_sent(url: str, path: str, name: str) -> None:
    reply = call(url, path, {**ASKED, "model": name, "n": 1})
    problem = f"The model `{name}` does not exist or you do not have access to it."
    assert (reply.status, reply.json["error"]["message"]) == (404, problem)


@pytest.mark.parametrize("error", ["404", "model_not_found", "model_end_of_life"])
def test_a_forced_error_names_the_model_as_it_was_sent(url: str, error: str) -> None:
    body = {"model": "google/imagen4/preview", "prompt": f"a pear [fake: error={error}]"}
    message = call(url, AIML, body).json["message"]
    named = message.rpartition(" received ")[2] if "received" in message else message
    assert "google/imagen4/preview" in named


def test_the_limits_are_those_of_the_model(url: str) -> None:
    long = "an apple " * 50
    assert call(url, AIML, {**ASKED, "model": "imagen4/preview", "prompt": long}).status == 200
    reply = call(url, AIML, {**ASKED, "model": "google/imagen4/preview", "prompt": long})
    assert reply.json["message"].endswith(LONG)


def test_four_hundred_characters_are_taken(url: str) -> None:
    assert len(data(call(url, AIML, {**ASKED, "prompt": "x" * 400}))) == 1


def test_an_unknown_model_is_a_404(url: str) -> None:
    reply = call(url, AIML, {**ASKED, "model": "dall-e-3", "n": 1})
    assert (reply.status, reply.json["error"]["type"]) == (404, "invalid_request_error")


@pytest.mark.parametrize("prompt", ["how to make a bomb", "a nude woman"])
def test_what_is_refused_or_filtered_as_a_whole_is_an_error(url: str, prompt: str) -> None:
    reply = call(url, AIML, {**ASKED, "prompt": prompt, "safety_setting": "block_low_and_above"})
    assert (reply.status, reply.json["statusCode"]) == (400, 400)


def test_a_body_that_is_no_object_is_refused(url: str) -> None:
    for body in (b"not json", b"[]"):
        flat, nested = call(url, AIML, body), call(url, OPENAI, body)
        assert (flat.status, flat.json["statusCode"]) == (400, 400)
        assert (nested.status, nested.json["error"]["type"]) == (400, "invalid_request_error")


def test_a_credential_is_wanted_here_too() -> None:
    with serve_in_thread(Config(auth="any")) as address:
        refused = call(address, AIML, ASKED)
        taken = call(address, AIML, ASKED, Authorization="Bearer k")
    assert (refused.status, refused.json["message"]) == (401, KEY)
    assert len(data(taken)) == 1


@pytest.mark.parametrize("prompt", ["how to make a bomb", "a nude woman"])
def test_what_the_filter_refuses_has_openais_code(url: str, prompt: str) -> None:
    reply = call(url, OPENAI, {**ASKED, "model": "imagen-4.0-generate-001", "prompt": prompt})
    assert reply.json["error"]["code"] == "content_policy_violation"


@pytest.mark.parametrize("name", ["imagetext@001", "virtual-try-on-001", "imagen-99"])
@pytest.mark.parametrize("path", [AIML, OPENAI])
def test_a_model_that_makes_no_pictures_of_words_is_not_there(
    url: str, path: str, name: str
) -> None:
    reply = call(url, path, {**ASKED, "model": name, "n": 1})
    assert (reply.status, reply.json["error"]["code"]) == (404, "model_not_found")


@pytest.mark.parametrize("prefix", ["google/", "models/"])
def test_a_model_may_be_named_with_its_publisher(url: str, prefix: str) -> None:
    reply = call(url, OPENAI, {**ASKED, "model": prefix + MODEL})
    assert len(data(reply)) == 1


def test_the_path_of_the_gemini_api_has_the_models_of_that_day() -> None:
    with serve_in_thread(Config(as_of=date(2026, 1, 5))) as address:
        assert call(address, OPENAI, ASKED).status == 404
        assert call(address, AIML, ASKED).status == 200


def test_equal_calls_get_equal_answers(url: str) -> None:
    body = {**ASKED, "n": 1, "response_format": "b64_json"}
    assert call(url, AIML, body).body == call(url, AIML, body).body


def test_unseeded_calls_vary_when_configured_and_seeded_ones_do_not() -> None:
    with serve_in_thread(Config(vary_unseeded=True)) as varying:
        links = [data(call(varying, AIML, ASKED))[0]["url"] for _ in range(2)]
        plain = {**ASKED, "seed": 1, "enhance_prompt": False}
        seeded = [data(call(varying, AIML, plain))[0]["url"] for _ in range(2)]
    assert links[0] != links[1]
    assert seeded[0] == seeded[1]


def test_what_has_no_effect_is_a_warning_and_an_error_when_strict(url: str) -> None:
    body = {**ASKED, "num_image": 2}
    reply = call(url, AIML, body)
    assert len(data(reply)) == 1
    assert "Did you mean num_images?" in reply.headers["x-imagen-fake-warnings"]
    with serve_in_thread(Config(strict=True)) as strict:
        assert call(strict, AIML, body).status == 400
        assert call(strict, AIML, ASKED).status == 200


def test_directives_of_a_prompt_are_words_where_the_header_alone_may_ask() -> None:
    body = {**ASKED, "prompt": "an apple [fake: error=503]"}
    with serve_in_thread(Config(directives="header")) as address:
        assert call(address, AIML, body).status == 200
        assert call(address, AIML, body, **{"X-Imagen-Fake": "error=429"}).status == 429


def test_what_is_left_of_a_prompt_is_words(url: str) -> None:
    body = {**ASKED, "prompt": "an [fa[fake: after=9 drop]ke: error=503]apple"}
    assert call(url, AIML, body).status == 200
    (made,) = call(url, "/_fake/calls?prompt=an%20*apple").json["calls"]
    assert made["prompt"] == "an [fake: error=503]apple"


def test_a_header_is_refused_where_nobody_may_ask() -> None:
    with serve_in_thread(Config(directives="off", rules=("error=503 times=1",))) as address:
        reply = call(address, AIML, ASKED, **{"X-Imagen-Fake": "drop"})
        assert (reply.status, reply.json["message"][:26]) == (
            400, "imagen-fake: no directives"
        )  # fmt: skip
        assert [call(address, AIML, ASKED).status for _ in range(2)] == [503, 200]


def test_half_written_directives_are_a_warning_and_an_error_when_strict(url: str) -> None:
    body = {**ASKED, "prompt": "an apple (fake: drop)"}
    reply = call(url, AIML, body)
    assert reply.status == 200
    assert "'(fake: drop)' in the prompt" in reply.headers["x-imagen-fake-warnings"]
    with serve_in_thread(Config(strict=True)) as strict:
        assert call(strict, AIML, body).status == 400


def test_a_rule_speaks_of_the_dialect_and_of_the_surface_behind_it() -> None:
    rules = ("surface=aiml error=503 times=1", "surface=openai error=504 times=1")
    with serve_in_thread(Config(rules=(*rules, "surface=vertex error=501 times=1"))) as address:
        asked = {**ASKED, "num_images": 1}
        assert [call(address, AIML, asked).status for _ in range(3)] == [503, 501, 200]


def test_a_model_that_ai_ml_api_does_not_list_is_taken_unless_strict(url: str) -> None:
    body = {**ASKED, "model": "google/imagen-3.0-generate-002"}
    warning = "google/imagen-3.0-generate-002 is no model of AI/ML API."
    assert call(url, AIML, body).headers["x-imagen-fake-warnings"] == warning
    with serve_in_thread(Config(strict=True)) as strict:
        assert call(strict, AIML, body).status == 400


def test_a_link_leads_on_from_the_address_that_was_called() -> None:
    with serve_in_thread(Config(allow_hosts=("fake.example",))) as url:
        reply = call(url, AIML, ASKED, Host="fake.example:81")
    assert data(reply)[0]["url"].startswith("http://fake.example:81/_fake/pictures/")


def test_a_parameter_of_the_row_is_named_as_the_caller_spelled_it(url: str) -> None:
    body = {**ASKED, "model": "imagen-4.0-ultra-generate-preview-06-06", "n": 4}
    error = call(url, AIML, body).json["error"]
    assert (error["param"], "sampleCount" in error["message"]) == ("n", False)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", OPENAI, 405), ("POST", f"{OPENAI}/edits", 404), ("GET", "/v1beta/openai/x", 404)],
)
def test_a_wrong_turn_is_told_in_openais_shape(
    url: str, method: str, path: str, status: int
) -> None:
    reply = call(url, path, method=method)
    assert (reply.status, reply.json["error"]["type"]) == (status, "invalid_request_error")


@pytest.mark.parametrize(
    ("method", "path"), [("GET", AIML), ("DELETE", AIML), ("POST", "/v1/images/edits")]
)
def test_a_wrong_turn_at_ai_ml_api_is_a_404_of_its_own(url: str, method: str, path: str) -> None:
    reply = call(url, path, method=method)
    assert (reply.status, reply.json["statusCode"]) == (404, 404)
    assert (reply.json["message"], reply.json["path"]) == (f"Cannot {method} {path}", path)


def test_an_api_key_of_this_fake_passes_as_a_token() -> None:
    access = Access(Config(auth="issued"))
    with serve_in_thread(state=State(Config(auth="issued", keys=None))) as address:
        refused = call(address, AIML, ASKED, Authorization=f"Bearer {api_key(access)}")
    assert (refused.status, refused.json["statusCode"]) == (401, 401)
    state = State(Config(auth="issued"))
    with serve_in_thread(state=state) as address:
        taken = call(address, AIML, ASKED, Authorization=f"Bearer {api_key(state.access)}")
    assert len(data(taken)) == 1


@pytest.mark.parametrize("name", ["aiml", "openai"])
def test_what_a_field_stands_for_is_a_parameter_of_imagen(name: str) -> None:
    known = spec.task_schema("generate")["$defs"]["parameters"]["properties"]
    for schema in spec.read(f"surfaces/{name}.json")["request"]["properties"].values():
        first, *rest = schema.get("x-parameter", "seed").split(".")
        assert first in known
        assert all(inner in known[first]["properties"] for inner in rest)


@pytest.mark.parametrize("path", [AIML, "/v1/projects/p/locations/l/publishers/google/models/x:predict", "/nowhere"])  # noqa: E501  # fmt: skip
def test_a_page_of_another_origin_may_call(url: str, path: str) -> None:
    asked = {"Origin": "https://example.org", "Access-Control-Request-Method": "POST",
             "Access-Control-Request-Headers": "content-type, x-goog-api-key"}  # fmt: skip
    preflight = call(url, path, method="OPTIONS", **asked)
    assert preflight.headers["access-control-allow-origin"] == "*"
    assert "x-goog-api-key" in preflight.headers["access-control-allow-headers"]
    answer = call(url, path, {}, Origin="https://example.org")
    assert answer.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize(
    "path",
    [
        f"/v1beta/projects/p/locations/us-central1/publishers/google/models/{MODEL}:predict",
        f"/v1beta/projects/p/models/{MODEL}:predict",
    ],
)
def test_firebases_paths_answer_and_its_misspelt_keys_are_warnings(url: str, path: str) -> None:
    body = {
        "instances": [{"prompt": "a red apple"}],
        "parameters": {"sampleCount": 1, "safetyFilterLevel": "x", "imageOutputOptions": {}},
    }
    reply = call(url, path, body)
    assert opened(reply.json["predictions"][0]).size == (1024, 1024)
    assert "safetyFilterLevel is not a known field" in reply.headers["x-imagen-fake-warnings"]


@pytest.mark.parametrize("path", dialect.paths())
def test_a_text_where_a_choice_is_no_text_is_refused(url: str, path: str) -> None:
    reply = call(url, path, {"prompt": "a red apple", "n": 1, "stream": "false"})
    assert (reply.status, reply.json["error"]["param"]) == (400, "stream")


def test_an_empty_model_is_refused_like_an_unknown_one(url: str) -> None:
    empty, unknown = (call(url, AIML, {**ASKED, "model": name}) for name in ("", "x"))
    assert (empty.status, unknown.status) == (400, 400)
    assert empty.json["message"] == unknown.json["message"].replace("'x'", "''")


SEED_WARNING = (
    "seed promises nothing while enhance_prompt is on: each answer is to another prompt."
    " Set enhance_prompt to false to get the same pictures again."
)


@pytest.mark.parametrize(
    ("fields", "warning"),
    [
        ({"seed": 1}, SEED_WARNING),
        ({"output_format": "webp", "output_compression": 50},
         "output_compression has no effect on any format but image/jpeg."),
    ],
)  # fmt: skip
def test_a_warning_names_parameters_as_the_caller_spells_them(
    url: str, fields: dict[str, Any], warning: str
) -> None:
    body = {**ASKED, **fields}
    assert call(url, AIML, body).headers["x-imagen-fake-warnings"] == warning
    with serve_in_thread(Config(strict=True)) as strict:
        refused = call(strict, AIML, body).json
    assert refused.get("error", refused)["message"] == warning
