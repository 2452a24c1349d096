"""What is known of a channel; the calls it makes are in `test_grpc_sync.py`."""

from importlib import import_module
from typing import Any

import grpc
import pytest

from imagen_fake.testing.grpc_channel import (
    DEFAULT_MAX_MESSAGE,
    MISSING,
    Opening,
    extra_needed,
    opening,
    target_authority,
)
from tests.grpc_doors import token
from tests.sweep import sweep


def opened(credentials: Any, options: Any = ()) -> Opening:
    """How a channel is opened, which is known."""
    known = opening(credentials, options)
    assert known
    return known


def test_credentials_from_before_do_not_say_whose_they_are() -> None:
    google = grpc.compute_engine_channel_credentials(token("x"))
    assert opening(google._credentials, ()) is None  # type: ignore[attr-defined] # it is private


def test_a_channel_is_secure_unless_it_has_no_credentials() -> None:
    experimental: Any = import_module("grpc.experimental")
    insecure, tls = experimental.insecure_channel_credentials(), grpc.ssl_channel_credentials()
    assert opened(tls._credentials, ()).is_secure  # type: ignore[attr-defined] # it is private
    assert not opened(insecure._credentials, ()).is_secure
    assert not opened(None, ()).is_secure


@pytest.mark.parametrize(
    ("options", "largest"),
    [
        ((), DEFAULT_MAX_MESSAGE),
        ([("grpc.max_receive_message_length", -1)], -1),
        ((("grpc.lb_policy_name", "x"), ("grpc.max_receive_message_length", 7)), 7),
    ],
)
def test_the_largest_message_is_an_option(options: Any, largest: int) -> None:
    assert opened(None, options).max_message == largest


AUTHORITIES = {
    "host": "host",
    "host:443": "host:443",
    "[::1]:443": "[::1]:443",
    "dns:host:1": "host:1",
    "dns:///host:1": "host:1",
    "dns://8.8.8.8/host:1": "host:1",
    "dns://8.8.8.8:53/host": "host",
    "ipv4:1.2.3.4:1,5.6.7.8:1": "1.2.3.4:1",
    "ipv6:[::1]:1": "[::1]:1",
    "passthrough:///host": "host",
    "xds:///host": "host",
    "google-c2p:///host": "host",
    "unix:/run/socket": "",
    "unix:///run/socket": "",
    "unix-abstract:name": "",
    "vsock:1:2": "",
}


@sweep("target", AUTHORITIES)
def test_a_target_names_a_host_unless_it_is_of_this_machine(target: str) -> None:
    assert target_authority(target) == AUTHORITIES[target]


def test_what_is_missing_is_named() -> None:
    with pytest.raises(ImportError) as caught, extra_needed():
        raise ModuleNotFoundError("No module named 'grpc_status'")
    assert str(caught.value) == MISSING
    assert isinstance(caught.value.__cause__, ModuleNotFoundError)
