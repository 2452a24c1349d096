"""A fake of its own in the same process: its messages must stand beside the client's."""

import os
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import grpc
import pytest
import trustme
import vertexai
from google.auth.credentials import AnonymousCredentials
from vertexai.vision_models import ImageGenerationModel

from imagen_fake.config import Config
from imagen_fake.server.grpc import serve_grpc
from imagen_fake.state.state import State

Generate = Callable[..., Any]

ANY_SIZE = [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]


@pytest.fixture(scope="session")
def plain() -> Iterator[str]:
    """The address of a fake that speaks plaintext."""
    with serve_grpc(State(Config()), "127.0.0.1", 0) as port:
        yield f"127.0.0.1:{port}"


@pytest.fixture(scope="session")
def secure(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a fake that speaks TLS, its authority trusted as a user would have it."""
    authority = trustme.CA()
    leaf = authority.issue_cert("localhost", "127.0.0.1")
    chain = b"".join(blob.bytes() for blob in leaf.cert_chain_pems)
    trusted = tmp_path_factory.mktemp("tls") / "ca.pem"
    authority.cert_pem.write_to_path(str(trusted))
    os.environ["GRPC_DEFAULT_SSL_ROOTS_FILE_PATH"] = str(trusted)
    certified = (leaf.private_key_pem.bytes(), chain)
    with serve_grpc(State(Config()), "127.0.0.1", 0, certified) as port:
        yield f"localhost:{port}"


@pytest.fixture(scope="session")
def channel(plain: str) -> Iterator[grpc.Channel]:
    """A plaintext channel, made as the generated clients make theirs."""
    with grpc.insecure_channel(plain, ANY_SIZE) as channel:
        yield channel


@pytest.fixture(scope="session")
def _session(secure: str) -> None:
    vertexai.init(
        project="my-project",
        location="us-central1",
        api_endpoint=secure,
        credentials=AnonymousCredentials(),
    )


@pytest.fixture(scope="session")
def generate(_session: None) -> Generate:
    """Ask for pictures of an apple, or as the arguments say; gives the client's answer."""
    pretrained = cache(ImageGenerationModel.from_pretrained)

    def ask(
        prompt: str = "a red apple", model: str = "imagen-3.0-generate-002", **config: Any
    ) -> Any:
        return pretrained(model).generate_images(prompt, **config)

    return ask
