"""Answers that differ in one respect are noticed by the check of that respect."""

from typing import Any

import pytest

from imagen_fake.contract.probes.content.answers import expect_picture, expect_size, id_numbers
from tests.contract.probes.content.answering import LITE, VERTEX, noticed, plain, spoilt


def candidate(body: Any) -> Any:
    return body["candidates"][0]


SPOILT = {
    "shape": lambda body: body.update(extra=1),
    "order": lambda body: body.update(candidates=body.pop("candidates")),
    "finish": lambda body: candidate(body).update(finishReason="OTHER"),
    "model": lambda body: body.update(modelVersion="another"),
    "id": lambda body: body.update(responseId="A" * 22),
    "count": lambda body: candidate(body)["content"]["parts"].pop(),
    "signature": lambda body: candidate(body)["content"]["parts"][-1].pop("thoughtSignature"),
}


@pytest.mark.parametrize("check", SPOILT)
def test_a_spoilt_answer_is_noticed(check: str) -> None:
    for served in (LITE, VERTEX):
        exchange = plain(served)
        assert not noticed(expect_picture(served), exchange)
        assert check in noticed(expect_picture(served), spoilt(exchange, SPOILT[check]))


def test_another_size_is_noticed() -> None:
    pointer = f"{LITE.file}#/defaultSize"
    assert not noticed(expect_size(pointer, (1408, 768)), plain())
    assert noticed(expect_size(pointer, (1024, 1024)), plain()) == {"size"}


def test_an_id_that_ends_within_a_number_is_none() -> None:
    assert id_numbers("CL-FarDeAtv5xN8PtsXz6Q4") is not None
    assert id_numbers("CL-FarDeAtv5xN8PtsXz6Q") is None
