"""All files are faked: those that a fake reads and its credentials are there all the same."""

import json
import os
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest

from imagen_fake import Fake
from tests.beside.asking import GOOGLE, PATH, ask, body

STORAGE = "https://storage.googleapis.com"
CREDENTIALS = "GOOGLE_APPLICATION_CREDENTIALS"


def draws_and_stores(fs: Any, fake: Fake) -> None:
    """What a fake reads is there, what it stores is kept, and the test's own files are, too."""
    fs.create_file("/prompt.txt", contents="дом и дерево")
    base = fake.url or GOOGLE
    assert ask(base, Path("/prompt.txt").read_text()) == 2
    assert fake.assert_called_with(prompt="дом и дерево").number == 1
    where = {**body(), "parameters": {"sampleCount": 1, "storageUri": "gs://pictures/mine/"}}
    urlopen(Request(base + PATH, json.dumps(where).encode()), timeout=30).close()
    objects = f"{fake.url or STORAGE}/storage/v1/b/pictures/o"
    with urlopen(objects, timeout=30) as answer:
        [stored] = json.load(answer)["items"]
    assert stored["name"].startswith("mine/")
    assert os.environ[CREDENTIALS] == fake.env[CREDENTIALS]
    assert json.loads(Path(fake.env[CREDENTIALS]).read_text())["universe_domain"]


def test_intercepted_within_faked_files(fs: Any, imagen_intercept: Fake) -> None:
    draws_and_stores(fs, imagen_intercept)


def test_faked_within_an_interception(imagen_intercept: Fake, fs: Any) -> None:
    draws_and_stores(fs, imagen_intercept)


def test_served_within_faked_files(fs: Any, imagen_fake_env: Fake) -> None:
    draws_and_stores(fs, imagen_fake_env)


def test_faked_while_it_is_served(imagen_fake_env: Fake, fs: Any) -> None:
    draws_and_stores(fs, imagen_fake_env)


def test_faked_for_a_module(fs_module: Any, imagen_intercept: Fake) -> None:
    draws_and_stores(fs_module, imagen_intercept)


@pytest.mark.imagen_fake("error=503 times=1")
def test_marked(fs: Any) -> None:
    with pytest.raises(OSError, match="503"):
        ask()
    assert ask() == 2
    assert not fs.exists("/etc/passwd")


def test_without_faked_files_all_is_as_before(imagen_intercept: Fake, imagen_fake: Fake) -> None:
    assert ask() == ask(imagen_fake.url) == 2
    assert len(imagen_intercept.calls) == len(imagen_fake.calls) == 1
