import json
from asyncio import create_task, sleep

import pytest
from starlette.types import Message

from imagen_fake.app import create_app
from imagen_fake.config import Config
from imagen_fake.state.journal import MAX_BODY_BYTES
from imagen_fake.surfaces.model_paths import endpoints
from imagen_fake.surfaces.worker import limiter
from imagen_fake.testing.messages import Request, scope
from tests.asgi import answer
from tests.conftest import RESOURCE

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


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("more", "waiting"), [({}, 0), ({"sampleCount": 2}, 1), ({"unknown": "a" * MAX_BODY_BYTES}, 1)]
)
async def test_only_a_small_call_is_answered_on_the_event_loop(
    more: dict[str, object], waiting: int
) -> None:
    parameters = {"sampleCount": 1, **more}
    body = {"instances": [{"prompt": "a red apple"}], "parameters": parameters}
    url = f"http://localhost/v1/{RESOURCE}imagen-4.0-generate-001:predict"
    workers = limiter()
    for number in range(int(workers.total_tokens)):
        workers.acquire_on_behalf_of_nowait(number)
    request = Request("POST", url, (), json.dumps(body).encode())
    answering = create_task(answer(create_app(), request))
    while not (answering.done() or workers.statistics().tasks_waiting):
        await sleep(0)
    assert workers.statistics().tasks_waiting == waiting
    workers.total_tokens += 1
    assert (await answering).status == 200
