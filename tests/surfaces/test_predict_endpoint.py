import pytest
from starlette.types import Message

from imagen_fake.app import create_app
from imagen_fake.config import Config
from imagen_fake.surfaces.model_paths import endpoints
from imagen_fake.testing.messages import Request, scope

NOBODY = {"project": "p", "location": "l", "model": "nothing", "endpoint": "56"}
GENERATING = [
    endpoint.path.format_map(NOBODY)
    for endpoint in endpoints()
    if endpoint.path.endswith((":predict", "/generations"))
]


@pytest.mark.anyio
@pytest.mark.parametrize("path", GENERATING)
async def test_without_a_credential_nothing_is_looked_up_and_no_byte_is_read(path: str) -> None:
    statuses: list[int] = []

    async def receive() -> Message:
        raise AssertionError("the body was read")

    async def send(message: Message) -> None:
        statuses.extend([message["status"]] if "status" in message else [])

    asked = scope(Request("POST", f"http://localhost{path}"))
    await create_app(Config(auth="any"))(asked, receive, send)
    assert statuses in ([401], [403])
