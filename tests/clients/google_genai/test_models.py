import pytest
from google import genai
from google.genai import errors

PREFIX = "publishers/google/models/"
IDS = {
    "imagegeneration@006",
    "imagen-3.0-generate-002",
    "imagen-3.0-fast-generate-001",
    "imagen-4.0-generate-001",
    "imagen-4.0-fast-generate-001",
    "imagen-4.0-ultra-generate-001",
}


@pytest.mark.parametrize("name", sorted(IDS))
def test_a_model_can_be_looked_up(client: genai.Client, name: str) -> None:
    model = client.models.get(model=name)
    assert model.name == PREFIX + name
    assert name.endswith(model.version)


def test_an_unknown_model_is_not_found(client: genai.Client) -> None:
    with pytest.raises(errors.ClientError) as caught:
        client.models.get(model="imagen-99")
    assert (caught.value.code, caught.value.status) == (404, "NOT_FOUND")


def test_every_model_is_listed_once(client: genai.Client) -> None:
    names = [model.name for model in client.models.list()]
    assert len(names) == len(set(names))
    assert {PREFIX + name for name in IDS} <= set(names)


def test_a_page_size_is_taken(client: genai.Client) -> None:
    names = [model.name for model in client.models.list(config={"page_size": 2})]
    assert {PREFIX + name for name in IDS} <= set(names)
