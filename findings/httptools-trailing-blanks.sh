#!/usr/bin/env bash
# uvicorn 0.35.0 with httptools 0.9.0, and with h11 0.16.0: a header `X-Name: a`, blanks before and after its value.
# Best guess: an application sees `a` with either, as RFC 9110 (5.5) leaves blanks around a value out of it.
# Seen: with httptools those after it are part of the value, so that one application tells equal requests apart.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv venv
venv/bin/pip install --quiet uvicorn==0.35.0 httptools==0.9.0 h11==0.16.0
cat >asked.py <<'PY'
import asyncio
import socket

import uvicorn

REQUEST = b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Name:  a \t \r\nConnection: close\r\n\r\n"


async def asked(http):
    seen = []

    async def app(scope, receive, send):
        seen.append(dict(scope["headers"])[b"x-name"])
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, http=http, lifespan="off", log_level="critical"))
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    reader, writer = await asyncio.open_connection(*listening.getsockname())
    writer.write(REQUEST)
    await reader.read()
    writer.close()
    server.should_exit = True
    await serving
    return seen[0]


print(*(f"{http}: {asyncio.run(asked(http))!r}" for http in ("h11", "httptools")))
PY
seen=$(venv/bin/python asked.py)
printf '%s\n' "$seen"
[ "$seen" = "h11: b'a' httptools: b'a \\t '" ] || { echo "changed"; exit 1; }
