"""What runs at the start of programs; `vertexai` itself is led in `tests/clients`."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import grpc
import pytest

import imagen_fake
from imagen_fake import spec
from imagen_fake.leading import FOLDER, leading, python_path
from imagen_fake.leading.sitecustomize import INITIALIZER
from tests.grpc_doors import HOST, PREDICT, request, stub
from tests.sweep import sweep

URL = "http://127.0.0.1:9"
HOSTS = [
    pattern.replace("*", "us-east1")
    for pattern in spec.table("hosts")["answered"]["vertex"]["value"]
]


@pytest.fixture
def config(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The defaults of `vertexai.init`, as that library has them."""
    config = SimpleNamespace(_api_endpoint=None, _api_transport=None)
    module = SimpleNamespace(__name__=INITIALIZER, global_config=config)
    monkeypatch.setitem(sys.modules, INITIALIZER, module)
    return config


def test_defaults_are_set_and_reset(config: Any) -> None:
    with leading(URL):
        assert (config._api_endpoint, config._api_transport) == (URL, "rest")
    assert (config._api_endpoint, config._api_transport) == (None, None)


def test_what_was_said_before_and_what_is_said_meanwhile_stays(config: Any) -> None:
    config._api_transport = "grpc"
    with leading(URL):
        config._api_endpoint = "localhost:1"
        assert config._api_transport == "grpc"
    assert (config._api_endpoint, config._api_transport) == ("localhost:1", "grpc")


def test_the_innermost_leads(config: Any) -> None:
    with leading(URL):
        with leading("http://127.0.0.1:10"):
            assert config._api_endpoint == "http://127.0.0.1:10"
        assert config._api_endpoint == URL
    assert config._api_endpoint is None


@sweep("host", HOSTS)
def test_what_nobody_answers_is_refused_in_words(host: str) -> None:
    with leading(URL), grpc.insecure_channel(host) as channel:
        predict = stub(channel)
        calls: Any = (
            lambda: predict(request()),
            lambda: predict.with_call(request()),
            lambda: predict.future(request()),
        )
        for call in calls:
            with pytest.raises(RuntimeError, match=r'api_transport="rest".*localhost:PORT'):
                call()


def test_what_nobody_answers_is_refused_on_an_event_loop() -> None:
    async def ask() -> None:
        async with grpc.aio.insecure_channel(HOST) as channel:
            await stub(channel)(request())

    with leading(URL), pytest.raises(RuntimeError, match=f"{HOST} was about to be asked over gRPC"):
        asyncio.run(ask())


def test_the_endpoint_of_rest_is_none_of_grpc() -> None:
    with (
        leading(URL),
        grpc.insecure_channel(URL) as channel,
        pytest.raises(RuntimeError, match=f"{URL} was about to be asked over gRPC"),
    ):
        stub(channel)(request())


def test_other_calls_are_left_alone() -> None:
    kinds = []
    for target, path in (
        (HOST, PREDICT.replace("/Predict", "/GenerateContent")),
        ("localhost:1", PREDICT),
    ):
        with leading(URL), grpc.insecure_channel(target) as channel:
            kinds.append(type(channel.unary_unary(path)).__module__)
    assert kinds == ["grpc._channel", "grpc._channel"]


def test_an_interception_answers_where_a_program_is_led() -> None:
    with leading(URL), imagen_fake.intercept(), grpc.insecure_channel(HOST) as channel:
        assert len(stub(channel)(request()).predictions) == 1
        assert len(stub(channel).future(request()).result(60).predictions) == 1


def test_grpc_is_as_it_was_afterwards() -> None:
    before = grpc.insecure_channel(HOST).unary_unary
    with leading(URL):
        assert type(grpc.insecure_channel(HOST)).unary_unary is not before.__func__  # type: ignore[attr-defined] # it is a method
    assert type(grpc.insecure_channel(HOST)).unary_unary is before.__func__  # type: ignore[attr-defined] # as above


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A folder with a `sitecustomize` of the user's own, and what is led."""
    (tmp_path / "sitecustomize.py").write_text(
        "import sys\nsys.stdout.write(f'own {__name__}\\n')\n"
    )
    folder = tmp_path / "google" / "cloud" / "aiplatform"
    folder.mkdir(parents=True)
    config = "class Config:\n    _api_endpoint = _api_transport = None\nglobal_config = Config()\n"
    (folder / "initializer.py").write_text(config)
    return tmp_path


SHOW = """
from google.cloud.aiplatform.initializer import global_config
print(global_config._api_endpoint, global_config._api_transport)
"""


def run(*places: object, **variables: str) -> list[str]:
    """What a program says that starts with these places in `PYTHONPATH`."""
    path = os.pathsep.join(map(str, places))
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": path, **variables}
    command = [sys.executable, "-c", SHOW]
    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    assert done.stderr == ""
    return done.stdout.splitlines()


def test_a_program_is_led_from_its_start(package: Path) -> None:
    said = run(FOLDER, package, GOOGLE_VERTEX_BASE_URL=URL)
    assert said == ["own sitecustomize", f"{URL} rest"]


def test_without_a_fake_nothing_is_led(package: Path) -> None:
    assert run(FOLDER, package) == ["own sitecustomize", "None None"]


def test_two_that_hide_each_other_are_run_once_each(package: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    hands_on = (
        "import sys, importlib.machinery, importlib.util\n"
        "sys.stdout.write('other\\n')\n"
        "places = [place for place in sys.path if not place.endswith('other')]\n"
        "spec = importlib.machinery.PathFinder.find_spec('sitecustomize', places)\n"
        "spec.loader.exec_module(importlib.util.module_from_spec(spec))\n"
    )
    (other / "sitecustomize.py").write_text(hands_on)
    said = run(other, FOLDER, package, GOOGLE_VERTEX_BASE_URL=URL)
    assert said == ["other", "own sitecustomize", f"{URL} rest"]


def test_it_stands_before_what_there_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(["a", FOLDER, "", "b"]))
    assert python_path() == os.pathsep.join([FOLDER, "a", "b"])
    monkeypatch.delenv("PYTHONPATH")
    assert python_path() == FOLDER
