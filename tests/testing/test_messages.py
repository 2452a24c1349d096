import pytest

from imagen_fake.testing.messages import Request, Response, scope


@pytest.mark.parametrize(
    ("url", "host", "path", "query", "server"),
    [
        ("https://a.example/b%2Fc?d=e&f", b"a.example", "/b/c", b"d=e&f", ("a.example", 443)),
        ("http://a.example:8080", b"a.example:8080", "/", b"", ("a.example", 8080)),
        ("http://[::1]:1/%C3%BC", b"[::1]:1", "/\u00fc", b"", ("::1", 1)),
    ],
)
def test_a_url_becomes_what_a_server_would_say_of_it(
    url: str, host: bytes, path: str, query: bytes, server: tuple[str, int]
) -> None:
    told = scope(Request("GET", url))
    assert told["headers"] == [(b"host", host)]
    assert (told["path"], told["query_string"], told["server"]) == (path, query, server)


def test_a_host_that_is_named_is_kept() -> None:
    told = scope(Request("GET", "http://a.example/", ((b"Host", b"b.example"),)))
    assert told["headers"] == [(b"host", b"b.example")]


def test_the_last_of_repeated_headers_counts_in_any_spelling() -> None:
    response = Response(200, ((b"a", b"1"), (b"A", b"2")), b"")
    assert (response.header("A"), response.header("b")) == ("2", None)
