"""Origins as browsers spell them, and as users allow them."""

import pytest

from imagen_fake.origins import allowed_origin, web_origin


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://App.Test", ("https", "app.test", 443)),
        ("http://localhost:3000", ("http", "localhost", 3000)),
        ("HTTP://[::1]:80", ("http", "::1", 80)),
        ("null", None),
        ("chrome-extension://abd", None),
        ("https://a@b", None),
        ("https://a/", None),
    ],
)
def test_an_origin_of_the_web_has_scheme_host_and_port(
    text: str, expected: tuple[str, str, int] | None
) -> None:
    assert web_origin(text) == expected


def test_origins_of_other_schemes_are_allowed_as_they_are_spelled() -> None:
    assert allowed_origin("chrome-extension://abd") == "chrome-extension://abd"
    assert allowed_origin("null") == "null"


@pytest.mark.parametrize("text", ["", "app.test", "https://a.test/path", "http://*.test"])
def test_what_is_no_origin_is_refused_with_what_one_is(text: str) -> None:
    with pytest.raises(ValueError, match="give scheme://host or scheme://host:port"):
        allowed_origin(text)
