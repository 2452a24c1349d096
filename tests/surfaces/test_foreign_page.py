"""Objects of Cloud Storage that a page of another origin names."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imagen_fake import spec
from imagen_fake.server.http import serve_in_thread
from imagen_fake.state.state import State
from tests.http import call
from tests.sweep import sweep

MODELS = "/v1/projects/p/locations/l/publishers/google/models"
DOORS = {
    "vertex": f"{MODELS}/imagen-4.0-generate-001:predict",
    "vertex, another task": f"{MODELS}/imagetext@001:predict",
    "vertex, no model": f"{MODELS}/no-such-model:predict",
    "gemini": "/v1beta/models/imagen-4.0-generate-001:predict",
    "firebase": "/v1beta/projects/p/models/imagen-4.0-generate-001:predict",
    "aimlapi": "/v1/images/generations",
    "openai": "/v1beta/openai/images/generations",
}
EVIL = {"Origin": "https://evil.example"}
OURS = {"Origin": "http://localhost:3000"}
APPLE = {"instances": [{"prompt": "a red apple"}], "parameters": {"sampleCount": 1}}
IMAGES = {"model": "imagen-4.0-generate-001", "prompt": "a red apple"}

FACTS = spec.read("surfaces/storage.json")
NAMES = [*FACTS["fields"]["value"], *FACTS["otherFields"]["value"]]
SPELLED = [
    *NAMES, "gcs_uri", "storage_uri", "file_uri", "output_uri_prefix", "GcsUri", "gcs-uri",
]  # fmt: skip
UNREAD: list[Any] = [
    {"instances": [{"prompt": "a", "image": {"gcsUri": "gs://pictures/a.png"}}]},
    {"instances": [{"prompt": "a"}, {"image": {"gcs_uri": "gs://pictures/a.png"}}]},
    {"instances": [{"prompt": "a"}], "labels": {"x": [[{"fileUri": "gs://pictures/a.png"}]]}},
    {"storageUri": "gs://pictures", "instances": [{"prompt": "a"}]},
    {"contents": [{"parts": [{"fileData": {"fileUri": "gs://pictures/a.png"}}]}]},
    [{"storageUri": "gs://pictures"}],
    {"instances": {"prompt": "a", "gcsUri": ["gs://pictures/a.png"]}},
]
RAW = [
    '{"parameters": {"storageUri": "gs://b"}, "instances": [{"prompt": "a"}], "parameters": {}}',
    '{"instances": [{"prompt": "a", "image": {"gcsUri": "gs://b/a", "gcsUri": ""}}]}',
    '{"instances": [{"prompt": "a", "image": {"gcsUri": "", "gcsUri": "gs://b/a"}}]}',
    r'{"instances": [{"prompt": "a"}], "parameters": {"\u0073torageUri": "gs://b"}}',
    "{'instances': [{'prompt': 'a'}], parameters: {storageUri: 'gs://b',},}",
]


def refused(reply: Any) -> bool:
    return reply.status == 403 and "may not name objects" in reply.body.decode()


@sweep("path", DOORS.values())
@sweep("body", UNREAD, ids=str)
def test_an_object_is_refused_though_no_model_reads_it(url: str, path: str, body: Any) -> None:
    assert refused(call(url, path, body, **EVIL))
    assert not refused(call(url, path, body, **OURS))


@pytest.mark.parametrize("body", RAW)
def test_an_object_is_refused_however_its_key_is_written(url: str, body: str) -> None:
    assert refused(call(url, DOORS["vertex"], body.encode(), **EVIL))


@sweep("name", SPELLED)
@sweep("path", DOORS.values())
def test_every_name_is_refused_at_every_door(url: str, path: str, name: str) -> None:
    assert refused(call(url, path, {**APPLE, **IMAGES, name: "gs://pictures/a.png"}, **EVIL))


def test_an_equal_answer_that_is_kept_is_not_given_to_a_foreign_page(url: str) -> None:
    assert len(call(url, DOORS["vertex"], UNREAD[0]).json["predictions"]) == 4
    assert refused(call(url, DOORS["vertex"], UNREAD[0], **EVIL))


@sweep(
    "named", [{"storageUri": ""}, {"gcsUri": None}, {"storageuris": "gs://b"}, {"uri": "gs://b"}]
)  # fmt: skip
@sweep("prompt", ["gcsUri", '{"storageUri": "gs://b"}', "storageUri=gs://b"])
def test_what_names_no_object_is_answered(url: str, named: dict[str, Any], prompt: str) -> None:
    body = {"instances": [{"prompt": prompt}], "parameters": {"sampleCount": 1, **named}}
    foreign, ours = (call(url, DOORS["vertex"], body, **page) for page in (EVIL, OURS))
    assert (foreign.status, foreign.body) == (ours.status, ours.body)
    assert not refused(foreign)


@pytest.mark.parametrize("body", [b"", b"{", b'{"gcsUri": ', b"\xff", b"[" * 500], ids=str)
def test_what_is_no_json_is_said_in_the_words_of_the_surface(url: str, body: bytes) -> None:
    foreign, ours = (call(url, DOORS["vertex"], body, **page) for page in (EVIL, OURS))
    assert (foreign.status, foreign.body) == (400, ours.body)


def test_a_refused_page_is_in_the_journal_with_what_it_sent() -> None:
    state = State()
    with serve_in_thread(state=state) as url:
        call(url, DOORS["vertex"], UNREAD[0], **EVIL)
    (entry,) = state.journal
    assert (entry.status, entry.model) == (403, "imagen-4.0-generate-001")
    assert entry.body == UNREAD[0]


NODES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda below: (
        st.lists(below, max_size=3) | st.dictionaries(st.text(max_size=8), below, max_size=3)
    ),
    max_leaves=8,
)


@settings(max_examples=60, deadline=None)
@given(st.lists(NODES, max_size=2), st.sampled_from(SPELLED), st.lists(st.booleans(), max_size=20))
def test_an_object_is_found_at_every_depth(
    url: str, beside: list[Any], name: str, steps: list[bool]
) -> None:
    node: Any = {name: "gs://pictures/a.png"}
    for step in steps:
        node = {"below": node, "beside": beside} if step else [*beside, node]
    body = json.dumps({"instances": [{"prompt": "a"}], "below": node}).encode()
    assert refused(call(url, DOORS["vertex"], body, **EVIL))
