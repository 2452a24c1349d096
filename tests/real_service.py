"""Google's own names, led to a server of this machine: what goes on to the network gets there."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

import trustme
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.listening import listening

HOST = "generativelanguage.googleapis.com"
IMAGEN = "/v1beta/models/imagen-4.0-generate-001:predict"
GEMINI = "/v1beta/models/gemini-2.5-pro:generateContent"
BODY = {"instances": [{"prompt": "a red apple"}], "parameters": {"sampleCount": 1}}


class RealService:
    """What stands in for Google: its address, the certificate to trust, the paths it was asked."""

    def __init__(self) -> None:
        self.base = ""
        self.ca = ""
        self.paths: list[str] = []

    async def answer(self, request: Request) -> Response:
        """Say that it was this one."""
        self.paths.append(request.url.path)
        await request.body()
        return JSONResponse({"by": "the real service"})


@contextmanager
def real_service(folder: Path | None = None) -> Iterator[RealService]:
    """The service, over TLS where there is a folder for a certificate."""
    service, options = RealService(), dict[str, Any]()
    if folder:
        authority = trustme.CA()
        certificate, service.ca = folder / "service.pem", str(folder / "ca.pem")
        authority.cert_pem.write_to_path(service.ca)
        authority.issue_cert(HOST).private_key_and_cert_chain_pem.write_to_path(str(certificate))
        options["ssl_certfile"] = str(certificate)
    real = socket.getaddrinfo

    def getaddrinfo(host: Any, *arguments: Any, **keywords: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else host
        return real("127.0.0.1" if name == HOST else host, *arguments, **keywords)

    methods = ["GET", "POST"]
    with (
        listening([Route("/{path:path}", service.answer, methods=methods)], **options) as url,
        patch.object(socket, "getaddrinfo", getaddrinfo),
    ):
        scheme, port = url.partition(":")[0], url.rpartition(":")[2]
        service.base = f"{scheme}://{HOST}:{port}"
        yield service
