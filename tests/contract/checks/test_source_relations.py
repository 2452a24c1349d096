"""Relations of what is made of pictures, broken on purpose."""

from typing import Any

import pytest

from imagen_fake.contract.bodies.operation import Operation
from imagen_fake.contract.bodies.repair import minimal_body
from imagen_fake.contract.checks.relations import RELATIONS
from tests.contract.checks.test_mask_relations import ignoring
from tests.contract.sample_cases import Altered

CAPTION = Operation("imagetext", "caption", "vertex")
UPSCALE = Operation("imagegeneration@002", "upscale", "vertex")
SEGMENT = Operation("image-segmentation-001", "segment", "vertex")


def test_captions_in_one_language_are_reported() -> None:
    start = CAPTION.case("a caption", minimal_body(CAPTION))
    (found,) = RELATIONS["languages"].rule(Altered(ignoring("language", "en")), start)
    assert (found.expected, found.observed) == ("5 captions", "1")


@pytest.mark.parametrize(
    ("operation", "name", "value", "pointer", "sizes"),
    [
        (UPSCALE, "sampleImageSize", "4096", "/sampleImageSize",
         [("(2048, 1024)", "(4096, 2048)"), ("(1024, 2048)", "(2048, 4096)")]),
        (SEGMENT, "mode", "foreground", "/x-longest",
         [("(1024, 512)", "(1536, 768)"), ("(512, 1024)", "(768, 1536)")]),
    ],
    ids=["upscale", "segment"],
)  # fmt: skip
def test_another_longer_side_is_reported(
    operation: Operation, name: str, value: Any, pointer: str, sizes: list[tuple[str, str]]
) -> None:
    start = operation.case("wide and high", minimal_body(operation))
    assert RELATIONS["longer side"].applies(start)
    found = list(RELATIONS["longer side"].rule(Altered(ignoring(name, value)), start))
    assert [(one.expected, one.observed) for one in found] == sizes
    assert all(one.fact.pointer.endswith(pointer) for one in found)
