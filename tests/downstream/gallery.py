"""The shop's web server: a poster with a title, which Gemini thinks of in the same breath."""

from collections.abc import Iterable
from urllib.parse import parse_qs
from wsgiref.simple_server import make_server
from wsgiref.types import StartResponse, WSGIEnvironment

import posters

TITLES = "gemini-2.5-flash"


def titled(motif: str) -> tuple[str, bytes]:
    """The title and the poster of a motif."""
    asked = f"A title of three words for a poster of {motif}"
    with posters.client() as gemini:
        title = gemini.models.generate_content(model=TITLES, contents=asked).text
    return title or motif, posters.draw(motif)


def app(environment: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
    """Answer `/?motif=a+gull` with a JPEG, or in words why there is none."""
    motif = parse_qs(environment.get("QUERY_STRING", "")).get("motif", [""])[0]
    try:
        picture = posters.draw(motif)
    except posters.NotDrawnError as error:
        start("503 Service Unavailable", [("content-type", "text/plain; charset=utf-8")])
        return [str(error).encode()]
    start("200 OK", [("content-type", "image/jpeg")])
    return [picture]


if __name__ == "__main__":
    with make_server("127.0.0.1", 0, app) as server:
        print(server.server_port, flush=True)  # noqa: T201 (who started it reads it)
        server.serve_forever()
