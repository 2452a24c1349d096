"""Google's own tests: what counts as passed, and the pictures that stand in for theirs."""

from pathlib import Path

from PIL import Image

from imagen_fake.server.http import serve_in_thread
from tests.http import call
from tests.upstream import pictures
from tests.upstream.__main__ import tally

REPORT = """<testsuites><testsuite>
<testcase name="test_a[True-tests/models/edit_image-None]"/>
<testcase name="test_a[False-tests/models/edit_image-None]"/>
<testcase name="test_b[True-tests/models/edit_image-None]"><failure/></testcase>
<testcase name="test_c[False-tests/models/edit_image-None]"><skipped/></testcase>
<testcase name="test_d[False-tests/models/edit_image-None]"><error/></testcase>
</testsuite></testsuites>"""


def test_what_failed_or_was_skipped_has_not_passed(tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    report.write_text(REPORT)
    assert tally(report) == {"Vertex": 1, "Gemini": 1}


def test_the_picture_and_its_mask_have_the_sizes_of_googles(tmp_path: Path) -> None:
    pictures.draw(tmp_path)
    with (
        Image.open(tmp_path / "google.png") as base,
        Image.open(tmp_path / "checkerboard.png") as mask,
    ):
        assert (base.size, base.has_transparency_data) == ((272, 92), True)
        assert mask.size == (128, 128)


def test_stored_pictures_are_objects_of_the_bucket_that_is_named() -> None:
    with serve_in_thread() as url:
        pictures.upload(url)
        listed = call(url, "/storage/v1/b/genai-sdk-tests/o?prefix=inputs%2Fimages%2F").json
    assert [one["name"] for one in listed["items"]] == [
        f"inputs/images/{name}.jpg" for name in ("cyberpunk", "dog", "man", "pants")
    ]
