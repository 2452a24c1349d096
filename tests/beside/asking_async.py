"""The code under test where it runs on an event loop, asyncio's or Trio's."""

import httpx

from tests.beside.asking import GOOGLE, PATH, body


async def ask_async(base: str = GOOGLE, prompt: str = "a red apple") -> int:
    """How many pictures there are, of two that are asked for."""
    async with httpx.AsyncClient(timeout=30) as client:
        answer = await client.post(base + PATH, json=body(prompt))
        answer.raise_for_status()
        return len(answer.json()["predictions"])
