import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from google import genai
from google.genai import errors
from google.oauth2.credentials import Credentials

from tests.clients.google_genai.conftest import Generate
from tests.clients.pictures import decoded, same

Call = Callable[[Any], Coroutine[Any, Any, Any]]


@pytest.fixture
def awaited(url: str) -> Callable[[Call], Any]:
    """What a coroutine makes of an asynchronous client."""

    async def run(call: Call) -> Any:
        async with genai.Client(
            vertexai=True,
            project="my-project",
            location="us-central1",
            credentials=Credentials("any-token"),
            http_options={"base_url": url},
        ).aio as client:
            return await call(client)

    return lambda call: asyncio.run(run(call))


async def drawn(client: Any, prompt: str = "a red apple", **arguments: Any) -> Any:
    arguments = {"model": "imagen-3.0-generate-002", **arguments}
    answer = await client.models.generate_images(
        prompt=prompt, config={"number_of_images": 1}, **arguments
    )
    return answer.images[0].image_bytes


def test_a_picture_is_the_one_the_synchronous_client_gets(
    awaited: Callable[[Call], Any], generate: Generate
) -> None:
    [image] = generate().images
    assert same(awaited(drawn), image.image_bytes)


def test_many_calls_at_once_are_all_answered(awaited: Callable[[Call], Any]) -> None:
    prompts = [f"{number} red apples" for number in range(8)]

    async def all_of_them(client: Any) -> list[bytes]:
        files: list[bytes] = await asyncio.gather(*(drawn(client, prompt) for prompt in prompts))
        return files

    files = awaited(all_of_them)
    assert len(set(files)) == 8
    assert {decoded(file).size for file in files} == {(1024, 1024)}


def test_a_refusal_is_the_clients_exception(awaited: Callable[[Call], Any]) -> None:
    with pytest.raises(errors.ClientError) as caught:
        awaited(lambda client: drawn(client, model="imagen-99"))
    assert (caught.value.code, caught.value.status) == (404, "NOT_FOUND")


def test_a_model_can_be_looked_up(awaited: Callable[[Call], Any]) -> None:
    model = awaited(lambda client: client.models.get(model="imagen-4.0-generate-001"))
    assert model.name == "publishers/google/models/imagen-4.0-generate-001"


def test_models_are_listed(awaited: Callable[[Call], Any]) -> None:
    async def names(client: Any) -> list[str]:
        return [model.name async for model in await client.models.list()]

    assert "publishers/google/models/imagen-4.0-generate-001" in awaited(names)
