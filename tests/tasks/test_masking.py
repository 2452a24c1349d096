"""Masks that modes find; `test_edit.py` and `test_legacy_edit.py` edit with them."""

from PIL import Image, ImageChops

from imagen_fake import spec
from imagen_fake.imaging.editing.control_maps import CONTROL_MAPS
from imagen_fake.tasks.masking import EDITS, find_mask
from tests.pictures import product
from tests.sweep import sweep

FINDERS = {"find_foreground", "find_background", "find_classes"}


def middle(mask: Image.Image) -> int:
    return mask.crop((60, 60, 61, 61)).tobytes()[0]


def test_the_background_is_what_the_foreground_is_not() -> None:
    base = product((120, 120))
    found = {name: find_mask(base, name, "insert", classes=(), dilation=0)
             for name in ("find_foreground", "find_background")}  # fmt: skip
    front, back = found["find_foreground"], found["find_background"]
    assert front
    assert back
    assert (middle(front), middle(back)) == (255, 0)
    assert ImageChops.invert(front).tobytes() == back.tobytes()


def test_a_found_foreground_is_dilated_and_a_background_is_not() -> None:
    base = product((120, 120))
    for name, wider in (("find_foreground", True), ("find_background", False)):
        thin, wide = (
            find_mask(base, name, "insert", classes=(), dilation=share) for share in (0, 0.1)
        )
        assert thin
        assert wide
        assert (wide.histogram()[255] > thin.histogram()[255]) == wider


def test_a_mode_that_finds_nothing_takes_the_callers_mask() -> None:
    assert find_mask(product((120, 120)), "take_mask", "insert", classes=(), dilation=0) is None


@sweep(
    ("task", "field", "operations"),
    [
        ("edit", "editMode", set(EDITS)),
        ("edit", "maskMode", {*FINDERS, "take_mask"}),
        ("edit", "referenceType", {"base", "mask"}),
        ("legacy_edit", "editMode", {"insert", "remove", "outpaint", "show_product"}),
        ("legacy_edit", "maskType", FINDERS),
        ("legacy_edit", "productPosition", {"center", "keep_place"}),
        ("legacy_edit", "conditionName", {"edge_map", "scribble_map"}),
        ("customize", "controlType", set(CONTROL_MAPS)),
        ("customize", "referenceType", {"base", "style", "subject", "control", "content"}),
        ("segment", "mode", {*FINDERS, "find_prompt", "grow_scribble"}),
    ],
)
def test_every_meaning_is_an_operation_of_the_task(
    task: str, field: str, operations: set[str]
) -> None:
    assert set(spec.meanings(task, field).values()) == operations
