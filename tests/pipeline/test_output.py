import io
from dataclasses import replace

import pytest
from PIL import Image

from imagen_fake.imaging.files.watermark import has_watermark
from imagen_fake.pipeline.call import Verdict
from imagen_fake.pipeline.output import prediction
from tests.conftest import understood

RED = Image.new("RGB", (16, 8), "red")


def test_the_picture_is_the_file_that_is_asked_for() -> None:
    call = understood(outputOptions={"mimeType": "image/jpeg", "compressionQuality": 20})
    made = prediction(replace(call, verdicts=(Verdict({}),), rewritten=(None,)), 0, RED)
    assert made.image is not None
    assert (Image.open(io.BytesIO(made.image)).format, made.fields) == (
        "JPEG",
        {"mimeType": "image/jpeg"},
    )


def test_what_was_rewritten_and_scored_stands_beside_the_sample_it_belongs_to() -> None:
    call = understood(includeSafetyAttributes=True, sampleCount=2)
    verdicts = (Verdict({"Violence": 0.1}), Verdict({"Violence": 0.3}))
    made = prediction(replace(call, verdicts=verdicts, rewritten=("one", "two")), 1, RED)
    assert made.fields["prompt"] == "two"
    assert made.fields["safetyAttributes"] == {"categories": ["Violence"], "scores": [0.3]}


@pytest.mark.parametrize("watermark", [True, False])
def test_a_picture_is_marked_if_that_is_asked(watermark: bool) -> None:
    call = replace(understood(addWatermark=watermark), verdicts=(Verdict({}),), rewritten=(None,))
    made = prediction(call, 0, Image.new("RGB", (128, 128), "teal"))
    assert made.image is not None
    assert has_watermark(Image.open(io.BytesIO(made.image))) is watermark
