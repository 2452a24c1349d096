"""Recording: what was asked and answered is kept, and no secret with it."""

import base64
import gzip
import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from imagen_fake.contract.bodies.cases import every_case, operations
from imagen_fake.contract.bodies.strategies import invalid_cases, respelled_cases, valid_cases
from imagen_fake.contract.cassettes.cassette import Cassette, Provenance, read, to_yaml, write
from imagen_fake.contract.cassettes.placeholder import decode_picture
from imagen_fake.contract.cassettes.recorder import cassette, file_name, record
from imagen_fake.contract.exchange import Case, Exchange, Request, Response
from tests.pictures import file_of, gradient

HOST = "https://us-central1-aiplatform.googleapis.com"
MODEL = "locations/us-central1/publishers/google/models/imagen-4.0-generate-001:predict"
PROVENANCE = Provenance("A picture.", "recorded", ("python-genai",), "Apache-2.0", "2026-11-21")

LETTERS = "abcdefghijklmnopqrstuvwxyz"
WORD = st.text(LETTERS + LETTERS.upper() + "0123456789-_", min_size=12, max_size=36).map(
    lambda text: "x7Q-" + text
)
"""No word that stands in every cassette anyhow."""
TOKENS = st.one_of(
    WORD.map(lambda word: "ya29." + word),
    WORD.map(lambda word: word + "/+" + word),
    st.tuples(WORD, WORD, WORD).map(lambda words: "eyJ" + ".".join(words)),
)
KEYS = st.one_of(
    st.text(LETTERS + "0123456789-_", min_size=35, max_size=35).map(lambda text: "AIza" + text),
    WORD,
)
# A picture's base64 has long runs of one letter.
PROJECTS = st.one_of(
    st.from_regex(r"[a-z][a-z0-9-]{8,20}[a-z0-9]", fullmatch=True).filter(
        lambda name: (
            name not in "publishers google models locations predictions" and len(set(name)) > 3
        )
    ),
    st.integers(10**10, 10**13).map(str),
)
EMAILS = st.from_regex(
    r"[a-z]{6,12}\.[a-z]{6,12}@[a-z]{5,12}\.(com|iam\.gserviceaccount\.com)", fullmatch=True
)
IDS = st.uuids().map(str)

SPELLINGS: list[Callable[[str], str]] = [
    str,
    str.upper,
    lambda secret: quote(secret, safe=""),
    lambda secret: json.dumps(secret)[1:-1],
    lambda secret: base64.b64encode(secret.encode()).decode(),
    lambda secret: base64.urlsafe_b64encode(f"Bearer {secret}".encode()).decode(),
]


@st.composite
def planted(draw: st.DrawFn) -> tuple[list[str], Request, Response]:
    """Secrets, and an exchange that has them wherever they can be, in some spelling."""
    token, key, project = draw(TOKENS), draw(KEYS), draw(PROJECTS)
    email, request_id, cookie = draw(EMAILS), draw(IDS), draw(WORD)
    secrets = [token, key, project, email, request_id, cookie]
    spelled = [draw(st.sampled_from(SPELLINGS))(secret) for secret in secrets]
    said = " and ".join(spelled)
    asked = {
        "instances": [{"prompt": said, "image": media(said)}],
        "parameters": {"storageUri": f"gs://{project}/of/{email}/"},
        "labels": {"user": email, "note": said, spelled[0]: spelled[1]},
    }
    details = {"@type": "RequestInfo", "requestId": request_id, "consumer": f"projects/{project}"}
    answered = {
        "predictions": [{"prompt": said, **media(said)}, {"gcsUri": f"gs://{project}/a.png"}],
        "error": {
            "message": f"Permission denied on projects/{project}: {said}",
            "details": [details],
        },
    }
    url = (
        f"{HOST}/v1/projects/{quote(project)}/{MODEL}?key={quote(key)}&access_token={quote(token)}"
    )
    return secrets, Request("POST", url, sent(*secrets), body(asked)), answer(answered, *secrets)


def sent(token: str, key: str, project: str, email: str, request_id: str, cookie: str) -> Any:
    return headers(
        {
            "Authorization": f"Bearer {token}",
            "X-Goog-Api-Key": key,
            "X-Goog-User-Project": project,
            "X-Account": email,
            "X-Request-Id": request_id,
            "Cookie": f"SID={cookie}; theme=dark",
            "Content-Type": "application/json",
        }
    )


def answer(said: Any, *secrets: str) -> Response:
    told = {
        "Set-Cookie": f"SID={secrets[5]}; Path=/",
        "X-Request-Id": secrets[4],
        "X-Odd": secrets[0],
    }
    return Response(200, headers({"Server": f"served {secrets[2]}", **told}), body(said))


def headers(named: dict[str, str]) -> tuple[tuple[bytes, bytes], ...]:
    return tuple((name.encode(), value.encode()) for name, value in named.items())


def body(value: Any) -> bytes:
    return json.dumps(value).encode()


