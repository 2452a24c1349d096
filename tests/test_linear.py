"""Whatever callers send: the time it takes grows with its length, not with the square of it.

Each entry of `ENTRIES` gets long texts of equal parts. A child process works on them, so that
one that takes for ever can be ended; what counts is the processor time that it used.
"""

import json
import multiprocessing as mp
import re
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache
from multiprocessing.connection import Connection
from time import process_time
from typing import Any
from urllib.parse import quote

import pytest
from coverage import Coverage
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st

from imagen_fake import hosts, spec
from imagen_fake.auth.access import credential_in
from imagen_fake.auth.credential import TokenError, UnsignedIssuer
from imagen_fake.auth.tokens import Signer
from imagen_fake.config import Config, ConfigError
from imagen_fake.contract.cassettes import scrub
from imagen_fake.directives import directives
from imagen_fake.directives.directives import DirectiveError
from imagen_fake.directives.patterns import LONGEST_PATTERN, pattern
from imagen_fake.hosts import web_origin
from imagen_fake.imaging.lettering import typesetting
from imagen_fake.imaging.prompt import interpretation
from imagen_fake.imaging.vision import appearance
from imagen_fake.middleware.cross_origin import TrustPolicy
from imagen_fake.pipeline import enhance, payload, validate
from imagen_fake.pipeline.errors import ApiError
from imagen_fake.pipeline.normalize import normalize
from imagen_fake.pipeline.prompt_directives import split_directives
from imagen_fake.pipeline.redaction import redact
from imagen_fake.safety import screen
from imagen_fake.state import summary  # fmt: skip
from imagen_fake.state.matching import MAX_PROMPT_LENGTH
from imagen_fake.state.state import State
from imagen_fake.storage import objects, preconditions
from imagen_fake.storage.objects import StorageError
from imagen_fake.surfaces import (
    multipart,
    storage_fields,
    storage_resources,
    storage_uploads,
    vertex_grpc,
)
from imagen_fake.surfaces.predict_call import header_text
from imagen_fake.tasks import answer, customize
from imagen_fake.testing.in_process import InProcess
from imagen_fake.testing.messages import Request, Response
from tests.calls import predict
from tests.conftest import request_body, target

LONGEST = 25_000
"""Of a text, in characters."""

SECONDS = 0.5
"""For the longest text. What takes twenty microseconds a character passes, a square never does."""

PARTS = (
    "", " ", "\n", "a", "é", "\u0300\u0316", "漢", "\ufdfa", "🦊", "1",
    "カ", "가", "كلمة ", "को ", "não ",
    '"', "'", "\\", '\\"', "\\u",
    "{", "}", "[", "]", ",", ":", ", ", "/", "%", "%41", "&", "=", ";", "-", "_", "+", "A", ".",
    "the ", "of ", "draw ", "please ", "can you ", "than ", "wider ", "x", "[1]", "[fake:", "gs://",
    "projects/", "Bearer ", '"bytesBase64Encoded"', '"b64_json": "', "instances", "null", "key=a&",
)  # fmt: skip


REFUSALS = (ApiError, ConfigError, DirectiveError, StorageError, TokenError)
"""What an entry says of a text that it does not take."""


