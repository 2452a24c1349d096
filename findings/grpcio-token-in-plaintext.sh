#!/usr/bin/env bash
# grpcio 1.85.3: a call with a token of its own on a plaintext channel, by `grpc` and by `grpc.aio`.
# Best guess: the same error by both, the status UNAUTHENTICATED of the call, as credentials need a
# secure channel.
# Seen: that by `grpc`. By `grpc.aio` the stub raises before there is a call, and its UsageError is
# no RpcError, so that what handles failed calls does not see it.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check grpcio==1.85.3
seen=$("$work/venv/bin/python" - <<'PYTHON'
import asyncio
from concurrent.futures import ThreadPoolExecutor

import grpc


class Echo(grpc.GenericRpcHandler):
    def service(self, details):
        return grpc.unary_unary_rpc_method_handler(lambda request, context: request)


server = grpc.server(ThreadPoolExecutor(1), handlers=(Echo(),))
target = f"127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}"
server.start()
token = grpc.access_token_call_credentials("x")

with grpc.insecure_channel(target) as channel:
    try:
        channel.unary_unary("/a.B/C")(b"", credentials=token)
    except grpc.RpcError as error:
        print("grpc", error.code().name)


async def ask():
    async with grpc.aio.insecure_channel(target) as channel:
        try:
            call = channel.unary_unary("/a.B/C")(b"", credentials=token)
        except Exception as error:
            print("grpc.aio", type(error).__name__, isinstance(error, grpc.RpcError))
        else:
            print("grpc.aio", (await call.code()).name)


asyncio.run(ask())
server.stop(None)
PYTHON
)
printf '%s\n' "$seen"
[ "$seen" = 'grpc UNAUTHENTICATED
grpc.aio UsageError False' ] || { echo "changed"; exit 1; }