def media(said: str) -> dict[str, str]:
    """A JPEG whose EXIF tells something."""
    exif = Image.Exif()
    exif[0x010E] = said
    file = io.BytesIO()
    Image.new("RGB", (64, 48), "navy").save(file, "JPEG", exif=exif)
    return {"bytesBase64Encoded": base64.b64encode(file.getvalue()).decode()}


def unwrapped(text: str) -> str:
    """A file's text, and that of every base64 in it, without case, quoting and line breaks."""
    found = [text]
    for word in text.replace("\\", " ").replace('"', " ").split():
        for altered in (word, word.replace("-", "+").replace("_", "/")):
            with_end = altered.rstrip("=") + "=" * (-len(altered.rstrip("=")) % 4)
            try:
                found.append(base64.b64decode(with_end, validate=True).decode("latin-1"))
            except ValueError:
                continue
    return "\n".join(found).lower()


def exchange(asked: Any, answered: Any, **named: str) -> Exchange:
    case = Case("one", "vertex", "imagen-4.0-generate-001", "generate", asked)
    request = Request("POST", f"{HOST}/v1/projects/somebodys/{MODEL}", headers(named), body(asked))
    return Exchange(case, request, Response(200, headers({}), body(answered)))


def recorded(asked: Any, answered: Any) -> tuple[Any, Any, Cassette]:
    """The bodies of a cassette as they are kept, and the cassette."""
    done = exchange(asked, answered)
    made = cassette("one", done.request, done.response, PROVENANCE)
    ((request, response),) = made.interactions
    return json.loads(request.body), json.loads(response.body), made


@given(planted())
def test_no_secret_survives_in_any_spelling(case: tuple[list[str], Request, Response]) -> None:
    secrets, request, response = case
    text = unwrapped(to_yaml(cassette("one", request, response, PROVENANCE)))
    for secret in secrets:
        for spell in SPELLINGS:
            assert spell(secret).lower() not in text


@given(
    st.one_of(
        WORD.map(lambda word: "ya29." + word),
        st.text(LETTERS, min_size=35, max_size=35).map(lambda text: "AIza" + text),
        st.text(LETTERS, min_size=30, max_size=30).map(lambda text: f"eyJ{text}.{text}.{text}"),
        EMAILS,
        IDS,
    ),
    st.sampled_from([SPELLINGS[0], SPELLINGS[3], SPELLINGS[4]]),
)
def test_what_looks_like_a_secret_is_taken_out_wherever_it_comes_from(
    secret: str, spell: Callable[[str], str]
) -> None:
    asked = {"instances": [{"prompt": f"see {spell(secret)} there"}], spell(secret): 1}
    answered = {"error": {"message": f"no {spell(secret)}.", "details": [spell(secret)]}}
    done = exchange(asked, answered)
    text = to_yaml(cassette("one", done.request, done.response, PROVENANCE))
    assert secret.lower() not in unwrapped(text)


@given(planted())
def test_what_is_recorded_stays_json_with_the_same_keys(
    case: tuple[list[str], Request, Response],
) -> None:
    _, request, response = case
    ((_, kept),) = cassette("one", request, response, PROVENANCE).interactions
    assert json.loads(kept.body).keys() == json.loads(response.body).keys()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF"])
def test_a_picture_becomes_a_small_one_of_its_format_and_size(kind: str) -> None:
    data = file_of(gradient((640, 360)), kind)
    told = {"predictions": [{"bytesBase64Encoded": base64.b64encode(data).decode()}]}
    _, answered, _ = recorded({}, told)
    found = decode_picture(answered["predictions"][0]["bytesBase64Encoded"])
    assert found is not None
    image, file = found
    assert (image.format, image.size) == (kind, (640, 360))
    assert len(file) < 40_000


def test_a_picture_is_noted_by_digest_length_entropy_and_parts() -> None:
    data = file_of(gradient((64, 48)))
    told = {"predictions": [{"bytesBase64Encoded": base64.b64encode(data).decode()}]}
    *_, made = recorded({}, told)
    (note,) = made.provenance.pictures
    assert note["at"] == "response/predictions/0/bytesBase64Encoded"
    assert note["bytes"] == len(data)
    assert (note["format"], note["mode"], note["size"]) == ("PNG", "RGB", "64x48")
    assert note["parts"].startswith("IHDR 13, IDAT ")


def test_a_rewritten_prompt_becomes_as_many_neutral_characters() -> None:
    words = "A vibrant red skateboard. " * 30
    _, answered, _ = recorded(
        {"instances": [{"prompt": "Skate"}]}, {"predictions": [{"prompt": words}]}
    )
    said = answered["predictions"][0]["prompt"]
    assert len(said) == len(words)
    assert "skateboard" not in said


def test_the_prompt_that_was_asked_stays() -> None:
    asked, _, _ = recorded({"instances": [{"prompt": "a red apple"}]}, {})
    assert asked["instances"][0]["prompt"] == "a red apple"


@pytest.mark.parametrize(
    ("sent_text", "kept"),
    [("", ""), ("%%% no base64", "no base64!"), ("aGVsbG8=", "bm8gcGljdHVyZQ==")],
)
def test_bytes_that_are_no_picture_stay_none(sent_text: str, kept: str) -> None:
    asked, _, _ = recorded({"instances": [{"image": {"bytesBase64Encoded": sent_text}}]}, {})
    assert asked["instances"][0]["image"]["bytesBase64Encoded"] == kept


