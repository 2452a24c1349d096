"""Why there is no picture."""

from dataclasses import replace

import pytest

from imagen_fake import spec
from imagen_fake.content.outcomes import Finish, blocked, finish, prompt_feedback, withheld
from imagen_fake.pipeline.call import Verdict
from tests.contents import asked, content


@pytest.mark.parametrize("cause", ["policy", "person", "threshold"])
def test_a_filtered_picture_has_a_reason_that_the_service_has(cause: str) -> None:
    call = replace(content(asked()), verdicts=(Verdict({}, ("42876398",), cause),))
    facts = spec.read("content/outcomes.json")
    assert finish(call).reason == facts["byFilter"][cause]
    assert finish(call).reason in facts["finishReasons"]["value"]


def test_a_picture_that_passes_stops() -> None:
    assert finish(replace(content(asked()), verdicts=(Verdict({}),))) == Finish("STOP")


def test_a_text_ends_with_the_code_of_the_verdict() -> None:
    end = withheld("IMAGE_PROHIBITED_CONTENT", Verdict({}, ("42876398",), "policy"))
    assert end.message.endswith("Support code: 42876398.")
    assert end.content == {"role": "model"}


def test_a_celebrity_has_the_words_about_third_parties() -> None:
    (code,) = spec.table("support_codes")["categories"]["Celebrity"]["input"][:1]
    end = withheld("IMAGE_PROHIBITED_CONTENT", Verdict({}, (code,), "policy"))
    assert "third-party content providers" in end.message


def test_no_image_has_neither_words_nor_content() -> None:
    assert withheld("NO_IMAGE") == Finish("NO_IMAGE")


def test_only_errors_of_the_filter_block_a_prompt() -> None:
    facts = spec.read("content/outcomes.json")
    assert blocked("prompt_sensitive") in facts["blockReasons"]["value"]
    assert blocked("quota_exceeded") is None
    assert blocked("x-note") is None


def test_vertex_says_why_a_prompt_is_blocked_in_words_too() -> None:
    told = prompt_feedback("PROHIBITED_CONTENT", "vertex")
    assert "prohibited content" in told["blockReasonMessage"]
    assert prompt_feedback("PROHIBITED_CONTENT", "gemini") == {"blockReason": "PROHIBITED_CONTENT"}
