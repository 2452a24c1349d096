import sys
from collections.abc import Iterator

import pytest

from imagen_fake.auth.access import Access
from imagen_fake.config import Config
from imagen_fake.surfaces.metadata_server import routes
from tests.http import call
from tests.listening import listening

ACCESS = Access(Config(project="my-project"))
META = "/computeMetadata/v1"
TOKEN = f"{META}/instance/service-accounts/default/token"
FLAVOR = {"Metadata-Flavor": "Google"}


@pytest.fixture(scope="module")
def at() -> Iterator[str]:
    with listening(routes(ACCESS)) as url:
        yield url


@pytest.mark.parametrize(
    "path", ["/", "/project/project-id", "/no", "/instance/service-accounts/default/token"]
)
@pytest.mark.parametrize("headers", [{}, {"Metadata-Flavor": "google?"}])
def test_metadata_is_only_for_those_who_say_they_mean_it(
    at: str, path: str, headers: dict[str, str]
) -> None:
    reply = call(at, META + path, **headers)
    assert (reply.status, reply.headers["metadata-flavor"]) == (403, "Google")


def test_the_root_answers_only_those_who_mean_the_metadata_server(at: str) -> None:
    reply = call(at, "/", **FLAVOR)
    assert (reply.status, reply.headers["metadata-flavor"]) == (200, "Google")
    assert call(at, "/").status == 404
    assert call(at, "/", b"", **FLAVOR).status == 404


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("/", "instance/\nproject/\nuniverse/\n"),
        ("/instance", "service-accounts/\n"),
        ("/project/project-id", "my-project"),
        ("/universe/universe-domain", "googleapis.com"),
        (
            "/instance/service-accounts/default/email",
            "imagen-fake@my-project.iam.gserviceaccount.com",
        ),
        (
            "/instance/service-accounts/default/scopes",
            "https://www.googleapis.com/auth/cloud-platform",
        ),
    ],
)
def test_metadata_is_text(at: str, path: str, text: str) -> None:
    reply = call(at, META + path, **FLAVOR)
    assert (reply.status, reply.body.decode()) == (200, text)
    assert (reply.headers["content-type"], reply.headers["metadata-flavor"]) == (
        "application/text",
        "Google",
    )


@pytest.mark.parametrize("account", ["default", ACCESS.account])
def test_an_account_is_json_when_asked_for_everything(at: str, account: str) -> None:
    reply = call(at, f"{META}/instance/service-accounts/{account}/?recursive=true", **FLAVOR)
    assert reply.headers["content-type"] == "application/json"
    assert reply.json["email"] == ACCESS.account
    assert reply.json["aliases"] == ["default"]


@pytest.mark.parametrize("account", ["default", ACCESS.account])
def test_the_machine_has_a_token(at: str, account: str) -> None:
    path = f"{META}/instance/service-accounts/{account}/token?scopes=a,b"
    reply = call(at, path, **FLAVOR)
    assert reply.headers["metadata-flavor"] == "Google"
    assert ACCESS.signer.principals("access", reply.json["access_token"])[0] == ACCESS.account


@pytest.mark.parametrize(
    "path", ["/no", "/project/project-id/x", "/instance/service-accounts/mallory/token"]
)
def test_what_the_machine_does_not_know_is_not_found(at: str, path: str) -> None:
    reply = call(at, META + path, **FLAVOR)
    assert (reply.status, reply.headers["metadata-flavor"]) == (404, "Google")


def test_a_token_lives_as_long_as_googles(at: str) -> None:
    assert call(at, TOKEN, **FLAVOR).json["expires_in"] == 3599


def test_without_the_library_the_token_is_unsigned(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "imagen_fake.auth.tokens", None)
    with listening(routes(Access())) as at:
        reply = call(at, TOKEN, **FLAVOR)
    assert (reply.status, reply.json["token_type"]) == (200, "Bearer")
    assert reply.json["access_token"].startswith("ya29.")
    assert reply.json["access_token"].endswith(".")
