import base64
import json
from collections.abc import Iterator, Mapping
from hashlib import sha256
from io import BytesIO
from typing import Any

import grpc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from imagen_fake.config import Config
from imagen_fake.pipeline.redaction import REDACTED
from imagen_fake.pipeline.respond import Answer
from imagen_fake.state.called import OVERHEAD, Called
from imagen_fake.state.head import MAX_HEADERS, RECORDED_HEADERS, Head, request_head
from imagen_fake.state.journal import (
    MAX_BODY_BYTES,
    MAX_BYTES,
    MAX_CALLS,
    MAX_HEAD_BYTES,
    Journal,
    is_heavy,
)
from imagen_fake.state.parts import Origin
from imagen_fake.state.state import State
from imagen_fake.storage.objects import NewObject
from imagen_fake.testing.in_process import InProcess
from imagen_fake.testing.messages import Request, Response
from tests import rpc
from tests.conftest import RESOURCE
from tests.pictures import file_of, gradient, media

MODEL, UPSCALING = "imagen-4.0-generate-001", "imagen-4.0-upscale-preview"
PATH = f"/v1/{RESOURCE}{MODEL}:predict"
UPSCALE = f"/v1/{RESOURCE}{UPSCALING}:predict"
DATA = "bytesBase64Encoded"
SMALL = {"instances": [{"prompt": "a red apple"}], "parameters": {"sampleCount": 1}}