def test_numbers_and_enums_stay() -> None:
    parameters = {"seed": 4294967295, "guidanceScale": 1.5, "safetySetting": "block_only_high"}
    asked, _, _ = recorded({"parameters": parameters}, {})
    assert asked == {"parameters": parameters}


def test_a_numbered_project_is_no_seed() -> None:
    _, answered, _ = recorded({}, {"error": {"projectNumber": 348715329010}})
    assert answered == {"error": {"projectNumber": 0}}


def test_only_known_headers_and_parameters_are_kept() -> None:
    url = f"{HOST}/v1beta/models?pageSize=5&novel=1#part"
    request = Request("GET", url, headers({"Accept": "*/*", "X-Novel": "1"}))
    response = Response(200, headers({"Vary": "Origin", "X-Novel": "1"}), b"{}")
    ((asked, answered),) = cassette("one", request, response, PROVENANCE).interactions
    assert asked.url == f"{HOST}/v1beta/models?pageSize=5"
    assert asked.headers == ((b"Accept", b"*/*"),)
    assert answered.headers == ((b"Vary", b"Origin"),)


def test_an_answer_in_gzip_is_unpacked() -> None:
    packed = Response(200, headers({"Content-Encoding": "gzip"}), gzip.compress(b'{"a": 1}'))
    ((_, kept),) = cassette("one", Request("GET", HOST), packed, PROVENANCE).interactions
    assert kept == Response(200, (), b'{\n  "a": 1\n}\n')


@pytest.mark.parametrize("coding", ["br", "zstd", "gzip", "deflate"])
def test_an_answer_that_cannot_be_unpacked_is_left_out(coding: str) -> None:
    packed = Response(200, headers({"Content-Encoding": coding}), b"?")
    made = cassette("one", Request("GET", HOST), packed, PROVENANCE)
    assert made.interactions[0][1].body == b"\n"
    assert made.provenance.differs == (
        f"The body of the answer, in {coding}, is left out: it could not be read.",
    )


def test_a_page_is_kept_as_text_without_secrets() -> None:
    page = b"<p>Nothing for somebody.else@mail.example at /v1/projects/p-1234567</p>"
    ((_, kept),) = cassette(
        "one", Request("GET", HOST), Response(404, (), page), PROVENANCE
    ).interactions
    assert kept.body == b"<p>Nothing for EMAIL at /v1/projects/PROJECT</p>\n"


JSON = st.recursive(
    st.none() | st.booleans() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(JSON)
def test_any_json_can_be_recorded_and_read_again(value: Any) -> None:
    request = Request("POST", HOST, (), body(value))
    made = cassette("one", request, Response(200, (), body(value)), PROVENANCE)
    with TemporaryDirectory() as folder:
        assert read(write(made, Path(folder))) == made


def test_a_recorded_file_reads_as_it_was_made(tmp_path: Path) -> None:
    done = exchange({"instances": [{"prompt": "é, 日本\u2028\ud83d"}]}, {"predictions": []})
    path = record(done, tmp_path / "of" / "one.yaml", PROVENANCE)
    assert path == tmp_path / "of" / "one.yaml"
    assert read(path) == cassette("one", done.request, done.response, PROVENANCE)


def generated_cases() -> Iterator[Case]:
    """Some generated cases of every operation, many of which have one name."""
    for operation in operations():
        drawn: list[Case] = []

        @settings(max_examples=3, database=None, suppress_health_check=list(HealthCheck))
        @given(valid_cases(operation), invalid_cases(operation), st.data())
        def draw(valid: Case, invalid: Case, data: st.DataObject) -> None:
            drawn.extend((valid, invalid, data.draw(respelled_cases(valid))))  # noqa: B023 (called below)

        draw()
        yield from drawn


def test_no_two_cases_have_one_file_even_where_case_does_not_count() -> None:
    cases = (*every_case(), *generated_cases())
    distinct = {(one.surface, one.model, one.task, one.name, repr(one.body)): one for one in cases}
    names = [file_name(case) for case in distinct.values()]
    assert len(distinct) - len(every_case()) > 100
    assert len({name.casefold() for name in names}) == len(names)
    assert all(name.isascii() and len(name) <= 125 for name in names)


@pytest.mark.parametrize(
    ("one", "other"),
    [("a" * 300 + "b", "a" * 300 + "c"), ("Word", "word"), ("a/b", "a b"), ("x", "x "),
     ("\ud800", "\ud801"), ("é", "e\u0301"), ("", ".")],
)  # fmt: skip
def test_names_that_a_file_system_may_take_for_one_get_two_files(one: str, other: str) -> None:
    files = {file_name(Case(name, "vertex", "m", "generate", {})) for name in (one, other)}
    assert len(files) == 2
    assert not any(set(file) & set('/\\:*?"<>| \0') for file in files)


def test_a_case_that_is_sent_again_has_the_same_file() -> None:
    assert file_name(every_case()[0]) == file_name(every_case()[0])
