"""What somebody sees who uses the client while something goes wrong."""

import pytest
import requests
from google.api_core import exceptions
from google.auth.exceptions import InvalidOperation
from google.protobuf.json_format import ParseError

from tests.clients.google_cloud_aiplatform.conftest import Generate


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, exceptions.BadRequest),
        (403, exceptions.Forbidden),
        (404, exceptions.NotFound),
        (429, exceptions.TooManyRequests),
        (500, exceptions.InternalServerError),
        (503, exceptions.ServiceUnavailable),
        (504, exceptions.GatewayTimeout),
    ],
)
def test_a_forced_error_is_the_clients_own(
    generate: Generate, status: int, kind: type[exceptions.GoogleAPICallError]
) -> None:
    with pytest.raises(kind) as caught:
        generate(f"a red apple [fake: error={status}]")
    assert caught.value.code == status


def test_a_token_that_is_refused_is_to_be_refreshed(generate: Generate) -> None:
    with pytest.raises(InvalidOperation, match="Anonymous credentials cannot be refreshed"):
        generate("a red apple [fake: error=401]")


def test_a_refused_prompt_has_its_code(generate: Generate) -> None:
    with pytest.raises(exceptions.BadRequest, match="Support codes: 58061214"):
        generate("a red apple [fake: block=58061214]")


def test_filtered_pictures_are_left_out(generate: Generate) -> None:
    assert len(generate("a red apple [fake: filter=3]", number_of_images=4).images) == 1


def test_a_reset_connection_is_an_error_of_the_transport(generate: Generate) -> None:
    with pytest.raises(requests.exceptions.ConnectionError):
        generate("a red apple [fake: drop]")


def test_a_truncated_body_is_an_error_of_the_transport(generate: Generate) -> None:
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        generate("a red apple [fake: truncate=50%]")


def test_a_malformed_body_is_no_json(generate: Generate) -> None:
    with pytest.raises(ParseError, match="Failed to load JSON"):
        generate("a red apple [fake: malformed]")


def test_a_slow_body_arrives_whole(generate: Generate) -> None:
    assert generate("a red apple [fake: slow=2M/s delay=10ms]").images