def body(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def keys(text: str) -> Any:
    """An object with as many keys as are read, each a part of the text."""
    size = max(1, len(text) // payload.MAX_VALUES)
    return {f"{text[at : at + size]}{at}": text[at : at + 9] for at in range(0, len(text), size)}


def unknown_keys(text: str) -> Any:
    schema = spec.request("imagen-3.0-generate-002", "generate", "vertex").schema
    return normalize({"instances": [keys(text)], "parameters": keys(text)}, schema, "m")


def answered(text: str) -> Any:
    return [re.search(pattern, answer.normalize(text)) for pattern, _ in answer.KINDS]


def customized(text: str) -> Any:
    items = [
        {
            "referenceId": number,
            "referenceType": "REFERENCE_TYPE_SUBJECT",
            "subjectImageConfig": {"subjectDescription": text},
        }
        for number in range(4)
    ]
    return customize.scenery_prompt(text, items), customize.expand_markers(text, items)


@cache
def fake() -> InProcess:
    """A fake of the child process, with one object."""
    made = InProcess(State(Config()))
    upload = "/upload/storage/v1/b/bucket/o?uploadType=media&name=object"
    made.ask(Request("POST", f"http://localhost{upload}", (), b"0123456789"))
    return made


def asked(method: str, path: str, sent: bytes = b"", **headers: str) -> Response:
    """The answer to a request in which some callers' text stands; `_` is a hyphen in a header."""
    named = [(name.replace("_", "-").encode(), body(text)) for name, text in headers.items()]
    return fake().ask(Request(method, f"http://localhost{path}", named, sent))


def journalled(text: str) -> Any:
    sent = {
        "asked": summary.summarize_body(body(text)),
        "keys": summary.summarize_body(as_json(keys(text))),
    }
    asked("POST", f"/{quote(text)}?{quote(text)}", b"", user_agent=text, referer=text)
    return sent, asked("GET", "/_fake/calls?limit=1").body


def as_json(value: Any) -> bytes:
    return json.dumps(value).encode()


def directed(text: str) -> Any:
    asked("POST", PREDICT, request_body(), x_imagen_fake=text)
    asked("POST", "/_fake/rules", as_json({"directives": text}))
    asked("POST", "/_fake/rules", as_json({"directives": f'model="{text[:900]}" error=503'}))
    return asked("DELETE", "/_fake/rules")


def grammatical(text: str) -> Any:
    with suppress(ValueError):
        return directives.split(text)


def stored(text: str) -> Any:
    named = quote(text, safe="")
    return [asked("GET", f"/storage/v1/b/bucket/o/{place}") for place in (text, named, named[:900])]


def conditioned(text: str) -> Any:
    names = ("range", "if_range", "if_match", "if_none_match")
    return [asked("GET", f"{OBJECT}?alt=media", b"", **{name: text}) for name in names]


def uploaded(text: str) -> Any:
    named = quote(text, safe="")
    started = {"uploadType=media": b"", "uploadType=resumable": b"{}", "uploadType=multipart": b""}
    for kind, sent in started.items():
        asked("POST", f"{UPLOAD}?{kind}&name={named}", sent, x_goog_hash=text, content_md5=text)
    asked("POST", f"{UPLOAD}?uploadType=resumable", as_json({"name": text, "metadata": keys(text)}))
    asked("PUT", f"{UPLOAD}?upload_id={named}", b"", content_range=text)
    return asked("PUT", f"{UPLOAD}?upload_id=1", b"", content_range=f"bytes {text}")


def fields(text: str) -> Any:
    """A selection of as many different fields as there is room for in a text."""
    return storage_fields.parse_fields(f"items(*({','.join(map(str, range(len(text) // 6)))}),*)")


def related(text: str) -> Any:
    asked("POST", f"{UPLOAD}?uploadType=multipart", body(text), content_type=f"; boundary={text}")
    return multipart.MultipartRelated("; boundary=a").feed(b"--a\r\n" + body(text))


def queried(text: str) -> Any:
    named = quote(text, safe="")
    names = ("prefix", "delimiter", "pageToken", "maxResults", "fields", "ifGenerationMatch")
    return [asked("GET", f"/storage/v1/b/bucket/o?{name}={named}") for name in names]


def controlled(text: str) -> Any:
    asked("GET", f"/computeMetadata/v1/{text}?{text}", metadata_flavor=text)
    asked("PATCH", "/_fake/config", body(text))
    return [asked("GET", f"/_fake/calls?{text}"), asked("GET", f"/_fake/calls?model={quote(text)}")]


def granted(text: str) -> Any:
    for name in ("assertion", "refresh_token", "subject_token", "grant_type", text[:1000]):
        for grant in spec.read("surfaces/oauth.json")["grants"].values():
            form = f"grant_type={quote(grant['value'])}&{name}={quote(text)}"
            asked("POST", "/token", form.encode())
    return asked("POST", "/token", body(text))


def tokens(text: str) -> Iterator[str]:
    """Tokens that begin like ours, and JWTs, with a text in every part."""
    encoded = urlsafe_b64encode(body(text)).decode().rstrip("=")
    header = urlsafe_b64encode(as_json({"alg": "RS256", "kid": text})).decode().rstrip("=")
    yield from (text, encoded, f"ya29.{text}", f"{encoded}.{encoded}.{encoded}")
    yield from (f"{header}.{encoded}.{encoded}", f"ya29.{header}.{text}", "." * len(text))


def read_tokens(text: str) -> None:
    signer = Signer(bytes(32))
    for token in tokens(text):
        for read in (
            signer.bearer_principals,
            signer.verify_assertion,
            UnsignedIssuer().verify_assertion,
        ):
            with suppress(TokenError):
                read(token)


def scrubbed(text: str) -> Any:
    """What the contract kit keeps of an exchange in which a text stands everywhere."""
    url = f"https://localhost/v1/projects/{text}/x?key={text}"
    headers = ((b"authorization", body(f"Bearer {text}")), (b"cookie", body(text)))
    sent = Request("POST", url, headers, body(text))
    came = Response(200, ((b"set-cookie", body(text)),), as_json({"apiKey": text, **keys(text)}))
    clean = scrub.scrubber(sent, came)
    kept = scrub.scrub_request(sent, clean), scrub.scrub_response(came, clean)
    return kept, scrub.scrub_json({text: [text]}, clean, lambda leaf, *_: clean(leaf), "")


def allowed(text: str) -> Any:
    with suppress(ValueError):
        return "a.test" in hosts.AllowedHosts([text])


def trusted(text: str) -> Any:
    headers = {b"host": [text], b"origin": [text], b"sec-fetch-site": [text]}
    trust = TrustPolicy(hosts=("*.a.test",), checks_host=True)
    asked("POST", PREDICT, b"{}", host=text, origin=text)
    return trust.allows_host(headers), trust.allows_origin("http", headers), web_origin(text)


def predicted(body_of: Callable[[str], bytes]) -> Callable[[str], Any]:
    return lambda text: predict(target("imagen-3.0-generate-002"), body_of(text), Config())


PREDICT = "/v1/projects/p/locations/l/publishers/google/models/imagen-4.0-generate-001:predict"
OBJECT = "/storage/v1/b/bucket/o/object"
UPLOAD = "/upload/storage/v1/b/bucket/o"

SHOWN = {"items": [{name: {"a": {"x": name}} for name in PARTS}] * 1000}
"""As many objects as one page of a list has, and more of each."""

ENTRIES: dict[str, Callable[[str], Any]] = {
    "payload.parse_body": lambda text: payload.parse_body(body(text)),
    "payload.parse_json": lambda text: payload.parse_json(body(text)),
    "payload.parse_body within": lambda text: payload.parse_body(b'{"a": "' + body(text)),
    "keys": unknown_keys,
    "predict: body": predicted(body),
    "predict: prompt": predicted(lambda text: request_body(text[:2000])),
    "predict: parameters": predicted(lambda text: request_body(**keys(text))),
    "predict: instances": predicted(
        lambda text: json.dumps({"instances": list(text[: payload.MAX_VALUES])}).encode()
    ),
    "directives": lambda text: split_directives({"instances": [{"prompt": text}]}),
    "rule": lambda text: pattern("*" + text[: LONGEST_PATTERN - 1]).match(text[:MAX_PROMPT_LENGTH]),
    "safety": screen.score_topics,
    "tokens": validate.count_tokens,
    "enhance": lambda text: enhance.rewrite(text, bytes(32)),
    "reading": interpretation.interpret,
    "lettering": lambda text: typesetting.words_of(text, "text"),
    "answer": answered,
    "sides": lambda text: (appearance.COMPARISON.search(text), appearance.TOKEN.findall(text)),
    "customize": customized,
    "credential: header": lambda text: credential_in([(b"authorization", body(text))], b""),
    "credential: query": lambda text: credential_in([], body(text)),
    "resource": lambda text: vertex_grpc.RESOURCE.fullmatch(text),
    "credential: tokens": read_tokens,
    "token endpoint": granted,
    "journal": journalled,
    "journal: error": redact,
    "directives: grammar": grammatical,
    "directives: in a rule": lambda text: directives.parse(
        text[: directives.LONGEST], in_rule=True
    ),
    "directives: doors": directed,
    "storage: object paths": stored,
    "storage: names": lambda text: objects.parse_uri(f"gs://bucket/{text}"),
    "storage: conditions": conditioned,
    "storage: uploads": uploaded,
    "storage: multipart": related,
    "storage: Content-Range": lambda text: storage_uploads.parse_content_range(
        f"bytes {text}", None
    ),
    "storage: fields": lambda text: storage_fields.select_fields(
        storage_fields.parse_fields(text), SHOWN
    ),
    "storage: many fields": lambda text: storage_fields.select_fields(fields(text), SHOWN),
    "storage: entity tags": preconditions.parse_etags,
    "storage: properties": lambda text: storage_resources.parse_resource(body(text)),
    "storage: queries": queried,
    "control": controlled,
    "hosts": trusted,
    "hosts: to listen on": hosts.listens_on_loopback,
    "hosts: to allow": allowed,
    "contract: scrubber": lambda text: scrub.Scrubber()(text),
    "contract: exchange": scrubbed,
    "warnings": lambda text: header_text([text]),
}
"""What each entry of the fake does with a text that somebody sent."""


def work(asked: Connection) -> None:
    """Take names of entries and texts, and tell the seconds that each took."""
    if measuring := Coverage.current():  # it takes several times as long as what it measures
        measuring.stop()
    with suppress(EOFError):
        while True:
            name, text = asked.recv()
            start = process_time()
            with suppress(*REFUSALS):
                ENTRIES[name](text)
            asked.send(process_time() - start)


class Worker:
    """The child process; another one takes its place where it is ended."""

    def __init__(self) -> None:
        self._begin()

    def seconds(self, name: str, text: str) -> float:
        """The processor time that an entry takes for a text."""
        self._asked.send((name, text))
        if self._asked.poll(60 * SECONDS):
            took: float = self._asked.recv()
            return took
        self.end()
        self._begin()
        return float("inf")

    def end(self) -> None:
        self._asked.close()  # it ends by itself, and takes its folders with it
        self._child.join(2 * SECONDS)
        self._child.kill()
        self._child.join()

    def _begin(self) -> None:
        context = mp.get_context("spawn")
        self._asked, other = context.Pipe()
        self._child = context.Process(target=work, args=(other,), daemon=True)
        self._child.start()
        self._asked.send(("warnings", ""))  # imports are over once it answers
        self._asked.recv()


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    made = Worker()
    yield made
    made.end()


def repeated(first: str, parts: tuple[str, ...], last: str) -> str:
    part = "".join(parts)
    return first + part * (LONGEST // max(1, len(part))) + last


@pytest.mark.parametrize("name", ENTRIES)
@settings(max_examples=4, deadline=None, phases=[Phase.explicit, Phase.generate])
@given(
    st.sampled_from(PARTS),
    st.lists(st.sampled_from(PARTS), min_size=1, max_size=3).map(tuple),
    st.sampled_from(PARTS),
)
@example('{"a": "', ('\\"',), "")
@example("[", (" ",), "")
@example("", ("[fake:",), "")
@example("a", ("\u0300\u0316",), "")
@example("", ('"b64_json"', " "), "")
@example("", ("than ",), "")
@example("a", ("a",), "")
@example("", ("a,",), "")
def test_time_grows_with_the_length(
    worker: Worker, name: str, first: str, parts: tuple[str, ...], last: str
) -> None:
    assert worker.seconds(name, repeated(first, parts, last)) < SECONDS
