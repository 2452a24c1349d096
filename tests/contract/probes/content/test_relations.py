"""Relations: edits and spellings."""

from imagen_fake.contract.probes.content.calls import asking
from imagen_fake.contract.probes.content.relations import (
    TALL,
    content_relation_probes,
    expect_prompt,
    expect_ratio,
    expect_warmth,
    flat_part,
    snake_keys,
)
from tests.contract.probes.content.answering import LITE, asked, noticed

EDIT = asked(LITE.probe("edit", asking("lighter", flat_part(TALL, (30, 30, 220)))))


def test_an_edit_of_another_ratio_or_another_picture_is_noticed() -> None:
    assert not noticed(expect_ratio(TALL), EDIT)
    assert noticed(expect_ratio(TALL[::-1]), EDIT) == {"ratio kept"}
    assert not noticed(expect_warmth(warm=False), EDIT)
    assert noticed(expect_warmth(warm=True), EDIT) == {"starts from"}
    assert not noticed(expect_prompt(LITE, 1), EDIT)
    assert noticed(expect_prompt(LITE, 2), EDIT) == {"usage"}


def test_names_are_spelled_as_those_of_messages() -> None:
    assert snake_keys({"imageConfig": [{"aspectRatio": "1:1"}]}) == {
        "image_config": [{"aspect_ratio": "1:1"}]
    }


def test_a_picture_comes_back_unaltered_altered_and_without_its_signature() -> None:
    labels = {one.case.name.rpartition("turns: ")[2] for one in content_relation_probes()}
    assert {"unaltered", "altered", "without signature", "of another picture"} <= labels
