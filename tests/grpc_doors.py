"""Two doors of a fake for gRPC: a server on a socket, and the service's own host, intercepted.

What a client sees at one is what it sees at the other.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

import grpc
import trustme
from google.protobuf.message import Message

import imagen_fake
from imagen_fake.config import Config
from imagen_fake.server.grpc import serve_grpc
from imagen_fake.state.state import State
from imagen_fake.surfaces.vertex_messages import message
from tests import rpc

HOST = "us-central1-aiplatform.googleapis.com:443"
MODELS = "projects/p/locations/us-central1/publishers/google/models"
PREDICT = "/google.cloud.aiplatform.v1.PredictionService/Predict"

Options = Sequence[tuple[str, Any]]


@dataclass(frozen=True)
class Door:
    """Where a fake is reached in plaintext and by TLS, and what has to be trusted."""

    plain: str
    secure: str
    authority: bytes | None
    state: State

    def open(self, credentials: Any = None, options: Options = (), grpc: Any = grpc) -> Any:
        """A channel of `grpc` or `grpc.aio`, with TLS if its calls have credentials."""
        if credentials is None:
            return grpc.insecure_channel(self.plain, options)
        return grpc.secure_channel(self.secure, self.trusting(credentials), options)

    def trusting(self, credentials: Any) -> grpc.ChannelCredentials:
        """Credentials of calls over TLS."""
        tls = grpc.ssl_channel_credentials(self.authority)
        return grpc.composite_channel_credentials(tls, credentials)


@contextmanager
def on_the_wire(config: Config) -> Iterator[Door]:
    """A server."""
    authority, state = _authority(), State(config)
    leaf = authority.issue_cert("localhost")
    certified = leaf.private_key_pem.bytes(), leaf.cert_chain_pems[0].bytes()
    with (
        serve_grpc(state, "127.0.0.1", 0) as plain,
        serve_grpc(state, "127.0.0.1", 0, certified) as tls,
    ):
        trusted = authority.cert_pem.bytes()
        yield Door(f"127.0.0.1:{plain}", f"localhost:{tls}", trusted, state)


@contextmanager
def in_process(config: Config) -> Iterator[Door]:
    """An interception."""
    with imagen_fake.intercept(config) as fake:
        yield Door(HOST, HOST, None, fake.state)


DOORS = (on_the_wire, in_process)


@cache
def _authority() -> trustme.CA:
    return trustme.CA()


def stub(channel: Any, path: str = PREDICT, parse: Any = None) -> Any:
    """The stub of a method, or of `Predict` at another path."""
    method = rpc.method(path.rpartition("/")[2])
    serialize = message(method.input_type).SerializeToString
    return channel.unary_unary(path, serialize, parse or message(method.output_type).FromString)


def request(prompt: str = "a red apple", model: str = "imagen-3.0-generate-002") -> Message:
    """A request for one picture."""
    instances = [{"prompt": prompt}]
    endpoint, one = f"{MODELS}/{model}", {"sampleCount": 1}
    asked = {"endpoint": endpoint, "instances": instances, "parameters": one}
    return rpc.request(rpc.method("Predict"), asked)


def token(text: str) -> grpc.CallCredentials:
    """Credentials that are a token."""
    return grpc.access_token_call_credentials(text)


def granting(grant: Any) -> grpc.CallCredentials:
    """Credentials that are made as a function says, for each call."""
    return grpc.metadata_call_credentials(grant)


def ending(error: grpc.RpcError) -> Mapping[str, Any]:
    """All that an error says of how a call ended."""
    ended: Any = error
    return {
        "code": ended.code().name,
        "details": ended.details(),
        "initial": [tuple(pair) for pair in ended.initial_metadata() or ()],
        "trailing": [tuple(pair) for pair in ended.trailing_metadata() or ()],
        "debug": ended.debug_error_string(),
    }