class Fake:
    """A fake in process, and what it remembers."""

    def __init__(self, config: Config | None = None) -> None:
        self.state = State(config or Config())
        self.asked = InProcess(self.state)

    def post(self, body: Any, path: str = PATH, **headers: str) -> Response:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        sent = tuple(
            (name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()
        )
        return self.asked.ask(Request("POST", f"https://fake{path}", sent, raw))

    def last(self) -> Called:
        return list(self.state.journal)[-1]

    def called(self, body: Any, path: str = PATH, **headers: str) -> Called:
        self.post(body, path, **headers)
        return self.last()


@pytest.fixture(scope="module")
def lasting() -> Iterator[Fake]:
    fake = Fake()
    yield fake
    fake.asked.close()


@pytest.fixture
def fake(lasting: Fake) -> Fake:
    lasting.state.reset()
    return lasting


class Asking:
    """A request of a few bytes that nobody understands."""

    def __init__(self, raw: bytes = b"{}", path: str = "/", **headers: str) -> None:
        named = [(name.encode(), value.encode()) for name, value in headers.items()]
        self.head: Head = request_head({"method": "POST", "path": path, "headers": named})
        self.raw = raw

    @property
    def heavy(self) -> bool:
        return is_heavy(self.head, self.raw)

    def origin(self) -> Origin:
        return Origin("vertex", "model")


def entered(sizes: list[int], calls: int = 10, limit: int = 10**6) -> Journal:
    journal = Journal(calls, limit)
    for size in sizes:
        journal.add(Asking(bytes(size)), Answer(200, b"{}"), 0.0)
    return journal


@settings(deadline=None)
@given(
    st.lists(st.integers(0, MAX_BODY_BYTES), max_size=40),
    st.integers(1, 12),
    st.integers(0, 300_000),
)
def test_there_are_never_more_calls_or_bytes_than_the_limits(
    sizes: list[int], calls: int, limit: int
) -> None:
    journal = Journal(calls, limit)
    for size in sizes:
        journal.add(Asking(bytes(size)), Answer(200, b"{}"), 0.0)
        assert len(journal) <= calls
        assert sum(called.size for called in journal) == journal.size <= limit
    assert journal.shed.calls == len(sizes) - len(journal)


def test_the_oldest_calls_are_forgotten_first() -> None:
    journal = entered([1] * 25)
    assert [called.number for called in journal] == [*range(16, 26)]
    assert (journal.get(15), journal.get(26)) == (None, None)


def test_calls_are_numbered_from_1_and_again_after_clearing() -> None:
    journal = entered([1, 1])
    assert [called.number for called in journal] == [1, 2]
    journal.clear()
    assert (len(journal), journal.size, list(journal)) == (0, 0, [])
    journal.add(Asking(), Answer(200, b"{}"), 0.0)
    assert [called.number for called in journal] == [1]


@pytest.mark.parametrize("body", [SMALL, {"instances": []}], ids=["answered", "refused"])
def test_three_thousand_calls_stay_within_the_bounds(fake: Fake, body: Any) -> None:
    for _ in range(3_000):
        fake.post(body)
    journal = fake.state.journal
    numbers = [called.number for called in journal]
    assert numbers == [*range(3_001 - len(numbers), 3_001)]
    assert len(numbers) <= MAX_CALLS
    assert journal.size <= MAX_BYTES
    one = journal.size / len(numbers)
    assert len(numbers) == MAX_CALLS or journal.size + one > MAX_BYTES


def settled(called: Called) -> Called:
    """The call, summed up; that goes on beside, and doing it twice does no harm."""
    called.summarize()
    return called


def noise_body() -> Mapping[str, Any]:
    noise = Image.effect_noise((400, 400), 90)
    return {
        "instances": [{"image": media(noise)}],
        "parameters": {"mode": "upscale", "upscaleConfig": {"upscaleFactor": "x2"}},
    }


def test_a_heavy_call_is_summed_up_and_its_bodies_forgotten(fake: Fake) -> None:
    body = noise_body()
    answer = fake.post(body, UPSCALE)
    called = settled(fake.last())
    assert answer.status == 200
    assert len(json.dumps(body)) > MAX_BODY_BYTES < len(answer.body)
    facts = called.body["instances"][0]["image"]["bytesBase64Encoded"]
    sent = base64.b64decode(body["instances"][0]["image"]["bytesBase64Encoded"])
    assert facts["sha256"] == sha256(sent).hexdigest()
    assert called.instance["image"]["bytesBase64Encoded"] == facts
    assert called.task == "upscale"
    assert digests(called) == [sha256(one).hexdigest() for one in pictures(answer)]


@pytest.mark.parametrize("key", ["bytesBase64Encoded", "bytes_base64_encoded", "b64_json"])
def test_pictures_are_not_searched_for_credentials(key: str) -> None:
    spelled = json.dumps({"instances": [{"image": {key: "AIza" * 1000}}]}).encode()
    beside = json.dumps({"instances": [{"image": {key: "A" * 4000}, "note": "AIza"}]}).encode()
    assert [Asking(raw).heavy for raw in (spelled, beside)] == [False, True]


def test_of_a_heavy_call_what_is_left_counts() -> None:
    journal = Journal()
    raw = json.dumps(noise_body()).encode()
    journal.add(Asking(raw), Answer(200, b"{}"), 0.0)
    [called] = journal
    assert len(called.thumbnails) == 1
    assert OVERHEAD < journal.size == called.size < len(raw) / 4


def test_a_call_that_cannot_be_summed_up_is_entered_without_its_body(
    caplog: pytest.LogCaptureFixture,
) -> None:
    class Failing(Asking):
        def origin(self) -> Origin:
            return Origin("vertex", "model", self.fail)

        def fail(self) -> Any:
            raise RecursionError("too deep")

    journal = Journal()
    journal.add(Failing(bytes(MAX_BODY_BYTES + 1)), Answer(200, b"{}"), 0.0)
    [called] = journal
    assert (called.model, called.body, called.task) == ("model", None, None)
    assert "RecursionError: too deep" in caplog.text


@pytest.mark.parametrize("reproducible", [True, False])
def test_no_large_answer_is_kept(reproducible: bool) -> None:
    journal = Journal()
    answer = Answer(200, b"a" * (MAX_BODY_BYTES + 1), reproducible=reproducible)
    journal.add(Asking(), answer, 0.0)
    [called] = journal
    assert journal.size < MAX_BODY_BYTES
    assert bool(called.answer) != reproducible  # what cannot be drawn again is summarized


@pytest.mark.parametrize(("more", "heavy"), [(0, False), (1, True)])
def test_a_call_with_a_long_head_is_heavy(more: int, heavy: bool) -> None:
    assert is_heavy(Head("POST", "/", {}, MAX_HEAD_BYTES + more), b"{}") == heavy


def test_bodies_are_shed_before_thumbnails_and_those_before_calls() -> None:
    raw = json.dumps(noise_body()).encode()
    whole = Journal()
    whole.add(Asking(raw), Answer(200, b"{}"), 0.0)
    [one] = whole
    thumbnail = sum(map(len, one.thumbnails))
    seen = []
    for limit in (3 * one.size, 3 * (OVERHEAD + 200 + thumbnail), 3 * (OVERHEAD + 200), OVERHEAD):
        journal = Journal(limit=limit)
        for _ in range(3):
            journal.add(Asking(raw), Answer(200, b"{}"), 0.0)
        seen.append((journal.shed, [(bool(one.body), len(one.thumbnails)) for one in journal]))
        assert journal.size <= limit
    assert seen[0] == ((0, 0, 0), [(True, 1)] * 3)
    assert seen[1][0][0] >= 1
    assert seen[1][0][1:] == (0, 0)
    assert seen[2] == ((3, 3, 0), [(False, 0)] * 3)
    assert seen[3] == ((3, 3, 3), [])


def test_what_is_made_of_a_call_when_it_is_read_counts() -> None:
    journal = entered([])
    body = json.dumps({"pad": [{}] * 1900}).encode()
    journal.add(Asking(body), Answer(200, b"{}"), 0.0)
    before = journal.size
    [called] = journal
    assert called.body == json.loads(body)
    assert journal.size == called.size > before + len(body) - 100


@pytest.mark.parametrize("asked", ["path", "header", "headers", "name"])
def test_a_hundred_unmatched_requests_of_a_megabyte_are_small(fake: Fake, asked: str) -> None:
    path, sent = "/nowhere", list[tuple[bytes, bytes]]()
    match asked:
        case "path":
            path += "/" + "a" * 2**20
        case "header":
            sent = [(b"user-agent", b"a" * 2**20)]
        case "headers":
            sent = [(b"x-%d" % number, b"a" * 100) for number in range(10_000)]
        case "name":
            sent = [(b"x" * 2**20, b"a")]
    for _ in range(100):
        fake.asked.ask(Request("POST", f"https://fake{path}", tuple(sent), b"{}"))
    journal = fake.state.journal
    assert len(journal) == 100
    assert 100 * OVERHEAD < journal.size < 100 * 20_000
    assert len(fake.last().headers) <= MAX_HEADERS


def test_the_limit_is_that_of_the_config() -> None:
    fake = Fake(Config(journal_bytes=0))
    assert fake.post(SMALL).status == 200
    assert (len(fake.state.journal), fake.state.journal.shed.calls) == (0, 1)
    fake.asked.close()


@pytest.mark.parametrize(
    "body",
    [
        {"instances": [{"prompt": "x" * 10**6}]},
        {**SMALL, "pad": [1] * 10**6},
        {"instances": [{"prompt": "a", "image": {"bytesBase64Encoded": "\\" * 10**6}}]},
    ],
)
def test_what_is_left_of_a_large_body_is_small(fake: Fake, body: Any) -> None:
    called = settled(fake.called(body))
    assert len(json.dumps([called.body, called.instance, called.answer])) < MAX_BODY_BYTES


def test_a_call_of_an_escaped_picture_is_left_small_too(fake: Fake) -> None:
    raw = json.dumps(noise_body()).replace("/", "\\/").encode()
    called = fake.called(raw, UPSCALE)
    assert (called.status, called.task) == (200, "upscale")
    settled(called)
    assert len(json.dumps([called.body, called.instance])) < MAX_BODY_BYTES


def pictures(answer: Response) -> list[bytes]:
    made = json.loads(answer.body)["predictions"]
    return [base64.b64decode(one[DATA]) for one in made if DATA in one]


def digests(called: Called) -> list[str]:
    return [one[DATA]["sha256"] for one in called.answer["predictions"] if DATA in one]


@pytest.mark.parametrize("directives", ["", "seed=7", "filter=1", "delay=1ms", "error=503 times=0"])
def test_pictures_that_are_drawn_again_are_those_that_were_answered(
    fake: Fake, directives: str
) -> None:
    body = {**SMALL, "parameters": {"sampleCount": 2}}
    answer = fake.post(body, x_imagen_fake=directives)
    sent = [sha256(one).hexdigest() for one in pictures(answer)]
    assert digests(fake.last()) == sent != []


def test_unseeded_pictures_that_vary_are_drawn_again_as_they_were() -> None:
    fake = Fake(Config(vary_unseeded=True))
    answers = [fake.post(SMALL) for _ in range(2)]
    told = [digests(called) for called in fake.state.journal]
    assert told == [[sha256(one).hexdigest() for one in pictures(answer)] for answer in answers]
    assert told[0] != told[1]
    fake.asked.close()


def test_a_rule_that_is_gone_still_tells_in_its_calls(fake: Fake) -> None:
    fake.state.rules.add("seed=9 times=1")
    answer = fake.post(SMALL)
    fake.state.rules.clear()
    assert fake.last().directives == {"seed": 9}
    assert digests(fake.last()) == [sha256(one).hexdigest() for one in pictures(answer)]


@pytest.mark.parametrize("directives", ["", "delay=1ms"])
def test_a_call_that_read_an_object_is_told_after_the_object_is_gone(
    fake: Fake, directives: str
) -> None:
    noise = Image.effect_noise((300, 300), 90)
    fake.state.storage.put([NewObject("gs://pictures/a.png", file_of(noise), "image/png")])
    body = {**noise_body(), "instances": [{"image": {"gcsUri": "gs://pictures/a.png"}}]}
    answer = fake.post(body, UPSCALE, x_imagen_fake=directives)
    called = settled(fake.last())
    fake.state.storage.put(
        [NewObject("gs://pictures/a.png", file_of(gradient((9, 9))), "image/png")]
    )
    assert answer.status == 200
    assert digests(called) == [sha256(one).hexdigest() for one in pictures(answer)]


def test_thumbnails_are_small_jpegs_of_what_came_and_went(fake: Fake) -> None:
    body = {**noise_body(), "instances": [{"image": media(gradient((300, 150)))}]}
    thumbnails = [Image.open(BytesIO(one)) for one in fake.called(body, UPSCALE).thumbnails]
    assert [(one.format, one.size) for one in thumbnails] == [("JPEG", (128, 64))] * 2


def test_a_call_tells_what_was_asked_and_answered(fake: Fake) -> None:
    body = {"instances": [{"prompt": "a red apple"}],
            "parameters": {"sample_count": 1, "negativePrompt": "pears"}}  # fmt: skip
    called = fake.called(body)
    assert (called.number, called.surface, called.model) == (1, "vertex", MODEL)
    assert (called.method, called.path, called.status) == ("POST", PATH, 200)
    assert (called.task, called.prompt) == ("generate", "a red apple")
    assert called.body == body
    assert called.instance["prompt"] == "a red apple"
    assert called.parameters["sampleCount"] == 1
    assert any("negativePrompt" in warning for warning in called.warnings)
    assert 0 < called.seconds < 60
    assert repr(called) == f"<call 1 on vertex: {MODEL} -> 200>"


def test_a_call_tells_its_prompt_without_directives(fake: Fake) -> None:
    called = fake.called({"instances": [{"prompt": "a cat [fake: error=503:busy]"}]})
    assert (called.prompt, called.status) == ("a cat", 503)
    assert called.directives == {"error": ("unavailable", "busy")}
    assert called.body["instances"][0]["prompt"] == "a cat [fake: error=503:busy]"
    assert called.answer["error"]["message"] == "busy"


@pytest.mark.parametrize(
    ("raw", "told"),
    [(b"", ""), (b"{", "{"), (b"[]", []), (b'{"instances": []}', {"instances": []}),
     (b'{"instances": [{"prompt": 1e999}]}', '{"instances": [{"prompt": 1e999}]}')],
)  # fmt: skip
def test_a_body_that_is_refused_is_entered(fake: Fake, raw: bytes, told: Any) -> None:
    called = fake.called(raw)
    assert (called.status, called.body) == (400, told)
    assert (called.task, called.prompt, called.instance, called.parameters) == (None, "", {}, {})
    assert called.answer["error"]["status"] == "INVALID_ARGUMENT"


@pytest.mark.parametrize(
    ("path", "surface", "model", "status"),
    [
        (PATH, "vertex", MODEL, 200),
        (f"/v1beta/models/{MODEL}:predict", "gemini", MODEL, 200),
        (f"/v1/{RESOURCE}nope:predict", "vertex", "nope", 404),
        ("/v1/projects/p/locations/l/endpoints/7:predict", "vertex", "7", 404),
        ("/nowhere", "", "", 404),
        (f"/v9/{RESOURCE}{MODEL}:predict", "", "", 404),
    ],
)
def test_a_call_is_entered_wherever_it_went(
    fake: Fake, path: str, surface: str, model: str, status: int
) -> None:
    called = fake.called(SMALL, path)
    assert (called.surface, called.model, called.status) == (surface, model, status)
    assert called.path == path


@pytest.mark.parametrize(
    ("path", "body", "surface"),
    [
        ("/v1/images/generations", {"model": MODEL, "num_images": 1}, "aiml"),
        ("/v1/images/generations", {"model": MODEL, "n": 1}, "openai"),
        ("/v1beta/openai/images/generations", {"model": MODEL}, "openai"),
    ],
)
def test_calls_for_images_are_entered_by_their_dialect(
    fake: Fake, path: str, body: Any, surface: str
) -> None:
    called = fake.called({**body, "prompt": "a red apple"}, path)
    assert (called.surface, called.model, called.prompt) == (surface, MODEL, "a red apple")
    assert called.status == 200
    assert called.answer["data"]


def test_a_call_for_images_that_is_refused_is_entered(fake: Fake) -> None:
    called = fake.called(b"{", "/v1/images/generations")
    assert (called.surface, called.model, called.status, called.task) == ("aiml", "", 400, None)


def test_calls_of_the_fake_itself_are_not_entered(fake: Fake) -> None:
    for path in ("/_fake/nothing", "/_fake/calls", "/_fake/reset"):
        fake.post({}, path)
    assert len(fake.state.journal) == 0


def test_calls_over_grpc_are_entered() -> None:
    state = State(Config())
    with rpc.channel(state=state) as channel:
        rpc.call(channel, "Predict", {"endpoint": RESOURCE + MODEL, **SMALL})
        with pytest.raises(grpc.RpcError):
            rpc.call(channel, "Predict", {"endpoint": RESOURCE + "nope", **SMALL})
    good, bad = state.journal
    assert (good.surface, good.method, good.path) == ("vertex", "GRPC", RESOURCE + MODEL)
    assert (good.model, good.prompt, good.status) == (MODEL, "a red apple", 200)
    assert (bad.model, bad.status) == ("nope", 404)


def test_calls_without_a_credential_are_entered() -> None:
    state = State(Config(auth="any"))
    app = InProcess(state)
    app.ask(Request("POST", f"http://fake{PATH}", (), b"{}"))
    app.close()
    with rpc.channel(state=state) as channel, pytest.raises(grpc.RpcError):
        rpc.call(channel, "Predict", {"endpoint": RESOURCE + MODEL, **SMALL})
    assert [(one.status, one.method, one.model) for one in state.journal] == [
        (401, "POST", MODEL), (401, "GRPC", MODEL)
    ]  # fmt: skip


SECRETS = [
    "Authorization",
    "Proxy-Authorization",
    "Cookie",
    "x-goog-api-key",
    "X-Api-Key",
    "X-Auth",
    "x-amz-security-token",
    "X-Client-Secret",
    "x-password",
    "X-Credential",
]
names = st.sampled_from([*SECRETS, "X-Goog-IAP-JWT-Assertion", "X-Firebase-AppCheck", "DPoP",
                         "Referer", "X-Amz-Date", "Forwarded"]) | st.from_regex(
    r"[A-Za-z-]{1,20}", fullmatch=True
).filter(lambda name: name.lower().encode() not in RECORDED_HEADERS)  # fmt: skip


@given(names, st.text(st.characters(codec="latin-1"), min_size=4).map(lambda text: f"s3cr3t{text}"))
def test_no_header_is_told_that_is_not_known_to_be_harmless(name: str, value: str) -> None:
    journal = Journal()
    asking = Asking()
    asking.head = request_head({"method": "GET", "path": "/", "headers": [
        (name.encode(), value.encode("latin-1"))]})  # fmt: skip
    journal.add(asking, Answer(200, b"{}"), 0.0)
    [called] = journal
    assert called.headers == {name.lower(): REDACTED}
    assert "s3cr3t" not in repr(called)


@pytest.mark.parametrize(
    "raw",
    [
        json.dumps({**SMALL, "parameters": {"vertex_credentials": "s3cr3t"}}).encode(),
        json.dumps({**SMALL, "vertexCredentials": {"private_key": "s3cr3t"}}).encode(),
        json.dumps({**SMALL, "x": [{"client_secret": "s3cr3t", "apiKey": "s3cr3t"}]}).encode(),
        b'{"vertex_credentials": "s3cr3t',
        b'{"private_key": "s3cr3t"' + b" " * 10**5,
        json.dumps({**SMALL, "a": {"x-goog-api-key": "s3cr3t", "sessionToken": "s3cr3t"}}).encode(),
        json.dumps({"instances": [{"prompt": 'a cat {"private_key": "s3cr3t"}'}]}).encode(),
        json.dumps({**SMALL, "parameters": {"aspectRatio": "Bearer s3cr3t"}}).encode(),
        b'{"instances": [{"prompt": "a"}], "vertex_\\u0063redentials": "s3cr3t"}',
        b"{vertex_credentials: 's3cr3t'}",
    ],
)
def test_no_credential_in_a_body_is_kept(fake: Fake, raw: bytes) -> None:
    called = fake.called(raw)
    told = [called.body, called.instance, called.parameters, called.path, repr(called)]
    assert "s3cr3t" not in json.dumps(told)
    assert b"s3cr3t" not in called._raw
    assert "s3cr3t" not in json.dumps(called.answer)
    assert not any(b"s3cr3t" in key[2] for key in fake.state.responses._entries)


FAULTY = [
    json.dumps({"instances": [{"prompt": "my password: is s3cr3t"}]}),
    json.dumps({"instances": [{"prompt": "a cat [fake: password=s3cr3t]"}]}),
    json.dumps({"instances": [{"prompt": "a cat (fake: password=s3cr3t)"}]}),
    json.dumps({"instances": [{"prompt": "a", "password: is s3cr3t": 1}]}),
    json.dumps({**SMALL, "parameters": {"password=s3cr3t": 1}}),
    json.dumps({**SMALL, "parameters": {"aspectRatio": "token: missing s3cr3t"}}),
    json.dumps({**SMALL, "password=s3cr3t": 1}),
    json.dumps({**SMALL, "parameters": {"pwd": "s3cr3t", "dbPass": "s3cr3t", "sig": "s3cr3t"}}),
    json.dumps({**SMALL, "parameters": {"bearer": "s3cr3t", "sessionid": 0, "sid": "s3cr3t"}}),
    '{"instances": [{"prompt": "a", "pwd=s3cr3t": 1, "pwd=s3cr3t": 2}]}',
    '{"password": missing s3cr3t}',
    '{"a": 1, password: is s3cr3t}',
    '{"a": 1, sig: must s3cr3t}',
    "password: is s3cr3t",
]
"""Bodies that write of a credential as the service writes of a field, or where no value stands."""


def shown(fake: Fake) -> str:
    """Everything that is shown of the last call."""
    number = fake.last().number
    asked = (Request("GET", f"https://fake/_fake/calls{at}", (), b"") for at in ("", f"/{number}"))
    return "".join(fake.asked.ask(one).body.decode() for one in asked) + repr(vars(fake.last()))


@pytest.mark.parametrize("path", [PATH, "/v1beta/models/imagen-4.0-generate-001:predict"])
@pytest.mark.parametrize("raw", FAULTY)
def test_prose_and_keys_that_hold_a_credential_are_kept_nowhere(
    fake: Fake, raw: str, path: str
) -> None:
    answer = fake.post(raw.encode(), path)
    kept = shown(fake)
    assert "s3cr3t" not in kept
    assert "*" in kept or REDACTED in kept
    warned = b"".join(value for name, value in answer.headers if name == b"x-imagen-fake-warnings")
    assert b"s3cr3t" not in warned
    assert b"s3cr3t" not in answer.body or answer.status == 200


@pytest.mark.parametrize(
    "body",
    [
        {"prompt": "my password: is s3cr3t"},
        {"prompt": "a", "password=s3cr3t": 1},
        {"prompt": "a", "model": "pwd=s3cr3t"},
        {"prompt": "a", "size": "password: is s3cr3t"},
    ],
)
def test_nor_are_they_of_a_call_for_images(fake: Fake, body: Any) -> None:
    fake.post(body, "/v1/images/generations")
    assert "s3cr3t" not in shown(fake)
    assert "*" in shown(fake)


@pytest.mark.parametrize(
    ("header", "status"),
    [
        ("error=503:password=s3cr3t", 503),
        ('error="503:password: is s3cr3t"', 503),
        ('error="503:\\u0070assword: is s3cr3t"', 503),
        ("password=s3cr3t", 400),
        ("error=503 pwd=s3cr3t", 400),
        ("error='503:token: s3cr3t", 400),
    ],
)
def test_no_credential_in_directives_is_kept(fake: Fake, header: str, status: int) -> None:
    called = fake.called(SMALL, X_Imagen_Fake=header)
    assert called.status == status
    assert "s3cr3t" not in shown(fake)
    assert "*" in called.headers["x-imagen-fake"]
    assert "s3cr3t" not in json.dumps(called.answer)


def test_no_credential_in_the_error_of_a_rule_is_kept(fake: Fake) -> None:
    fake.state.rules.add('error="503:password: is s3cr3t"')
    answer = fake.post(SMALL)
    assert json.loads(answer.body)["error"]["message"] == "password: is s3cr3t"
    assert "s3cr3t" not in shown(fake)
    assert fake.last().directives["error"][1] == "password:**********"


@pytest.mark.parametrize("name", ["user-agent", "x-goog-request-params", "x-request-id"])
def test_no_credential_in_a_header_that_is_kept_is_shown(name: str) -> None:
    headers = [(name.encode(), b"a token: is s3cr3t")]
    kept = request_head({"method": "GET", "path": "/", "headers": headers})
    assert kept.headers == {name: "a token:**********"}


@pytest.mark.parametrize("where", ["path", "user-agent", "host"])
def test_no_query_and_no_user_of_an_address_is_kept(where: str) -> None:
    text = "/a https://me:s3cr3t@host/b?key=s3cr3t&access_token=s3cr3t c"
    headers = [] if where == "path" else [(where.encode(), text.encode())]
    kept = request_head(
        {"method": "GET", "path": text if where == "path" else "/", "headers": headers}
    )
    assert "s3cr3t" not in repr(kept)
    assert "host/b" in repr(kept)


def test_long_base64_is_kept_as_size_and_digest(fake: Fake) -> None:
    text = base64.b64encode(bytes(range(256)) * 100).decode()
    called = fake.called({**SMALL, "attachment": {"bytes": text}})
    digest = sha256(text.encode()).hexdigest()
    assert called.body["attachment"]["bytes"] == {"characters": len(text), "sha256": digest}


@settings(deadline=None, max_examples=10)
@given(st.from_regex(r"s3cr3t[a-z]{4,20}", fullmatch=True))
def test_a_key_in_the_address_is_not_kept_at_all(lasting: Fake, secret: str) -> None:
    called = lasting.called({}, f"{PATH}?key={secret}&$alt=json")
    told = [called.path, called.headers, called.body, called.answer, repr(called)]
    assert secret not in json.dumps(told)


def test_other_headers_are_told_in_lower_case(fake: Fake) -> None:
    called = fake.called(SMALL, X_Imagen_Fake="seed=1", User_Agent="a client")
    assert called.headers["x-imagen-fake"] == "seed=1"
    assert called.headers["user-agent"] == "a client"


def test_what_is_told_of_a_kept_call_is_told_again_alike(fake: Fake) -> None:
    called = fake.called(SMALL)
    before = (called.body, called.answer, called.instance, called.thumbnails)
    settled(called)
    assert (called.body, called.answer, called.instance, called.thumbnails) == before


def test_a_number_finds_its_call(fake: Fake) -> None:
    fake.post(SMALL)
    fake.post({"instances": [{"prompt": "a pear"}]})
    found = fake.state.journal.get(2)
    assert found is not None
    assert found.prompt == "a pear"
    assert fake.state.journal.get(2) is found


def test_it_counts_the_calls_that_it_has_forgotten_too() -> None:
    journal = Journal(calls=3)
    for number in range(5):
        journal.add(Asking(), Answer(200, b"{}"), 0.0)
        assert journal.total == number + 1
    journal.clear()
    assert journal.total == 0
