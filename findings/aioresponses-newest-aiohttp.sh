#!/usr/bin/env bash
# aioresponses 0.7.9 with aiohttp 3.14.5: the newest of each, which pip installs together.
# Best guess: a registered answer is given, as both are of this year and pip finds no conflict.
# Seen: a TypeError from within the mock: it makes aiohttp's ClientResponse itself, which wants one
# argument more since 3.14. With 3.13.5 the answer comes.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
cat >ask.py <<'PY'
import asyncio

import aiohttp
from aioresponses import aioresponses


async def ask():
    with aioresponses() as mock:
        mock.get("https://any.example/", payload={"by": "the mock"})
        async with aiohttp.ClientSession() as session, session.get("https://any.example/") as answer:
            return await answer.json()


try:
    print(aiohttp.__version__, asyncio.run(ask()))
except TypeError as error:
    print(aiohttp.__version__, "TypeError:", error)
PY
seen=$(for version in 3.14.5 3.13.5; do
  venv/bin/pip install --quiet aioresponses==0.7.9 aiohttp==$version
  venv/bin/python ask.py
done)
printf '%s\n' "$seen"
[ "$seen" = "3.14.5 TypeError: ClientResponse.__init__() missing 1 required keyword-only argument: 'stream_writer'
3.13.5 {'by': 'the mock'}" ] || { echo "changed"; exit 1; }
