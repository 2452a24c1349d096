"""What somebody sees who uses the client over gRPC while something goes wrong."""

import pytest
from google.api_core import exceptions

from tests.clients.google_cloud_aiplatform_grpc.conftest import Generate


@pytest.mark.parametrize(
    ("directive", "kind"),
    [
        ("error=403", exceptions.PermissionDenied),
        ("error=429", exceptions.ResourceExhausted),
        ("error=500", exceptions.InternalServerError),
        ("error=503", exceptions.ServiceUnavailable),
        ("drop", exceptions.ServiceUnavailable),
        ("truncate=50%", exceptions.ServiceUnavailable),
        ("malformed", exceptions.InternalServerError),
    ],
)
def test_what_goes_wrong_is_the_clients_own_exception(
    generate: Generate, directive: str, kind: type[exceptions.GoogleAPICallError]
) -> None:
    with pytest.raises(kind):
        generate(f"a red apple [fake: {directive}]")


def test_a_busy_service_answers_the_second_time(generate: Generate) -> None:
    prompt = "a red apple [fake: error=429 times=1]"
    with pytest.raises(exceptions.ResourceExhausted):
        generate(prompt)
    assert generate(prompt).images
