from starlette.testclient import TestClient

from imagen_fake.app import create_app
from imagen_fake.openapi import document

CLIENT = TestClient(create_app(), base_url="http://fake")


def test_the_document_of_all_surfaces_names_the_fake_as_its_server() -> None:
    assert CLIENT.get("/_fake/openapi.json").json() == document(None, "http://fake/")


def test_one_surface_can_be_asked_for() -> None:
    told = CLIENT.get("/_fake/openapi.json", params={"surface": "gemini"}).json()
    assert told == document("gemini", "http://fake/")


def test_an_unknown_surface_is_not_found() -> None:
    answer = CLIENT.get("/_fake/openapi.json", params={"surface": "dream"})
    assert answer.status_code == 404
    assert "vertex" in answer.json()["error"]["message"]
