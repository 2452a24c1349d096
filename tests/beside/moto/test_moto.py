"""AWS mocked and Google faked in one test, as an app that draws and stores pictures needs it."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
import requests
from moto import mock_aws

from imagen_fake import Fake
from tests.beside.asking import GOOGLE, PATH, ask, body


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with mock_aws():
        yield boto3.client("s3", region_name="us-east-1")


def draw_and_store(s3: Any, base: str = GOOGLE) -> None:
    answer = requests.post(base + PATH, json=body(), timeout=30)
    assert len(answer.json()["predictions"]) == ask(base) == 2
    s3.create_bucket(Bucket="pictures")
    s3.put_object(Bucket="pictures", Key="one", Body=answer.content)
    assert s3.get_object(Bucket="pictures", Key="one")["Body"].read() == answer.content


def test_intercepted_within_a_mock(s3: Any, imagen_intercept: Fake) -> None:
    draw_and_store(s3)
    assert len(imagen_intercept.calls) == 2


def test_mocked_within_an_interception(imagen_intercept: Fake, s3: Any) -> None:
    draw_and_store(s3)
    assert len(imagen_intercept.calls) == 2


def test_served_beside_a_mock(s3: Any, imagen_fake: Fake) -> None:
    draw_and_store(s3, imagen_fake.url)
    assert len(imagen_fake.calls) == 2


def test_mocked_beside_a_served_fake(imagen_fake: Fake, s3: Any) -> None:
    draw_and_store(s3, imagen_fake.url)
    assert len(imagen_fake.calls) == 2
