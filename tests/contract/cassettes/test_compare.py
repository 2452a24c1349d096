"""What two answers must have in common, and what not."""

import base64
import json

import pytest
from PIL import Image

from imagen_fake.contract.cassettes.compare import compare
from imagen_fake.contract.cassettes.placeholder import small_picture
from imagen_fake.contract.exchange import Response
from tests.pictures import file_of


def answered(body: object, status: int = 200) -> Response:
    return Response(status, (), json.dumps(body).encode())


def parts(recorded: object, other: object) -> list[str]:
    return [found.check for found in compare(answered(recorded), answered(other))]


def pictured(kind: str, size: tuple[int, int]) -> object:
    text = base64.b64encode(small_picture(kind, "RGB", size)).decode()
    return {"predictions": [{"bytesBase64Encoded": text}]}


def test_pictures_are_compared_by_format_mode_and_size_and_not_by_their_pixels() -> None:
    blank = base64.b64encode(file_of(Image.new("RGB", (64, 48)), "JPEG")).decode()
    kept = pictured("JPEG", (64, 48))
    assert parts(kept, {"predictions": [{"bytesBase64Encoded": blank}]}) == []
    (found,) = compare(answered(kept), answered(pictured("PNG", (64, 49))))
    assert (found.expected, found.observed) == ("JPEG RGB 64x48", "PNG RGB 64x49")


def test_what_is_no_picture_differs_from_one() -> None:
    undecodable = {"predictions": [{"bytesBase64Encoded": "AAAA"}]}
    (found,) = compare(answered(pictured("PNG", (64, 48))), answered(undecodable))
    assert found.observed == "no picture"


@pytest.mark.parametrize("name", ["Date", "Content-Length", "Alt-Svc"])
def test_headers_of_one_connection_do_not_count(name: str) -> None:
    recorded = Response(200, ((name.encode(), b"1"),), b"{}")
    assert list(compare(recorded, Response(200, (), b"{}"))) == []


def test_headers_count_however_they_are_spelled_and_parted() -> None:
    several = Response(200, ((b"Vary", b"Origin"), (b"VARY", b"Referer")), b"{}")
    one = Response(200, ((b"vary", b"Referer, Origin"),), b"{}")
    assert list(compare(several, one)) == []
    less = Response(200, ((b"vary", b"Origin"),), b"{}")
    assert [found.check for found in compare(several, less)] == ["headers/vary"]


def test_a_project_counts_by_no_name() -> None:
    recorded = {"m": "not been used in project 12345 before: see https://x/y?project=12345 then"}
    other = {"m": "not been used in project fruit before: see https://x/y?project=fruit then"}
    assert parts(recorded, other) == []
    assert parts(recorded, {"m": other["m"].replace("before", "after")}) == ["body/m"]


def test_codes_count_exactly_and_other_numbers_as_numbers() -> None:
    assert parts({"error": {"code": 404}}, {"error": {"code": 400}}) == ["body/error/code"]
    assert parts({"scores": [0, 0.1]}, {"scores": [0.7, 0]}) == []
    assert parts({"scores": [0]}, {"scores": ["0"]}) == ["body/scores/0"]
    assert parts({"score": "0.8"}, {"score": "0.07"}) == []
    assert parts({"score": "0.8"}, {"score": 0.8}) == ["body/score"]


def test_a_page_and_json_differ() -> None:
    page = Response(404, (), b"<html>")
    assert [found.check for found in compare(page, Response(404, (), b"{}"))] == ["body"]
    assert list(compare(page, Response(404, (), b"<p>"))) == []


def test_a_missing_key_and_a_null_differ() -> None:
    assert parts({}, {"predictions": None}) == ["body", "body/predictions"]


def test_a_missing_header_differs_and_one_more_does_not() -> None:
    recorded = Response(200, ((b"Server", b"scaffolding"),), b"{}")
    bare = Response(200, (), b"{}")
    assert [found.check for found in compare(recorded, bare)] == ["headers/server"]
    assert list(compare(bare, recorded)) == []


def test_numbers_projects_and_free_text_do_not_count() -> None:
    said = {"error": {"message": "Model `projects/a/locations/b/models/m` has 3 of 4."}}
    other = {"error": {"message": "Model `projects/x/locations/y/models/m` has 7 of 9."}}
    assert parts(said, other) == []
    assert parts({"prompt": "A cat."}, {"prompt": "A dog, at length."}) == []


def test_words_of_a_message_count() -> None:
    said = {"error": {"code": 404, "message": "Not found."}}
    assert parts(said, {"error": {"code": 404, "message": "Not there."}}) == ["body/error/message"]


def test_keys_and_counts_count() -> None:
    assert parts({"predictions": []}, {}) == ["body", "body/predictions"]
    two = {"predictions": [{"mimeType": "image/png"}] * 2}
    one = {"predictions": [{"mimeType": "image/png"}]}
    assert "body/predictions" in parts(two, one)


def test_details_for_googles_own_callers_do_not_count() -> None:
    inside = {"@type": "type.googleapis.com/google.rpc.DebugInfo", "detail": "[ORIGINAL ERROR]"}
    assert parts({"error": {"details": [inside]}}, {"error": {}}) == []
