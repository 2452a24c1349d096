"""A call from bytes to bytes; what clients see of it is in `test_grpc_sync.py`."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagen_fake.config import Config
from imagen_fake.state.state import State
from imagen_fake.testing.grpc_call import (
    INVALID,
    InvalidMetadataError,
    Outgoing,
    debug_error_string,
    exceeds,
    failed,
    methods,
    start,
    valid,
)
from imagen_fake.testing.in_process import InProcess, Pending
from tests.grpc_doors import HOST, PREDICT, request


def begun(state: State, message: bytes, path: str = PREDICT) -> Pending[Any]:
    return start(InProcess(state), None, Outgoing(HOST, path, message, (), None, None))


def test_a_call_is_computed_once_it_is_to_be() -> None:
    state = State(Config())
    pending = begun(state, request().SerializeToString())
    assert [*state.journal] == []
    pending.compute()
    assert pending.result().code.name == "OK"
    assert [call.status for call in state.journal] == [200]


def test_a_call_that_is_cancelled_before_is_recorded_so_once() -> None:
    state = State(Config())
    pending = begun(state, request().SerializeToString())
    pending.abandon()
    pending.compute()
    assert pending.result().code.name == "CANCELLED"
    assert [call.status for call in state.journal] == [499]


def test_a_method_that_is_not_there_is_unimplemented() -> None:
    pending = begun(State(Config()), b"", PREDICT.replace("/Predict", "/Explain"))
    pending.compute()
    assert pending.result().code.name == "UNIMPLEMENTED"


def test_a_closed_fake_is_unavailable() -> None:
    in_process = InProcess(State(Config()))
    late = request("a red apple [fake: delay=60]").SerializeToString()
    pending = start(in_process, None, Outgoing(HOST, PREDICT, late, (), None, None))
    pending.compute()
    in_process.close()
    with pytest.raises(ConnectionResetError) as caught:
        pending.result()
    assert failed(caught.value).code.name == "UNAVAILABLE"


@given(
    st.lists(st.tuples(st.from_regex(r"[0-9a-z_.-]+(?<!-bin)", fullmatch=True), st.text("ab~ ")))
)
def test_texts_arrive_as_they_are_sent(metadata: list[tuple[str, str]]) -> None:
    assert [*valid(metadata)] == metadata
    assert [*valid([(key, text.encode()) for key, text in metadata])] == metadata


@given(st.binary())
def test_bytes_arrive_as_they_are_sent(value: bytes) -> None:
    assert [*valid([("trace-bin", value)])] == [("trace-bin", value)]


@pytest.mark.parametrize("pair", [("", "x"), ("A", "x"), ("a b", "x"), ("a", "\n"), ("a", b"\x80")])
def test_what_the_core_would_not_send_is_refused(pair: tuple[str, str | bytes]) -> None:
    with pytest.raises(InvalidMetadataError):
        [*valid([pair])]
    assert debug_error_string(INVALID) == ""


def test_a_message_may_be_as_large_as_the_limit() -> None:
    assert exceeds(b"12", 2) == exceeds(b"12", -1) == ""
    assert exceeds(b"12", 1) == "Received message larger than max (2 vs. 1)"


def test_every_version_has_its_methods() -> None:
    assert {path.rpartition("/")[2] for path in methods()} == {"Predict", "GetPublisherModel"}
    assert {path.split(".")[3] for path in methods()} == {"v1", "v1beta1"}
