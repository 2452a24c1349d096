"""Which paths are the fake's, and which may be meant for another service."""

import pytest

from imagen_fake import spec
from imagen_fake.app import create_app
from imagen_fake.surfaces.own_paths import is_ours
from tests.sweep import sweep

PLACE = "/v1/projects/p/locations/us-central1"
GOOGLE = f"{PLACE}/publishers/google/models"


def filled(template: str) -> str:
    """A path of a route of the fake's, of an Imagen model where it names one."""
    for name, value in {
        "{model}": "imagetext", "{model:id}": "imagetext", "{model:path}": "google/imagetext",
        "{name:path}": "a/b.png", "{path:path}": "project/project-id",
    }.items():  # fmt: skip
        template = template.replace(name, value)
    return template.replace("{", "").replace("}", "")


@sweep("template", [getattr(route, "path") for route in create_app().routes])  # noqa: B009 (BaseRoute has none)
def test_every_route_is_ours(template: str) -> None:
    assert is_ours(filled(template))


@sweep("model", spec.model_ids())
@sweep("method", [":predict", ":generateContent", ":predictLongRunning", ":unheardOf", ""])
def test_every_method_of_a_model_is_ours_whatever_the_surface(model: str, method: str) -> None:
    for place in (GOOGLE, "/v1beta1/publishers/google/models", "/v1beta/models", "/v9/models"):
        assert is_ours(f"{place}/{model}{method}")
    assert is_ours(f"{GOOGLE}/{model}/operations/7")


@pytest.mark.parametrize(
    "path",
    [
        f"{GOOGLE}/gemini-2.5-flash-image:predict", f"{PLACE}/endpoints/7:predict",
        "/v1/models/google/imagen4/preview", f"{PLACE}/tuningJobs", f"{PLACE}/tuningJobs/7",
        f"{PLACE}/pipelineJobs", "/_fake/none", "/_fake", "/storage/v1/none", "/", "/token",
    ],
)  # fmt: skip
def test_what_is_refused_in_words_of_the_service_is_ours(path: str) -> None:
    assert is_ours(path)


@pytest.mark.parametrize(
    "path",
    [
        f"{GOOGLE}/gemini-2.5-pro:generateContent",
        f"{GOOGLE}/gemini-2.5-pro:streamGenerateContent", f"{GOOGLE}/veo-3.0:predictLongRunning",
        "/v1beta/models/gemini-2.5-pro:generateContent", "/v1beta/models/gemini-2.5-pro",
        "/v1beta/models/gemini-2.5-pro:countTokens", "/v1beta/openai/chat/completions",
        "/v1/chat/completions", "/v1/images/edits", "/v1beta/files", "/upload/v1beta/files",
        "/v1beta/cachedContents", f"{PLACE}/endpoints/7:generateContent", f"{PLACE}/endpoints/7",
        f"{PLACE}/cachedContents", "/v1beta/models/imagen-4.0-generate-0011:generateContent",
        "/tokens", "/v1/tokens", "/bucket", "/favicon.ico", "//",
    ],
)  # fmt: skip
def test_what_other_models_and_services_answer_is_not_ours(path: str) -> None:
    assert not is_ours(path)


@pytest.mark.parametrize(
    ("host", "ours"),
    [
        ("oauth2.googleapis.com", True),
        ("sts.mtls.googleapis.com", True),
        ("169.254.169.254", True),
        ("metadata.google.internal", True),
        ("storage.googleapis.com", True),
        ("generativelanguage.googleapis.com", False),
        ("us-central1-aiplatform.googleapis.com", False),
        ("api.aimlapi.com", False),
        ("storage.googleapis.com.evil.test", False),
    ],
)
def test_hosts_of_tokens_metadata_and_storage_are_ours_as_a_whole(host: str, ours: bool) -> None:
    assert is_ours("/any/path", host) is ours
